//! The table of results.

use std::{fmt::Write, fs, io, path::Path, process::Command};

use serde_json::{Value as Json, json};

use crate::{
    statistics::Summary,
    subject::{EMPTY, FLOOR, OURS, PEER, Subject},
};

/// The unit of a measurement.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Unit {
    Bytes,
    Count,
    Ratio,
    Seconds,
}

/// One measurement of several subjects.
#[derive(Debug)]
struct Row {
    what: String,
    unit: Unit,
    values: Vec<(String, Summary)>,
}

/// All measurements, and a description of the machine.
#[derive(Debug)]
pub(crate) struct Report {
    rows: Vec<Row>,
    subjects: Vec<&'static str>,
    machine: Vec<(&'static str, String)>,
}

impl Report {
    pub(crate) fn new(terraform: &Path, subjects: &[Subject], runs: String) -> Self {
        let first_line = |program: &Path, argument: &str| {
            let output = Command::new(program).arg(argument).env("CHECKPOINT_DISABLE", "1").output();
            let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
            text.lines().next().unwrap_or("unknown").to_owned()
        };
        let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model =
            cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map(|(_, name)| name);
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let machine = vec![
            ("date", first_line(Path::new("date"), "-I")),
            ("machine", format!("{} cores, {}", cores, model.unwrap_or("unknown"))),
            ("system", first_line(Path::new("uname"), "-sr")),
            ("Terraform", first_line(terraform, "version")),
            ("runs", runs),
        ];
        Self { rows: Vec::new(), subjects: subjects.iter().map(|subject| subject.name).collect(), machine }
    }

    /// Adds a measurement. Does nothing if `summary` is `None`.
    pub(crate) fn add(&mut self, what: &str, unit: Unit, subject: &str, summary: Option<Summary>) {
        let Some(summary) = summary else { return };
        let value = (subject.to_owned(), summary);
        match self.rows.iter_mut().find(|row| row.what == what) {
            Some(row) => row.values.push(value),
            None => self.rows.push(Row { what: what.to_owned(), unit, values: vec![value] }),
        }
    }

    pub(crate) fn median(&self, what: &str, subject: &str) -> Option<f64> {
        self.rows.iter().find(|row| row.what == what)?.summary(subject).map(|summary| summary.median)
    }

    /// Returns the report in Markdown: the machine, and a table with a column for each subject and columns with ratios.
    pub(crate) fn markdown(&self) -> String {
        let mut text = String::new();
        // Writing to a `String` cannot fail.
        for (name, value) in &self.machine {
            writeln!(text, "- {name}: {value}").ok();
        }
        if let Some(noise) = self.rows.iter().find(|row| row.what == "apply, time").and_then(|row| row.summary(FLOOR)) {
            writeln!(text, "- noise: {:.0} % between the slow and the fast of Terraform alone", noise.spread() * 100.0)
                .ok();
        }
        let has_peer = self.subjects.contains(&PEER);
        let compared = [FLOOR, EMPTY].map(|other| format!("x {other}"));
        let less = has_peer.then(|| format!("x less than {PEER}"));
        let columns = self.subjects.iter().map(|name| (*name).to_owned()).chain(compared).chain(less);
        let columns: Vec<_> = columns.collect();
        write!(text, "\n| | {} |\n|{}\n", columns.join(" | "), " --- |".repeat(columns.len() + 1)).ok();
        for row in &self.rows {
            write!(text, "| {} |", row.what).ok();
            for column in &self.subjects {
                let value = row.summary(column).map_or_else(|| "-".to_owned(), |summary| shown(row.unit, summary));
                write!(text, " {value} |").ok();
            }
            let ratio = |above: Option<&Summary>, below: Option<&Summary>| {
                let ratio = above.zip(below).filter(|(_, below)| below.median > 0.0);
                let ratio = ratio.map(|(above, below)| above.median / below.median);
                ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"))
            };
            for other in [FLOOR, EMPTY] {
                write!(text, " {} |", ratio(row.summary(OURS), row.summary(other))).ok();
            }
            if has_peer {
                write!(text, " {} |", ratio(row.summary(PEER), row.summary(OURS))).ok();
            }
            text.push('\n');
        }
        text
    }

    fn json(&self) -> Json {
        let value = |(subject, summary): &(String, Summary)| {
            let Summary { median, low, high, runs } = summary;
            (subject.clone(), json!({"median": median, "low": low, "high": high, "runs": runs}))
        };
        let row = |row: &Row| {
            let values: serde_json::Map<_, _> = row.values.iter().map(value).collect();
            json!({"what": row.what, "unit": format!("{:?}", row.unit).to_lowercase(), "values": values})
        };
        let machine: serde_json::Map<_, _> =
            self.machine.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into())).collect();
        json!({"machine": machine, "results": self.rows.iter().map(row).collect::<Vec<_>>()})
    }

    /// Writes `results.md` and `results.json` in the directory.
    pub(crate) fn write(&self, directory: &Path) -> io::Result<()> {
        fs::create_dir_all(directory)?;
        fs::write(directory.join("results.md"), self.markdown())?;
        fs::write(directory.join("results.json"), format!("{:#}\n", self.json()))
    }
}

impl Row {
    fn summary(&self, subject: &str) -> Option<&Summary> {
        self.values.iter().find(|(name, _)| name == subject).map(|(_, summary)| summary)
    }
}

/// Returns the median as text. For several runs, also returns the range.
fn shown(unit: Unit, summary: &Summary) -> String {
    let Summary { median, low, high, runs } = summary;
    let one = |value: f64| match unit {
        Unit::Bytes => format!("{:.1} MB", value / 1e6),
        Unit::Count => format!("{value:.0}"),
        Unit::Ratio => format!("{value:.2}"),
        Unit::Seconds if *median < 0.1 => format!("{:.2} ms", value * 1e3),
        Unit::Seconds => format!("{value:.3} s"),
    };
    if *runs > 1 { format!("{} ({} to {})", one(*median), one(*low), one(*high)) } else { one(*median) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_the_measurements_and_their_ratios() {
        let subjects = Subject::all(Path::new("/ours"), Path::new("/empty"), Some(Path::new("/peer")));
        let mut report = Report::new(Path::new("/nonexistent"), &subjects, "3".to_owned());
        for (subject, value) in [(FLOOR, 0.1), (EMPTY, 0.2), (OURS, 0.25), (PEER, 10.0)] {
            report.add("apply, time", Unit::Seconds, subject, Summary::from_samples(vec![value, value, value]));
        }
        report.add("size of the binary", Unit::Bytes, OURS, Some(Summary::exactly(8e6)));
        report.add("nothing", Unit::Count, OURS, None);
        let text = report.markdown();
        let row = "| apply, time | 0.100 s (0.100 s to 0.100 s) | 0.200 s (0.200 s to 0.200 s) \
                   | 0.250 s (0.250 s to 0.250 s) | 10.000 s (10.000 s to 10.000 s) | 2.50 | 1.25 | 40.00 |";
        assert!(text.contains(row), "{text}");
        assert!(text.contains("| size of the binary | - | - | 8.0 MB | - | - | - | - |"), "{text}");
        assert!(!text.contains("nothing"), "{text}");
        assert_eq!(report.json()["results"][0]["values"][OURS]["median"], 0.25);
    }
}
