//! Methods that tests use to read protocol responses.

use rmpv::Value;

use crate::{
    generated::tfplugin6::{call_function, get_provider_schema, schema::Block},
    value,
};

impl get_provider_schema::Response {
    /// Returns the block of the provider.
    ///
    /// # Panics
    /// Panics if the block is missing. A provider without arguments has an empty block.
    #[must_use]
    pub fn provider_block(&self) -> &Block {
        let block = self.provider.as_ref().and_then(|schema| schema.block.as_ref());
        block.unwrap_or_else(|| panic!("the provider block is missing: {:?}", self.diagnostics))
    }

    /// Returns the block of an ephemeral resource.
    ///
    /// # Panics
    /// Panics if the provider does not have this type. The panic message lists the types that the provider has.
    #[must_use]
    pub fn ephemeral_block(&self, type_name: &str) -> &Block {
        let schemas = &self.ephemeral_resource_schemas;
        let block = schemas.get(type_name).and_then(|schema| schema.block.as_ref());
        block.unwrap_or_else(|| panic!("{type_name:?} is missing in {:?}", schemas.keys()))
    }
}

impl call_function::Response {
    /// Returns the result of the function.
    ///
    /// # Panics
    /// Panics if the result is missing or not MessagePack. The panic message contains the error from the response.
    #[must_use]
    pub fn value(&self) -> Value {
        let result = self.result.as_ref().unwrap_or_else(|| panic!("the result is missing: {:?}", self.error));
        value::decode(&result.msgpack).unwrap_or_else(|error| panic!("the result is not MessagePack: {error}"))
    }
}
