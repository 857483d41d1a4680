//! Nested blocks whose attributes another model declares.

use super::{Entry, Model, Source};
use crate::{
    argument::{Field, Raw, Setting},
    diagnostics::Diagnostics,
    schema::{Block, NestedBlock},
};

/// The entry that [`list_blocks`], [`set_blocks`] and [`single_block`] create in a model: nested blocks in the `name { … }`
/// syntax.
#[derive(Debug)]
#[must_use]
pub struct Blocks(NestedBlock);

/// Declares a nested block whose attributes come from a model `M`. The block can appear any number of times, and the order of the blocks
/// matters. The field has the type `Vec<M>`, `Option<M>` for only the first block, or [`Setting<Vec<M>>`](Setting). The description comes
/// from `M`.
pub fn list_blocks() -> Blocks {
    Blocks(NestedBlock::list("", Block::default()))
}

/// Like [`list_blocks`], but the order does not matter. Diagnostics can point at the set, but not at one block in the set.
pub fn set_blocks() -> Blocks {
    Blocks(NestedBlock::set("", Block::default()))
}

/// Declares a nested block whose attributes come from a model `M`. The block can appear at most once. The field has the type `Option<M>`.
pub fn single_block() -> Blocks {
    Blocks(NestedBlock::single("", Block::default()))
}

impl Blocks {
    /// Sets the maximum number of blocks that Terraform accepts. This limit is only for lists and sets.
    pub fn max_items(self, max_items: u32) -> Self {
        Self(self.0.max_items(max_items))
    }

    /// Sets the minimum number of blocks that Terraform accepts. For a single block, 1 makes the block required.
    pub fn min_items(self, min_items: u32) -> Self {
        Self(self.0.min_items(min_items))
    }

    /// Leaves the unknown values in these blocks out of [`Configure::unknown`](crate::Configure::unknown).
    pub fn without_effect(self) -> Self {
        Self(self.0.without_effect())
    }
}

/// The types that a field for nested blocks can have.
///
/// - `Vec<M>`: all blocks.
/// - `Option<M>`: the first block.
/// - `Setting<Vec<M>>`: all blocks, and whether some blocks are unknown.
pub trait BlockField: Sized {
    #[doc(hidden)]
    type Model: Model;
    #[doc(hidden)]
    fn from_blocks(blocks: Vec<Self::Model>, raw: Raw<'_>) -> Self;
    #[doc(hidden)]
    fn blocks(&self) -> &[Self::Model];
}

impl<F: BlockField> Entry<F> for Blocks {
    fn declare(&self, name: &str, _: &[&str], block: Block) -> Block {
        block.block(NestedBlock { name: name.to_owned(), block: F::Model::block(), ..self.0.clone() })
    }

    fn take(&self, name: &str, source: &Source<'_>, diagnostics: &mut Diagnostics) -> F {
        let (value, place) = (source.value(name), source.place.attribute(name, false));
        let mut blocks = Vec::new();
        for (place, block) in self.0.nesting.elements(value, &place) {
            if block.as_object().is_some() || block.is_unknown() {
                blocks.push(F::Model::take(&Source { block: block.as_object(), place }, diagnostics));
            }
        }
        F::from_blocks(blocks, Raw { value, place, is_unset: value.is_null() })
    }

    fn rules(&self, field: &F, diagnostics: &mut Diagnostics) {
        field.blocks().iter().for_each(|block| block.rules(diagnostics));
    }
}

impl<M: Model> BlockField for Vec<M> {
    type Model = M;

    fn from_blocks(blocks: Self, _: Raw<'_>) -> Self {
        blocks
    }

    fn blocks(&self) -> &[M] {
        self
    }
}

impl<M: Model> BlockField for Option<M> {
    type Model = M;

    fn from_blocks(blocks: Vec<M>, _: Raw<'_>) -> Self {
        blocks.into_iter().next()
    }

    fn blocks(&self) -> &[M] {
        self.as_slice()
    }
}

impl<M: Model> BlockField for Setting<Vec<M>> {
    type Model = M;

    fn from_blocks(blocks: Vec<M>, raw: Raw<'_>) -> Self {
        Self::from_value(Some(blocks), raw)
    }

    fn blocks(&self) -> &[M] {
        self.value().map(Vec::as_slice).unwrap_or_default()
    }
}
