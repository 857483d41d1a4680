//! Decodes and encodes values on the wire. Reads MessagePack or JSON, and writes MessagePack. The types of the values come from the schema.
//!
//! For any bytes, decoding returns a value or an error. The depth and the number of elements are limited. The memory use is
//! proportional to the actual number of bytes, not to the lengths that the bytes declare.

use std::fmt;

use crate::{
    element_limit::{ElementLimit, TooManyElements},
    generated::tfplugin6::DynamicValue,
    path::{AttributePath, Step},
    types::Type,
    value::Value,
};

mod json;
mod msgpack;

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;
#[cfg(all(test, unix))]
mod vectors;

/// The maximum nesting depth of a value. Only a `dynamic` value can be nested more deeply than the schema. Every schema is below this
/// limit. At the maximum depth, decoding still fits into a stack of 1 MiB, the stack of the main thread on Windows.
const MAX_DEPTH: usize = 128;
/// The minimum number of bytes that one part of a type takes in JSON. A dynamic value contains its type in JSON. The shortest part is
/// `"bool",`.
const BYTES_OF_TYPE: usize = 7;

/// Decodes a value of type `ty`. Terraform always sends MessagePack. The protocol also allows JSON. For a null argument of a
/// function, OpenTofu sends an empty message.
///
/// # Errors
/// Returns an error if the bytes are not a value of the type `ty`, or if the value has more elements than `limit` allows. The error never
/// quotes the bytes, because the bytes may be secret.
pub(crate) fn decode(wire: &DynamicValue, ty: &Type, limit: &mut ElementLimit) -> Result<Value, CodecError> {
    match (wire.msgpack.as_slice(), wire.json.as_slice()) {
        ([], []) => Ok(Value::Null),
        ([], json) => json::decode(json, ty, limit),
        (msgpack, _) => msgpack::decode(msgpack, ty, limit),
    }
}

/// Decodes a value with the default limit for the number of elements.
#[cfg(test)]
pub(crate) fn decode_by_default(wire: &DynamicValue, ty: &Type) -> Result<Value, CodecError> {
    decode(wire, ty, &mut ElementLimit::new(ElementLimit::DEFAULT))
}

/// Encodes a value of type `ty`. An object must have exactly the attributes of its type.
///
/// # Errors
/// Returns an error if the value does not have the type `ty`. Such an error is a bug in the provider.
pub(crate) fn encode(value: &Value, ty: &Type) -> Result<DynamicValue, CodecError> {
    let mut bytes = Vec::new();
    msgpack::encode(value, ty, &mut bytes)?;
    Ok(DynamicValue { msgpack: bytes, json: Vec::new() })
}

/// An error in decoding or encoding. The error contains the path of the invalid part and the reason, but not the value.
#[derive(Debug)]
pub(crate) struct CodecError {
    path: AttributePath,
    problem: String,
    is_too_large: bool,
}

impl CodecError {
    fn new(problem: impl Into<String>) -> Self {
        Self { path: AttributePath::default(), problem: problem.into(), is_too_large: false }
    }

    /// Returns whether the value has more elements than the limit.
    pub(crate) fn is_too_large(&self) -> bool {
        self.is_too_large
    }

    fn expected(ty: &Type, found: impl fmt::Display) -> Self {
        Self::new(format!("expected {}, found {found}", ty.described()))
    }

    fn missing(attribute: &str) -> Self {
        Self::new("the attribute is missing").within(Step::Attribute(attribute.to_owned()))
    }

    /// Removes the path from an error inside a dynamic value. The path contains attribute names from the dynamic value. These names may be
    /// as secret as the value.
    fn within_dynamic(mut self) -> Self {
        self.path = AttributePath::default();
        self
    }

    /// Removes the path from an error inside a map. The path contains the key of an element. The key may be as secret as the element.
    fn within_map(mut self) -> Self {
        self.path = AttributePath::default();
        self.problem = format!("an element of a map: {}", self.problem);
        self
    }

    /// Adds `step` to the beginning of the error's path.
    fn within(mut self, step: Step) -> Self {
        self.path.prepend(step);
        self
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.steps().is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.problem)
    }
}

impl std::error::Error for CodecError {}

impl From<TooManyElements> for CodecError {
    fn from(error: TooManyElements) -> Self {
        Self { is_too_large: true, ..Self::new(error.to_string()) }
    }
}

/// Decodes the elements of a list, set or tuple. If an element cannot be decoded, the error contains the index of the element.
fn elements(count: usize, mut element: impl FnMut(usize) -> Result<Value, CodecError>) -> Result<Value, CodecError> {
    // Do not reserve memory for `count` elements, because the sender can declare any number.
    let mut values = Vec::new();
    for index in 0..count {
        values.push(element(index).map_err(|error| error.within(Step::index(index)))?);
    }
    Ok(Value::List(values))
}
