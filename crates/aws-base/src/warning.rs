//! Warnings about settings that are valid but probably a mistake.

use std::path::PathBuf;

use http::{Uri, uri::Scheme};

use crate::{
    allowed_accounts,
    config::Config,
    credentials,
    endpoint::{ALL_SERVICES, Endpoint},
    environment::Environment,
    near::Host,
    origin::Origin,
    proxies::Proxies,
    service::Service,
    settings::{AllowedAccounts, Settings},
    shown::Shown,
};

/// A setting that a person should check, although nothing has failed.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Warning {
    /// An environment variable is deprecated, but still used for now.
    DeprecatedVariable {
        /// The variable.
        name: &'static str,
        /// The variable to set instead.
        instead: &'static str,
    },
    /// An endpoint has no TLS, and is neither on this machine nor on the network link of this machine. Anybody on the network
    /// path can read the token.
    EndpointWithoutTls {
        /// The endpoint, as [`Shown::endpoint`](crate::Shown::endpoint) shows it.
        url: Shown,
        /// The origin of the endpoint.
        origin: Origin,
        /// The services at this endpoint, such as `ECR` and `STS`.
        services: Vec<&'static str>,
    },
    /// `forbidden_account_ids` has no effect, because other settings prevent the provider from requesting the account of the
    /// credentials.
    ForbiddenAccountsNotChecked,
    /// `http_proxy` is also used for `https`, because no proxy is configured for `https`.
    HttpProxyForHttps {
        /// The proxy, without user name and password.
        proxy: String,
    },
    /// A configured file does not exist. It is treated as empty, as in hashicorp/aws.
    FileNotFound {
        /// The file.
        file: PathBuf,
        /// The setting that names the file.
        origin: Origin,
    },
    /// A shared file in the home directory exists but cannot be read. It is treated as empty, as in hashicorp/aws.
    FileUnreadable {
        /// The file.
        file: PathBuf,
        /// The system's error message.
        reason: String,
    },
    /// Every certificate is accepted, so anybody on the network path can read and change everything.
    Insecure,
    /// A configured profile has no credentials. As in hashicorp/aws, the credentials of the machine are used instead.
    ProfileWithoutCredentials {
        /// The profile.
        profile: String,
        /// The setting that names the profile.
        origin: Origin,
    },
    /// `profile` is used, although environment variables contain access keys.
    ProfileOverEnvironment {
        /// The profile.
        profile: String,
    },
}

impl Warning {
    /// Checks whether the warning hides a part of the value that it describes. If so, the caller must not show the value next to
    /// the warning.
    pub fn hides_value(&self) -> bool {
        matches!(self, Self::EndpointWithoutTls { url, .. } if url.hides_value())
    }
}

/// Returns the warnings about the settings and the environment. If the configuration could be read, also returns the warnings
/// about the shared files.
pub(crate) fn all(settings: &Settings, environment: &Environment, config: Option<&Config>) -> Vec<Warning> {
    let mut warnings = config.map(of_config).unwrap_or_default();
    if settings.insecure {
        warnings.push(Warning::Insecure);
    }
    let env_keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].iter().all(|name| environment.is_set(name));
    if let (Some(profile), None, true) = (&settings.profile, &settings.static_keys, env_keys) {
        warnings.push(Warning::ProfileOverEnvironment { profile: profile.clone() });
    }
    if let Some(proxy) = Proxies::http_for_https(settings, environment) {
        warnings.push(Warning::HttpProxyForHttps { proxy: proxy.to_string() });
    }
    if matches!(settings.allowed_accounts, AllowedAccounts::AllBut(_)) && !allowed_accounts::need_account(settings) {
        warnings.push(Warning::ForbiddenAccountsNotChecked);
    }
    if let [instead, older @ ..] = Service::Sts.variables()
        && !settings.endpoints.contains_key(&Service::Sts)
        && !environment.is_set(instead)
    {
        let name = older.iter().find(|name| environment.is_set(name));
        warnings.extend(name.map(|name| Warning::DeprecatedVariable { name, instead }));
    }
    let (name, instead) = ("AWS_METADATA_URL", "AWS_EC2_METADATA_SERVICE_ENDPOINT");
    if settings.ec2_metadata_service_endpoint.is_none() && environment.is_set(name) {
        warnings.push(Warning::DeprecatedVariable { name, instead });
    }
    warnings
}

