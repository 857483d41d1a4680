//! Terraform's rules for schemas.

use std::collections::HashSet;

use super::{Attribute, AttributeKind, Block, NestedBlock, Nesting, Schema, is_identifier};

impl Schema {
    /// Returns a message about the first rule of Terraform that this schema breaks, if any. Terraform itself panics on some invalid
    /// schemas.
    pub(crate) fn flaw(&self) -> Option<String> {
        self.block.flaw()
    }
}

impl Block {
    fn flaw(&self) -> Option<String> {
        let names = self.attributes.iter().map(|a| &a.name).chain(self.blocks.iter().map(|b| &b.name));
        name_flaw(names)
            .or_else(|| self.attributes.iter().find_map(Attribute::flaw))
            .or_else(|| self.blocks.iter().find_map(NestedBlock::flaw))
    }

    fn holds_dynamic(&self) -> bool {
        self.attributes.iter().any(Attribute::holds_dynamic)
            || self.blocks.iter().any(|nested| nested.block.holds_dynamic())
    }
}

impl NestedBlock {
    fn flaw(&self) -> Option<String> {
        let name = &self.name;
        if self.nesting == Nesting::Single && (self.min_items > 1 || self.max_items > 1) {
            return Some(format!("{name:?} nests one block, but its limits allow or require more"));
        }
        if self.max_items != 0 && self.min_items > self.max_items {
            return Some(format!("{name:?} requires more blocks than it allows"));
        }
        if self.block.attributes.iter().any(|attribute| attribute.computed) {
            return Some(format!("{name:?} has a computed attribute, but only the configuration sets a block"));
        }
        if self.nesting == Nesting::Set && self.block.holds_dynamic() {
            return Some(format!("{name:?} is a set, so nothing in it can be dynamic"));
        }
        self.block.flaw()
    }
}

impl Attribute {
    fn flaw(&self) -> Option<String> {
        let name = &self.name;
        if !(self.required || self.optional || self.computed) {
            return Some(format!("{name:?} is neither required, optional nor computed"));
        }
        if self.required && (self.optional || self.computed) {
            return Some(format!("{name:?} is required, so it cannot be optional or computed"));
        }
        let has_dynamic_elements = match &self.kind {
            AttributeKind::Plain(ty) => ty.has_dynamic_elements(),
            AttributeKind::Nested(Nesting::Single, _) => false,
            AttributeKind::Nested(..) => self.holds_dynamic(),
        };
        if has_dynamic_elements {
            return Some(format!("the elements of {name:?} are dynamic, and Terraform needs elements of one type"));
        }
        match &self.kind {
            AttributeKind::Plain(_) => None,
            AttributeKind::Nested(_, attributes) => {
                name_flaw(attributes.iter().map(|a| &a.name)).or_else(|| attributes.iter().find_map(Self::flaw))
            }
        }
    }

    fn holds_dynamic(&self) -> bool {
        match &self.kind {
            AttributeKind::Plain(ty) => ty.holds_dynamic(),
            AttributeKind::Nested(_, attributes) => attributes.iter().any(Self::holds_dynamic),
        }
    }
}

fn name_flaw<'a>(names: impl Iterator<Item = &'a String>) -> Option<String> {
    let mut seen = HashSet::new();
    for name in names {
        if !is_identifier(name) {
            return Some(format!("{name:?} is not a valid name"));
        }
        if !seen.insert(name) {
            return Some(format!("{name:?} is defined twice"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Type;

    #[test]
    fn finds_flaws_at_every_level() {
        let flaw = |block: Block| Schema::new(block).flaw();
        assert_eq!(flaw(Block::new("").attribute(Attribute::bool("fine").optional())), None);
        assert!(flaw(Block::new("").attribute(Attribute::bool("neither"))).is_some());
        assert!(flaw(Block::new("").attribute(Attribute::bool("both").required().computed())).is_some());
        assert!(flaw(Block::new("").attribute(Attribute::bool("Upper").optional())).is_some());
        let twice = Attribute::bool("twice").optional();
        assert!(flaw(Block::new("").attribute(twice.clone()).attribute(twice)).is_some());
        let nested = Block::new("").attribute(Attribute::bool("computed").computed());
        assert!(flaw(Block::new("").block(NestedBlock::list("nested", nested))).is_some());
        let nested = Block::new("").attribute(Attribute::bool("neither"));
        assert!(flaw(Block::new("").block(NestedBlock::list("nested", nested))).is_some());
        assert!(flaw(Block::new("").block(NestedBlock::single("one", Block::new("")).max_items(2))).is_some());
        assert!(
            flaw(Block::new("").block(NestedBlock::list("few", Block::new("")).min_items(3).max_items(1))).is_some()
        );
        let nested = |names: [&str; 2]| {
            let attributes = names.map(|name| Attribute::bool(name).optional()).to_vec();
            Block::new("").attribute(Attribute::nested("auth", Nesting::List, attributes).optional())
        };
        assert_eq!(flaw(nested(["a", "b"])), None);
        assert!(flaw(nested(["a", "a"])).is_some());
        assert!(flaw(nested(["a", "B"])).is_some());
    }

    #[test]
    fn rejects_collections_of_dynamic_elements() {
        let flaw = |ty| Schema::new(Block::new("").attribute(Attribute::new("x", ty).optional())).flaw();
        assert_eq!(flaw(Type::Dynamic), None);
        assert_eq!(flaw(Type::object([("a", Type::Dynamic)])), None);
        assert!(flaw(Type::list(Type::Dynamic)).is_some());
        assert!(flaw(Type::object([("a", Type::map(Type::object([("b", Type::Dynamic)])))])).is_some());
        let block = Block::new("").attribute(Attribute::new("x", Type::Dynamic).optional());
        assert!(Schema::new(Block::new("").block(NestedBlock::set("s", block))).flaw().is_some());
    }
}
