//! Runs a row with the built provider. The test calls the provider as Terraform does.

use std::time::{Duration, Instant};

use rmpv::Value as Wire;
use serde_json::Value as Json;
use terraform_plugin_testing::{Config, Diagnostic, Plugin, Terraform, schema};
use test_support::{
    deadline::Turn,
    programs::Programs,
    row::{Argument, Row},
    stage::Stage,
};
use tokio::runtime;

use crate::{Case, PROVIDER};

/// Checks everything that a row expects.
///
/// # Errors
/// Returns an error if the result differs from the row. The error is a report on all differences.
pub(crate) fn check(case: &Case, programs: &Programs) -> Result<(), String> {
    let row = &case.row;
    let stage = Stage::new(row, PROVIDER.as_ref(), "terraform-ecr/ecr", programs);
    let _turn = row.is_quick().then(Turn::take);
    let runtime = runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut run = runtime.block_on(run(row, &stage));
    if !row.is_deterministic() {
        run.diagnostics = without_attempts(&run.diagnostics);
    }

    let texts = [("the diagnostics", &*run.diagnostics), ("the log", &*run.log), ("stdout", &*run.stdout)];
    let mut problems = stage.left_behind(&[], &texts);
    if run.took > row.limit {
        problems.push(format!("took {:.1?}, and not {:?} at most", run.took, row.limit));
    }
    problems.extend(run.problem.take());
    let missing = row.logged.iter().filter(|words| !run.log.contains(**words));
    problems.extend(missing.map(|words| format!("not in the log: {words}\n{}", run.log)));

    let outcome = stage.outcome(run.diagnostics, problems, |_| false);
    let says = row.diagnostics.is(&outcome.diagnostics) || outcome.stops_at_proxy() && !row.diagnostics.fails();
    if outcome.asks(&row.asked) && says && outcome.problems.is_empty() {
        return Ok(());
    }
    Err(outcome.report(row, &row.asked, &row.diagnostics, &case.command("called")))
}

/// The result of the calls for one row.
struct Run {
    diagnostics: String,
    took: Duration,
    log: String,
    stdout: String,
    /// A description of how the provider ended, if the provider was killed or failed.
    problem: Option<String>,
}

async fn run(row: &Row, stage: &Stage) -> Run {
    let terraform = Terraform::new(PROVIDER).current_dir(stage.home.path("work")).without_env("HOME");
    let environment = stage.home.environment();
    let terraform = environment.fold(terraform, |terraform, (name, value)| terraform.env(name, value));
    let plugin = terraform.spawn().await.expect("the provider starts");

    let start = Instant::now();
    let diagnostics = stage.empty(&call(row, &plugin, stage).await);
    let took = start.elapsed();

    let (stdout, log) = (plugin.process().stdout().clone(), plugin.process().stderr().clone());
    let exit = plugin.shutdown().await.expect("the provider can be waited for");
    let is_well = !exit.killed && exit.status.success();
    let problem = (!is_well).then(|| format!("the provider did not end as it should: {exit:?}\n{}", log.text()));
    Run { diagnostics, took, log: log.text(), stdout: stdout.text(), problem }
}

/// Makes the calls for a row, and returns the diagnostics. The first call with an error is the last call.
async fn call(row: &Row, plugin: &Plugin, stage: &Stage) -> String {
    let schema = plugin.schema().await.expect("a schema");
    let block = configured(schema.provider_block(), &row.block, stage);
    let token = configured(schema.ephemeral_block(row.token), &row.arguments, stage);

    let mut printed = String::new();
    for is_configured in [false, true] {
        let diagnostics = if is_configured {
            plugin.configure(block.clone()).await.expect("an answer to configure")
        } else {
            plugin.validate_provider(block.clone()).await.expect("an answer to validate")
        };
        printed += &text(&diagnostics, "the provider block");
        if diagnostics.iter().any(Diagnostic::is_error) {
            return printed;
        }
    }
    let invalid = plugin.validate(row.token, token.clone()).await.expect("an answer to validate");
    if !invalid.is_empty() {
        return printed + &text(&invalid, "the resource");
    }
    let opened = plugin.open(row.token, token).await.expect("an answer to open");
    printed += &text(&opened.diagnostics, "the resource");
    assert_eq!(opened.result.is_some(), opened.errors().is_empty(), "a token or an error: {printed}");
    printed
}

fn configured(block: &schema::Block, arguments: &[Argument], stage: &Stage) -> Config {
    arguments.iter().fold(Config::empty(block), |config, argument| match argument {
        Argument::Set(name, value) => config.set(name, wire(value, stage)),
        Argument::Block(name, arguments) => config.block(name, |block| {
            arguments.iter().fold(block, |block, (name, value)| block.set(name, wire(value, stage)))
        }),
    })
}

fn wire(value: &Json, stage: &Stage) -> Wire {
    match value {
        Json::Null => Wire::Nil,
        Json::Bool(value) => (*value).into(),
        Json::Number(number) => number.as_i64().expect("a whole number").into(),
        Json::String(text) => stage.fill(text).into(),
        Json::Array(values) => Wire::Array(values.iter().map(|value| wire(value, stage)).collect()),
        Json::Object(values) => {
            Wire::Map(values.iter().map(|(name, value)| (name.as_str().into(), wire(value, stage))).collect())
        }
    }
}

/// Replaces the number of attempts in a text with a placeholder. In a row that depends on waits, this number is random.
fn without_attempts(text: &str) -> String {
    let line =
        |line: &str| if line.starts_with("Attempts: ") { "Attempts: (random)\n".to_owned() } else { line.to_owned() };
    text.split_inclusive('\n').map(line).collect()
}

/// Returns each diagnostic as text: the severity, the headline, the place and the details.
fn text(diagnostics: &[Diagnostic], about: &str) -> String {
    let one = |diagnostic: &Diagnostic| {
        let severity = if diagnostic.is_error() { "Error" } else { "Warning" };
        let path = diagnostic.path();
        let place = if path.is_empty() { about.to_owned() } else { format!("{path} of {about}") };
        format!("{severity}: {} [{place}]\n{}\n", diagnostic.summary, diagnostic.detail)
    };
    diagnostics.iter().map(one).collect()
}
