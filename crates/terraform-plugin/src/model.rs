//! Structs whose fields are the attributes of a block.

use std::collections::BTreeMap;

pub use self::blocks::{BlockField, Blocks, list_blocks, set_blocks, single_block};
use crate::{
    argument::{Argument, Field, Setting, description},
    diagnostics::Diagnostics,
    problem::Place,
    schema::{Attribute, Block, Nesting, Schema},
    value::{Object, Value},
};

mod blocks;

/// A struct whose fields are the attributes of a block. [`model!`](crate::model!) declares such a struct.
///
/// [`Object`] is the model for a [`Schema`] that is built by hand.
pub trait Model: Sized + Send + Sync + 'static {
    /// Returns the block with the attributes of this model.
    fn block() -> Block;

    #[doc(hidden)]
    fn take(source: &Source<'_>, diagnostics: &mut Diagnostics) -> Self;

    #[doc(hidden)]
    fn rules(&self, _diagnostics: &mut Diagnostics) {}

    /// Returns the values of computed attributes, by name.
    #[doc(hidden)]
    fn computed(self) -> Object;

    /// Reads a configuration. Returns the model, and diagnostics about all mistakes in the configuration. If a value is null, unknown or
    /// not valid, the field for this value is empty.
    fn read(config: &Object) -> (Self, Diagnostics) {
        Schema::new(Self::block()).read(config)
    }
}

/// The block from which a model is read. In an unknown block, all attributes are unknown.
#[doc(hidden)]
#[derive(Debug)]
pub struct Source<'a> {
    block: Option<&'a Object>,
    place: Place,
}

impl<'a> Source<'a> {
    pub(crate) fn root(config: &'a Object) -> Self {
        Self { block: Some(config), place: Place::default() }
    }

    fn value(&self, name: &str) -> &'a Value {
        self.block.map_or(&Value::Unknown, |block| block.attribute(name))
    }
}

/// An expression that can be on the right side of a field in [`model!`](crate::model!). `F` is the type of the field.
#[doc(hidden)]
pub trait Entry<F> {
    fn declare(&self, name: &str, documentation: &[&str], block: Block) -> Block;
    fn take(&self, name: &str, source: &Source<'_>, diagnostics: &mut Diagnostics) -> F;
    fn rules(&self, _field: &F, _diagnostics: &mut Diagnostics) {}
    fn computed(&self, _name: &str, _field: F, values: Object) -> Object {
        values
    }
}

impl<T: 'static, F: Field<T>> Entry<F> for Argument<T> {
    fn declare(&self, name: &str, documentation: &[&str], block: Block) -> Block {
        block.attribute(self.named(name, &description(documentation)))
    }

    fn take(&self, name: &str, source: &Source<'_>, diagnostics: &mut Diagnostics) -> F {
        self.field(source.value(name), source.place.attribute(name, self.attribute.holds_secret()), diagnostics)
    }

    fn computed(&self, name: &str, field: F, values: Object) -> Object {
        match self.computed_value(field) {
            Some(value) => values.with(name, value),
            None => values,
        }
    }
}

/// Creates an attribute whose value is an object, such as `object::<Host>()`. The model `M` declares the attributes of the object. In a
/// configuration, the object is in the `name = { … }` syntax. The elements of a list, set or map can also be objects:
/// `list(object::<Host>())`.
///
/// # Panics
/// Panics if the model `M` has blocks, because objects can have only attributes.
#[track_caller]
pub fn object<M: Model>() -> Argument<M> {
    let Block { attributes, blocks, .. } = M::block();
    assert!(blocks.is_empty(), "an object has no blocks");
    Argument::new(Attribute::nested("", Nesting::Single, attributes), |value, place, diagnostics| {
        let model = M::take(&Source { block: Some(value.as_object()?), place: place.clone() }, diagnostics);
        model.rules(diagnostics);
        Some(model)
    })
}

/// The entry that [`group`] creates in a model.
#[derive(Debug)]
#[must_use]
pub struct Group;

/// Adds the attributes and blocks of another model directly to the block of this model, instead of to a nested block. The type of the field
/// is the other model.
pub fn group() -> Group {
    Group
}

impl<M: Model> Entry<M> for Group {
    fn declare(&self, _: &str, _: &[&str], block: Block) -> Block {
        let Block { attributes, blocks, .. } = M::block();
        blocks.into_iter().fold(block.attributes(attributes), Block::block)
    }

