//! Helpers that tests use to read diagnostics.

use std::fmt;

use crate::generated::tfplugin6::{Diagnostic, attribute_path::step::Selector, diagnostic::Severity};

impl Diagnostic {
    /// Returns whether this diagnostic is an error. Otherwise, it is a warning.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }

    /// Returns the summary and detail, with a line break between them.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}", self.summary, self.detail)
    }

    /// Returns the path of the attribute, such as `endpoints[0].ecr`. The path is empty if the diagnostic is about the whole
    /// block.
    #[must_use]
    pub fn path(&self) -> String {
        let steps = self.attribute.iter().flat_map(|path| &path.steps).filter_map(|step| step.selector.as_ref());
        let mut text = String::new();
        for selector in steps {
            match selector {
                Selector::AttributeName(name) if text.is_empty() => text.push_str(name),
                Selector::AttributeName(name) => text.push_str(&format!(".{name}")),
                Selector::ElementKeyString(key) => text.push_str(&format!("[{key:?}]")),
                Selector::ElementKeyInt(index) => text.push_str(&format!("[{index}]")),
            }
        }
        text
    }
}

/// Prints `Error: summary [path]`, and then the detail on new lines. If the path is empty, does not print the brackets.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = if self.is_error() { "Error" } else { "Warning" };
        let place = Some(self.path()).filter(|path| !path.is_empty()).map(|path| format!(" [{path}]"));
        write!(f, "{severity}: {}{}\n{}", self.summary, place.unwrap_or_default(), self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated::tfplugin6::{AttributePath, attribute_path::Step};

    #[test]
    fn the_text_of_a_diagnostic_has_its_severity_and_path() {
        let mut diagnostic =
            Diagnostic { summary: "Invalid URL".to_owned(), detail: "No host.".to_owned(), ..Default::default() };
        diagnostic.set_severity(Severity::Warning);
        assert_eq!(
            (diagnostic.path(), diagnostic.to_string()),
            (String::new(), "Warning: Invalid URL\nNo host.".to_owned())
        );
        let selectors = [
            Selector::AttributeName("endpoints".to_owned()),
            Selector::ElementKeyInt(0),
            Selector::AttributeName("ecr".to_owned()),
            Selector::ElementKeyString("a".to_owned()),
        ];
        let steps = selectors.map(|selector| Step { selector: Some(selector) }).into();
        diagnostic.attribute = Some(AttributePath { steps });
        diagnostic.set_severity(Severity::Error);
        assert_eq!(diagnostic.to_string(), "Error: Invalid URL [endpoints[0].ecr[\"a\"]]\nNo host.");
    }
}
