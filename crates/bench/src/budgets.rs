//! The budgets of the measurements, and the margins for a busy machine.

use crate::{
    report::Report,
    subject::{EMPTY, FLOOR, OURS},
};

/// A limit for a measurement of this provider.
struct Budget {
    what: &'static str,
    limit: f64,
    /// The subject that the limit is relative to: the limit is a multiple of this subject's measurement. If it is `None`, the
    /// limit is an absolute value, in the unit of the measurement.
    against: Option<&'static str>,
    /// The factor by which a measurement may exceed the limit. The factor is large for measurements that depend on the machine.
    margin: f64,
}

const MB: f64 = 1e6;

const BUDGETS: [Budget; 17] = [
    Budget { what: "apply, time", limit: 3.0, against: Some(FLOOR), margin: 1.15 },
    Budget { what: "apply, time", limit: 1.04, against: Some(EMPTY), margin: 1.05 },
    Budget { what: "apply with TLS to AWS, time", limit: 1.08, against: Some(EMPTY), margin: 1.05 },
    Budget { what: "start to handshake line", limit: 0.003, against: None, margin: 3.0 },
    Budget { what: "memory of a process, at its peak", limit: 10.0 * MB, against: None, margin: 1.05 },
    Budget { what: "size of the binary", limit: 8.0 * MB, against: None, margin: 1.0 },
    Budget { what: "calls to AWS of a plan with 100 tokens", limit: 1.0, against: None, margin: 1.0 },
    Budget { what: "apply with 8 aliases, time", limit: 0.5, against: None, margin: 2.0 },
    Budget { what: "memory of 8 aliases, at their peaks", limit: 85.0 * MB, against: None, margin: 1.05 },
    Budget { what: "230 runs at once, the last after", limit: 2.8, against: None, margin: 1.5 },
    Budget { what: "300 runs at once, the last after", limit: 6.5, against: None, margin: 1.15 },
    Budget { what: "300 runs at once, requests of each", limit: 1.75, against: None, margin: 1.1 },
    Budget { what: "1000 runs at once, the last against the least possible", limit: 1.15, against: None, margin: 1.05 },
    Budget { what: "1000 runs at once, requests of each", limit: 3.5, against: None, margin: 1.05 },
    Budget {
        what: "100 tokens at once by roles, time against the least possible",
        limit: 2.2,
        against: None,
        margin: 1.5,
    },
    Budget { what: "100 tokens at once by roles, memory at its peak", limit: 24.0 * MB, against: None, margin: 1.1 },
    Budget { what: "shutdown to end of the process", limit: 0.05, against: None, margin: 3.0 },
];

/// Returns a message for each budget that is exceeded by more than its margin, or that was not measured.
pub(crate) fn missed(report: &Report) -> Vec<String> {
    let of = |budget: &Budget| {
        let median = report.median(budget.what, OURS)?;
        let unit = budget.against.map_or(Some(1.0), |subject| report.median(budget.what, subject))?;
        Some(median / unit)
    };
    let line = |budget: &Budget| {
        let Budget { what, limit, margin, against } = budget;
        let unit = against.map(|subject| format!(" x {subject}")).unwrap_or_default();
        match of(budget) {
            None => Some(format!("{what}: not measured")),
            Some(value) if value > limit * margin => {
                Some(format!("{what}: {value:.3}{unit}, above {limit}{unit} (tolerated: {:.3})", limit * margin))
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
    fn reports_missed_and_unmeasured_budgets() {
        assert_eq!(missed(&Report::new(Path::new("/terraform"), &[], "1".to_owned())).len(), BUDGETS.len());
        for Budget { what, limit, against, margin } in &BUDGETS {
            let line = |value: f64| {
                let mut report = Report::new(Path::new("/terraform"), &[], "1".to_owned());
                report.add(what, Unit::Count, OURS, Some(Summary::exactly(value * 0.2)));
                for subject in [EMPTY, FLOOR] {
                    report.add(what, Unit::Count, subject, Some(Summary::exactly(0.2)));
                }
                let unit = against.map(|subject| format!(" x {subject}")).unwrap_or_default();
                let limit = format!("above {limit}{unit} (tolerated");
                missed(&report).into_iter().find(|line| line.starts_with(what) && line.contains(&limit))
            };
            // If the budget is relative to another subject, the value is a multiple of this subject's measurement.
            let unit = if against.is_some() { 1.0 } else { 5.0 };
            assert_eq!(line(limit * margin * unit * 0.999), None);
            assert!(line(limit * margin * unit * 1.001).is_some(), "{what}");
        }
        let mut report = Report::new(Path::new("/terraform"), &[], "1".to_owned());
        report.add("apply, time", Unit::Seconds, OURS, Some(Summary::exactly(0.8)));
        report.add("apply, time", Unit::Seconds, FLOOR, Some(Summary::exactly(0.2)));
        let expected = "apply, time: 4.000 x Terraform alone, above 3 x Terraform alone (tolerated: 3.450)";
        assert_eq!(missed(&report)[0], expected);
    }
}
