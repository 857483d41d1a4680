//! Nested blocks of another model.

use super::{Entry, Model, Source};
use crate::{
    argument::Setting,
    diagnostics::Diagnostics,
    problem::Place,
    schema::{Block, NestedBlock},
    value::Value,
};

/// Nested blocks, in the `name { … }` syntax: see [`list_blocks`].
#[derive(Debug)]
#[must_use]
pub struct Blocks(NestedBlock);

/// Blocks of another model that may be written any number of times; order matters. The field is a `Vec`, an `Option` of the first,
/// or a [`Setting`] of the `Vec`. The description is that of the other model.
pub fn list_blocks() -> Blocks {
    Blocks(NestedBlock::list("", Block::default()))
}

/// As [`list_blocks`], but order does not matter, and no diagnostic can point into one of the blocks.
pub fn set_blocks() -> Blocks {
    Blocks(NestedBlock::set("", Block::default()))
}

/// A block of another model that may be written once. The field is an `Option`.
pub fn single_block() -> Blocks {
    Blocks(NestedBlock::single("", Block::default()))
}

impl Blocks {
    /// The most that Terraform lets a person write; lists and sets only.
    pub fn max_items(self, max_items: u32) -> Self {
        Self(self.0.max_items(max_items))
    }

    /// The fewest that Terraform lets a person write: of a single block, 1 makes it required.
    pub fn min_items(self, min_items: u32) -> Self {
        Self(self.0.min_items(min_items))
    }

    /// Leaves the blocks out of [`Configure::unknown`](crate::Configure::unknown).
    pub fn without_effect(self) -> Self {
        Self(self.0.without_effect())
    }

    fn declared<M: Model>(&self, name: &str, block: Block) -> Block {
        let mut nested = self.0.clone();
        (nested.name, nested.block) = (name.to_owned(), M::block());
        block.block(nested)
    }

    fn taken<M: Model>(&self, name: &str, source: &Source<'_>) -> Vec<M> {
        let place = source.place.attribute(name, false);
        let taken = |(place, block): (Place, &Value)| match block {
            Value::Object(block) => Some(M::take(&Source { block: Some(block), place })),
            Value::Unknown => Some(M::take(&Source { block: None, place })),
            _ => None,
        };
        self.0.nesting.elements(source.value(name), &place).filter_map(taken).collect()
    }
}

impl<M: Model> Entry<Vec<M>> for Blocks {
    fn declare(&self, name: &str, _: &[&str], block: Block) -> Block {
        self.declared::<M>(name, block)
    }

    fn take(&self, name: &str, source: &Source<'_>) -> Vec<M> {
        self.taken(name, source)
    }

    fn rules(&self, blocks: &Vec<M>, diagnostics: &mut Diagnostics) {
        blocks.iter().for_each(|block| block.rules(diagnostics));
    }
}

impl<M: Model> Entry<Option<M>> for Blocks {
    fn declare(&self, name: &str, _: &[&str], block: Block) -> Block {
        self.declared::<M>(name, block)
    }

    fn take(&self, name: &str, source: &Source<'_>) -> Option<M> {
        self.taken(name, source).into_iter().next()
    }

    fn rules(&self, block: &Option<M>, diagnostics: &mut Diagnostics) {
        block.iter().for_each(|block| block.rules(diagnostics));
    }
}

impl<M: Model> Entry<Setting<Vec<M>>> for Blocks {
    fn declare(&self, name: &str, _: &[&str], block: Block) -> Block {
        self.declared::<M>(name, block)
    }

    fn take(&self, name: &str, source: &Source<'_>) -> Setting<Vec<M>> {
        let value = source.value(name);
        Setting::new(Some(self.taken(name, source)), value, value.is_null(), source.place.attribute(name, false))
    }

    fn rules(&self, blocks: &Setting<Vec<M>>, diagnostics: &mut Diagnostics) {
        blocks.value().into_iter().flatten().for_each(|block| block.rules(diagnostics));
    }
}
