//! Tests of a suite with its own `main`. Tests that this machine cannot run are skipped.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    sync::{Mutex, PoisonError},
};

use libtest_mimic::{Arguments, Conclusion, Failed, Trial};

use crate::programs::Programs;

/// The declared programs of all tests that have run so far.
static PROGRAMS: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());

/// A test: a name, the programs that it needs, and a function that panics to fail.
#[derive(Debug)]
pub struct Test<C: 'static> {
    /// The name, which is unique among the tests of a suite.
    pub name: &'static str,
    /// The programs that the test runs, and the programs that these programs run.
    pub needs: &'static [&'static str],
    /// The function that performs the test. It panics if the test fails.
    pub check: fn(&C),
}

impl<C> Test<C> {
    /// Returns a test that does not need programs.
    pub const fn new(name: &'static str, check: fn(&C)) -> Self {
        Self { name, needs: &[], check }
    }

    /// Declares all programs of the test, including standard programs such as `sh` or `cat`.
    #[must_use]
    pub const fn needs(self, programs: &'static [&'static str]) -> Self {
        Self { needs: programs, ..self }
    }
}

// `Clone` is not derived, because a derived implementation would require `C: Clone`.
impl<C> Clone for Test<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Test<C> {}

/// Returns a test that runs with these programs. If a program is missing, the test is ignored. The test's kind then names the
/// missing program.
pub fn trial(
    name: impl Into<String>,
    needs: &'static [&'static str],
    check: impl FnOnce(Programs) -> Result<(), Failed> + Send + 'static,
) -> Trial {
    let missing = Programs::find(needs).err();
    let run = move || {
        let programs = Programs::find(needs).map_err(|missing| Failed::from(missing.to_string()))?;
        PROGRAMS.lock().unwrap_or_else(PoisonError::into_inner).extend(needs);
        check(programs)
    };
    let trial = Trial::test(name, run);
    match missing {
        None => trial,
        Some(missing) => trial.with_kind(missing.to_string()).with_ignored_flag(true),
    }
}

/// Runs the tests. After that, prints a line on stderr with the programs that the tests used. `make test` reads this line for its
/// summary.
pub fn run(arguments: &Arguments, trials: Vec<Trial>) -> Conclusion {
    let conclusion = libtest_mimic::run(arguments, trials);
    let programs = PROGRAMS.lock().unwrap_or_else(PoisonError::into_inner);
    if !programs.is_empty() {
        let names: Vec<_> = programs.iter().copied().collect();
        writeln!(io::stderr(), "programs: {}", names.join(" ")).ok();
    }
    conclusion
}
