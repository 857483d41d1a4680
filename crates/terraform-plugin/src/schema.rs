//! The schema of a provider block or a resource.

use std::collections::BTreeMap;

use self::check::Check;
use crate::{
    path::AttributePath,
    types::Type,
    value::{Object, Value},
};

mod check;
mod flaw;
mod wire;

/// The arguments and attributes of a provider block or of a resource.
///
/// Descriptions are Markdown. Names must be valid Terraform identifiers. [`Server`](crate::Server) rejects a provider if
/// Terraform cannot use its schema.
///
/// ```
/// use terraform_plugin::{Attribute, Block, NestedBlock, Schema};
///
/// let schema = Schema::new(
///     Block::new("The registry to log in at.")
///         .attribute(Attribute::string("region").optional().computed().description("The Region of the registry."))
///         .attribute(Attribute::string("password").computed().sensitive())
///         .block(NestedBlock::set("endpoints", Block::new("").attribute(Attribute::string("ecr").optional()))),
/// );
/// ```
#[derive(Clone, Debug, Default)]
pub struct Schema {
    pub(crate) block: Block,
}

/// A block: the root of a schema, or a block in another block.
#[derive(Clone, Debug, Default)]
pub struct Block {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) blocks: Vec<NestedBlock>,
    pub(crate) description: String,
    pub(crate) deprecated: Option<String>,
}

/// An argument that a user can set, an attribute that the provider computes, or both.
#[derive(Clone, Debug)]
pub struct Attribute {
    pub(crate) name: String,
    pub(crate) kind: AttributeKind,
    pub(crate) description: String,
    pub(crate) required: bool,
    pub(crate) optional: bool,
    pub(crate) computed: bool,
    pub(crate) sensitive: bool,
    pub(crate) deprecated: Option<String>,
    pub(crate) without_effect: bool,
    pub(crate) checks: Vec<Check>,
}

#[derive(Clone, Debug)]
pub(crate) enum AttributeKind {
    Plain(Type),
    Nested(Nesting, Vec<Attribute>),
}

/// A nested block, in the `name { … }` syntax. In new schemas, prefer [`Attribute::nested`].
#[derive(Clone, Debug)]
pub struct NestedBlock {
    pub(crate) name: String,
    pub(crate) nesting: Nesting,
    pub(crate) block: Block,
    pub(crate) min_items: i64,
    pub(crate) max_items: i64,
    pub(crate) without_effect: bool,
}

/// The kind of a nested block or nested attribute: one object, or a list, map or set of objects.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Nesting {
    /// A list of objects.
    List,
    /// A map from keys or block labels to objects.
    Map,
    /// A set of objects.
    Set,
    /// One object or null.
    Single,
}

impl Schema {
    /// Creates a schema with this block as its root.
    pub fn new(block: Block) -> Self {
        Self { block }
    }

    /// Returns the type of a value with this schema.
    pub fn value_type(&self) -> Type {
        self.block.value_type()
    }

    /// Returns the path and the deprecation advice of every deprecated top-level attribute that `config` sets. The provider must warn about
    /// these attributes, because Terraform up to 1.11 does not.
    pub(crate) fn deprecated_in<'a>(&'a self, config: &'a Object) -> impl Iterator<Item = (AttributePath, &'a str)> {
        self.block.attributes.iter().filter_map(|attribute| {
            let advice = attribute.deprecated.as_deref()?;
            (!config.attribute(&attribute.name).is_null()).then(|| (AttributePath::new(&attribute.name), advice))
        })
    }
}

impl Block {
    /// Creates an empty block.
    pub fn new(description: impl Into<String>) -> Self {
        Self { description: description.into(), ..Self::default() }
    }

    /// Adds an attribute.
    #[must_use]
    pub fn attribute(mut self, attribute: Attribute) -> Self {
        self.attributes.push(attribute);
        self
    }

