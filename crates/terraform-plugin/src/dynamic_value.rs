//! Values on the wire: reads MessagePack or JSON, and writes MessagePack. The schema gives the types.
//!
//! Decoding returns a value or an error for any bytes. Depth and number of elements are limited. Memory is proportional to the
//! actual bytes, not to the lengths that they claim.

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

/// The maximum depth. It is deeper than any schema, and shallow enough for a stack of 1 MiB, the first thread's size on Windows.
/// Only `dynamic` values could go deeper than their schema.
const MAX_DEPTH: usize = 128;
/// The minimum number of bytes for each element of a type in a dynamic value. The shortest element is `"bool",`.
const BYTES_OF_TYPE: usize = 7;

/// Reads a value of type `ty`. Terraform always sends MessagePack. The protocol also allows JSON. For a null argument of a
/// function, OpenTofu sends neither.
///
/// # Errors
/// If the bytes are not a value of that type, or have more elements than the limit. The error never quotes the bytes, which may
/// be secret.
pub(crate) fn decode(wire: &DynamicValue, ty: &Type, limit: &mut ElementLimit) -> Result<Value, CodecError> {
    match (wire.msgpack.as_slice(), wire.json.as_slice()) {
        ([], []) => Ok(Value::Null),
        ([], json) => json::decode(json, ty, limit),
        (msgpack, _) => msgpack::decode(msgpack, ty, limit),
    }
}

/// Reads a value with the default limit for elements.
#[cfg(test)]
pub(crate) fn decode_by_default(wire: &DynamicValue, ty: &Type) -> Result<Value, CodecError> {
    decode(wire, ty, &mut ElementLimit::new(ElementLimit::DEFAULT))
}

/// Writes a value of type `ty`. Objects get exactly the attributes of their type.
///
/// # Errors
/// If the value does not have that type, which is a mistake in the provider.
pub(crate) fn encode(value: &Value, ty: &Type) -> Result<DynamicValue, CodecError> {
    let mut bytes = Vec::new();
    msgpack::encode(value, ty, &mut bytes)?;
    Ok(DynamicValue { msgpack: bytes, json: Vec::new() })
}

/// An error with the place where a value does not have its type, and the reason. Does not show the value.
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

    /// Whether the value has more elements than the limit.
    pub(crate) fn is_too_large(&self) -> bool {
        self.is_too_large
    }

    fn expected(ty: &Type, found: impl fmt::Display) -> Self {
        Self::new(format!("expected {}, found {found}", ty.described()))
    }

    fn missing(attribute: &str) -> Self {
        Self::new("the attribute is missing").within(Step::Attribute(attribute.to_owned()))
    }

    /// Returns the same error, seen from outside a dynamic value. The type and its attribute names come with the value. The error
    /// leaves them out, like the value.
    fn within_dynamic(mut self) -> Self {
        self.path = AttributePath::default();
        self
    }

    /// Returns the same error, seen from outside a map. The error leaves out the key, which may be as secret as the value.
    fn within_map(mut self) -> Self {
        self.path = AttributePath::default();
        self.problem = format!("an element of a map: {}", self.problem);
        self
    }

    /// Returns the same error, seen from one level further out.
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

/// Reads the values of a list, set or tuple. If an element fails, its place is in the error.
fn elements(count: usize, mut element: impl FnMut(usize) -> Result<Value, CodecError>) -> Result<Value, CodecError> {
    // Do not use `count` as a size hint: it is only the sender's claim.
    let mut values = Vec::new();
    for index in 0..count {
        values.push(element(index).map_err(|error| error.within(Step::index(index)))?);
    }
    Ok(Value::List(values))
}
