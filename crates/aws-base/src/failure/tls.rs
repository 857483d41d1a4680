//! TLS errors: certificates that are not accepted, and servers without a supported version or cipher suite.

use aws_smithy_types::{DateTime, date_time::Format};
use rustls::{
    AlertDescription, CertificateError, Error, InvalidMessage, OtherError, PeerIncompatible, pki_types::UnixTime,
};

use super::Failure;
use crate::certificate_flaw::CertificateFlaw;

pub(super) fn failure(error: &Error) -> Failure {
    use CertificateError as Certificate;
    match error {
        Error::InvalidCertificate(certificate) => match certificate {
            Certificate::Expired
            | Certificate::ExpiredContext { .. }
            | Certificate::NotValidYet
            | Certificate::NotValidYetContext { .. } => Failure::CertificateExpired,
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                Failure::CertificateOfAnotherHost
            }
            // `BadSignature` means that a trusted certificate has the name of the issuer, but a different key.
            Certificate::UnknownIssuer | Certificate::BadSignature => Failure::UnknownIssuer,
            Certificate::UnsupportedSignatureAlgorithmContext { .. }
            | Certificate::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => Failure::TlsTooWeak,
            Certificate::Other(OtherError(error)) => match error.downcast_ref() {
                Some(CertificateFlaw::UnknownIssuer(_)) => Failure::UnknownIssuer,
                Some(CertificateFlaw::SmallKey(_)) => Failure::TlsTooWeak,
                None => Failure::Tls,
            },
            _ => Failure::Tls,
        },
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => Failure::NoTls,
        _ if mismatch(error).is_some() => Failure::TlsTooWeak,
        _ => Failure::Tls,
    }
}

/// Returns a description of the error, or `None` if the library's own message is clear enough to be shown.
pub(super) fn description(error: &Error) -> Option<String> {
    use CertificateError as Certificate;
    match error {
        Error::InvalidCertificate(certificate) => match certificate {
            Certificate::ExpiredContext { not_after, .. } => {
                Some(format!("its certificate expired at {}", date(*not_after)?))
            }
            Certificate::NotValidYetContext { not_before, .. } => {
                Some(format!("its certificate is not valid before {}", date(*not_before)?))
            }
            Certificate::NotValidForNameContext { expected, presented } => {
                let names: Vec<_> = presented.iter().map(|name| name_in(name)).collect();
                let names = if names.is_empty() { "no host".to_owned() } else { names.join(", ") };
                Some(format!("its certificate is for {names}, and not for {}", expected.to_str()))
            }
            Certificate::UnknownIssuer => Some("the issuer of its certificate is not trusted here".to_owned()),
            Certificate::BadSignature => Some(
                "its certificate is not signed with the key of the trusted issuer of this name".to_owned(),
            ),
            Certificate::UnsupportedSignatureAlgorithmContext { .. }
            | Certificate::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => Some(
                "its certificate, or the certificate of its CA, is signed with an unsupported algorithm, such as one with \
                 SHA-1"
                    .to_owned(),
            ),
            Certificate::InvalidPurposeContext { .. } => Some("its certificate is not for a server".to_owned()),
            Certificate::Other(OtherError(error)) => match (error.downcast_ref::<CertificateFlaw>(), error.downcast_ref()) {
                (Some(flaw), _) => Some(flaw.to_string()),
                (None, Some(webpki::Error::CaUsedAsEndEntity)) => Some(
                    "its certificate is a CA certificate (CA:TRUE), which must be in the bundle of `custom_ca_bundle` or \
                     AWS_CA_BUNDLE"
                        .to_owned(),
                ),
                _ => None,
            },
            _ => None,
        },
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => Some("it does not speak TLS".to_owned()),
        _ => mismatch(error).map(ToOwned::to_owned),
    }
}

/// Returns a message if the server and this program have no TLS version or no cipher suite in common.
fn mismatch(error: &Error) -> Option<&'static str> {
    const NO_VERSION: &str = "it supports neither TLS 1.2 nor TLS 1.3";
    match error {
        // Servers also send these alerts if no curve or no signature algorithm is in common.
        Error::AlertReceived(AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity) => {
            Some("no cipher suite in common (TLS alert: handshake failure)")
        }
        Error::AlertReceived(AlertDescription::ProtocolVersion) => Some(NO_VERSION),
        Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13 | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => Some(NO_VERSION),
        _ => None,
    }
}

/// Returns the host name in the debug output of a name in a certificate. For example, returns `host` for `DnsName("host")`.
fn name_in(shown: &str) -> &str {
    shown.split('"').nth(1).unwrap_or(shown)
}

fn date(time: UnixTime) -> Option<String> {
    DateTime::from_secs(time.as_secs().try_into().ok()?).fmt(Format::DateTime).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rustls::pki_types::ServerName;

    use super::*;

    fn classified(error: CertificateError) -> (Failure, Option<String>) {
        let error = Error::InvalidCertificate(error);
        (failure(&error), description(&error))
    }

    #[test]
    fn each_certificate_error_has_a_description() {
        let at = |seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let expected = ServerName::try_from("api.ecr.eu-west-1.amazonaws.com").expect("a name");
        let other_host = |presented| {
            classified(CertificateError::NotValidForNameContext { expected: expected.clone(), presented })
                .1
                .expect("words")
        };
        assert_eq!(
            classified(CertificateError::NotValidYetContext { time: at(0), not_before: at(86_400) }),
            (Failure::CertificateExpired, Some("its certificate is not valid before 1970-01-02T00:00:00Z".into()))
        );
        assert_eq!(
            other_host(vec![r#"DnsName("a.example")"#.into(), "IpAddress(127.0.0.1)".into()]),
            "its certificate is for a.example, IpAddress(127.0.0.1), and not for api.ecr.eu-west-1.amazonaws.com"
        );
        assert!(other_host(Vec::new()).contains("is for no host, and"));
        let (failure, words) = classified(CertificateError::BadSignature);
        assert!(
            failure == Failure::UnknownIssuer
                && words.is_some_and(|words| words.ends_with("the trusted issuer of this name"))
        );
    }

    #[test]
    fn an_unknown_tls_error_keeps_the_message_of_the_library() {
        assert_eq!(classified(CertificateError::Revoked), (Failure::Tls, None));
        assert_eq!(description(&Error::DecryptError), None);
    }
}