    /// Adds attributes.
    #[must_use]
    pub fn attributes(mut self, attributes: impl IntoIterator<Item = Attribute>) -> Self {
        self.attributes.extend(attributes);
        self
    }

    /// Adds a nested block.
    #[must_use]
    pub fn block(mut self, block: NestedBlock) -> Self {
        self.blocks.push(block);
        self
    }

    /// Marks the block as deprecated. `advice` names the replacement.
    #[must_use]
    pub fn deprecated(mut self, advice: impl Into<String>) -> Self {
        self.deprecated = Some(advice.into());
        self
    }

    fn value_type(&self) -> Type {
        let attributes = self.attributes.iter().map(|attribute| (attribute.name.clone(), attribute.value_type()));
        let blocks = self.blocks.iter().map(|block| (block.name.clone(), block.nesting.wrap(block.block.value_type())));
        Type::object(attributes.chain(blocks))
    }
}

impl Attribute {
    /// Creates an attribute of any type.
    pub fn new(name: impl Into<String>, ty: Type) -> Self {
        Self::of_kind(name, AttributeKind::Plain(ty))
    }

    /// Creates a `bool` attribute.
    pub fn bool(name: impl Into<String>) -> Self {
        Self::new(name, Type::Bool)
    }

    /// Creates a `number` attribute.
    pub fn number(name: impl Into<String>) -> Self {
        Self::new(name, Type::Number)
    }

    /// Creates a `string` attribute.
    pub fn string(name: impl Into<String>) -> Self {
        Self::new(name, Type::String)
    }

    /// Creates a `list` attribute with elements of this type.
    pub fn list(name: impl Into<String>, element: Type) -> Self {
        Self::new(name, Type::list(element))
    }

    /// Creates a `set` attribute with elements of this type.
    pub fn set(name: impl Into<String>, element: Type) -> Self {
        Self::new(name, Type::set(element))
    }

    /// Creates a `map` attribute with elements of this type.
    pub fn map(name: impl Into<String>, element: Type) -> Self {
        Self::new(name, Type::map(element))
    }

    /// Creates an `object` attribute. `attributes` are the names and types of its inner attributes. To give inner attributes a
    /// description and other settings, use [`nested`](Self::nested).
    pub fn object<N: Into<String>>(name: impl Into<String>, attributes: impl IntoIterator<Item = (N, Type)>) -> Self {
        Self::new(name, Type::object(attributes))
    }

    /// Creates an attribute that holds one or more objects, in the `name = { … }` syntax. Each inner attribute has its own
    /// settings.
    pub fn nested(name: impl Into<String>, nesting: Nesting, attributes: Vec<Self>) -> Self {
        Self::of_kind(name, AttributeKind::Nested(nesting, attributes))
    }

    /// Creates a list, set or map attribute whose elements have the type of this attribute.
    pub(crate) fn collection(&self, nesting: Nesting) -> Self {
        match &self.kind {
            AttributeKind::Nested(Nesting::Single, attributes) => Self::nested("", nesting, attributes.clone()),
            _ => Self::new("", nesting.wrap(self.value_type())),
        }
    }

    fn of_kind(name: impl Into<String>, kind: AttributeKind) -> Self {
        Self {
            name: name.into(),
            kind,
            description: String::new(),
            required: false,
            optional: false,
            computed: false,
            sensitive: false,
            deprecated: None,
            without_effect: false,
            checks: Vec::new(),
        }
    }

    /// Makes the attribute required. In a provider block, Terraform prompts for required attributes that are not set: prefer
    /// [`optional`](Self::optional).
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Makes the attribute optional.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Makes the attribute computed: the provider sets its value. With [`optional`](Self::optional), the provider sets the value
    /// only if the user did not.
    #[must_use]
    pub fn computed(mut self) -> Self {
        self.computed = true;
        self
    }