    fn take(&self, _: &str, source: &Source<'_>, diagnostics: &mut Diagnostics) -> M {
        M::take(source, diagnostics)
    }

    fn rules(&self, group: &M, diagnostics: &mut Diagnostics) {
        group.rules(diagnostics);
    }

    fn computed(&self, _: &str, group: M, values: Object) -> Object {
        values.into_iter().chain(group.computed()).collect()
    }
}

/// The entry that [`each`] creates in a model.
#[derive(Debug)]
#[must_use]
pub struct Each<N, T>(N, Argument<T>);

/// Creates one attribute for each of `names`. All of these attributes have the type and the checks of `argument`. The field is a
/// `BTreeMap` from names to values. The map contains only the values that are set and valid.
pub fn each<'a, T, N: IntoIterator<Item = &'a str> + Clone>(names: N, argument: Argument<T>) -> Each<N, T> {
    Each(names, argument)
}

impl<'a, T: 'static, N: IntoIterator<Item = &'a str> + Clone> Entry<BTreeMap<String, T>> for Each<N, T> {
    fn declare(&self, _: &str, documentation: &[&str], block: Block) -> Block {
        let description = description(documentation);
        block.attributes(self.0.clone().into_iter().map(|name| self.1.named(name, &description)))
    }

    fn take(&self, _: &str, source: &Source<'_>, diagnostics: &mut Diagnostics) -> BTreeMap<String, T> {
        let Self(names, argument) = self;
        let set = source.block.into_iter().flat_map(Object::iter).filter(|(_, value)| !value.is_null());
        let named = set.filter(|(name, _)| names.clone().into_iter().any(|each| each == *name));
        let mut values = BTreeMap::new();
        for (name, _) in named {
            let field: Option<T> = argument.take(name, source, diagnostics);
            values.extend(field.map(|value| (name.to_owned(), value)));
        }
        values
    }
}

/// The entry that [`here`] creates in a model.
#[derive(Debug)]
#[must_use]
pub struct Here;

/// Creates a field that refers to the block itself, and that has the type `Setting<()>`. The field is null if no attribute of the block is
/// set. Use the field for diagnostics that point at the block.
pub fn here() -> Here {
    Here
}

impl Entry<Setting<()>> for Here {
    fn declare(&self, _: &str, _: &[&str], block: Block) -> Block {
        block
    }

    fn take(&self, _: &str, source: &Source<'_>, _: &mut Diagnostics) -> Setting<()> {
        Setting::block(source.block, source.place.clone())
    }
}

impl Model for Object {
    fn block() -> Block {
        Block::default()
    }

    fn take(source: &Source<'_>, _: &mut Diagnostics) -> Self {
        source.block.cloned().unwrap_or_default()
    }

    fn computed(self) -> Object {
        self
    }
}

impl Schema {
    /// Reads a configuration into a model. Reports the mistakes that the checks of this schema and the rules of the model find.
    pub(crate) fn read<M: Model>(&self, config: &Object) -> (M, Diagnostics) {
        let mut diagnostics = Diagnostics::new();
        self.check(config, &mut diagnostics);
        let model = M::take(&Source::root(config), &mut diagnostics);
        model.rules(&mut diagnostics);
        (model, diagnostics)
    }

    /// Reads a configuration, and returns the model or the errors.
    pub(crate) fn read_valid<M: Model>(&self, config: &Object) -> Result<M, Diagnostics> {
        valid(self.read(config))
    }
}

/// Returns the model, or the errors if the configuration is not valid. Leaves out the warnings, because `validate` reports warnings.
pub(crate) fn valid<M>((model, found): (M, Diagnostics)) -> Result<M, Diagnostics> {
    if found.has_error() { Err(found.errors()) } else { Ok(model) }
}

/// Returns the name of the attribute that a field declares. The name of the field can be a raw identifier, such as `r#type`.
#[doc(hidden)]
pub fn name(field: &str) -> &str {
    field.strip_prefix("r#").unwrap_or(field)
}

#[doc(hidden)]
pub fn described(block: Block, documentation: &[&str]) -> Block {
    Block { description: description(documentation), ..block }
}

