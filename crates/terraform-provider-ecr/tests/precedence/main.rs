//! Precedence: which of all that is configured decides. One row a test, each with real Terraform and its own servers.
//!
//! A row says which requests come of some variables, files and a provider block: which access key signs the request for
//! the token, for which Region, where it goes, and what came before it. With the path of a hashicorp/aws of version 5
//! in `PEER`, the rows run with that instead, whose behaviour they are written by, and the differences are reported.

mod outcome;
mod peer;
mod provider;
mod recorded;
mod row;
mod rows;
mod run;
#[path = "../faults/secrets.rs"]
mod secrets;
mod terraform;
mod world;

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use libtest_mimic::{Arguments, Failed, Trial};

use crate::{peer::Report, provider::Provider, row::Row, run::run};

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(2);

    let terraform = Arc::new(terraform::find());
    #[expect(clippy::disallowed_methods, reason = "the one variable of this suite")]
    let peer = env::var_os("PEER").filter(|path| !path.is_empty()).map(PathBuf::from).map(Provider::peer);
    let is_peer = peer.is_some();
    let provider = Arc::new(peer.unwrap_or_else(Provider::ours));
    let report = Arc::new(Report::default());

    let planted = || secrets::finds_what_is_planted().map_err(Failed::from);
    let mut trials = vec![Trial::test("secrets::search_finds_what_is_planted", planted)];
    for (theme, rows) in rows::all() {
        for row in rows {
            let name = format!("{theme}::{}", row.name);
            let (terraform, provider, report) = (Arc::clone(&terraform), Arc::clone(&provider), Arc::clone(&report));
            trials.push(Trial::test(name.clone(), move || {
                if is_peer {
                    report.run(&name, &row, &terraform, &provider);
                    return Ok(());
                }
                check(&row, &terraform, &provider)
            }));
        }
    }

    let conclusion = libtest_mimic::run(&arguments, trials);
    if is_peer {
        report.summary();
    }
    conclusion.exit_code()
}

/// # Errors
/// When something else came of the row than it says.
fn check(row: &Row, terraform: &Path, provider: &Provider) -> Result<(), Failed> {
    let outcome = run(row, terraform, provider);
    let Some(difference) = outcome.difference(&row.expected) else { return Ok(()) };
    let expected = outcome::lines(&row.expected.requests);
    Err(format!("{difference}\nexpected\n{expected}\nprinted: {}", outcome.diagnostics()).into())
}
