//! Faults: everything that can go wrong on the way to a token, one row of a table for each, and what a person is told.
//!
//! Every row is run with the built provider, called as Terraform calls it. More than a third of them are run with real
//! Terraform as well, with every one that `scripts/find-terraform` finds; what that prints of some stands in
//! `docs/guides/troubleshooting.md`.
//! `UPDATE_EXPECT=1` writes what is printed now into the rows and into the guide.

mod answer;
mod called;
mod guide;
mod home;
mod planned;
mod row;
mod rows;
mod secrets;
mod world;

use std::{process::ExitCode, sync::Arc};

use libtest_mimic::{Arguments, Failed};
use test_support::{terraform::Terraform, test};
use tokio::runtime;

use crate::{guide::Guide, row::Row};

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Most of them wait most of the time.
    arguments.test_threads.get_or_insert(8);

    let rows: Vec<_> = rows::all().into_iter().map(Arc::new).collect();
    let guide = Arc::new(Guide::read());
    let mut trials = guide::trials(&guide, &rows);
    for row in &rows {
        let case = Arc::clone(row);
        let check = move |programs| blocking(called::check(&case, &programs));
        trials.push(test::trial(format!("called::{}", row.name), row.programs, check));
    }
    for (position, terraform) in Terraform::all().into_iter().enumerate() {
        let is_planned = |(number, row): &(usize, &Arc<Row>)| {
            row.is_in_the_guide || row.needs_terraform || number % 3 == 0 && row.is_certain()
        };
        for (_, row) in rows.iter().enumerate().filter(is_planned) {
            let (case, guide, terraform) = (Arc::clone(row), Arc::clone(&guide), terraform.clone());
            let name = format!("{}::{}", terraform.name, row.name);
            trials.push(test::trial(name, row.programs, move |programs| {
                blocking(planned::check(&case, &terraform, &programs, &guide, position == 0))
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The servers of a row live in the same runtime as what asks them.
fn blocking(check: impl Future<Output = Result<(), String>>) -> Result<(), Failed> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(check).map_err(Failed::from)
}
