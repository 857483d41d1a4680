//! Paths to attributes in a configuration.

use std::fmt;

/// The path from the root of a configuration to one attribute. Terraform uses the path to show the line of the attribute.
///
/// Terraform cannot address the elements of a set: end the path at the set.
///
/// ```
/// use terraform_plugin::AttributePath;
/// let path = AttributePath::new("assume_role").index(0).attribute("role_arn");
/// assert_eq!(path.to_string(), "assume_role[0].role_arn");
/// assert_eq!(path.name(), Some("role_arn"));
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AttributePath(Vec<Step>);

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Step {
    Attribute(String),
    Index(i64),
    Key(String),
}

impl AttributePath {
    /// Creates the path of a top-level attribute or block.
    pub fn new(attribute: impl Into<String>) -> Self {
        Self(vec![Step::Attribute(attribute.into())])
    }

    /// Extends the path of an object or block to one of its attributes.
    #[must_use]
    pub fn attribute(mut self, name: impl Into<String>) -> Self {
        self.0.push(Step::Attribute(name.into()));
        self
    }

    /// Extends the path of a list or tuple to one of its elements. The index of the first element is 0.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.0.push(Step::index(index));
        self
    }

    /// Appends a key to the path of a map. The result is the path of the element with this key.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.0.push(Step::Key(key.into()));
        self
    }

    /// Returns the name of the last attribute in the path.
    pub fn name(&self) -> Option<&str> {
        self.0.iter().rev().find_map(|step| if let Step::Attribute(name) = step { Some(name.as_str()) } else { None })
    }

    pub(crate) fn push(&mut self, step: Step) {
        self.0.push(step);
    }

    pub(crate) fn pop(&mut self) {
        self.0.pop();
    }

    pub(crate) fn prepend(&mut self, step: Step) {
        self.0.insert(0, step);
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.0
    }
}

impl Step {
    pub(crate) fn index(index: usize) -> Self {
        Self::Index(i64::try_from(index).unwrap_or(i64::MAX))
    }
}

impl From<&str> for AttributePath {
    fn from(attribute: &str) -> Self {
        Self::new(attribute)
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}
