//! Runs the rows with hashicorp/aws, and reports the differences between hashicorp/aws and this provider.

use std::{
    io::{self, Write},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use libtest_mimic::Trial;
use test_support::{
    configuration::main_tf,
    expected_diagnostics::ExpectedDiagnostics,
    output::plain,
    programs::Programs,
    row::{self, Argument, Asked, Row},
    stage::Stage,
    terraform::Terraform,
};

use crate::{Case, planned, trial};

/// hashicorp/aws of version 5, and the result of each row. Version 5 does not have the ephemeral resource, so the test uses a data source
/// that makes the same call.
#[derive(Debug)]
pub(crate) struct Peer {
    provider: PathBuf,
    terraform: Terraform,
    /// The names and the results of the rows that have run.
    verdicts: Mutex<Vec<(String, String)>>,
}

/// Returns a test for each row that lists the expected requests. These tests report differences, and never fail.
pub(crate) fn trials(peer: &Arc<Peer>, cases: &[Arc<Case>]) -> Vec<Trial> {
    let listed = cases.iter().filter(|case| matches!(case.row.asked, Asked::Exactly(_)));
    let of_case = |case: &Arc<Case>| {
        let (peer, checked) = (Arc::clone(peer), Arc::clone(case));
        trial(case, "peer", move |programs| {
            peer.run(&checked, &programs);
            Ok(())
        })
    };
    listed.map(of_case).collect()
}

impl Peer {
    /// Uses the provider at this path, with the first Terraform that is found. The choice of Terraform does not matter, because
    /// only the provider is tested.
    pub(crate) fn new(provider: PathBuf) -> Self {
        Self { provider, terraform: Terraform::all().swap_remove(0), verdicts: Mutex::default() }
    }

    /// Runs a row, and prints whether hashicorp/aws did what the row expects of hashicorp/aws.
    fn run(&self, case: &Case, programs: &Programs) {
        let same = of_words(&case.row.diagnostics);
        let Asked::Exactly(ours) = &case.row.asked else { return };
        let (requests, diagnostics, note) = match &case.row.peer {
            row::Peer::Same => (ours, &same, "same"),
            row::Peer::Differs(requests, diagnostics, why) => (requests, diagnostics, *why),
            row::Peer::CannotTell(why) => return self.add(case, format!("not asked: {why}")),
        };
        let mut stage = Stage::new(&case.row, &self.provider, "hashicorp/aws", programs);
        // The test does not check the log of hashicorp/aws or the log of Terraform.
        ["TF_LOG", "RUST_LOG"].iter().for_each(|name| stage.home.unset(name));
        // hashicorp/aws does not use AWS_ENDPOINT_URL for STS.
        let at_aws =
            |name: &str| case.row.environment.iter().any(|(other, value)| other == name && value == b"http://<aws>");
        if at_aws("AWS_ENDPOINT_URL") && !case.row.environment.iter().any(|(name, _)| name == "AWS_ENDPOINT_URL_STS") {
            let url = stage.fill("http://<aws>");
            stage.home.set("AWS_ENDPOINT_URL_STS", url);
        }
        stage.configure(&main_tf(&with_fewer_calls(&case.row), "hashicorp/aws", "data"));
        let output = planned::plan(&stage, &self.terraform);
        // hashicorp/aws first assumes each role of the provider block once, to check the role.
        let may_repeat = |line: &str| line.contains("AssumeRole");
        let outcome = stage.outcome(planned::diagnostics(&stage, &output), Vec::new(), may_repeat);
        let asked = Asked::Exactly(requests.clone());
        let unsaid = diagnostics.missing(&plain(&output.printed()));
        let is_as_noted = outcome.asks(&asked) && planned::ends_as_expected(&outcome, &output, diagnostics);
        let verdict = match (is_as_noted && (unsaid.is_empty() || !diagnostics.fails()), note) {
            (true, "same") if unsaid.is_empty() => "same".to_owned(),
            (true, "same") => format!("the same, without a warning of {unsaid:?}"),
            (true, why) => format!("differs as noted: {why}"),
            (false, _) => {
                format!("UNEXPECTED\n{}", outcome.report(&case.row, &asked, diagnostics, &case.command("peer")))
            }
        };
        self.add(case, verdict);
        if diagnostics.fails() {
            print(&format!("peer: {} says: {}\n", case.name("peer"), outcome.diagnostics));
        }
    }

    fn add(&self, case: &Case, verdict: String) {
        let name = case.name("peer");
        print(&format!("\npeer: {name}: {verdict}\n"));
        self.verdicts.lock().unwrap_or_else(PoisonError::into_inner).push((name, verdict));
    }

    /// Prints a table of the rows in which hashicorp/aws differs from this provider.
    pub(crate) fn summary(&self) {
        let mut rows = self.verdicts.lock().unwrap_or_else(PoisonError::into_inner).clone();
        rows.sort();
        let same = rows.iter().filter(|(_, verdict)| verdict == "same").count();
        let mut table =
            format!("\n{same} of {} rows are the same.\n\n| row | hashicorp/aws |\n| --- | --- |\n", rows.len());
        for (name, verdict) in rows.iter().filter(|(_, verdict)| verdict != "same") {
            let verdict = verdict.split_whitespace().take(60).collect::<Vec<_>>().join(" ").replace('|', "\\|");
            table += &format!("| {name} | {verdict} |\n");
        }
        print(&table);
    }
}

/// Returns the diagnostics that the test expects from hashicorp/aws. A complete text is left out, because only this provider prints the
/// text. The test then only checks whether the plan fails.
fn of_words(diagnostics: &ExpectedDiagnostics) -> ExpectedDiagnostics {
    let words = if diagnostics.is_exact() { Vec::new() } else { diagnostics.missing("") };
    ExpectedDiagnostics::nothing().with(diagnostics.fails(), &words)
}

/// Returns a row with the arguments of this row, and with additional arguments in the provider block. The additional arguments disable
/// calls and retries that the row does not need.
fn with_fewer_calls(row: &Row) -> Row {
    let sets =
        |part: &str| row.block.iter().any(|argument| matches!(argument, Argument::Set(name, _) if name.contains(part)));
    let mut asked = row::row(row.name);
    (asked.block, asked.arguments) = (row.block.clone(), row.arguments.clone());
    if !sets("skip_") && !sets("account_ids") {
        asked = asked.set("skip_credentials_validation", true).set("skip_requesting_account_id", true);
    }
    let has_attempts = sets("max_retries") || row.environment.iter().any(|(name, _)| name == "AWS_MAX_ATTEMPTS");
    if has_attempts { asked } else { asked.set("max_retries", 1) }
}

fn print(text: &str) {
    drop(io::stdout().write_all(text.as_bytes()));
}
