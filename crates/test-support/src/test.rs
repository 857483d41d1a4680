//! The tests of a suite with its own `main`, which skips those that this machine cannot run.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    sync::{Mutex, PoisonError},
};

use libtest_mimic::{Arguments, Conclusion, Failed, Trial};

use crate::programs::Programs;

/// The declared programs of all tests that have run.
static PROGRAMS: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());

/// A test: a name, the programs that it needs, and a function that panics to fail.
#[derive(Debug)]
pub struct Test<C: 'static> {
    /// Unique among the tests of a suite.
    pub name: &'static str,
    /// The programs that the test runs, or has run by what it runs.
    pub needs: &'static [&'static str],
    /// Checks, and panics where something is not as it should be.
    pub check: fn(&C),
}

impl<C> Test<C> {
    /// A test that needs no program.
    pub const fn new(name: &'static str, check: fn(&C)) -> Self {
        Self { name, needs: &[], check }
    }

    /// Declares the programs of the test: those a machine may lack, and standard ones such as `sh` or `cat`.
    #[must_use]
    pub const fn needs(self, programs: &'static [&'static str]) -> Self {
        Self { needs: programs, ..self }
    }
}

// Not derived: that would ask for a context which can be copied.
impl<C> Clone for Test<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Test<C> {}

/// A test that runs with these programs. If one is missing, the test is ignored, and its kind names the program.
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

/// Runs the tests, then names on stderr the programs that they ran with. `make test` reads this line for its summary.
pub fn run(arguments: &Arguments, trials: Vec<Trial>) -> Conclusion {
    let conclusion = libtest_mimic::run(arguments, trials);
    let programs = PROGRAMS.lock().unwrap_or_else(PoisonError::into_inner);
    if !programs.is_empty() {
        let names: Vec<_> = programs.iter().copied().collect();
        writeln!(io::stderr(), "programs: {}", names.join(" ")).ok();
    }
    conclusion
}
