//! Questions that tests ask of diagnostics.

use crate::generated::tfplugin6::{Diagnostic, attribute_path::step::Selector, diagnostic::Severity};

impl Diagnostic {
    /// Whether it stops the run.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }

    /// Summary and detail, as a user reads them.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}", self.summary, self.detail)
    }

    /// The place it points to, such as `endpoints[0].ecr`; empty if it is about the whole block.
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
