//! The report on a row that fails: its configuration, and the requests and the output next to the expected requests and output.

use std::fmt::Write;

use crate::{
    configuration::main_tf,
    expected_diagnostics::ExpectedDiagnostics,
    row::{Asked, Row},
};

/// The number of characters in the left column.
const WIDTH: usize = 66;

/// The actual outcome of a row.
#[derive(Debug)]
pub struct Outcome {
    /// The requests that reached a server, as [`crate::recorded`] writes them.
    pub asked: Vec<String>,
    /// The number of requests, including requests that only prepare another request.
    pub count: usize,
    /// The printed diagnostics.
    pub diagnostics: String,
    /// All other differences from the expected outcome.
    pub problems: Vec<String>,
}

impl Outcome {
    /// Whether the requests are as expected.
    #[must_use]
    pub fn asks(&self, expected: &Asked) -> bool {
        match expected {
            Asked::Exactly(requests) => *requests == self.asked,
            Asked::Times(count) => count.contains(&self.count),
        }
    }

    /// Whether the last request was to a proxy. Such a run ends with the proxy's error, which the row does not have to list.
    #[must_use]
    pub fn stops_at_proxy(&self) -> bool {
        self.asked.last().is_some_and(|request| is_to_proxy(request))
    }

    /// Describes the row, its outcome, and the expected outcome. `command` is a command that runs only this row.
    #[must_use]
    pub fn report(&self, row: &Row, asked: &Asked, diagnostics: &ExpectedDiagnostics, command: &str) -> String {
        let expected = match asked {
            Asked::Exactly(requests) => requests.join("\n"),
            Asked::Times(count) if count.start() == count.end() => format!("{} requests", count.start()),
            Asked::Times(count) => format!("{} to {} requests", count.start(), count.end()),
        };
        let requests = match asked {
            Asked::Exactly(_) => self.asked.join("\n"),
            Asked::Times(_) => format!("{} requests\n{}", self.count, self.asked.join("\n")),
        };
        let mut text = format!("run it alone: {command}\n\nCONFIGURED\n{}", configured(row));
        text += &side_by_side("ASKED", &requests, &expected);
        text += &side_by_side("DIAGNOSTICS", &self.diagnostics, &diagnostics.description());
        for problem in &self.problems {
            writeln!(text, "\nPROBLEM: {problem}").ok();
        }
        text
    }
}

/// Whether a line is a CONNECT request to a proxy.
#[must_use]
pub fn is_to_proxy(request: &str) -> bool {
    request.contains(": CONNECT ")
}

fn configured(row: &Row) -> String {
    let mut text = String::new();
    for (name, value) in &row.environment {
        writeln!(text, "  {name}={}", String::from_utf8_lossy(value)).ok();
    }
    let text_of = |content: &[u8]| String::from_utf8_lossy(content).into_owned();
    let files = row.files.iter().map(|(name, content)| (format!("~/{name}"), text_of(content)));
    let of_module = row.module_files.iter().map(|(name, content)| (name.clone(), text_of(content)));
    let main = main_tf(row, "terraform-ecr/ecr", "ephemeral");
    for (name, content) in files.chain(of_module).chain([("main.tf".to_owned(), main)]) {
        let lines: String = content.lines().map(|line| format!("    | {line}\n")).collect();
        write!(text, "  {name}\n{lines}").ok();
    }
    text
}

/// Writes two texts in two columns, with `≠` before each line that differs.
fn side_by_side(title: &str, left: &str, right: &str) -> String {
    let (left, right): (Vec<_>, Vec<_>) = (left.lines().collect(), right.lines().collect());
    let mut text = format!("\n  {title:<WIDTH$}   EXPECTED\n");
    for number in 0..left.len().max(right.len()) {
        let line = |lines: &[&str]| lines.get(number).copied().unwrap_or_default().to_owned();
        let (left, right) = (line(&left), line(&right));
        let mut mark = if left == right { ' ' } else { '≠' };
        let (left, right) = (wrapped(&left), wrapped(&right));
        for part in 0..left.len().max(right.len()) {
            let part = |parts: &[String]| parts.get(part).cloned().unwrap_or_default();
            let line = format!("{mark} {:<WIDTH$}   {}", part(&left), part(&right));
            writeln!(text, "{}", line.trim_end()).ok();
            mark = ' ';
        }
    }
    text
}

fn wrapped(line: &str) -> Vec<String> {
    let letters: Vec<_> = line.chars().collect();
    letters.chunks(WIDTH).map(|part| part.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::keys;

    #[test]
    fn a_report_shows_the_row_the_differences_and_the_command() {
        let row =
            keys("a_row").config("[default]\nregion = x\n").set("max_retries", 1).token_by("AKIDENV").fails(["no"]);
        let problems = vec!["took 9 s".to_owned()];
        let asked = vec!["sts AssumeRole deploy by AKIDENV".to_owned()];
        let outcome = Outcome { asked, count: 1, diagnostics: "Error: yes".to_owned(), problems };
        let report = outcome.report(&row, &row.asked, &row.diagnostics, "make test ONLY=called::a::a_row");
        let lines = [
            "run it alone: make test ONLY=called::a::a_row",
            "  AWS_ACCESS_KEY_ID=AKIDENV",
            "  ~/.aws/config",
            "    | region = x",
            "    |   max_retries = 1",
            "≠ sts AssumeRole deploy by AKIDENV                                     ecr GetAuthorizationToken by AKIDENV",
            "≠ Error: yes                                                           an error with the words [\"no\"]",
            "PROBLEM: took 9 s",
        ];
        for line in lines {
            assert!(report.lines().any(|other| other == line), "{line:?} is not in\n{report}");
        }
    }
}
