//! The texts of warnings.

use aws_base::{Origin, Warning};
use terraform_plugin::Diagnostic;

use super::summary::Summary;

/// If the warning concerns an argument, adds the path of the argument. A warning that hides a value has no path.
fn with_origin(origin: &Origin, about: &Warning, warning: Diagnostic) -> Diagnostic {
    match origin {
        Origin::Argument(name) if !about.hides_value() => warning.at(*name),
        _ => warning,
    }
}

/// Returns the names of services as an enumeration, such as `ECR`, `ECR and STS` or `ECR, STS and SSO`.
fn listed(services: &[&str]) -> String {
    match services {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        services => services.concat(),
    }
}

/// Returns the diagnostic for a setting that is valid but probably a mistake.
pub(crate) fn warning(warning: &Warning) -> Diagnostic {
    match warning {
        Warning::DeprecatedVariable { name, instead } => Diagnostic::warning(
            Summary::DeprecatedVariable,
            format!("The environment variable {name} is deprecated. Set {instead} instead."),
        ),
        Warning::EndpointWithoutTls { url, origin, services } => with_origin(
            origin,
            warning,
            Diagnostic::warning(
                Summary::EndpointWithoutTls,
                format!(
                    "{url}, from {origin}, is used for {} without TLS. Anybody in between can read tokens and credentials, \
                     and can pretend to be AWS.\n\nWrite https://, or use an endpoint on this machine.",
                    listed(services)
                ),
            ),
        ),
        Warning::FileNotFound { file, origin } => with_origin(
            origin,
            warning,
            Diagnostic::warning(
                Summary::FileNotFound,
                format!(
                    "{} does not exist, but {origin} names it. The file counts as empty, as in hashicorp/aws, so credentials \
                     may come from another source.\n\nCreate the file, or remove its name from the setting.",
                    file.display()
                ),
            ),
        ),
        Warning::FileUnreadable { file, reason } => Diagnostic::warning(
            Summary::FileUnreadable,
            format!(
                "{} cannot be read: {reason}. The file counts as empty, as in hashicorp/aws, so credentials may come from \
                 another source.\n\nMake the file readable for this user, or set HOME to the home directory of this user.",
                file.display()
            ),
        ),
        Warning::ForbiddenAccountsNotChecked => Diagnostic::warning(
            Summary::ForbiddenAccountsNotChecked,
            "`forbidden_account_ids` has no effect: `skip_credentials_validation` together with `skip_requesting_account_id` \
             forbids the request to STS for the account. Remove one of the two.",
        )
        .at("forbidden_account_ids"),
        Warning::HttpProxyForHttps { proxy } => Diagnostic::warning(
            Summary::MissingHttpsProxy,
            format!(
                "`http_proxy` is set, but neither `https_proxy` nor HTTPS_PROXY is. The provider uses {proxy} for HTTPS too, \
                 as hashicorp/aws does, where this may change.\n\nSet `https_proxy` to the same proxy, or to \"\" for HTTPS \
                 without a proxy."
            ),
        ),
        Warning::Insecure => Diagnostic::warning(
            Summary::CertificatesNotVerified,
            "With `insecure`, anybody between this machine and AWS can read the token and pretend to be AWS.\n\nTo trust a \
             proxy's certificate, set `custom_ca_bundle` to its CA certificate.",
        )
        .at("insecure"),
        Warning::ProfileWithoutCredentials { profile, origin } => with_origin(
            origin,
            warning,
            Diagnostic::warning(
                Summary::ProfileWithoutCredentials,
                format!(
                    "The profile {profile:?}, which {origin} names, has no credentials. The credentials of this container or \
                     EC2 instance are used, as in hashicorp/aws.\n\nAdd credentials to the profile, or do not name it."
                ),
            ),
        ),
        Warning::ProfileOverEnvironment { profile } => Diagnostic::warning(
            Summary::Conflict,
            format!(
                "`profile` is {profile:?}, and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set in the environment. The \
                 profile is used, and the keys are ignored.\n\nTo use the keys, remove `profile`. Otherwise, unset both \
                 variables."
            ),
        )
        .at("profile"),
        // `Warning` may get new variants. For a new variant, the `Debug` output is shown.
        other => Diagnostic::warning(Summary::Questionable, format!("{other:?}.")),
    }
}
