//! Rows about the sources of trusted CA certificates.

use test_support::row::{Row, keys};

use super::{ROLE, ROLE_OF_PROFILE};

const UNTRUSTED: &str = "certificate";

/// The certificate of a CA that did not sign the server's certificate.
const OTHER: &str = "
-----BEGIN CERTIFICATE-----
MIIBgTCCASegAwIBAgIUE5u0ksduD3IeaiIoHo3udTYxPGUwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKYW5vdGhlciBDQTAgFw0yNjExMjMyMTQ3MTNaGA8yMTI2MTAz
MDIxNDcxM1owFTETMBEGA1UEAwwKYW5vdGhlciBDQTBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABIDp3Ej7YG208HVQk49NQcu+x+udbSgS9xsNqS6yc9Tfrv88PNQd
Gqjv0nzSZcXg2X+UIHQ8g6zM6Q686XZt3OOjUzBRMB0GA1UdDgQWBBQ+Zj2Q5yX8
OXHcknUJR6epGeNr9jAfBgNVHSMEGDAWgBQ+Zj2Q5yX8OXHcknUJR6epGeNr9jAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIDopxM6yYWVpF93q8jYh
HonBQt9jdVnNEkEYFvZdwEZEAiEAp62+yQUMPn13bVB1mhrm5qWcZsSSRnOz3uFP
ZqODNTo=
-----END CERTIFICATE-----
";

