//! Decodes values from JSON, which the protocol allows as an alternative to MessagePack.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::{BYTES_OF_TYPE, CodecError, MAX_DEPTH, elements};
use crate::{
    element_limit::ElementLimit,
    number::Number,
    path::Step,
    types::Type,
    value::{Object, Value},
};

pub(super) fn decode(bytes: &[u8], ty: &Type, limit: &mut ElementLimit) -> Result<Value, CodecError> {
    let text = str::from_utf8(bytes).map_err(|_| CodecError::new("JSON that is not UTF-8"))?;
    // Check the limit before reading any list, because a list of references takes more memory than its JSON text.
    limit.check(count_commas(text).saturating_sub(MAX_ATTRIBUTES))?;
    Reader { limit }.value(parse(text)?, ty, 0)
}

/// The number of commas that are allowed in addition to the limit. The attributes of the outermost object are separated by commas, but are
/// not counted as elements. The outermost object always has fewer attributes than this number.
const MAX_ATTRIBUTES: usize = 4096;

/// Counts the commas outside JSON strings.
fn count_commas(text: &str) -> usize {
    let (mut commas, mut in_string, mut escaped) = (0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b',' if !in_string => commas += 1,
            _ => {}
        }
    }
    commas
}

struct Reader<'l> {
    limit: &'l mut ElementLimit,
}

impl Reader<'_> {
    /// Decodes a value of type `ty`. The JSON stays text until `ty` shows how to parse it, so that a number is never converted to
    /// a float.
    fn value(&mut self, json: &RawValue, ty: &Type, depth: usize) -> Result<Value, CodecError> {
        if depth > MAX_DEPTH {
            return Err(CodecError::new("nested too deeply"));
        }
        let text = json.get();
        if text == "null" {
            return Ok(Value::Null);
        }
        match ty {
            Type::Bool => read(text, ty).map(Value::Bool),
            Type::Dynamic => self.dynamic(text, depth),
            Type::List(element) | Type::Set(element) => {
                let values: Vec<&RawValue> = read(text, ty)?;
                self.limit.take(values.len())?;
                elements(values.len(), |index| self.value(values[index], element, depth + 1))
            }
            Type::Map(element) => {
                let values: BTreeMap<String, &RawValue> = read(text, ty)?;
                self.limit.take(values.len())?;
                let mut map = BTreeMap::new();
                for (key, json) in values {
                    map.insert(key, self.value(json, element, depth + 1).map_err(CodecError::within_map)?);
                }
                Ok(Value::Map(map))
            }
            Type::Number => {
                Number::from_decimal(text).map(Value::Number).ok_or_else(|| CodecError::expected(ty, kind(text)))
            }
            Type::Object(types) => self.object(&read(text, ty)?, types, depth).map(Value::Object),
            Type::String => read(text, ty).map(Value::String),
            Type::Tuple(types) => {
                let values: Vec<&RawValue> = read(text, ty)?;
                if values.len() != types.len() {
                    let problem = format!("expected {} elements, found {}", types.len(), values.len());
                    return Err(CodecError::new(problem));
                }
                self.limit.take(values.len())?;
                elements(values.len(), |index| self.value(values[index], &types[index], depth + 1))
            }
        }
    }

    /// Decodes a dynamic value: `{"type": …, "value": …}`.
    fn dynamic(&mut self, text: &str, depth: usize) -> Result<Value, CodecError> {
        let parts: BTreeMap<String, &RawValue> = read(text, &Type::Dynamic)?;
        let (Some(ty), Some(json)) = (parts.get("type"), parts.get("value")) else {
            return Err(CodecError::new("a dynamic value without its type"));
        };
        self.limit.take(ty.get().len() / BYTES_OF_TYPE)?;
        let ty = Type::from_wire(ty.get().as_bytes())
            .ok_or_else(|| CodecError::new("a dynamic value of an unreadable type"))?;
        let value = self.value(json, &ty, depth + 1).map_err(CodecError::within_dynamic)?;
        Ok(Value::Dynamic(ty, Box::new(value)))
    }

    fn object(
        &mut self,
        attributes: &BTreeMap<String, &RawValue>,
        types: &BTreeMap<String, Type>,
        depth: usize,
    ) -> Result<Object, CodecError> {
        if attributes.keys().any(|name| !types.contains_key(name)) {
            return Err(CodecError::new("an attribute that is not in the schema"));
        }
        if depth > 0 {
            self.limit.take(attributes.len())?;
        }
        let mut object = Object::new();
        for (name, ty) in types {
            let json = attributes.get(name).ok_or_else(|| CodecError::missing(name))?;
            object.set(
                name,
                self.value(json, ty, depth + 1).map_err(|error| error.within(Step::Attribute(name.clone())))?,
            );
        }
        Ok(object.complete())
    }
}

fn parse(text: &str) -> Result<&RawValue, CodecError> {
    serde_json::from_str(text).map_err(|_| CodecError::new("not JSON"))
}

/// Parses JSON. Replaces the error of serde_json, because this error may quote the value, and the value may be secret.
fn read<'a, T: serde::Deserialize<'a>>(text: &'a str, ty: &Type) -> Result<T, CodecError> {
    serde_json::from_str(text).map_err(|_| CodecError::expected(ty, kind(text)))
}

fn kind(text: &str) -> &'static str {
    match text.bytes().next() {
        Some(b'"') => "a string",
        Some(b'[') => "an array",
        Some(b'{') => "an object",
        Some(b't' | b'f') => "a bool",
        _ => "a number",
    }
}
