//! Settings that are valid but probably a mistake.

use std::path::PathBuf;

use http::{Uri, uri::Scheme};

use crate::{
    account,
    config::{Config, Endpoints, STS_ENDPOINT},
    credentials,
    endpoint::{ALL_SERVICES, Endpoint, shown_endpoint},
    environment::Environment,
    error::Origin,
    near::Host,
    proxy::Proxies,
    settings::Settings,
};

/// Something that a person should look at, though nothing has failed.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Warning {
    /// An environment variable that counts for now.
    DeprecatedVariable {
        /// The variable.
        name: &'static str,
        /// The one to set in its place.
        instead: &'static str,
    },
    /// An endpoint is asked without TLS, and is not on this machine. Whoever is on the way to it can read the token.
    EndpointWithoutTls {
        /// The endpoint, as [`shown_endpoint`](crate::shown_endpoint) shows it.
        url: String,
        /// The setting.
        origin: Origin,
        /// The services that are asked there, such as `ECR` and `STS`.
        services: Vec<&'static str>,
    },
    /// `forbidden_account_ids` rules nothing out, since the other settings forbid to ask for the account.
    ForbiddenAccountsNotChecked,
    /// `http_proxy` is used for `https` as well: no other proxy is configured for that.
    HttpProxyForHttps {
        /// The proxy, without user name and password.
        proxy: String,
    },
    /// A file that a setting names does not exist, and counts as empty, as in hashicorp/aws.
    FileNotFound {
        /// The file.
        file: PathBuf,
        /// The setting.
        origin: Origin,
    },
    /// A shared file in the home directory exists and cannot be read. It counts as empty, as in hashicorp/aws.
    FileUnreadable {
        /// The file.
        file: PathBuf,
        /// The reason, in the words of the system.
        reason: String,
    },
    /// Any certificate will do: whoever is in between can read and change everything.
    Insecure,
    /// A profile that a setting names has no credentials, so that the machine's are used, as in hashicorp/aws.
    ProfileWithoutCredentials {
        /// The profile.
        profile: String,
        /// The setting.
        origin: Origin,
    },
    /// `profile` is used, though there are keys in the environment.
    ProfileOverEnvironment {
        /// The profile.
        profile: String,
    },
}

/// The warnings about the settings and the environment, and about the files where they could be read.
pub(crate) fn all(settings: &Settings, env: &Environment, config: Option<&Config>) -> Vec<Warning> {
    let mut warnings = config.map(|config| of_files(settings, env, config)).unwrap_or_default();
    if settings.insecure {
        warnings.push(Warning::Insecure);
    }
    let static_keys = settings.access_key.is_some();
    let env_keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].iter().all(|name| env.is_set(name));
    if let (Some(profile), false, true) = (&settings.profile, static_keys, env_keys) {
        warnings.push(Warning::ProfileOverEnvironment { profile: profile.clone() });
    }
    if let Some(proxy) = Proxies::http_for_https(settings, env) {
        warnings.push(Warning::HttpProxyForHttps { proxy: proxy.to_string() });
    }
    if !settings.forbidden_account_ids.is_empty() && !account::matters(settings) {
        warnings.push(Warning::ForbiddenAccountsNotChecked);
    }
    let [instead, older @ ..] = STS_ENDPOINT;
    if settings.endpoints.sts.is_none() && !env.is_set(instead) {
        let name = older.into_iter().find(|name| env.is_set(name));
        warnings.extend(name.map(|name| Warning::DeprecatedVariable { name, instead }));
    }
    let (name, instead) = ("AWS_METADATA_URL", "AWS_EC2_METADATA_SERVICE_ENDPOINT");
    if settings.ec2_metadata_service_endpoint.is_none() && env.is_set(name) {
        warnings.push(Warning::DeprecatedVariable { name, instead });
    }
    warnings
}

fn of_files(settings: &Settings, env: &Environment, config: &Config) -> Vec<Warning> {
    let files = &config.files;
    let missing = files.missing.iter().cloned().map(|(file, origin)| Warning::FileNotFound { file, origin });
    let unreadable = files.unreadable.iter().cloned().map(|(file, reason)| Warning::FileUnreadable { file, reason });
    let mut warnings: Vec<_> = missing.chain(unreadable).collect();
    if let Some(origin) = &files.named_by
        && credentials::leaves_the_profile(settings, env, config)
    {
        warnings.push(Warning::ProfileWithoutCredentials { profile: files.profile.clone(), origin: origin.clone() });
    }
    warnings.extend(without_tls(settings, env, config));
    warnings
}

