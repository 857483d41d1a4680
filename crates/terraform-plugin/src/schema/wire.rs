//! Converts schemas to protocol messages.

use super::{Attribute, AttributeKind, Block, NestedBlock, Nesting, Schema};
use crate::generated::tfplugin6::{
    self as pb,
    schema::{nested_block::NestingMode as BlockNesting, object::NestingMode as ObjectNesting},
};

impl Schema {
    /// Converts the schema to the protocol message. The message always has a block, because Terraform panics on a schema without a block.
    pub(crate) fn to_wire(&self) -> pb::Schema {
        pb::Schema { version: 0, block: Some(self.block.to_wire()) }
    }
}

impl Block {
    fn to_wire(&self) -> pb::schema::Block {
        pb::schema::Block {
            version: 0,
            attributes: self.attributes.iter().map(Attribute::to_wire).collect(),
            block_types: self.blocks.iter().map(NestedBlock::to_wire).collect(),
            description: self.description.clone(),
            description_kind: pb::StringKind::Markdown.into(),
            deprecated: self.deprecated.is_some(),
            deprecation_message: self.deprecated.clone().unwrap_or_default(),
        }
    }
}

impl Attribute {
    fn to_wire(&self) -> pb::schema::Attribute {
        let (ty, nested_type) = match &self.kind {
            AttributeKind::Plain(ty) => (ty.to_wire(), None),
            AttributeKind::Nested(nesting, attributes) => {
                let nesting = match nesting {
                    Nesting::List => ObjectNesting::List,
                    Nesting::Map => ObjectNesting::Map,
                    Nesting::Set => ObjectNesting::Set,
                    Nesting::Single => ObjectNesting::Single,
                };
                let attributes = attributes.iter().map(Self::to_wire).collect();
                (Vec::new(), Some(pb::schema::Object { attributes, nesting: nesting.into() }))
            }
        };
        pb::schema::Attribute {
            name: self.name.clone(),
            r#type: ty,
            nested_type,
            description: self.description.clone(),
            required: self.required,
            optional: self.optional,
            computed: self.computed,
            sensitive: self.sensitive,
            description_kind: pb::StringKind::Markdown.into(),
            deprecated: self.deprecated.is_some(),
            write_only: false,
            deprecation_message: self.deprecated.clone().unwrap_or_default(),
        }
    }
}

impl NestedBlock {
    fn to_wire(&self) -> pb::schema::NestedBlock {
        let nesting = match self.nesting {
            Nesting::List => BlockNesting::List,
            Nesting::Map => BlockNesting::Map,
            Nesting::Set => BlockNesting::Set,
            Nesting::Single => BlockNesting::Single,
        };
        // Terraform requires that the minimum and the maximum of a single block are equal. If both are 0, the block is optional.
        let max_items = if self.nesting == Nesting::Single { self.min_items } else { self.max_items };
        pb::schema::NestedBlock {
            type_name: self.name.clone(),
            block: Some(self.block.to_wire()),
            nesting: nesting.into(),
            min_items: self.min_items,
            max_items,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_schema_still_has_a_block() {
        assert!(Schema::default().to_wire().block.is_some());
    }

    #[test]
    fn an_attribute_has_a_type_or_a_nested_type_and_its_flags() {
        let plain = Attribute::string("password").computed().sensitive().deprecated("Use x.").to_wire();
        assert_eq!(plain.r#type, b"\"string\"");
        assert!(plain.nested_type.is_none() && plain.computed && plain.sensitive && !plain.optional);
        assert_eq!((plain.deprecated, plain.deprecation_message.as_str()), (true, "Use x."));

        let nested = Attribute::nested("auth", Nesting::Map, vec![Attribute::bool("on").optional()]).optional();
        let nested = nested.to_wire();
        assert!(nested.r#type.is_empty());
        let object = nested.nested_type.expect("a nested type");
        assert_eq!((object.nesting(), object.attributes.len()), (ObjectNesting::Map, 1));
    }

    #[test]
    fn a_block_keeps_its_limits_and_a_single_block_has_equal_limits() {
        let list = NestedBlock::list("role", Block::new("")).min_items(1).max_items(3).to_wire();
        assert_eq!((list.nesting(), list.min_items, list.max_items), (BlockNesting::List, 1, 3));
        assert!(list.block.is_some());
        let single = NestedBlock::single("role", Block::new("")).max_items(1).to_wire();
        assert_eq!((single.nesting(), single.min_items, single.max_items), (BlockNesting::Single, 0, 0));
        let required = NestedBlock::single("role", Block::new("")).min_items(1).to_wire();
        assert_eq!((required.min_items, required.max_items), (1, 1));
    }
}
