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
mod world;

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use libtest_mimic::{Arguments, Failed, Trial};
use test_support::{programs::Programs, terraform::Terraform, test};

use crate::{peer::Report, provider::Provider, row::Row, run::run};

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(2);

    // Any one: what is tested is the provider.
    let terraform = Arc::new(Terraform::all().swap_remove(0).path);
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
            trials.push(test::trial(name.clone(), row.programs, move |programs| {
                if is_peer {
                    report.run(&name, &row, &terraform, &provider, &programs);
                    return Ok(());
                }
                check(&row, &terraform, &provider, &programs)
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
fn check(row: &Row, terraform: &Path, provider: &Provider, programs: &Programs) -> Result<(), Failed> {
    let outcome = run(row, terraform, provider, programs);
    let Some(difference) = outcome.difference(&row.expected) else { return Ok(()) };
    let expected = outcome::lines(&row.expected.requests);
    Err(format!("{difference}\nexpected\n{expected}\nprinted: {}", outcome.diagnostics()).into())
}
