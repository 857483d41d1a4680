//! The types that a field of a model can have.

use std::fmt;

use crate::{
    diagnostics::Diagnostic,
    path::AttributePath,
    problem::{Place, Problem},
    value::{Object, Value},
};

/// The types that a field can have if its values are of the type `T`.
///
/// - `Option<T>`: `None` if the value is null, unknown or not valid.
/// - `T` itself: the default of `T` if the value is null, unknown or not valid.
/// - [`Setting<T>`]: the value, and whether the value is null, unknown or not valid.
pub trait Field<T>: Sized {
    #[doc(hidden)]
    fn from_value(read: Option<T>, raw: Raw<'_>) -> Self;
    #[doc(hidden)]
    fn into_option(self) -> Option<T>;
}

/// A value from Terraform, before conversion.
#[doc(hidden)]
#[derive(Debug)]
pub struct Raw<'a> {
    pub(crate) value: &'a Value,
    pub(crate) place: Place,
    pub(crate) is_unset: bool,
}

impl<T> Field<T> for Option<T> {
    fn from_value(read: Self, _: Raw<'_>) -> Self {
        read
    }

    fn into_option(self) -> Self {
        self
    }
}

impl<T: Default> Field<T> for T {
    fn from_value(read: Option<T>, _: Raw<'_>) -> Self {
        read.unwrap_or_default()
    }

    fn into_option(self) -> Option<T> {
        Some(self)
    }
}

/// A value of a configuration, together with its place in the configuration. Use this type for rules about several attributes. The methods
/// return whether the value is null or unknown, and create diagnostics that point at the value.
///
/// `Debug` does not show the value.
#[derive(Clone)]
pub struct Setting<T> {
    value: Option<T>,
    is_null: bool,
    is_unset: bool,
    is_unknown: bool,
    has_unknown: bool,
    place: Place,
}

impl<T> Setting<T> {
    pub(crate) fn new(value: Option<T>, raw: &Value, is_null: bool, place: Place) -> Self {
        let (is_unknown, has_unknown) = (raw.is_unknown(), raw.has_unknown());
        Self { value, is_null, is_unset: is_null, is_unknown, has_unknown, place }
    }

    /// Returns whether the user did not set the value, or set it to null.
    pub fn is_null(&self) -> bool {
        self.is_null
    }

    /// Returns whether the value is null, or a zero value that is [treated as not set](crate::argument::Argument::zero_as_unset).
    pub fn is_unset(&self) -> bool {
        self.is_unset
    }

    /// Returns whether the value is not known before apply.
    pub fn is_unknown(&self) -> bool {
        self.is_unknown
    }

    /// Returns whether the value or a part of the value is not known before apply.
    pub fn has_unknown(&self) -> bool {
        self.has_unknown
    }

    /// Returns whether the user set a known value, even if it is empty or not valid.
    pub fn is_known(&self) -> bool {
        !self.is_null && !self.is_unknown
    }

    /// Returns the value, if it is set, known and valid.
    pub fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// Returns the value, if it is set, known and valid.
    pub fn into_value(self) -> Option<T> {
        self.value
    }

    /// Returns the path of the value from the root of the configuration, for use in messages.
    pub fn path(&self) -> &AttributePath {
        &self.place.path
    }

    /// Returns whether diagnostics cannot point at the value, because the value or the block around it is sensitive.
    pub fn is_sensitive(&self) -> bool {
        self.place.is_sensitive()
    }

    /// Creates an error. The diagnostic points at the value, unless the value must be hidden.
    pub fn error(&self, problem: Problem) -> Diagnostic {
        self.place.diagnostic(Diagnostic::error, problem)
    }

    /// Creates a warning. The diagnostic points at the value, unless the value must be hidden.
    pub fn warning(&self, problem: Problem) -> Diagnostic {
        self.place.diagnostic(Diagnostic::warning, problem)
    }
}

impl Setting<()> {
    /// Creates a setting that describes a block. `block` is `None` if the block is unknown.
    pub(crate) fn block(block: Option<&Object>, place: Place) -> Self {
        let any = |is_one: fn(&Value) -> bool| block.is_some_and(|block| block.iter().any(|(_, value)| is_one(value)));
        let (is_null, is_unknown) = (block.is_some() && !any(|value| !value.is_null()), block.is_none());
        let has_unknown = is_unknown || any(Value::has_unknown);
        Self { value: Some(()), is_null, is_unset: is_null, is_unknown, has_unknown, place }
    }
}

impl<T> Field<T> for Setting<T> {
    fn from_value(read: Option<T>, Raw { value, place, is_unset }: Raw<'_>) -> Self {
        Self { is_unset, ..Self::new(read, value, value.is_null(), place) }
    }

    fn into_option(self) -> Option<T> {
        self.value
    }
}

/// Creates a setting that is null.
impl<T> Default for Setting<T> {
    fn default() -> Self {
        Self::new(None, &Value::Null, true, Place::default())
    }
}

/// Creates a setting with this value and without a place.
impl<T> From<T> for Setting<T> {
    fn from(value: T) -> Self {
        Self { value: Some(value), is_null: false, is_unset: false, ..Self::default() }
    }
}

impl<T> fmt::Debug for Setting<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self { is_null: true, .. } => "null",
            Self { is_unknown: true, .. } => "unknown",
            Self { value: None, .. } => "not valid",
            Self { value: Some(_), .. } => "set",
        })
    }
}