/// The endpoints that are asked for a token, or for the credentials for it. ECR Public counts if it has an endpoint of its own: a
/// block that asks it may come or not.
fn without_tls(settings: &Settings, env: &Environment, config: &Config) -> Vec<Warning> {
    let Endpoints { ecr, ecr_public, sso, sso_oidc, sts } = &config.endpoints;
    let asked = credentials::services(settings, env, &config.files);
    let is_own = |endpoint: &&Endpoint| match endpoint.origin {
        Origin::Variable(name) => name != ALL_SERVICES,
        Origin::Profile(_) => false,
        _ => true,
    };
    let used = [
        ("ECR", ecr.as_ref()),
        ("ECR Public", ecr_public.as_ref().filter(is_own)),
        ("STS", sts.as_ref().filter(|_| asked.sts)),
        ("SSO", sso.as_ref().filter(|_| asked.sso)),
        ("SSO OIDC", sso_oidc.as_ref().filter(|_| asked.sso)),
        ("EC2 instance metadata", config.imds.endpoint().filter(|_| asked.instance && !config.imds.is_off())),
    ];
    let mut found: Vec<(&Endpoint, Vec<&'static str>)> = Vec::new();
    for (service, endpoint) in used {
        let Some(endpoint) = endpoint.filter(|endpoint| is_readable_on_the_way(&endpoint.url)) else { continue };
        match found.iter_mut().find(|(other, _)| *other == endpoint) {
            Some((_, services)) => services.push(service),
            None => found.push((endpoint, vec![service])),
        }
    }
    let warning = |(endpoint, services): (&Endpoint, _)| Warning::EndpointWithoutTls {
        url: config.secrets.hidden_in(&shown_endpoint(&endpoint.url)),
        origin: endpoint.origin.clone(),
        services,
    };
    found.into_iter().map(warning).collect()
}

fn is_readable_on_the_way(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else { return false };
    let is_near = |host: Host| host.is_this_machine() || host.is_metadata() || host.is_on_this_link();
    uri.scheme() == Some(&Scheme::HTTP) && !Host::of(&uri).is_some_and(is_near)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(settings: impl std::borrow::Borrow<Settings>, variables: &[(&str, &str)]) -> Vec<Warning> {
        all(settings.borrow(), &Environment::given(variables), None)
    }

    const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")];

    #[test]
    fn nothing_is_said_of_the_usual() {
        assert_eq!(of(Settings::default(), &KEYS), []);
        let profile = Settings { profile: Some("ci".into()), ..Settings::default() };
        assert_eq!(of(profile, &KEYS[..1]), []);
    }

    #[test]
    fn a_profile_that_keys_of_the_environment_do_not_beat() {
        let profile = Settings { profile: Some("ci".into()), ..Settings::default() };
        assert_eq!(of(profile.clone(), &KEYS), [Warning::ProfileOverEnvironment { profile: "ci".into() }]);
        assert_eq!(of(Settings { access_key: Some("a".into()), ..profile }, &KEYS), []);
    }

    #[test]
    fn a_proxy_for_both() {
        let proxy = Settings { http_proxy: Some("http://me:hunter2@proxy".into()), ..Settings::default() };
        let expected = Warning::HttpProxyForHttps { proxy: "http://proxy:80".into() };
        assert_eq!(of(proxy.clone(), &[]), [expected]);
        assert_eq!(of(proxy.clone(), &[("HTTPS_PROXY", "http://other")]), []);
        assert_eq!(of(Settings { https_proxy: Some("".into()), ..proxy }, &[]), []);
    }

    #[test]
    fn guard_rails_that_are_off() {
        let forbidding = Settings { forbidden_account_ids: vec!["1".into()], ..Settings::default() };
        assert_eq!(of(forbidding.clone(), &[]), []);
        let skipping = Settings { skip_credentials_validation: true, skip_requesting_account_id: true, ..forbidding };
        assert_eq!(of(skipping, &[]), [Warning::ForbiddenAccountsNotChecked]);
        assert_eq!(of(Settings { insecure: true, ..Settings::default() }, &[]), [Warning::Insecure]);
    }

    #[test]
    fn an_endpoint_is_readable_on_the_way_unless_it_has_tls_or_is_near() {
        for (url, is_readable) in [
            ("http://ecr.corp", true),
            ("HTTP://10.0.0.1:5000/path", true),
            ("http://[2001:db8::1]", true),
            ("http://localhost.corp", true),
            ("https://ecr.corp", false),
            ("http://localhost", false),
            ("http://ecr.localhost:4566", false),
            ("http://127.1:5000", false),
            ("http://0.0.0.0", false),
            ("http://[::ffff:127.0.0.1]", false),
            ("http://169.254.1.1", false),
            ("http://[fe80::1]", false),
            ("http://[fd00:ec2::23]", false),
        ] {
            assert_eq!(is_readable_on_the_way(url), is_readable, "{url}");
        }
    }

    #[test]
    fn variables_of_old() {
        let old = |name| of(Settings::default(), &[(name, "http://old")]);
        for (name, instead) in [
            ("TF_AWS_STS_ENDPOINT", "AWS_ENDPOINT_URL_STS"),
            ("AWS_STS_ENDPOINT", "AWS_ENDPOINT_URL_STS"),
            ("AWS_METADATA_URL", "AWS_EC2_METADATA_SERVICE_ENDPOINT"),
        ] {
            assert_eq!(old(name), [Warning::DeprecatedVariable { name, instead }]);
        }
        let both = [("AWS_STS_ENDPOINT", "http://old"), ("AWS_ENDPOINT_URL_STS", "http://new")];
        assert_eq!(of(Settings::default(), &both), []);
    }
}
