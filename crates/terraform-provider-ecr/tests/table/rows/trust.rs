//! Certificates that are trusted.

use test_support::row::{Row, keys};

use super::{ROLE, ROLE_OF_PROFILE};

const UNTRUSTED: &str = "certificate";

/// The certificate of another CA.
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

/// A row in which AWS is `https://<tls>`.
fn tls(name: &'static str) -> Row {
    keys(name).env("AWS_ENDPOINT_URL", "https://<tls>")
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        tls("nobody_trusts_it").fails([UNTRUSTED]),
        tls("file_of_the_system").env("SSL_CERT_FILE", "<home>/ca.pem").token_by("AKIDENV at tls"),
        tls("directory_of_the_system").env("SSL_CERT_DIR", "<home>/authorities").token_by("AKIDENV at tls"),
        tls("directory_of_the_system_beside_a_file_without_it")
            .file("other.pem", OTHER)
            .env("SSL_CERT_FILE", "<home>/other.pem")
            .env("SSL_CERT_DIR", "<home>/authorities")
            .token_by("AKIDENV at tls"),
        tls("neither_file_nor_directory_of_the_system_has_it")
            .file("other.pem", OTHER)
            .file("others/00000000.0", OTHER)
            .env("SSL_CERT_FILE", "<home>/other.pem")
            .env("SSL_CERT_DIR", "<home>/others")
            .fails([UNTRUSTED]),
        tls("bundle_in_place_of_the_system")
            .file("other.pem", OTHER)
            .env("SSL_CERT_FILE", "<home>/ca.pem")
            .env("AWS_CA_BUNDLE", "<home>/other.pem")
            .fails([UNTRUSTED]),
        tls("variable").env("AWS_CA_BUNDLE", "<home>/ca.pem").token_by("AKIDENV at tls"),
        tls("argument").terraform().set("custom_ca_bundle", "<home>/ca.pem").token_by("AKIDENV at tls"),
        tls("argument_with_tilde").set("custom_ca_bundle", "~/ca.pem").token_by("AKIDENV at tls"),
        tls("argument_with_variable")
            .env("WHERE", "<home>")
            .set("custom_ca_bundle", "$WHERE/ca.pem")
            .token_by("AKIDENV at tls"),
        tls("variable_with_tilde").env("AWS_CA_BUNDLE", "~/ca.pem").token_by("AKIDENV at tls"),
        tls("profile_with_tilde").config("[default]\nca_bundle = ~/ca.pem\n").token_by("AKIDENV at tls"),
        tls("profile_with_the_home_of_another_user")
            .config("[default]\nca_bundle = ~bob/ca.pem\n")
            .fails(["~bob/ca.pem", "the whole path"]),
        tls("argument_beats_variable")
            .env("AWS_CA_BUNDLE", "<home>/other.pem")
            .file("other.pem", OTHER)
            .set("custom_ca_bundle", "<home>/ca.pem")
            .token_by("AKIDENV at tls"),
        tls("argument_beats_variable_that_would_do")
            .env("AWS_CA_BUNDLE", "<home>/ca.pem")
            .file("other.pem", OTHER)
            .set("custom_ca_bundle", "<home>/other.pem")
            .fails([UNTRUSTED]),
        tls("argument_beats_variable_whose_file_is_missing")
            .env("AWS_CA_BUNDLE", "<home>/missing.pem")
            .set("custom_ca_bundle", "<home>/ca.pem")
            .token_by("AKIDENV at tls"),
        tls("argument_is_missing").set("custom_ca_bundle", "<home>/missing.pem").fails(["missing.pem"]),
        tls("variable_is_missing").env("AWS_CA_BUNDLE", "<home>/missing.pem").fails(["missing.pem"]),
        tls("argument_is_no_certificate")
            .file("nonsense.pem", "nonsense")
            .set("custom_ca_bundle", "<home>/nonsense.pem")
            .fails(["PEM"]),
        // As `openssl req -x509` makes certificates for servers.
        keys("server_is_an_authority_of_the_bundle")
            .terraform()
            .at("https://<authority>")
            .set("custom_ca_bundle", "<home>/ca.pem")
            .token_by("AKIDENV at authority"),
        keys("server_is_an_authority_of_the_system")
            .at("https://<authority>")
            .env("SSL_CERT_FILE", "<home>/ca.pem")
            .token_by("AKIDENV at authority"),
        tls("bundle_begins_with_a_certificate_that_is_cut_off")
            .file("cut.pem", [&OTHER[..400], "\n<ca.pem>"].concat())
            .set("custom_ca_bundle", "<home>/cut.pem")
            .token_by("AKIDENV at tls"),
        tls("file_of_the_system_begins_with_a_certificate_that_is_cut_off")
            .file("cut.pem", [&OTHER[..400], "\n<ca.pem>"].concat())
            .env("SSL_CERT_FILE", "<home>/cut.pem")
            .token_by("AKIDENV at tls"),
        tls("file_of_the_system_is_missing_and_a_directory_has_it")
            .env("SSL_CERT_FILE", "<home>/missing.pem")
            .env("SSL_CERT_DIR", "<home>/none:<home>/authorities")
            .token_by("AKIDENV at tls"),
        tls("file_of_the_system_is_missing")
            .terraform()
            .env("SSL_CERT_FILE", "<home>/missing.pem")
            .fails([UNTRUSTED, "SSL_CERT_FILE names <home>/missing.pem, which cannot be read"])
            .peer_fails([], [UNTRUSTED], "the error names the variable"),
        tls("directory_of_the_system_is_missing")
            .env("SSL_CERT_DIR", "<home>/none")
            .fails([UNTRUSTED, "SSL_CERT_DIR names <home>/none, which cannot be read"])
            .peer_fails([], [UNTRUSTED], "the error names the variable"),
        tls("ca_bundle_of_the_profile").config("[default]\nca_bundle = <home>/ca.pem\n").token_by("AKIDENV at tls"),
        tls("insecure_with_a_bundle")
            .file("other.pem", OTHER)
            .set("insecure", true)
            .set("custom_ca_bundle", "<home>/other.pem")
            .token_by("AKIDENV at tls")
            .warns(["TLS Certificates Are Not Verified"]),
        tls("sts_is_trusted_as_well")
            .env("AWS_ENDPOINT_URL_STS", "https://<tls>")
            .set("custom_ca_bundle", "~/ca.pem")
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV at tls")
            .token_by("ASIADEPLOY at tls"),
        tls("sts_of_a_profile_is_trusted_as_well")
            .without(["AWS_ACCESS_KEY_ID"])
            .env("AWS_ENDPOINT_URL_STS", "https://<tls>")
            .config(ROLE_OF_PROFILE)
            .profile("ci")
            .set("custom_ca_bundle", "~/ca.pem")
            .assumes("deploy (900s) by AKIDBASE at tls")
            .token_by("ASIADEPLOY at tls"),
    ]
}
