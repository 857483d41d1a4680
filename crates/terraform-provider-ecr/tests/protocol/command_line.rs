//! Tests of a provider that a person starts in a terminal.

use terraform_plugin_testing::Tls;

use crate::session::terraform;

const COOKIE: &str = "TF_PLUGIN_MAGIC_COOKIE";

#[tokio::test]
async fn without_the_cookie_the_provider_says_that_it_is_a_plugin() {
    let without = terraform().without_env(COOKIE);
    let other = terraform().env(COOKIE, "of another program");
    // The provider checks the cookie before it reads the rest of the environment, so the invalid certificate has no effect.
    let nonsense = terraform().tls(Tls::Off).env(COOKIE, "x").env("PLUGIN_CLIENT_CERT", "x");
    for terraform in [without, other, nonsense] {
        let output = terraform.run().await.expect("it ends");
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert_eq!(output.stdout, [""; 0], "{output:?}");
        let text = output.stderr.join("\n");
        assert!(text.contains("plugin"), "the text says that the program is a plugin: {text}");
        assert!(text.contains("Terraform"), "the text says that Terraform starts the program: {text}");
    }
}

#[tokio::test]
async fn the_version_is_printed_without_the_cookie() {
    for flag in ["--version", "-version"] {
        let output = terraform().without_env(COOKIE).arg(flag).run().await.expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let expected = concat!("terraform-provider-ecr ", env!("CARGO_PKG_VERSION"));
        assert!(output.stdout.first().is_some_and(|line| line.starts_with(expected)), "{output:?}");
        assert_eq!(output.stderr, [""; 0]);
    }
}

#[tokio::test]
async fn an_unknown_flag_is_named_and_exits_with_code_2() {
    let output = terraform().arg("--frobnicate").run().await.expect("it ends");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(output.stdout, [""; 0]);
    assert!(output.stderr.join("\n").contains("--frobnicate"), "{output:?}");
}
