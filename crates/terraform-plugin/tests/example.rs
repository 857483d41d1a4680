//! The example of the documentation is a provider.

#![cfg(unix)]

use terraform_plugin_testing::{Config, Terraform};

#[tokio::test]
async fn the_example_hands_out_what_it_was_configured_with() {
    // Where cargo leaves examples: beside the directory that this test is in.
    let tests = std::env::current_exe().expect("this test has a path");
    let example = tests.ancestors().nth(2).expect("a directory").join("examples/weather");
    assert!(example.exists(), "{} is not built: run `cargo build --examples`", example.display());

    let plugin = Terraform::new(&example).spawn().await.expect("it starts");
    let schema = plugin.schema().await.expect("a schema");
    let block = schema.provider.and_then(|schema| schema.block).expect("a provider block");
    let password = schema.ephemeral_resource_schemas["weather_password"].block.clone().expect("a block");
    let configured = plugin.configure(Config::empty(&block).set("station", "pier")).await.expect("an answer");
    assert_eq!(configured, []);
    let opened = plugin.open("weather_password", Config::empty(&password)).await.expect("an answer");
    assert_eq!(opened.diagnostics, []);
    assert_eq!(opened.object()["password"].as_str(), Some("open, pier"));
    let exit = plugin.shutdown().await.expect("it ends");
    assert!(exit.status.success() && !exit.killed, "{exit:?}");
}
