//! Runs a row with the built provider, called as Terraform calls it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

use rmpv::Value as Wire;
use terraform_plugin_testing::{Config, Diagnostic, Plugin, Terraform};
use test_support::programs::Programs;

use crate::{
    home::Home,
    row::{Argument, Row, Value},
};

/// # Errors
/// Everything that is not as the row says.
pub(crate) async fn check(row: &Row, programs: &Programs) -> Result<(), String> {
    let home = Home::of(row).await;
    let terraform = Terraform::new(env!("CARGO_BIN_EXE_terraform-provider-ecr")).env("PATH", programs.search_path());
    let environment = home.environment(row);
    let terraform = environment.iter().fold(terraform, |terraform, (name, value)| terraform.env(name, value));
    let plugin = terraform.spawn().await.expect("the provider starts");

    let start = Instant::now();
    let mut told = home.empty(&tell(row, &plugin, &home).await);
    let took = start.elapsed();
    let requests = home.requests();
    if !row.is_certain() {
        told = without_attempts(&told);
    }

    let (stdout, stderr) = (plugin.process().stdout().clone(), plugin.process().stderr().clone());
    let exit = plugin.shutdown().await.expect("the provider can be waited for");
    let log = stderr.text();

    let mut problems = home.left_behind();
    problems.extend(home.secrets().in_text(&[told.as_str(), &log, &stdout.text()].join("\n")));
    if took > row.limit {
        problems.push(format!("took {took:.1?}, and not {:?} at most", row.limit));
    }
    if !row.requests.contains(&requests) {
        problems.push(format!("{requests} requests, and not {:?}", row.requests));
    }
    if exit.killed || !exit.status.success() {
        problems.push(format!("the provider did not end as it should: {exit:?}"));
    }
    let missing = row.logged.iter().filter(|words| !log.contains(**words));
    problems.extend(missing.map(|words| format!("not in the log: {words}")));
    let is_as_expected = match &row.told {
        // It panics, and prints the difference.
        Some(expected) => catch_unwind(AssertUnwindSafe(|| expected.assert_eq(&told))).is_ok(),
        None => told.is_empty(),
    };
    problems.extend((!is_as_expected).then(|| format!("told:\n{told}")));
    if problems.is_empty() { Ok(()) } else { Err(format!("{}\nafter {took:.1?}, log:\n{log}", problems.join("\n"))) }
}

/// What the provider has to say to the row, call by call as far as it goes.
async fn tell(row: &Row, plugin: &Plugin, home: &Home) -> String {
    let schema = plugin.schema().await.expect("a schema");
    let provider = schema.provider.and_then(|schema| schema.block).expect("a provider block");
    let token = schema.ephemeral_resource_schemas.get(row.token).and_then(|schema| schema.block.clone());
    let (block, token) =
        (configured(Config::empty(&provider), &row.block, home), Config::empty(&token.expect("a token")));
    let token = row.arguments.iter().fold(token, |token, (name, value)| token.set(name, *value));

    let mut told = String::new();
    for is_configured in [false, true] {
        let diagnostics = if is_configured {
            plugin.configure(block.clone()).await.expect("an answer to configure")
        } else {
            plugin.validate_provider(block.clone()).await.expect("an answer to validate")
        };
        told += &text(&diagnostics, "the provider block");
        if diagnostics.iter().any(Diagnostic::is_error) {
            return told;
        }
    }
    let invalid = plugin.validate(row.token, token.clone()).await.expect("an answer to validate");
    if !invalid.is_empty() {
        return told + &text(&invalid, "the resource");
    }
    let opened = plugin.open(row.token, token).await.expect("an answer to open");
    told += &text(&opened.diagnostics, "the resource");
    assert_eq!(opened.result.is_some(), opened.errors().is_empty(), "a token or an error: {told}");
    told
}

fn configured(config: Config, arguments: &[Argument], home: &Home) -> Config {
    arguments.iter().fold(config, |config, argument| match argument {
        Argument::Set(name, value) => config.set(name, wire(value, home)),
        Argument::Block(name, arguments) => config.block(name, |block| {
            arguments.iter().fold(block, |block, (name, value)| block.set(name, wire(value, home)))
        }),
    })
}

fn wire(value: &Value, home: &Home) -> Wire {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => (*number).into(),
        Value::Text(text) => home.fill(text).into(),
        Value::Texts(texts) => Wire::Array(texts.iter().map(|text| home.fill(text).into()).collect()),
    }
}

/// How often was tried is random where that depends on waits.
fn without_attempts(text: &str) -> String {
    let line =
        |line: &str| if line.starts_with("Attempts: ") { "Attempts: (random)\n".to_owned() } else { line.to_owned() };
    text.split_inclusive('\n').map(line).collect()
}

/// Each with its severity, what it is about, and its text.
fn text(diagnostics: &[Diagnostic], about: &str) -> String {
    let one = |diagnostic: &Diagnostic| {
        let severity = if diagnostic.is_error() { "Error" } else { "Warning" };
        let path = diagnostic.path();
        let place = if path.is_empty() { about.to_owned() } else { format!("{path} of {about}") };
        format!("{severity}: {}\n  with {place}\n\n{}\n", diagnostic.summary, diagnostic.detail)
    };
    diagnostics.iter().map(one).collect()
}
