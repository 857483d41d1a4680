//! Checks that each example provider in the documentation runs as a provider.

#![cfg(unix)]

use terraform_plugin_testing::{Config, DynamicValue, Plugin, Terraform};

async fn started(example: &str) -> Plugin {
    // cargo puts the binaries of the examples next to the directory of this test binary.
    let tests = std::env::current_exe().expect("this test has a path");
    let example = tests.ancestors().nth(2).expect("a directory").join("examples").join(example);
    assert!(example.exists(), "{} is not built: run `cargo build --examples`", example.display());
    Terraform::new(&example).spawn().await.expect("the provider starts")
}

#[tokio::test]
async fn the_resource_returns_its_configuration() {
    let plugin = started("weather").await;
    let schema = plugin.schema().await.expect("a schema");
    let block = schema.provider.and_then(|schema| schema.block).expect("a provider block");
    let password = schema.ephemeral_resource_schemas["weather_password"].block.clone().expect("a block");
    let configured = plugin.configure(Config::empty(&block).set("station", "pier")).await.expect("an answer");
    assert_eq!(configured, []);
    let opened = plugin.open("weather_password", Config::empty(&password)).await.expect("an answer");
    assert_eq!(opened.diagnostics, []);
    assert_eq!(opened.object()["password"].as_str(), Some("open, pier"));
    let exit = plugin.shutdown().await.expect("the provider ends");
    assert!(exit.status.success() && !exit.killed, "{exit:?}");
}

#[tokio::test]
async fn the_function_returns_a_greeting() {
    let plugin = started("greeting").await;
    let text = |text: &[u8]| DynamicValue { msgpack: [&[0xa0 | text.len() as u8], text].concat(), json: Vec::new() };
    let greeting = plugin.call("hello", vec![text(b"world")]).await.expect("an answer");
    assert_eq!(greeting.result, Some(text(b"Hello, world!")));
    let nobody = plugin.call("hello", vec![text(b"")]).await.expect("an answer").error.expect("an error");
    assert_eq!((nobody.text.as_str(), nobody.function_argument), ("the name is empty", Some(0)));
}
