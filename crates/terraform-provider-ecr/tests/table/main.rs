//! The table of configurations. Each row has a configuration, and the requests and messages that the provider must produce with this
//! configuration.
//!
//! The tests have these names:
//! - `called::THEME::ROW` calls the built provider as Terraform does, and checks everything that the row expects;
//! - `terraform-1.15.5::THEME::ROW` runs a row that is marked for Terraform, with each real Terraform and OpenTofu;
//! - `vectors::FILE::ROW` runs a configuration from the vectors of ecr-token, with the first Terraform that is found. Only a sample of
//!   these configurations is run;
//! - `peer::THEME::ROW` runs a row with version 5 of hashicorp/aws, and reports differences from this provider. The variable `PEER` has the
//!   path of hashicorp/aws.
//!
//! `UPDATE_EXPECT=1` replaces the expected texts in the rows and in `docs/guides/troubleshooting.md` with the printed texts.

mod called;
mod guide;
mod peer;
mod planned;
mod rows;
mod vectors;

use std::{collections::BTreeSet, env, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use libtest_mimic::{Arguments, Failed, Trial};
use test_support::{row::Row, terraform::Terraform, test};

use crate::{guide::Guide, peer::Peer};

/// The provider under test.
const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-ecr");

/// A row of the table, with the module that defines it.
#[derive(Debug)]
struct Case {
    theme: &'static str,
    row: Row,
}

impl Case {
    /// Returns the name of a test of this row. `view` is the first part of the name, such as `called`.
    fn name(&self, view: &str) -> String {
        format!("{view}::{}::{}", self.theme, self.row.name)
    }

    fn command(&self, view: &str) -> String {
        format!("make test SUITES=table ONLY={}", self.name(view))
    }
}

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Most rows spend most of the time waiting, so there can be more concurrent tests than processors.
    arguments.test_threads.get_or_insert(24);

    let cases = cases();
    #[expect(clippy::disallowed_methods, reason = "the variable has the path of hashicorp/aws")]
    let peer = env::var_os("PEER").filter(|path| !path.is_empty()).map(PathBuf::from);
    if let Some(path) = peer {
        arguments.test_threads = Some(2);
        let peer = Arc::new(Peer::new(path));
        let conclusion = test::run(&arguments, peer::trials(&peer, &cases));
        peer.summary();
        return conclusion.exit_code();
    }

    let guide = Arc::new(Guide::read());
    let mut trials = guide::trials(&guide, &cases);
    for case in &cases {
        let checked = Arc::clone(case);
        trials.push(trial(case, "called", move |programs| called::check(&checked, &programs)));
    }
    for (position, terraform) in Terraform::all().into_iter().enumerate() {
        for case in cases.iter().filter(|case| case.row.is_for_terraform) {
            let (checked, guide, terraform) = (Arc::clone(case), Arc::clone(&guide), terraform.clone());
            trials.push(trial(case, &terraform.name.clone(), move |programs| {
                planned::check(&checked, &terraform, &programs, &guide, position == 0)
            }));
        }
    }
    trials.extend(Terraform::all().first().map(vectors::trials).unwrap_or_default());
    test::run(&arguments, trials).exit_code()
}

/// Returns all rows. The rows with the longest time limit come first.
fn cases() -> Vec<Arc<Case>> {
    let of_theme = |(theme, rows): (_, Vec<Row>)| rows.into_iter().map(move |row| Arc::new(Case { theme, row }));
    let mut cases: Vec<_> = rows::all().into_iter().flat_map(of_theme).collect();
    cases.sort_by_key(|case| Duration::MAX - case.row.limit);
    let names: BTreeSet<_> = cases.iter().map(|case| case.name("")).collect();
    assert_eq!(names.len(), cases.len(), "two rows of a theme have the same name");
    cases
}

fn trial(
    case: &Case,
    view: &str,
    check: impl FnOnce(test_support::programs::Programs) -> Result<(), String> + Send + 'static,
) -> Trial {
    test::trial(case.name(view), case.row.programs, |programs| check(programs).map_err(Failed::from))
}
