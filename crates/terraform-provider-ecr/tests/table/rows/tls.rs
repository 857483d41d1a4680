//! Rows with server certificates that are not valid, and with unusable files of CA certificates.

use expect_test::expect;

use test_support::row::{Row, keys};

pub(super) fn rows() -> Vec<Row> {
    let trusting = |name| keys(name).env("AWS_CA_BUNDLE", "<home>/ca.pem").requests(0);
    vec![
        keys("rejects_an_unknown_ca")
            .at("https://<tls>")
            .env("AWS_CA_BUNDLE", "<home>/other-ca.pem")
            .in_the_guide()
            .asks([])
            .tells(expect![[r#"
                Error: TLS Connection Failed [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at https://<tls> got no answer: the issuer of its certificate is not trusted here.

                A proxy or a firewall that inspects TLS sends its own certificate instead of AWS's. If you trust it, set `custom_ca_bundle` or AWS_CA_BUNDLE to its CA certificate.
            "#]]),
        trusting("rejects_an_expired_certificate").at("https://<expired>").tells(expect![[r#"
            Error: TLS Connection Failed [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at https://<expired> got no answer: its certificate expired at 2020-01-01T00:00:00Z.

            Check the clock of this machine. If the clock is right, that host needs a new certificate.
        "#]]),
        trusting("rejects_a_certificate_of_another_host").at("https://<misnamed>").tells(expect![[r#"
            Error: TLS Connection Failed [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at https://<misnamed> got no answer: its certificate is for another-host.test, and not for 127.0.0.1.

            Write the host of the endpoint as in the certificate, and check whether another server answers in its place.
        "#]]),
        trusting("rejects_a_server_without_tls").at("https://<aws>").tells(expect![[r#"
            Error: TLS Connection Failed [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at https://<aws> got no answer: it does not speak TLS.

            If that server uses plain HTTP, such as a stand-in for AWS on this machine, write its endpoint with http://.
        "#]]),
        keys("rejects_a_missing_ca_bundle").env("AWS_CA_BUNDLE", "<home>/missing.pem").requests(0).tells(expect![[r#"
            Error: Invalid AWS Configuration [the provider block]
            Cannot use the environment variable AWS_CA_BUNDLE: the CA bundle <home>/missing.pem cannot be read: No such file or directory (os error 2).
        "#]]),
        keys("rejects_a_ca_bundle_without_certificates")
            .file("ca-bundle.pem", "-----BEGIN CERTIFICATE-----\nno base64\n-----END CERTIFICATE-----\n")
            .env("AWS_CA_BUNDLE", "<home>/ca-bundle.pem")
            .requests(0)
            .tells(expect![[r#"
                Error: Invalid AWS Configuration [the provider block]
                Cannot use the environment variable AWS_CA_BUNDLE: the CA bundle <home>/ca-bundle.pem does not contain a certificate in PEM form.
            "#]]),
        keys("rejects_missing_root_certificates")
            .at("https://<tls>")
            .env("SSL_CERT_FILE", "/dev/null")
            .env("SSL_CERT_DIR", "<home>/none")
            .requests(0)
            .tells(expect![[r#"
                Error: Request Cannot Be Sent [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at https://<tls> could not be sent: root certificates are missing: SSL_CERT_FILE names /dev/null, which does not contain a certificate in PEM form (correct that variable, or unset it), and SSL_CERT_DIR names <home>/none, which cannot be read: No such file or directory (os error 2) (correct that variable, or unset it).

                The cause is local: check the provider block, the environment, the shared files and this system.
            "#]]),
        keys("rejects_a_ca_certificate_as_a_server")
            .at("https://<subordinate>")
            .env("AWS_CA_BUNDLE", "<home>/ca.pem")
            .requests(0)
            .tells(expect![[r#"
                Error: TLS Connection Failed [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at https://<subordinate> got no answer: its certificate is a CA certificate (CA:TRUE), which must be in the bundle of `custom_ca_bundle` or AWS_CA_BUNDLE.

                The server could not prove that it is that host, or its TLS does not match this provider's. Check for a proxy or a firewall in between.
            "#]]),
        keys("rejects_root_certificates_that_are_a_pipe")
            .at("https://<tls>")
            .pipe("roots.pem")
            .env("SSL_CERT_FILE", "<home>/roots.pem")
            .requests(0)
            .within(8)
            .tells(expect![[r#"
                Error: Request Cannot Be Sent [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at https://<tls> could not be sent: reading this system's root certificates took longer than 5 s (SSL_CERT_FILE names <home>/roots.pem).

                The cause is local: check the provider block, the environment, the shared files and this system.
            "#]]),
        keys("insecure_accepts_any_certificate_with_a_warning").at("https://<expired>").set("insecure", true).terraform().token_by("AKIDENV at expired").tells(expect![[r#"
            Warning: TLS Certificates Are Not Verified [insecure of the provider block]
            With `insecure`, anybody between this machine and AWS can read the token and pretend to be AWS.

            To trust a proxy's certificate, set `custom_ca_bundle` to its CA certificate.
        "#]]),
    ]
}
