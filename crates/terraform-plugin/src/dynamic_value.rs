//! Values on the wire: MessagePack or JSON in, MessagePack out, read by the type that the schema gives them.
//!
//! Decoding ends in a value or an error, whatever the bytes. Depth and number of elements are bounded. Memory is proportional to the bytes
//! that are there, and not to the lengths that they claim.

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

/// Deeper than any schema, and shallow enough for a stack of 1 MiB, Windows's for the first thread. Only `dynamic` values could go deeper than their schema.
const MAX_DEPTH: usize = 128;
/// A type that comes with a dynamic value has no more elements than this part of its bytes: the shortest is `"bool",`.
const BYTES_OF_TYPE: usize = 7;

/// Reads a value of type `ty`. Terraform always sends MessagePack; JSON is what the protocol allows beside it, and
/// OpenTofu sends neither for a null argument of a function.
///
/// # Errors
/// The bytes are not a value of that type, or have more elements than the limit. The error never quotes the bytes: they may be secret.
pub(crate) fn decode(wire: &DynamicValue, ty: &Type, limit: &mut ElementLimit) -> Result<Value, CodecError> {
    match (wire.msgpack.as_slice(), wire.json.as_slice()) {
        ([], []) => Ok(Value::Null),
        ([], json) => json::decode(json, ty, limit),
        (msgpack, _) => msgpack::decode(msgpack, ty, limit),
    }
}

/// Reads a value with the default limit of elements.
#[cfg(test)]
pub(crate) fn decode_by_default(wire: &DynamicValue, ty: &Type) -> Result<Value, CodecError> {
    decode(wire, ty, &mut ElementLimit::new(ElementLimit::DEFAULT))
}

/// Writes a value of type `ty`, with exactly the attributes that objects of that type have.
///
/// # Errors
/// The value is not of that type, which is a mistake in the provider.
pub(crate) fn encode(value: &Value, ty: &Type) -> Result<DynamicValue, CodecError> {
    let mut bytes = Vec::new();
    msgpack::encode(value, ty, &mut bytes)?;
    Ok(DynamicValue { msgpack: bytes, json: Vec::new() })
}

/// The place and the way in which a value is not of its type. Does not show the value.
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

    /// The same error, seen from outside a dynamic value. Its type comes with it, and so do the names of its attributes:
    /// they are left out, as the value is.
    fn within_dynamic(mut self) -> Self {
        self.path = AttributePath::default();
        self
    }

    /// The same error, seen from outside a map. The key is left out: it may be as secret as the value.
    fn within_map(mut self) -> Self {
        self.path = AttributePath::default();
        self.problem = format!("an element of a map: {}", self.problem);
        self
    }

    /// The same error, seen from one level further out.
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

/// The values of a list, set or tuple, each with its place in the error if it fails.
fn elements(count: usize, mut element: impl FnMut(usize) -> Result<Value, CodecError>) -> Result<Value, CodecError> {
    // Collected without a size hint: `count` is what the sender claims.
    let mut values = Vec::new();
    for index in 0..count {
        values.push(element(index).map_err(|error| error.within(Step::index(index)))?);
    }
    Ok(Value::List(values))
}
