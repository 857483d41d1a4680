//! Declares arguments and attributes for [`model!`](crate::model!), with the Rust types of their values.
//!
//! ```
//! use std::path::PathBuf;
//! use terraform_plugin::{Problem, argument::{list, number, string}};
//!
//! fn path(text: &str) -> Result<PathBuf, Problem> {
//!     Ok(text.into())
//! }
//!
//! string().required();
//! string().sensitive().computed();
//! list(string().parse(path));
//! number().parse(|number: &terraform_plugin::Number| {
//!     number.as_u64().ok_or_else(|| Problem::new("Invalid Count", "It must be a whole number."))
//! });
//! ```

use std::{borrow::Borrow, collections::BTreeMap, fmt, sync::Arc};

pub use self::field::{Field, Raw, Setting};
use crate::{
    diagnostics::Diagnostics,
    number::Number,
    path::Step,
    problem::{Place, Problem},
    schema::{Attribute, Nesting},
    types::Type,
    value::Value,
};

mod field;

/// An attribute with values of the Rust type `T`. The attribute is optional by default, and can be made required or computed.
#[must_use]
pub struct Argument<T> {
    pub(crate) attribute: Attribute,
    read: Read<T>,
    /// The error for a null element of a list, set or map. If this is `None`, null elements are left out without an error.
    null_element: Option<fn() -> Problem>,
    zero_is_unset: bool,
    write: Option<Write<T>>,
}

/// A function that reads a value that is known and not null. The function adds the mistakes in the value to the diagnostics.
type Read<T> = Arc<dyn Fn(&Value, &Place, &mut Diagnostics) -> Option<T> + Send + Sync>;

type Write<T> = Arc<dyn Fn(T) -> Value + Send + Sync>;

/// Creates a `bool` attribute.
pub fn bool() -> Argument<bool> {
    Argument::new(Attribute::bool(""), |value, _, _| value.as_bool())
}

/// Creates a `number` attribute.
pub fn number() -> Argument<Number> {
    Argument::new(Attribute::number(""), |value, _, _| value.as_number().cloned())
}

/// Creates a `string` attribute.
pub fn string() -> Argument<String> {
    Argument::new(Attribute::string(""), |value, _, _| value.as_str().map(ToOwned::to_owned))
}

/// Creates an attribute of any type. The field holds the value without conversion.
pub fn value(ty: Type) -> Argument<Value> {
    Argument::new(Attribute::new("", ty), |value, _, _| Some(value.clone()))
}

/// Creates a `list` attribute. The field of the model does not contain elements that are null, unknown or not valid.
pub fn list<T: 'static>(element: Argument<T>) -> Argument<Vec<T>> {
    Argument::new(element.attribute.collection(Nesting::List), move |value, place, diagnostics| {
        let elements = value.as_list()?.iter().enumerate();
        let read = |(index, value)| element.element(value, || place.step(Step::index(index)), diagnostics);
        Some(elements.filter_map(read).collect())
    })
}

/// Creates a `set` attribute. The field of the model does not contain elements that are null, unknown or not valid.
pub fn set<T: 'static>(element: Argument<T>) -> Argument<Vec<T>> {
    Argument::new(element.attribute.collection(Nesting::Set), move |value, place, diagnostics| {
        let elements = value.as_list()?.iter();
        Some(elements.filter_map(|value| element.element(value, || place.element_of_set(), diagnostics)).collect())
    })
}

/// Creates a `map` attribute. The field of the model does not contain elements that are null, unknown or not valid.
pub fn map<T: 'static>(element: Argument<T>) -> Argument<BTreeMap<String, T>> {
    Argument::new(element.attribute.collection(Nesting::Map), move |value, place, diagnostics| {
        let read = |(key, value): (&String, &Value)| {
            let element = element.element(value, || place.step(Step::Key(key.clone())), diagnostics)?;
            Some((key.clone(), element))
        };
        Some(value.as_map()?.iter().filter_map(read).collect())
    })
}

