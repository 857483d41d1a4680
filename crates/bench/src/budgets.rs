//! The limits of the measurements, and the margins for a busy machine.

use crate::{
    report::Report,
    subject::{FLOOR, OURS},
};

/// A limit for this provider.
struct Budget {
    what: &'static str,
    limit: f64,
    /// Whether it is in units of what Terraform alone takes.
    of_floor: bool,
    /// The factor by which a measurement may exceed the limit. It is large for measurements that depend on the machine.
    margin: f64,
}

const MB: f64 = 1e6;

const BUDGETS: [Budget; 13] = [
    Budget { what: "apply, time", limit: 3.0, of_floor: true, margin: 1.15 },
    Budget { what: "start to handshake line", limit: 0.005, of_floor: false, margin: 3.0 },
    Budget { what: "memory of a process, at its peak", limit: 14.0 * MB, of_floor: false, margin: 1.05 },
    Budget { what: "size of the binary", limit: 10.0 * MB, of_floor: false, margin: 1.0 },
    Budget { what: "calls to AWS of a plan with 100 tokens", limit: 1.0, of_floor: false, margin: 1.0 },
    Budget { what: "apply with 8 aliases, time", limit: 1.0, of_floor: false, margin: 2.0 },
    Budget { what: "memory of 8 aliases, at their peaks", limit: 120.0 * MB, of_floor: false, margin: 1.05 },
    Budget { what: "230 runs at once, the last after", limit: 2.8, of_floor: false, margin: 1.5 },
    Budget { what: "300 runs at once, the last after", limit: 6.5, of_floor: false, margin: 1.15 },
    Budget { what: "300 runs at once, requests of each", limit: 1.75, of_floor: false, margin: 1.1 },
    Budget {
        what: "1000 runs at once, the last against the least possible",
        limit: 1.15,
        of_floor: false,
        margin: 1.05,
    },
    Budget { what: "1000 runs at once, requests of each", limit: 3.5, of_floor: false, margin: 1.05 },
    Budget { what: "shutdown to end of the process", limit: 0.05, of_floor: false, margin: 3.0 },
];

/// Each budget that is missed by more than its margin, in words. One that was not measured is missed.
pub(crate) fn missed(report: &Report) -> Vec<String> {
    let of = |budget: &Budget| {
        let median = report.median(budget.what, OURS)?;
        let floor = if budget.of_floor { report.median(budget.what, FLOOR)? } else { 1.0 };
        Some(median / floor)
    };
    let line = |budget: &Budget| {
        let Budget { what, limit, margin, of_floor } = budget;
        let unit = if *of_floor { " x Terraform alone" } else { "" };
        match of(budget) {
            None => Some(format!("{what}: not measured")),
            Some(value) if value > limit * margin => {
                Some(format!("{what}: {value:.3}{unit}, and {limit}{unit} at most (let pass: {:.3})", limit * margin))
            }
            Some(_) => None,
        }
    };
    BUDGETS.iter().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{report::Unit, statistics::Summary};

    #[test]
    fn what_is_missed_or_was_not_measured_is_said() {
        let mut report = Report::new(Path::new("/terraform"), &[], 1);
        for budget in &BUDGETS {
            report.add(budget.what, Unit::Count, OURS, Some(Summary::exactly(budget.limit)));
            report.add(budget.what, Unit::Count, FLOOR, Some(Summary::exactly(1.0)));
        }
        assert_eq!(missed(&report), Vec::<String>::new());
        assert_eq!(missed(&Report::new(Path::new("/terraform"), &[], 1)).len(), BUDGETS.len());
        let mut report = Report::new(Path::new("/terraform"), &[], 1);
        report.add("apply, time", Unit::Seconds, OURS, Some(Summary::exactly(0.8)));
        report.add("apply, time", Unit::Seconds, FLOOR, Some(Summary::exactly(0.2)));
        let expected = "apply, time: 4.000 x Terraform alone, and 3 x Terraform alone at most (let pass: 3.450)";
        assert_eq!(missed(&report)[0], expected);
    }
}
