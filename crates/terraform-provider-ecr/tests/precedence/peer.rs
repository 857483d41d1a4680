//! The same rows with hashicorp/aws, for a report of where the two differ.

use std::{
    io::{self, Write},
    path::Path,
    sync::{Mutex, PoisonError},
};

use test_support::programs::Programs;

use crate::{
    outcome::lines,
    provider::Provider,
    row::{Peer, Row},
    run::run,
};

/// What the peer did in the rows that ran.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Mutex<Vec<(String, String)>>,
}

impl Report {
    /// Runs the peer on a row and prints whether it did what the row says of it.
    pub(crate) fn run(&self, name: &str, row: &Row, terraform: &Path, peer: &Provider, programs: &Programs) {
        let (expected, note) = match &row.peer {
            Peer::Same => (&row.expected, "same"),
            Peer::Differs(expected, why) => (expected, *why),
            Peer::CannotTell(why) => return self.add(name, format!("not asked: {why}")),
        };
        let outcome = run(row, terraform, peer, programs);
        let verdict = match outcome.difference(expected) {
            None if note == "same" => "same".to_owned(),
            None => format!("differs as noted: {note}"),
            Some(difference) => format!("UNEXPECTED\n{difference}\n  expected\n{}", lines(&expected.requests)),
        };
        self.add(name, verdict);
        if expected.fails {
            print(&format!("peer: {name} says: {}\n", outcome.diagnostics()));
        }
    }

    fn add(&self, name: &str, verdict: String) {
        print(&format!("\npeer: {name}: {verdict}\n"));
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).push((name.to_owned(), verdict));
    }

    /// Prints a table of the rows in which the peer does not do the same.
    pub(crate) fn summary(&self) {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner).clone();
        rows.sort();
        let same = rows.iter().filter(|(_, verdict)| verdict == "same").count();
        let mut table =
            format!("\n{same} of {} rows are the same with the peer.\n\n| row | peer |\n| --- | --- |\n", rows.len());
        for (name, verdict) in rows.iter().filter(|(_, verdict)| verdict != "same") {
            let verdict = verdict.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
            table += &format!("| {name} | {verdict} |\n");
        }
        print(&table);
    }
}

fn print(text: &str) {
    drop(io::stdout().write_all(text.as_bytes()));
}
