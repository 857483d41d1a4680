//! Checks the troubleshooting guide. For some rows, the guide has the text that Terraform prints, under the headline of this text.

use std::{
    collections::BTreeSet,
    env, fs,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use libtest_mimic::{Failed, Trial};

use test_support::{output::plain, row::Row};

use crate::Case;

/// The marker before the text of a row in the guide: `<!-- fault: NAME -->`. A fenced code block follows.
const MARKER: &str = "<!-- fault: ";
const FENCE: &str = "```";

pub(crate) struct Guide {
    /// The text of the guide. The text is locked while a test changes the text.
    text: Mutex<String>,
}

impl Guide {
    pub(crate) fn read() -> Self {
        Self { text: Mutex::new(fs::read_to_string(path()).expect("the guide is there")) }
    }

    /// Returns the headlines in the guide.
    fn sections(&self) -> BTreeSet<String> {
        self.text().lines().filter_map(|line| line.strip_prefix("### ")).map(ToOwned::to_owned).collect()
    }

    /// Returns each row whose text is in the guide, with the headline above the text.
    fn examples(&self) -> Vec<(String, String)> {
        let (mut section, mut found) = (String::new(), Vec::new());
        for line in self.text().lines() {
            if let Some(headline) = line.strip_prefix("### ") {
                headline.clone_into(&mut section);
            } else if let Some(name) = line.strip_prefix(MARKER) {
                found.push((name.trim_end_matches(" -->").to_owned(), section.clone()));
            }
        }
        found
    }

    /// Compares the printed text of a row with the guide, ignoring line breaks. If `UPDATE_EXPECT` is set and `may_update` is true, writes
    /// the text to the guide instead.
    ///
    /// # Errors
    /// Returns an error if the texts differ, with the printed text and the text in the guide. Also returns an error if the guide does not
    /// name the row.
    pub(crate) fn difference(&self, row: &str, printed: &str, may_update: bool) -> Result<(), String> {
        let mut text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        let marker = format!("{MARKER}{row} -->\n");
        let start = text.find(&marker).ok_or_else(|| format!("the guide has no {marker:?}"))? + marker.len();
        let block = text[start..].strip_prefix("```text\n").and_then(|rest| rest.split_once(FENCE));
        let expected = block.map_or("", |(block, _)| block);
        if plain(expected) == plain(printed) {
            return Ok(());
        }
        if may_update && should_update() {
            let end =
                if block.is_some() { start + "```text\n".len() + expected.len() + FENCE.len() + 1 } else { start };
            text.replace_range(start..end, &format!("```text\n{printed}\n{FENCE}\n"));
            fs::write(path(), &*text).expect("the guide can be written");
            return Ok(());
        }
        Err(format!("Terraform prints\n{printed}\n\nand the guide has\n{expected}\nUPDATE_EXPECT=1 writes it there"))
    }

    fn text(&self) -> String {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Returns the tests of the guide that do not run Terraform.
pub(crate) fn trials(guide: &Arc<Guide>, rows: &[Arc<Case>]) -> Vec<Trial> {
    let (of_examples, of_headlines) = (Arc::clone(guide), Arc::clone(guide));
    let (shown, all) = (rows.to_vec(), rows.to_vec());
    vec![
        Trial::test("guide::examples_match_the_rows", move || examples(&of_examples, &shown).map_err(Failed::from)),
        Trial::test("guide::every_headline_has_a_row", move || headlines(&of_headlines, &all).map_err(Failed::from)),
    ]
}

/// Checks that the text of each marked row is in the guide, under the headline of the row's first diagnostic.
fn examples(guide: &Guide, rows: &[Arc<Case>]) -> Result<(), String> {
    let mut expected: Vec<_> = rows
        .iter()
        .map(|case| &case.row)
        .filter(|row| row.is_in_the_guide)
        .map(|row| (row.name.to_owned(), headline(row)))
        .collect();
    let mut found = guide.examples();
    expected.sort();
    found.sort();
    if expected == found { Ok(()) } else { Err(format!("rows {expected:#?}\nguide {found:#?}")) }
}

/// Checks that the guide has a section for each headline of a row, and that each section has a row or an entry in
/// [`OTHER_HEADLINES`].
fn headlines(guide: &Guide, rows: &[Arc<Case>]) -> Result<(), String> {
    let sections = guide.sections();
    let told: BTreeSet<_> =
        rows.iter().map(|case| headline(&case.row)).filter(|headline| !headline.is_empty()).collect();
    let unknown: Vec<_> = told.difference(&sections).collect();
    let elsewhere = OTHER_HEADLINES.iter().map(|(headline, _)| (*headline).to_owned()).collect();
    let without: BTreeSet<_> = sections.difference(&told).cloned().collect();
    if unknown.is_empty() && without == elsewhere {
        return Ok(());
    }
    Err(format!("not in the guide: {unknown:?}\nwithout a row: {without:#?}"))
}

/// The headlines in the guide that no row prints, each with the reason.
const OTHER_HEADLINES: &[(&str, &str)] = &[
    ("Configuration Too Large", "no row is as large: tests/protocol/hostile.rs"),
    ("Interrupted", "somebody has to interrupt: tests/interrupts"),
    ("More Errors", "no row has as many: tests/protocol/hostile.rs"),
    ("More Warnings", "no row has as many: src/diagnostics.rs of terraform-plugin"),
    ("No ECR Authorization Token", "for errors that do not exist yet"),
    ("Null value found in list", "no row has a list with null in it: src/provider/validation/tests.rs"),
    ("Provider Bug", "no such error is known"),
    ("Provider Not Configured", "Terraform does not let it come to that: src/rpc/tests.rs of terraform-plugin"),
    ("Questionable AWS Configuration", "for warnings that do not exist yet"),
    ("The provider does not start", "not a headline: tests/protocol/handshake.rs and socket.rs"),
    ("Unknown Configuration", "nothing is unknown in a row: tests/protocol/unknown.rs"),
    ("Unreadable Configuration", "Terraform does not send it: tests/protocol/hostile.rs"),
];

/// Returns the headline of the first diagnostic that the row expects.
fn headline(row: &Row) -> String {
    let told = row.diagnostics.text().trim_start();
    let first = told.lines().next().and_then(|line| line.split_once(": "));
    first.and_then(|(_, rest)| rest.rsplit_once(" [")).map(|(headline, _)| headline.to_owned()).unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "expect-test reads the same variable")]
fn should_update() -> bool {
    env::var_os("UPDATE_EXPECT").is_some()
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides/troubleshooting.md")
}
