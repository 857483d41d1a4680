//! The URLs of proxies. No text repeats one: it may hold a password.

use ecr_token::check_proxy;
use terraform_plugin::{Diagnostic, Object};

use crate::{diagnostics::Summary, provider::settings::text};

/// Finds URLs that are none.
pub(crate) fn validate(config: &Object) -> impl Iterator<Item = Diagnostic> {
    [("http_proxy", Summary::InvalidHttpProxy), ("https_proxy", Summary::InvalidHttpsProxy)].into_iter().filter_map(
        |(name, summary)| {
            let problem = check_proxy(&text(config, name)?).err()?;
            let detail = format!(
                "Unable to parse URL: `{name}` cannot be used, since {problem}.\n\nWrite it like \
                 http://proxy.example.com:3128 or http://user:password@proxy.example.com:3128, special characters of the \
                 password percent-encoded. Neither the value nor its line is shown, since it may hold a password."
            );
            // Nowhere: Terraform would show the line.
            Some(Diagnostic::error(summary, detail))
        },
    )
}

#[cfg(test)]
mod tests {
    use terraform_plugin::Value;

    use super::*;

    #[test]
    fn a_url_that_is_none_is_named_and_not_shown() {
        for (name, summary) in [("http_proxy", "Invalid HTTP Proxy"), ("https_proxy", "Invalid HTTPS Proxy")] {
            for url in ["http://user:hunter2@proxy:hunter2", "hunter2://user:hunter2@proxy", "http://user:hunter2/@x y"]
            {
                let config = Object::new().with(name, url);
                let [diagnostic] = &validate(&config).collect::<Vec<_>>()[..] else { panic!("{url}") };
                assert_eq!(diagnostic.summary(), summary);
                assert_eq!(diagnostic.path(), None, "Terraform shows the line that is pointed at");
                assert!(diagnostic.detail().contains(name), "{diagnostic:?}");
                assert!(!diagnostic.detail().contains("hunter2"), "{diagnostic:?}");
            }
            for fine in [Value::Unknown, Value::Null, "".into(), "proxy:3128".into(), "http://u:p%40@proxy".into()] {
                let config = Object::new().with(name, fine);
                assert_eq!(validate(&config).count(), 0, "{config:?}");
            }
        }
    }
}