fn of_config(config: &Config) -> Vec<Warning> {
    let files = &config.sources.files;
    let missing = files.missing.iter().cloned().map(|(file, origin)| Warning::FileNotFound { file, origin });
    let unreadable = files.unreadable.iter().cloned().map(|(file, reason)| Warning::FileUnreadable { file, reason });
    let mut warnings: Vec<_> = missing.chain(unreadable).collect();
    if let Some(origin) = &files.profile.named_by
        && credentials::falls_back_to_machine(config)
    {
        let profile = files.profile.name.clone();
        warnings.push(Warning::ProfileWithoutCredentials { profile, origin: origin.clone() });
    }
    warnings.extend(without_tls(config));
    warnings
}

/// Returns a warning for each endpoint without TLS that receives requests for a token or for credentials. Includes ECR Public if
/// it has a configured endpoint of its own, because a block may use ECR Public later.
fn without_tls(config: &Config) -> Vec<Warning> {
    let asked = credentials::services(&config.sources);
    let is_own = |endpoint: &Endpoint| match endpoint.origin {
        Origin::Variable(name) => name != ALL_SERVICES,
        Origin::Profile(_) => false,
        _ => true,
    };
    let is_used = |service: &Service, endpoint: &Endpoint| match service {
        Service::Ecr => true,
        Service::EcrPublic => is_own(endpoint),
        Service::Sts => asked.sts,
        Service::Sso | Service::SsoOidc => asked.sso,
    };
    let of_service = |service: Service| {
        let endpoint = config.endpoint(service).filter(|endpoint| is_used(&service, endpoint))?;
        Some((service.name(), endpoint))
    };
    let services = [Service::Ecr, Service::EcrPublic, Service::Sts, Service::Sso, Service::SsoOidc];
    let instance = config.imds.endpoint().filter(|_| asked.instance && !config.imds.is_off());
    let used = services.into_iter().filter_map(of_service);
    let mut found: Vec<(&Endpoint, Vec<&'static str>)> = Vec::new();
    for (name, endpoint) in used.chain(instance.map(|endpoint| ("EC2 instance metadata", endpoint))) {
        if !is_unencrypted_and_remote(endpoint.url.as_str()) {
            continue;
        }
        match found.iter_mut().find(|(other, _)| *other == endpoint) {
            Some((_, services)) => services.push(name),
            None => found.push((endpoint, vec![name])),
        }
    }
    let warning = |(endpoint, services): (&Endpoint, _)| {
        let mut url = endpoint.url.shown();
        config.secrets.hide(&mut url);
        Warning::EndpointWithoutTls { url, origin: endpoint.origin.clone(), services }
    };
    found.into_iter().map(warning).collect()
}

fn is_unencrypted_and_remote(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else { return false };
    let is_near = |host: Host| host.is_this_machine() || host.is_metadata() || host.is_on_this_link();
    uri.scheme() == Some(&Scheme::HTTP) && !Host::parse(&uri).is_some_and(is_near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remote_endpoints_without_tls_are_unencrypted() {
        for (url, is_readable) in [
            ("http://ecr.corp", true),
            ("HTTP://10.0.0.1:5000/path", true),
            ("http://[2001:db8::1]", true),
            ("https://ecr.corp", false),
            ("http://localhost", false),
            ("http://169.254.1.1", false),
            ("http://[fe80::1]", false),
            ("http://[fd00:ec2::23]", false),
        ] {
            assert_eq!(is_unencrypted_and_remote(url), is_readable, "{url}");
        }
    }
}
