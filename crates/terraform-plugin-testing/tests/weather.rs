//! Runs the example in the documentation of this crate. The provider is the example `weather` of `terraform-plugin`.

#![cfg(unix)]

use std::panic::{AssertUnwindSafe, catch_unwind};

use terraform_plugin_testing::{ClientCapabilities, Code, Config, Plugin, Severity, Terraform};

async fn weather() -> Plugin {
    // cargo puts the binaries of the examples next to the directory of this test binary.
    let tests = std::env::current_exe().expect("this test has a path");
    let example = tests.ancestors().nth(2).expect("a directory").join("examples/weather");
    assert!(example.exists(), "{} is not built: run `cargo build --workspace --examples`", example.display());
    Terraform::new(&example).spawn().await.expect("the provider starts")
}

#[tokio::test]
async fn the_example_of_the_documentation_works() {
    let plugin = weather().await;
    let schema = plugin.schema().await.expect("a schema");
    let provider = Config::empty(schema.provider_block());
    let wrong = provider.clone().set("station", true);
    let diagnostics = plugin.validate_provider(wrong).await.expect("a response");
    let [diagnostic] = &diagnostics[..] else { panic!("{diagnostics:?}") };
    assert_eq!((diagnostic.severity(), diagnostic.is_error()), (Severity::Error, true), "{diagnostic}");

    let client = plugin.with_capabilities(ClientCapabilities { deferral_allowed: true, ..Default::default() });
    assert_eq!(client.configure(provider).await.expect("a response"), []);
    let password = Config::empty(schema.ephemeral_block("weather_password"));
    let opened = client.open("weather_password", password).await.expect("a response");
    assert_eq!((opened.object()["password"].as_str(), opened.deferred), (Some("open, harbour"), None));
    plugin.process().assert_hides(&["open, harbour"]);
    drop(client);
    let exit = plugin.shutdown().await.expect("the provider ends");
    assert!(exit.status.success() && !exit.killed, "{exit:?}");
}

#[tokio::test]
async fn unknown_functions_and_calls_are_errors() {
    let plugin = weather().await;
    let schema = plugin.schema().await.expect("a schema");
    let call = plugin.call("no_such_function", Vec::new()).await.expect("a response");
    assert!(call.error.is_some(), "{call:?}");
    assert_eq!(
        plugin.call_path("/tfplugin6.Provider/NoSuchCall").await.map_err(|status| status.code()),
        Err(Code::Unimplemented)
    );
    let fails = |ask: &dyn Fn()| catch_unwind(AssertUnwindSafe(ask)).is_err();
    assert!(fails(&|| _ = schema.ephemeral_block("weather_pasword")));
    assert!(fails(&|| _ = Config::empty(schema.provider_block()).set("statoin", "pier")));
    assert!(fails(&|| _ = call.value()));
    assert!(fails(&|| plugin.process().assert_hides(&["|grpc|"])), "the handshake line has this text");
}
