//! The values of configuration blocks, in the form that Terraform sends.

use rmpv::Value;

use crate::{
    generated::tfplugin6::{
        DynamicValue,
        schema::{self, nested_block::NestingMode},
    },
    value::encode,
};

/// The value of a block. It contains every attribute and nested block of the schema. By default, attributes are null, and nested
/// blocks are empty or null.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    attributes: Vec<(String, Value)>,
    blocks: Vec<schema::NestedBlock>,
}

impl Config {
    /// Creates the value of a block without settings.
    #[must_use]
    pub fn empty(block: &schema::Block) -> Self {
        let attributes = block.attributes.iter().map(|attribute| (attribute.name.clone(), Value::Nil));
        let blocks = block.block_types.iter().map(|nested| (nested.type_name.clone(), absent(nested)));
        Self { attributes: attributes.chain(blocks).collect(), blocks: block.block_types.clone() }
    }

    /// Sets an attribute or a nested block to a value.
    ///
    /// # Panics
    /// Panics if the schema has neither an attribute nor a nested block with this name, because Terraform would reject the configuration.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        let slot = self.attributes.iter_mut().find(|(known, _)| known == name);
        slot.unwrap_or_else(|| panic!("{name:?} is missing in the schema")).1 = value.into();
        self
    }

    /// Adds a nested block to the list or set of nested blocks with the name `type_name`. `fill` sets the content of the nested block.
    ///
    /// # Panics
    /// Panics if the schema does not have this nested block, or if the nested blocks are neither a list nor a set.
    #[must_use]
    pub fn block(mut self, type_name: &str, fill: impl FnOnce(Self) -> Self) -> Self {
        let nested = self.blocks.iter().find(|nested| nested.type_name == type_name);
        let block = nested.and_then(|nested| nested.block.as_ref());
        let content =
            fill(Self::empty(block.unwrap_or_else(|| panic!("the block {type_name:?} is missing in the schema"))));
        match self.attributes.iter_mut().find(|(name, _)| name == type_name) {
            Some((_, Value::Array(blocks))) => blocks.push(content.into()),
            _ => panic!("the block {type_name:?} is neither a list nor a set"),
        }
        self
    }

    /// Returns the value as MessagePack.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode(&self.clone().into())
    }
}

impl From<Config> for Value {
    fn from(config: Config) -> Self {
        Self::Map(config.attributes.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}

impl From<Config> for DynamicValue {
    fn from(config: Config) -> Self {
        Self::from(&config)
    }
}

impl From<&Config> for DynamicValue {
    fn from(config: &Config) -> Self {
        config.encode().into()
    }
}

/// Returns the value of a nested block that is not set.
fn absent(nested: &schema::NestedBlock) -> Value {
    match nested.nesting() {
        NestingMode::List | NestingMode::Set => Value::Array(Vec::new()),
        NestingMode::Map => Value::Map(Vec::new()),
        NestingMode::Group => nested.block.as_ref().map_or(Value::Nil, |block| Config::empty(block).into()),
        NestingMode::Single | NestingMode::Invalid => Value::Nil,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::object;

    fn schema() -> schema::Block {
        let attribute = |name: &str| schema::Attribute { name: name.to_owned(), ..Default::default() };
        let nested = schema::Block { attributes: vec![attribute("ecr"), attribute("sts")], ..Default::default() };
        let endpoints = schema::NestedBlock {
            type_name: "endpoints".to_owned(),
            block: Some(nested),
            nesting: NestingMode::Set.into(),
            ..Default::default()
        };
        schema::Block { attributes: vec![attribute("region")], block_types: vec![endpoints], ..Default::default() }
    }

    #[test]
    fn unset_arguments_are_null_and_unset_blocks_are_empty() {
        let config = Value::from(Config::empty(&schema()));
        assert_eq!(config, object([("region", Value::Nil), ("endpoints", Value::Array(vec![]))]));
    }

    #[test]
    fn a_nested_block_has_all_its_attributes() {
        let config = Config::empty(&schema()).block("endpoints", |block| block.set("ecr", "http://localhost"));
        let block = object([("ecr", "http://localhost".into()), ("sts", Value::Nil)]);
        assert_eq!(Value::from(config), object([("region", Value::Nil), ("endpoints", Value::Array(vec![block]))]));
    }

    #[test]
    #[should_panic(expected = "\"zone\" is missing in the schema")]
    fn panics_on_an_attribute_that_is_not_in_the_schema() {
        let _ = Config::empty(&schema()).set("zone", "a");
    }
}