    /// Marks the attribute as sensitive. Terraform hides the value. Errors of a [`check`](Self::check) do not point at the
    /// attribute.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// Leaves the unknown values of the attribute out of [`Configure::unknown`](crate::Configure::unknown). Use this method if no result of
    /// the provider depends on the attribute.
    #[must_use]
    pub fn without_effect(mut self) -> Self {
        self.without_effect = true;
        self
    }

    /// Sets the description, in Markdown.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Marks the attribute as deprecated. Terraform shows `advice`, which names the replacement, to people who set the attribute.
    #[must_use]
    pub fn deprecated(mut self, advice: impl Into<String>) -> Self {
        self.deprecated = Some(advice.into());
        self
    }

    pub(crate) fn value_type(&self) -> Type {
        match &self.kind {
            AttributeKind::Plain(ty) => ty.clone(),
            AttributeKind::Nested(nesting, attributes) => nesting.wrap(Type::object(
                attributes.iter().map(|attribute| (attribute.name.clone(), attribute.value_type())),
            )),
        }
    }
}

impl NestedBlock {
    /// Creates a block that can appear any number of times. The order of the blocks matters.
    pub fn list(name: impl Into<String>, block: Block) -> Self {
        Self::new(name, Nesting::List, block)
    }

    /// Creates a block that can appear any number of times. The order of the blocks does not matter.
    pub fn set(name: impl Into<String>, block: Block) -> Self {
        Self::new(name, Nesting::Set, block)
    }

    /// Creates a block that can appear at most once.
    pub fn single(name: impl Into<String>, block: Block) -> Self {
        Self::new(name, Nesting::Single, block)
    }

    fn new(name: impl Into<String>, nesting: Nesting, block: Block) -> Self {
        Self { name: name.into(), nesting, block, min_items: 0, max_items: 0, without_effect: false }
    }

    /// Leaves the unknown values in these blocks out of [`Configure::unknown`](crate::Configure::unknown).
    #[must_use]
    pub fn without_effect(mut self) -> Self {
        self.without_effect = true;
        self
    }

    /// Sets the maximum number of blocks that Terraform accepts. This limit is only for lists and sets.
    #[must_use]
    pub fn max_items(mut self, max_items: u32) -> Self {
        self.max_items = max_items.into();
        self
    }

    /// Sets the minimum number of blocks that Terraform accepts. For a single block, 1 makes the block required.
    #[must_use]
    pub fn min_items(mut self, min_items: u32) -> Self {
        self.min_items = min_items.into();
        self
    }
}

impl NestedBlock {
    /// Returns the value of a nested block that is missing in the configuration.
    pub(crate) fn empty(&self) -> Value {
        match self.nesting {
            Nesting::List | Nesting::Set => Value::List(Vec::new()),
            Nesting::Map => Value::Map(BTreeMap::new()),
            Nesting::Single => Value::Null,
        }
    }
}

impl Nesting {
    fn wrap(self, object: Type) -> Type {
        match self {
            Self::List => Type::list(object),
            Self::Map => Type::map(object),
            Self::Set => Type::set(object),
            Self::Single => object,
        }
    }
}

/// Returns whether the name has only lower-case letters, digits and underscores, and does not begin with a digit. Terraform applies this
/// rule to the names of blocks.
pub(crate) fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_type_has_attributes_and_blocks() {
        let schema = Schema::new(
            Block::new("")
                .attribute(Attribute::string("region").optional())
                .attribute(
                    Attribute::nested("auth", Nesting::Single, vec![Attribute::bool("on").optional()]).optional(),
                )
                .block(NestedBlock::set("endpoints", Block::new("").attribute(Attribute::string("ecr").optional()))),
        );
        let expected = Type::object([
            ("auth", Type::object([("on", Type::Bool)])),
            ("endpoints", Type::set(Type::object([("ecr", Type::String)]))),
            ("region", Type::String),
        ]);
        assert_eq!(schema.value_type(), expected);
    }
}