/// Declares a [`Model`]: a struct whose fields are the attributes of a block. One entry declares an attribute, and also the field for the
/// value of the attribute. The entry sets the name, the type, the description and the checks.
///
/// - The doc comment of the struct is the description of the block. The doc comment of a field is the description of the
///   attribute.
/// - The right side of a field is an [`Argument`], such as [`string()`](crate::argument::string), or nested blocks that another model
///   declares: [`list_blocks`], [`set_blocks`], [`single_block`]. In new schemas, prefer objects: [`object`].
/// - A right side can also be the attributes of another model ([`group`]), attributes with names from a list ([`each`]), or the
///   block itself ([`here`]).
/// - `rules` after the struct lists functions that accept `&Self` and return diagnostics (`IntoIterator<Item = Diagnostic>`). Use rules for
///   mistakes that involve several attributes. The values that a rule reads can be unknown: see [`Setting`].
///
/// ```
/// use terraform_plugin::{Diagnostic, Model, Object, Problem, Value, argument::{Setting, list, string}, model, model::list_blocks};
///
/// model! {
///     /// A login to a registry.
///     #[derive(Debug)]
///     pub struct Login {
///         /// The name of the user.
///         pub user: Option<String> = string().parse(user),
///         /// The password.
///         pub password: Setting<String> = string().sensitive(),
///         /// A file with the password.
///         pub password_file: Setting<String> = string(),
///         pub host: Vec<Host> = list_blocks(),
///     }
///     rules = [one_password];
/// }
///
/// model! {
///     /// A host that accepts the login.
///     #[derive(Debug)]
///     pub struct Host {
///         /// The ports of the host, in the order of preference.
///         pub ports: Vec<String> = list(string()),
///     }
/// }
///
/// fn user(name: &str) -> Result<String, Problem> {
///     if name.contains(' ') {
///         return Err(Problem::naming("Invalid User", |path| format!("`{path}` has a space in it.")));
///     }
///     Ok(name.to_owned())
/// }
///
/// fn one_password(login: &Login) -> Option<Diagnostic> {
///     (login.password.is_known() && login.password_file.is_known())
///         .then(|| login.password_file.error(Problem::new("Two Passwords", "Set one of them.")))
/// }
///
/// let config = Object::new().with("user", "a b").with("password", "x").with("password_file", "x");
/// let (login, diagnostics) = Login::read(&config);
/// assert_eq!((login.user, diagnostics.iter().count()), (None, 2));
/// ```
///
/// [`Argument`]: crate::argument::Argument
/// [`Setting`]: crate::argument::Setting
/// [`each`]: crate::model::each
/// [`group`]: crate::model::group
/// [`here`]: crate::model::here
/// [`list_blocks`]: crate::model::list_blocks
/// [`object`]: crate::model::object
/// [`set_blocks`]: crate::model::set_blocks
/// [`single_block`]: crate::model::single_block
#[macro_export]
macro_rules! model {
    (
        $(#[$($attribute:tt)*])*
        $visibility:vis struct $model:ident {
            $($(#[$($field_attribute:tt)*])* $field_visibility:vis $field:ident: $ty:ty = $entry:expr),* $(,)?
        }
        $(rules = [$($rule:expr),* $(,)?];)?
    ) => {
        $(#[$($attribute)*])*
        $visibility struct $model {
            $($(#[$($field_attribute)*])* $field_visibility $field: $ty,)*
        }

        impl $crate::Model for $model {
            fn block() -> $crate::Block {
                let block = $crate::Block::default();
                $(let block = $crate::model::Entry::<$ty>::declare(
                    &$entry, $crate::model::name(stringify!($field)), &[$($crate::model!(@doc $($field_attribute)*)),*], block,
                );)*
                $crate::model::described(block, &[$($crate::model!(@doc $($attribute)*)),*])
            }

            fn take(source: &$crate::model::Source<'_>, diagnostics: &mut $crate::Diagnostics) -> Self {
                // A model without fields does not use these two variables.
                _ = (source, &diagnostics);
                Self {
                    $($field: $crate::model::Entry::<$ty>::take(
                        &$entry, $crate::model::name(stringify!($field)), source, diagnostics,
                    ),)*
                }
            }

            fn rules(&self, diagnostics: &mut $crate::Diagnostics) {
                _ = &diagnostics;
                $($crate::model::Entry::<$ty>::rules(&$entry, &self.$field, diagnostics);)*
                $($(diagnostics.extend(($rule)(self));)*)?
            }

            fn computed(self) -> $crate::Object {
                let values = $crate::Object::new();
                $(let values = $crate::model::Entry::<$ty>::computed(
                    &$entry, $crate::model::name(stringify!($field)), self.$field, values,
                );)*
                values
            }
        }
    };
    (@doc doc = $text:literal) => { $text };
    (@doc $($other:tt)*) => { "" };
}

#[cfg(test)]
mod tests;
