//! Pages, parts of which are generated.

use std::{fs, path::PathBuf};

use crate::ROOT;

/// A page with sections: what stands between `<!-- BEGIN name: make docs -->` and `<!-- END name -->`.
pub(crate) struct Page {
    pub(crate) path: PathBuf,
    was: String,
    text: String,
}

impl Page {
    pub(crate) fn read(name: &str) -> Self {
        let path = PathBuf::from(ROOT).join("docs").join(name);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        Self { path, was: text.clone(), text }
    }

    /// Replaces what the section shows.
    pub(crate) fn section(mut self, name: &str, content: &str) -> Self {
        let (begin, end) = (format!("<!-- BEGIN {name}: make docs -->\n"), format!("<!-- END {name} -->"));
        let place = self.text.split_once(&begin).and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
        let (before, after) = place.unwrap_or_else(|| panic!("{} has no section {name}", self.path.display()));
        self.text = format!("{before}{begin}\n{}\n\n{end}{after}", content.trim());
        self
    }

    /// The section `example` shows this file, below `examples/`.
    pub(crate) fn example(self, file: &str) -> Self {
        let code = fs::read_to_string(PathBuf::from(ROOT).join("examples").join(file));
        let code = code.unwrap_or_else(|error| panic!("examples/{file}: {error}"));
        self.section("example", &format!("```terraform\n{code}```"))
    }

    /// Writes it if it has changed, and then names it.
    pub(crate) fn write(&self) -> Option<String> {
        if self.text == self.was {
            return None;
        }
        fs::write(&self.path, &self.text).expect("docs/ can be written");
        self.path.file_name().map(|name| name.display().to_string())
    }
}
