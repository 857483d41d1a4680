//! Measures Terraform's commands with each compared provider in turn.

use crate::{
    report::{Report, Unit},
    stage::{Scheme, Stage},
    statistics::Summary,
    subject::{PEER, Subject, Tokens},
};

pub(crate) const APPLY: &[&str] = &["apply", "-auto-approve", "-input=false", "-no-color"];
pub(crate) const PLAN: &[&str] = &["plan", "-input=false", "-no-color"];

/// The commands with one token, and the factor for their number of runs.
const COMMANDS: [(&str, Scheme, &[&str], usize); 5] = [
    ("apply", Scheme::Http, APPLY, RUNS_OF_APPLY),
    ("apply with TLS to AWS", Scheme::Https, APPLY, RUNS_OF_APPLY),
    ("plan", Scheme::Http, PLAN, 1),
    ("validate", Scheme::Http, &["validate", "-no-color"], 1),
    ("providers schema", Scheme::Http, &["providers", "schema", "-json"], 1),
];

/// Applies have budgets that are a few percent above an empty provider. The medians of few runs vary by more than that.
const RUNS_OF_APPLY: usize = 6;

/// The sets of tokens that are requested with a role in each account. Each set has a description.
pub(crate) const BY_ROLE: [(&str, Tokens); 2] = [
    ("20 accounts", Tokens::Accounts { accounts: 20, regions: 1 }),
    ("20 accounts in 5 Regions", Tokens::Accounts { accounts: 20, regions: 5 }),
];

/// The number of runs with hashicorp/aws, which takes ten seconds for each run.
const RUNS_OF_PEER: usize = 3;

/// Returns the numbers of runs in words, for the report.
pub(crate) fn in_words(runs: usize) -> String {
    format!(
        "{runs}; {RUNS_OF_APPLY} times that for an apply; a third with aliases; {RUNS_OF_PEER} and 1 of hashicorp/aws"
    )
}

/// Measures commands with one token. The subjects take turns after each run, so that other work on the machine slows all subjects
/// equally.
pub(crate) fn measure(stage: &Stage, subjects: &[Subject], runs: usize, report: &mut Report) {
    let projects: Vec<_> = subjects.iter().map(|subject| stage.project(subject, Tokens::Blocks(1))).collect();
    for (name, scheme, arguments, factor) in COMMANDS {
        let mut costs = vec![Vec::new(); subjects.len()];
        for run in 0..=runs * factor {
            for ((subject, project), costs) in subjects.iter().zip(&projects).zip(&mut costs) {
                let is_due = subject.name != PEER || run <= RUNS_OF_PEER;
                if is_due {
                    let cost = project.run_over(scheme, arguments);
                    // The first run only warms caches, and is not counted.
                    if run > 0 {
                        costs.push(cost);
                    }
                }
            }
        }
        for (subject, costs) in subjects.iter().zip(costs) {
            let of = |what: fn(&crate::stage::Cost) -> f64| Summary::from_samples(costs.iter().map(what).collect());
            report.add(&format!("{name}, time"), Unit::Seconds, subject.name, of(|cost| cost.wall));
            report.add(&format!("{name}, CPU"), Unit::Seconds, subject.name, of(|cost| cost.cpu));
        }
    }
    aliases(stage, subjects, runs, report);
    accounts(stage, subjects, runs, report);
}

/// Measures applies with several aliases. Each alias has its own provider process.
fn aliases(stage: &Stage, subjects: &[Subject], runs: usize, report: &mut Report) {
    for count in [1, 4, 8, 20] {
        for subject in subjects.iter().filter(|subject| subject.provider.is_some()) {
            let name = format!("apply with {count} alias{}, time", if count == 1 { "" } else { "es" });
            apply(stage, subject, Tokens::Aliases(count), runs, &name, report);
        }
    }
}

/// Measures applies with a role in each account. The role is in the block of the token, or in the provider block of an alias.
fn accounts(stage: &Stage, subjects: &[Subject], runs: usize, report: &mut Report) {
    for (words, tokens) in BY_ROLE {
        for subject in subjects.iter().filter(|subject| subject.can_run(tokens)) {
            apply(stage, subject, tokens, runs, &format!("apply with {words}, time"), report);
        }
    }
}

fn apply(stage: &Stage, subject: &Subject, tokens: Tokens, runs: usize, name: &str, report: &mut Report) {
    let project = stage.project(subject, tokens);
    let runs = if subject.name == PEER { 1 } else { runs.div_ceil(3) };
    let times = (0..runs).map(|_| project.run(APPLY).wall).collect();
    report.add(name, Unit::Seconds, subject.name, Summary::from_samples(times));
}