impl<T: 'static> Argument<T> {
    pub(crate) fn new(
        attribute: Attribute,
        read: impl Fn(&Value, &Place, &mut Diagnostics) -> Option<T> + Send + Sync + 'static,
    ) -> Self {
        Self { attribute, read: Arc::new(read), null_element: None, zero_is_unset: false, write: None }
    }

    /// Parses known values into `U`. `parse` runs in `validate`, and again before the value is used. If `parse` returns a problem,
    /// Terraform shows the problem at the value.
    ///
    /// # Panics
    /// Panics if this method is called after [`computed`](Self::computed). `computed` defines how to write a value of the type `T`, but
    /// this method changes the type to `U`.
    #[track_caller]
    pub fn parse<B: ?Sized, U>(self, parse: impl Fn(&B) -> Result<U, Problem> + Send + Sync + 'static) -> Argument<U>
    where
        T: Borrow<B>,
    {
        assert!(self.write.is_none(), "`parse` comes before `computed`");
        let Self { attribute, read, null_element, zero_is_unset, .. } = self;
        let read: Read<U> = Arc::new(move |value, place, diagnostics| {
            let parsed = parse(read(value, place, diagnostics)?.borrow());
            parsed.map_err(|problem| diagnostics.push_problem(place, problem)).ok()
        });
        Argument { attribute, read, null_element, zero_is_unset, write: None }
    }

    /// Treats `""` and `0` as not set, like many providers in Go. These values are not parsed, and the field is empty.
    pub fn zero_as_unset(mut self) -> Self {
        let read = self.read;
        self.read = Arc::new(
            move |value, place, diagnostics| {
                if is_zero(value) { None } else { read(value, place, diagnostics) }
            },
        );
        self.zero_is_unset = true;
        self
    }

    /// Reports an error for each null element of a list, set or map.
    pub fn not_null(mut self, problem: fn() -> Problem) -> Self {
        self.null_element = Some(problem);
        self
    }

    /// Makes the attribute required. In a provider block, Terraform prompts for required attributes.
    pub fn required(mut self) -> Self {
        self.attribute = self.attribute.required();
        self
    }

    /// Makes the attribute optional. This is the default, except with [`computed`](Self::computed).
    pub fn optional(mut self) -> Self {
        self.attribute = self.attribute.optional();
        self
    }

    /// Makes the attribute computed: the provider sets its value. With [`optional`](Self::optional), the provider sets the value
    /// only if the user did not.
    pub fn computed(self) -> Self
    where
        T: Into<Value>,
    {
        self.computed_with(|value| value)
    }

    /// Like [`computed`](Self::computed), for a type that cannot implement `Into<Value>` because the type is from another crate. `write`
    /// converts the result into a value.
    pub fn computed_with<V: Into<Value>>(mut self, write: impl Fn(T) -> V + Send + Sync + 'static) -> Self {
        self.write = Some(Arc::new(move |value| write(value).into()));
        self.attribute = self.attribute.computed();
        self
    }

    /// Marks the attribute as sensitive. Terraform hides the value, and errors do not point at the attribute.
    pub fn sensitive(mut self) -> Self {
        self.attribute = self.attribute.sensitive();
        self
    }

    /// Sets the description, in Markdown. This description replaces the doc comment of the field.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.attribute = self.attribute.description(description);
        self
    }

    /// Marks the attribute as deprecated. Terraform shows `advice`, which names the replacement, to people who set the attribute.
    pub fn deprecated(mut self, advice: impl Into<String>) -> Self {
        self.attribute = self.attribute.deprecated(advice);
        self
    }

    /// Leaves the unknown values of the attribute out of [`Configure::unknown`](crate::Configure::unknown).
    pub fn without_effect(mut self) -> Self {
        self.attribute = self.attribute.without_effect();
        self
    }

    fn element(&self, value: &Value, place: impl FnOnce() -> Place, diagnostics: &mut Diagnostics) -> Option<T> {
        match value {
            Value::Unknown => None,
            Value::Null => {
                if let Some(problem) = self.null_element {
                    diagnostics.push_problem(&place(), problem());
                }
                None
            }
            value => (self.read)(value, &place(), diagnostics),
        }
    }

    /// Returns a copy of the attribute with the name `name`. If the argument does not have its own description, the copy gets
    /// `description`.
    pub(crate) fn named(&self, name: &str, description: &str) -> Attribute {
        let mut attribute = Attribute { name: name.to_owned(), ..self.attribute.clone() };
        if attribute.description.is_empty() {
            description.clone_into(&mut attribute.description);
        }
        if !(attribute.required || attribute.computed) {
            attribute.optional = true;
        }
        attribute
    }

    pub(crate) fn field<F: Field<T>>(&self, value: &Value, place: Place, diagnostics: &mut Diagnostics) -> F {
        let is_known = !value.is_null() && !value.is_unknown();
        let read = is_known.then(|| (self.read)(value, &place, diagnostics)).flatten();
        let is_unset = value.is_null() || self.zero_is_unset && is_zero(value);
        F::from_value(read, Raw { value, place, is_unset })
    }

    /// Returns the value to send to Terraform, if the attribute is computed and has a value.
    pub(crate) fn computed_value<F: Field<T>>(&self, field: F) -> Option<Value> {
        let write = self.write.as_ref()?;
        field.into_option().map(|value| write(value))
    }
}

/// Returns whether the value is one of Go's zero values: an empty string or 0.
fn is_zero(value: &Value) -> bool {
    value.as_str() == Some("") || value.as_number() == Some(&Number::from(0_i64))
}

/// Joins the lines of a doc comment into one description. Lines are joined with a space, and an empty line begins a paragraph.
pub(crate) fn description(documentation: &[&str]) -> String {
    let mut text = String::new();
    for line in documentation.iter().map(|line| line.trim()) {
        if line.is_empty() {
            text.push_str("\n\n");
        } else {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push(' ');
            }
            text.push_str(line);
        }
    }
    text.trim().to_owned()
}

impl<T> fmt::Debug for Argument<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.attribute.fmt(f)
    }
}
