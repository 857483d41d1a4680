//! Runs a row with real Terraform.

use test_support::{
    configuration::main_tf,
    deadline::Turn,
    expected_diagnostics::ExpectedDiagnostics,
    output::{Output, plain},
    programs::Programs,
    report::Outcome,
    stage::Stage,
    terraform::Terraform,
};

use crate::{Case, PROVIDER, guide::Guide};

/// Checks the requests, the output of Terraform, and everything that the run left behind. Only the first Terraform may update the text in
/// the guide.
///
/// # Errors
/// Returns an error if the result differs from the row or from the guide. The error is a report on all differences.
pub(crate) fn check(
    case: &Case,
    terraform: &Terraform,
    programs: &Programs,
    guide: &Guide,
    is_first: bool,
) -> Result<(), String> {
    let row = &case.row;
    let mut stage = Stage::new(row, PROVIDER.as_ref(), "terraform-ecr/ecr", programs);
    stage.configure(&main_tf(row, "terraform-ecr/ecr", "ephemeral"));
    let output = plan(&stage, terraform);
    let mut problems = stage.left_behind(&output.survivors, &[]);
    if !stage.home.path("log").exists() {
        problems.push("nothing was logged, and so nothing proved".to_owned());
    }
    let shown = stage.empty(&output.printed());
    problems.extend(
        missing_texts(&row.diagnostics, &shown).into_iter().map(|text| format!("Terraform did not print: {text}")),
    );
    if row.is_in_the_guide && !terraform.is_opentofu() {
        let error = shown.find("Error: ").map_or("", |start| &shown[start..]);
        problems.extend(guide.difference(row.name, &public(error), is_first).err());
    }
    let outcome = stage.outcome(diagnostics(&stage, &output), problems, |_| false);
    let is_well = outcome.asks(&row.asked)
        && outcome.problems.is_empty()
        && ends_as_expected(&outcome, &output, &row.diagnostics);
    if is_well {
        Ok(())
    } else {
        Err(outcome.report(row, &row.asked, &row.diagnostics, &case.command(&terraform.name)))
    }
}

/// Runs a plan. Only a few plans run at the same time, because a plan keeps a processor busy. Most other tests only wait.
pub(crate) fn plan(stage: &Stage, terraform: &Terraform) -> Output {
    let _turn = Turn::take();
    stage.home.run(terraform, &["plan", "-no-color"], "")
}

/// Returns the part of the output that begins with the first diagnostic. Values that only this run has are replaced with placeholders.
pub(crate) fn diagnostics(stage: &Stage, output: &Output) -> String {
    from_first_diagnostic(&stage.empty(&output.printed()))
}

/// Returns whether the plan ended as expected. The plan is allowed to fail if the requests stop at the proxy, because the proxy does not
/// forward requests to AWS.
pub(crate) fn ends_as_expected(outcome: &Outcome, output: &Output, diagnostics: &ExpectedDiagnostics) -> bool {
    let code = Some(i32::from(diagnostics.fails()));
    output.code == code || outcome.stops_at_proxy() && output.code == Some(1) && !diagnostics.fails()
}

/// Returns the headlines, texts and words that a row expects and that Terraform did not print. Line breaks are ignored.
fn missing_texts(diagnostics: &ExpectedDiagnostics, printed: &str) -> Vec<String> {
    let printed = plain(printed);
    let mut texts = vec![String::new()];
    for line in diagnostics.text().lines() {
        let line = plain(line);
        if line.starts_with("Error: ") || line.starts_with("Warning: ") {
            // The rest of the line is the place of the diagnostic. Terraform prints this place in a different format.
            let headline = line.rsplit_once(" [").map_or(&*line, |(headline, _)| headline);
            texts.extend([headline.to_owned(), String::new()]);
        } else if let Some(text) = texts.last_mut() {
            *text = format!("{text} {line}").trim().to_owned();
        }
    }
    texts.retain(|text| !printed.contains(text.as_str()));
    texts.extend(diagnostics.missing(&printed).into_iter().map(ToOwned::to_owned));
    texts
}

/// Returns the text for the guide. Placeholders are replaced with names that a reader of the guide knows.
fn public(text: &str) -> String {
    let text = text.replace("<home>", "~");
    let servers = ["<aws>", "<closed>", "<full>", "<tls>", "<expired>", "<misnamed>", "<proxy>"];
    servers.iter().fold(text, |text, server| text.replace(server, "127.0.0.1:5000")).trim_end().to_owned()
}

/// Returns the text without the warning about development overrides.
fn from_first_diagnostic(text: &str) -> String {
    let text = text.split_once("published releases.").map_or(text, |(_, rest)| rest);
    let starts = ["Warning: ", "Error: "].map(|word| text.find(word).unwrap_or(text.len()));
    text[starts.into_iter().min().unwrap_or_default()..].to_owned()
}
