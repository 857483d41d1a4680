//! Pages with generated sections.

use std::{fs, path::PathBuf};

use crate::{Problem, ROOT};

/// A page with generated sections. A section is the text between `<!-- BEGIN name: make docs -->` and `<!-- END name -->`.
pub(crate) struct Page {
    /// The path of the page, relative to `docs/`.
    pub(crate) name: String,
    path: PathBuf,
    was: String,
    text: String,
}

impl Page {
    pub(crate) fn read(name: &str) -> Result<Self, Problem> {
        let path = PathBuf::from(ROOT).join("docs").join(name);
        let text =
            fs::read_to_string(&path).map_err(|error| Problem(format!("docs/{name} cannot be read: {error}")))?;
        Ok(Self { name: name.to_owned(), path, was: text.clone(), text })
    }

    /// Replaces the content of this section.
    pub(crate) fn section(mut self, name: &str, content: &str) -> Result<Self, Problem> {
        let (begin, end) = (format!("<!-- BEGIN {name}: make docs -->\n"), format!("<!-- END {name} -->"));
        let place = self.text.split_once(&begin).and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
        let Some((before, after)) = place else {
            let lines = format!("{begin}{end}");
            return Err(Problem(format!(
                "docs/{} has no section {name}: write these lines into it.\n{lines}",
                self.name
            )));
        };
        self.text = format!("{before}{begin}\n{}\n\n{end}{after}", content.trim());
        Ok(self)
    }

    /// Replaces the section `example` with the content of this file in `examples/`.
    pub(crate) fn example(self, file: &str) -> Result<Self, Problem> {
        let code = fs::read_to_string(PathBuf::from(ROOT).join("examples").join(file));
        let code = code.map_err(|error| Problem(format!("examples/{file} cannot be read: {error}")))?;
        self.section("example", &format!("```terraform\n{code}```"))
    }

    /// Writes the page to its file if the page has changed. Returns whether the page has changed.
    pub(crate) fn write(&self) -> Result<bool, Problem> {
        if self.text == self.was {
            return Ok(false);
        }
        let written = fs::write(&self.path, &self.text);
        written.map_err(|error| Problem(format!("docs/{} cannot be written: {error}", self.name)))?;
        Ok(true)
    }
}
