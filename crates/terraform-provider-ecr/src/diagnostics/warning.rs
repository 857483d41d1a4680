//! Warnings.

use aws_base::{Origin, Warning};
use terraform_plugin::Diagnostic;

use super::summary::Summary;

/// Points at the argument that the warning is about, if there is one, unless the warning hides the value.
fn with_origin(origin: &Origin, about: &Warning, warning: Diagnostic) -> Diagnostic {
    match origin {
        Origin::Argument(name) if !about.hides_value() => warning.at(*name),
        _ => warning,
    }
}

/// Lists services, such as `ECR`, `ECR and STS` or `ECR, STS and SSO`.
fn listed(services: &[&str]) -> String {
    match services {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        services => services.concat(),
    }
}

/// Returns the warning about a setting that is valid but probably a mistake.
pub(crate) fn warning(warning: &Warning) -> Diagnostic {
    match warning {
        Warning::DeprecatedVariable { name, instead } => Diagnostic::warning(
            Summary::DeprecatedVariable,
            format!("The environment variable {name} is deprecated: set {instead} in its place."),
        ),
        Warning::EndpointWithoutTls { url, origin, services } => with_origin(
            origin,
            warning,
            Diagnostic::warning(
                Summary::EndpointWithoutTls,
                format!(
                    "{url}, from {origin}, is used for {} without TLS. Anybody in between can read tokens and \
                     credentials, and can answer in its place.\n\nWrite https://, or use an endpoint on this machine.",
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
                    "{} does not exist, and {origin} names it. It counts as empty, as in hashicorp/aws, so credentials \
                     may come from another source.\n\nCreate the file, or remove its name.",
                    file.display()
                ),
            ),
        ),
        Warning::FileUnreadable { file, reason } => Diagnostic::warning(
            Summary::FileUnreadable,
            format!(
                "{} cannot be read: {reason}. It counts as empty, as in hashicorp/aws, so credentials may come from another \
                 source.\n\nMake the file readable for this user, or set HOME to the home directory of this user.",
                file.display()
            ),
        ),
        Warning::ForbiddenAccountsNotChecked => Diagnostic::warning(
            Summary::ForbiddenAccountsNotChecked,
            "`forbidden_account_ids` rules nothing out: `skip_credentials_validation` together with \
             `skip_requesting_account_id` forbids to ask STS for the account. Remove one of the two.",
        )
        .at("forbidden_account_ids"),
        Warning::HttpProxyForHttps { proxy } => Diagnostic::warning(
            Summary::MissingHttpsProxy,
            format!(
                "`http_proxy` is set, and no proxy for HTTPS is: neither `https_proxy` nor HTTPS_PROXY. So {proxy} is used \
                 for HTTPS as well, as in hashicorp/aws, where that may change.\n\nSet `https_proxy` to keep it so, or to \
                 \"\" to use no proxy for HTTPS."
            ),
        ),
        Warning::Insecure => Diagnostic::warning(
            Summary::CertificatesNotVerified,
            "With `insecure`, anybody between here and AWS can read the token and pass for AWS.\n\nTo trust a proxy's \
             certificate, name its root in `custom_ca_bundle`.",
        )
        .at("insecure"),
        Warning::ProfileWithoutCredentials { profile, origin } => with_origin(
            origin,
            warning,
            Diagnostic::warning(
                Summary::ProfileWithoutCredentials,
                format!(
                    "The profile {profile:?}, which {origin} names, has no credentials. Those of this container or EC2 \
                     instance are used, as in hashicorp/aws.\n\nGive the profile credentials, or do not name it."
                ),
            ),
        ),
        Warning::ProfileOverEnvironment { profile } => Diagnostic::warning(
            Summary::Conflict,
            format!(
                "`profile` is {profile:?}, and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set in the environment. The \
                 profile counts, not the keys of the environment.\n\nRemove `profile` to use them, or unset them."
            ),
        )
        .at("profile"),
        // There may be new variants. A text for developers is better than none.
        other => Diagnostic::warning(Summary::Questionable, format!("{other:?}.")),
    }
}
