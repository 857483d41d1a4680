//! Defines the arguments about requests: retries, proxies, certificates, and the `User-Agent`.

use std::num::{NonZeroU32, NonZeroUsize};

use aws_base::{ProxySetting, ProxyUrl, RetryMode, Settings};
use terraform_plugin::{
    Number, Problem,
    argument::{bool, list, number, string},
    model,
};

use crate::{checks::choice, diagnostics::Summary};

model! {
    #[derive(Debug)]
    pub(super) struct Requests {
        /// The maximum number of attempts of a call, including the first. 0 means unset; values above 1000 mean 1000. An
        /// unreachable host or proxy is tried at most 3 times. By default, a call that is throttled or fails with HTTP 5xx
        /// is retried for up to 60 seconds. A call without a response is tried 3 times. Can also be set with the
        /// `AWS_MAX_ATTEMPTS` environment variable.
        max_retries: Option<NonZeroU32> = number().parse(count).zero_as_unset(),
        /// `standard` or `adaptive`. In either mode, the waits between attempts grow. Can also be set with the
        /// `AWS_RETRY_MODE` environment variable.
        retry_mode: Option<RetryMode> = string().parse(retry_mode).zero_as_unset(),
        /// The number of tokens for retries. A retry takes 5 of these tokens, or 10 after a timeout. A call that succeeds
        /// returns the tokens that its retries took. Unlimited if it is not set or 0.
        token_bucket_rate_limiter_capacity: Option<NonZeroU32> = number().parse(count).zero_as_unset(),
        /// The URL of the proxy for `http` endpoints. If no proxy for `https` is set, the provider also uses this proxy for
        /// `https` endpoints, with a warning. `""` means no proxy. Without a scheme, the URL means an HTTP proxy. Can also
        /// be set with the `HTTP_PROXY` environment variable.
        http_proxy: Option<ProxySetting> =
            string().parse(|url: &str| proxy("http_proxy", Summary::InvalidHttpProxy, url)),
        /// The URL of the proxy for `https` endpoints. `""` means no proxy. Can also be set with the `HTTPS_PROXY`
        /// environment variable.
        https_proxy: Option<ProxySetting> =
            string().parse(|url: &str| proxy("https_proxy", Summary::InvalidHttpsProxy, url)),
        /// The hosts to connect to without a proxy, separated by commas. Can also be set with the `NO_PROXY` environment
        /// variable.
        no_proxy: Option<String> = string().zero_as_unset(),
        /// A file of PEM certificates to trust instead of the system's. Can also be set with the `AWS_CA_BUNDLE`
        /// environment variable.
        custom_ca_bundle: Option<String> = string().zero_as_unset(),
        /// Accepts every certificate of a server, with a warning.
        insecure: bool = bool(),
        /// Products to add to the `User-Agent` of requests, such as `product/1.0 (comment)`.
        user_agent: Vec<String> = list(string().zero_as_unset()).without_effect(),
    }
}

/// The maximum length of a number in an error. For a longer number, the error shows only the number of digits.
const MAX_DIGITS: usize = 40;

fn count(number: &Number) -> Result<NonZeroU32, Problem> {
    let count = number.as_u64().and_then(|number| u32::try_from(number).ok()).and_then(NonZeroU32::new);
    let number = number.to_string();
    let number = if number.len() > MAX_DIGITS { format!("a number of {} digits", number.len()) } else { number };
    count.ok_or_else(|| {
        Problem::naming(Summary::InvalidValue, move |path| {
            format!("`{path}` must be a whole number from 1 to {}, got {number}. 0 means unset.", u32::MAX)
        })
    })
}

fn retry_mode(mode: &str) -> Result<RetryMode, Problem> {
    choice(mode, RetryMode::parse, |got| format!("Must be \"standard\" or \"adaptive\", got {got:?}."))
}

fn proxy(argument: &str, summary: Summary, url: &str) -> Result<ProxySetting, Problem> {
    if url.is_empty() {
        return Ok(ProxySetting::Direct);
    }
    ProxyUrl::parse(url).map(ProxySetting::Proxy).map_err(|invalid| {
        let detail = format!(
            "Unable to parse URL: `{argument}` cannot be used: {invalid}.\n\nWrite a URL such as \
             http://proxy.example.com:3128 or http://user:password@proxy.example.com:3128, with special characters of the \
             password percent-encoded. The value and its line are not shown, because they may contain a password."
        );
        Problem::new(summary, detail).hides_value(true)
    })
}

impl Requests {
    pub(super) fn set(self, settings: &mut Settings) {
        settings.max_retries = self.max_retries;
        settings.retry_mode = self.retry_mode;
        let capacity = self.token_bucket_rate_limiter_capacity;
        settings.token_bucket_rate_limiter_capacity =
            capacity.and_then(|capacity| NonZeroUsize::try_from(capacity).ok());
        settings.http_proxy = self.http_proxy;
        settings.https_proxy = self.https_proxy;
        settings.no_proxy = self.no_proxy;
        settings.custom_ca_bundle = self.custom_ca_bundle.map(Into::into);
        settings.insecure = self.insecure;
        settings.user_agent = self.user_agent;
    }
}