/// Returns a row with the endpoint `https://<tls>`.
fn tls(name: &'static str) -> Row {
    keys(name).env("AWS_ENDPOINT_URL", "https://<tls>")
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        tls("rejects_an_untrusted_certificate").fails([UNTRUSTED]),
        tls("the_file_of_the_system_is_trusted").env("SSL_CERT_FILE", "<home>/ca.pem").token_by("AKIDENV at tls"),
        tls("the_directory_of_the_system_is_trusted")
            .env("SSL_CERT_DIR", "<home>/authorities")
            .token_by("AKIDENV at tls"),
        tls("the_directory_of_the_system_is_trusted_beside_a_file")
            .file("other.pem", OTHER)
            .env("SSL_CERT_FILE", "<home>/other.pem")
            .env("SSL_CERT_DIR", "<home>/authorities")
            .token_by("AKIDENV at tls"),
        tls("rejects_a_certificate_in_neither_file_nor_directory_of_the_system")
            .file("other.pem", OTHER)
            .file("others/00000000.0", OTHER)
            .env("SSL_CERT_FILE", "<home>/other.pem")
            .env("SSL_CERT_DIR", "<home>/others")
            .fails([UNTRUSTED]),
        tls("a_bundle_replaces_the_system")
            .file("other.pem", OTHER)
            .env("SSL_CERT_FILE", "<home>/ca.pem")
            .env("AWS_CA_BUNDLE", "<home>/other.pem")
            .fails([UNTRUSTED]),
        tls("the_variable_is_used").env("AWS_CA_BUNDLE", "<home>/ca.pem").token_by("AKIDENV at tls"),
        tls("the_argument_is_used").terraform().set("custom_ca_bundle", "<home>/ca.pem").token_by("AKIDENV at tls"),
        tls("the_argument_expands_a_tilde").set("custom_ca_bundle", "~/ca.pem").token_by("AKIDENV at tls"),
        tls("the_argument_expands_a_variable")
            .env("WHERE", "<home>")
            .set("custom_ca_bundle", "$WHERE/ca.pem")
            .token_by("AKIDENV at tls"),
        tls("the_variable_expands_a_tilde").env("AWS_CA_BUNDLE", "~/ca.pem").token_by("AKIDENV at tls"),
        tls("the_profile_expands_a_tilde").config("[default]\nca_bundle = ~/ca.pem\n").token_by("AKIDENV at tls"),
        tls("rejects_the_home_of_another_user_in_the_profile")
            .config("[default]\nca_bundle = ~bob/ca.pem\n")
            .fails(["~bob/ca.pem", "the whole path"]),
        tls("the_argument_beats_the_variable")
            .env("AWS_CA_BUNDLE", "<home>/other.pem")
            .file("other.pem", OTHER)
            .set("custom_ca_bundle", "<home>/ca.pem")
            .token_by("AKIDENV at tls"),
        tls("the_argument_beats_a_valid_variable")
            .env("AWS_CA_BUNDLE", "<home>/ca.pem")
            .file("other.pem", OTHER)
            .set("custom_ca_bundle", "<home>/other.pem")
            .fails([UNTRUSTED]),
        tls("the_argument_beats_a_variable_with_a_missing_file")
            .env("AWS_CA_BUNDLE", "<home>/missing.pem")
            .set("custom_ca_bundle", "<home>/ca.pem")
            .token_by("AKIDENV at tls"),
        tls("rejects_a_missing_file_of_the_argument")
            .set("custom_ca_bundle", "<home>/missing.pem")
            .fails(["missing.pem"]),
        tls("rejects_a_missing_file_of_the_variable").env("AWS_CA_BUNDLE", "<home>/missing.pem").fails(["missing.pem"]),
        tls("rejects_a_file_without_a_certificate")
            .file("nonsense.pem", "nonsense")
            .set("custom_ca_bundle", "<home>/nonsense.pem")
            .fails(["PEM"]),
        // `openssl req -x509` creates server certificates that are also CA certificates.
        keys("accepts_a_server_that_is_a_ca_of_the_bundle")
            .terraform()
            .at("https://<authority>")
            .set("custom_ca_bundle", "<home>/ca.pem")
            .token_by("AKIDENV at authority"),
        keys("accepts_a_server_that_is_a_ca_of_the_system")
            .at("https://<authority>")
            .env("SSL_CERT_FILE", "<home>/ca.pem")
            .token_by("AKIDENV at authority"),
        tls("a_truncated_certificate_in_the_bundle_is_skipped")
            .file("cut.pem", [&OTHER[..400], "\n<ca.pem>"].concat())
            .set("custom_ca_bundle", "<home>/cut.pem")
            .token_by("AKIDENV at tls"),
        tls("a_truncated_certificate_in_the_file_of_the_system_is_skipped")
            .file("cut.pem", [&OTHER[..400], "\n<ca.pem>"].concat())
            .env("SSL_CERT_FILE", "<home>/cut.pem")
            .token_by("AKIDENV at tls"),
        tls("the_directory_is_trusted_if_the_file_of_the_system_is_missing")
            .env("SSL_CERT_FILE", "<home>/missing.pem")
            .env("SSL_CERT_DIR", "<home>/none:<home>/authorities")
            .token_by("AKIDENV at tls"),
        tls("rejects_a_missing_file_of_the_system")
            .terraform()
            .env("SSL_CERT_FILE", "<home>/missing.pem")
            .fails([UNTRUSTED, "SSL_CERT_FILE names <home>/missing.pem, which cannot be read"])
            .peer_fails([], [UNTRUSTED], "the error names the variable"),
        tls("rejects_a_missing_directory_of_the_system")
            .env("SSL_CERT_DIR", "<home>/none")
            .fails([UNTRUSTED, "SSL_CERT_DIR names <home>/none, which cannot be read"])
            .peer_fails([], [UNTRUSTED], "the error names the variable"),
        tls("the_bundle_of_the_profile_is_used")
            .config("[default]\nca_bundle = <home>/ca.pem\n")
            .token_by("AKIDENV at tls"),
        tls("insecure_ignores_the_bundle")
            .file("other.pem", OTHER)
            .set("insecure", true)
            .set("custom_ca_bundle", "<home>/other.pem")
            .token_by("AKIDENV at tls")
            .warns(["TLS Certificates Are Not Verified"]),
        tls("the_bundle_is_used_for_sts")
            .env("AWS_ENDPOINT_URL_STS", "https://<tls>")
            .set("custom_ca_bundle", "~/ca.pem")
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV at tls")
            .token_by("ASIADEPLOY at tls"),
        tls("the_bundle_is_used_for_sts_of_a_profile")
            .without(["AWS_ACCESS_KEY_ID"])
            .env("AWS_ENDPOINT_URL_STS", "https://<tls>")
            .config(ROLE_OF_PROFILE)
            .profile("ci")
            .set("custom_ca_bundle", "~/ca.pem")
            .assumes("deploy (900s) by AKIDBASE at tls")
            .token_by("ASIADEPLOY at tls"),
    ]
}
