//! Decodes and encodes values in MessagePack, in the format of go-cty, Terraform's type system.
//!
//! Terraform's implementation: <https://github.com/zclconf/go-cty/tree/main/cty/msgpack>.

use std::collections::{BTreeMap, BTreeSet};

use rmp::{Marker, encode as write};

use super::{BYTES_OF_TYPE, CodecError, MAX_DEPTH, elements};
use crate::{
    element_limit::ElementLimit,
    number::{Number, Repr},
    path::Step,
    types::Type,
    value::{Object, Value},
};

/// The encoding of an unknown value: an extension of type 0 with one zero byte.
const UNKNOWN: [u8; 3] = [0xd4, 0x00, 0x00];

pub(super) fn decode(bytes: &[u8], ty: &Type, limit: &mut ElementLimit) -> Result<Value, CodecError> {
    let mut reader = Reader { rest: bytes, limit };
    let value = reader.value(ty, 0)?;
    if !reader.rest.is_empty() {
        return Err(CodecError::new(format!("{} bytes follow the value", reader.rest.len())));
    }
    Ok(value)
}

struct Reader<'a, 'l> {
    /// The bytes that have not been read yet.
    rest: &'a [u8],
    limit: &'l mut ElementLimit,
}

impl<'a> Reader<'a, '_> {
    fn value(&mut self, ty: &Type, depth: usize) -> Result<Value, CodecError> {
        if depth > MAX_DEPTH {
            return Err(CodecError::new("nested too deeply"));
        }
        let marker = self.marker()?;
        if marker == Marker::Null {
            return Ok(Value::Null);
        }
        if let Some(length) = self.extension(marker)? {
            // Ignore the type of the extension. Type 12 adds facts about the unknown value. This crate does not use these facts.
            self.take(length)?;
            return Ok(Value::Unknown);
        }
        match ty {
            Type::Bool => match marker {
                Marker::True => Ok(Value::Bool(true)),
                Marker::False => Ok(Value::Bool(false)),
                _ => Err(mismatch(ty, marker)),
            },
            Type::Dynamic => self.dynamic(marker, depth),
            Type::List(element) | Type::Set(element) => {
                let count = self.array(marker)?.ok_or_else(|| mismatch(ty, marker))?;
                self.limit.take(count)?;
                elements(count, |_| self.value(element, depth + 1))
            }
            Type::Map(element) => {
                let count = self.map(marker)?.ok_or_else(|| mismatch(ty, marker))?;
                self.limit.take(count)?;
                self.map_elements(count, element, depth).map(Value::Map)
            }
            Type::Number => self.number(marker)?.map(Value::Number).ok_or_else(|| mismatch(ty, marker)),
            Type::Object(attributes) => {
                let count = self.map(marker)?.ok_or_else(|| mismatch(ty, marker))?;
                if depth > 0 {
                    self.limit.take(count)?;
                }
                self.object_attributes(count, attributes, depth).map(Value::Object)
            }
            Type::String => {
                let text = self.text(marker)?.ok_or_else(|| mismatch(ty, marker))?;
                Ok(Value::String(text.to_owned()))
            }
            Type::Tuple(types) => match self.array(marker)?.ok_or_else(|| mismatch(ty, marker))? {
                count if count == types.len() => {
                    self.limit.take(count)?;
                    elements(count, |index| self.value(&types[index], depth + 1))
                }
                count => Err(CodecError::new(format!("expected {} elements, found {count}", types.len()))),
            },
        }
    }

    /// Decodes a dynamic value: an array with two elements, the type and the value. The type is JSON text in a MessagePack byte string.
    fn dynamic(&mut self, marker: Marker, depth: usize) -> Result<Value, CodecError> {
        if self.array(marker)? != Some(2) {
            return Err(mismatch(&Type::Dynamic, marker));
        }
        let marker = self.marker()?;
        let wire = self.binary(marker)?.ok_or_else(|| CodecError::new("a dynamic value without its type"))?;
        self.limit.take(wire.len() / BYTES_OF_TYPE)?;
        let ty = Type::from_wire(wire).ok_or_else(|| CodecError::new("a dynamic value of an unreadable type"))?;
        let value = self.value(&ty, depth + 1).map_err(CodecError::within_dynamic)?;
        Ok(Value::Dynamic(ty, Box::new(value)))
    }

    fn map_elements(&mut self, count: usize, ty: &Type, depth: usize) -> Result<BTreeMap<String, Value>, CodecError> {
        let mut elements = BTreeMap::new();
        for _ in 0..count {
            let key = self.key()?;
            let value = self.value(ty, depth + 1).map_err(CodecError::within_map)?;
            elements.insert(key.to_owned(), value);
        }
        Ok(elements)
    }

    fn object_attributes(
        &mut self,
        count: usize,
        types: &BTreeMap<String, Type>,
        depth: usize,
    ) -> Result<Object, CodecError> {
        let attribute = |_| {
            let name = self.key()?;
            let ty = types.get(name).ok_or_else(|| CodecError::new("an attribute that is not in the schema"))?;
            let value = self.value(ty, depth + 1).map_err(|error| error.within(Step::Attribute(name.to_owned())))?;
            Ok((name, value))
        };
        let object: Object = (0..count).map(attribute).collect::<Result<_, CodecError>>()?;
        if object.len() < types.len()
            && let Some(missing) = types.keys().find(|name| !object.contains(name))
        {
            return Err(CodecError::missing(missing));
        }
        Ok(object.complete())
    }

    fn key(&mut self) -> Result<&'a str, CodecError> {
        let marker = self.marker()?;
        self.text(marker)?.ok_or_else(|| CodecError::new("a key that is not a string"))
    }

    fn number(&mut self, marker: Marker) -> Result<Option<Number>, CodecError> {
        let number = match marker {
            Marker::FixPos(int) => Number::from(i64::from(int)),
            Marker::FixNeg(int) => Number::from(i64::from(int)),
            Marker::U8 => Number::from(u64::from(u8::from_be_bytes(self.bytes()?))),
            Marker::U16 => Number::from(u64::from(u16::from_be_bytes(self.bytes()?))),
            Marker::U32 => Number::from(u64::from(u32::from_be_bytes(self.bytes()?))),
            Marker::U64 => Number::from(u64::from_be_bytes(self.bytes()?)),
            Marker::I8 => Number::from(i64::from(i8::from_be_bytes(self.bytes()?))),
            Marker::I16 => Number::from(i64::from(i16::from_be_bytes(self.bytes()?))),
            Marker::I32 => Number::from(i64::from(i32::from_be_bytes(self.bytes()?))),
            Marker::I64 => Number::from(i64::from_be_bytes(self.bytes()?)),
            Marker::F32 => float(f32::from_be_bytes(self.bytes()?).into())?,
            Marker::F64 => float(f64::from_be_bytes(self.bytes()?))?,
            _ => {
                let Some(text) = self.text(marker)? else {
                    return Ok(None);
                };
                Number::from_decimal(text).ok_or_else(|| CodecError::new("a text that is not a number"))?
            }
        };
        Ok(Some(number))
    }

    fn text(&mut self, marker: Marker) -> Result<Option<&'a str>, CodecError> {
        let length = match marker {
            Marker::FixStr(length) => length.into(),
            Marker::Str8 => self.u8_length()?,
            Marker::Str16 => self.u16_length()?,
            Marker::Str32 => self.u32_length()?,
            _ => return Ok(None),
        };
        str::from_utf8(self.take(length)?).map(Some).map_err(|_| CodecError::new("a string that is not UTF-8"))
    }

    fn binary(&mut self, marker: Marker) -> Result<Option<&'a [u8]>, CodecError> {
        let length = match marker {
            Marker::Bin8 => self.u8_length()?,
            Marker::Bin16 => self.u16_length()?,
            Marker::Bin32 => self.u32_length()?,
            _ => return Ok(None),
        };
        self.take(length).map(Some)
    }

    fn array(&mut self, marker: Marker) -> Result<Option<usize>, CodecError> {
        Ok(Some(match marker {
            Marker::FixArray(count) => count.into(),
            Marker::Array16 => self.u16_length()?,
            Marker::Array32 => self.u32_length()?,
            _ => return Ok(None),
        }))
    }

    fn map(&mut self, marker: Marker) -> Result<Option<usize>, CodecError> {
        Ok(Some(match marker {
            Marker::FixMap(count) => count.into(),
            Marker::Map16 => self.u16_length()?,
            Marker::Map32 => self.u32_length()?,
            _ => return Ok(None),
        }))
    }

    /// Returns the length of an extension, including its type byte. Returns `None` for any other marker.
    fn extension(&mut self, marker: Marker) -> Result<Option<usize>, CodecError> {
        let length = match marker {
            Marker::FixExt1 => 1,
            Marker::FixExt2 => 2,
            Marker::FixExt4 => 4,
            Marker::FixExt8 => 8,
            Marker::FixExt16 => 16,
            Marker::Ext8 => self.u8_length()?,
            Marker::Ext16 => self.u16_length()?,
            Marker::Ext32 => self.u32_length()?,
            _ => return Ok(None),
        };
        Ok(Some(length.saturating_add(1)))
    }

    fn marker(&mut self) -> Result<Marker, CodecError> {
        let [byte] = self.bytes()?;
        Ok(Marker::from_u8(byte))
    }

    fn u8_length(&mut self) -> Result<usize, CodecError> {
        Ok(u8::from_be_bytes(self.bytes()?).into())
    }

    fn u16_length(&mut self) -> Result<usize, CodecError> {
        Ok(u16::from_be_bytes(self.bytes()?).into())
    }

    fn u32_length(&mut self) -> Result<usize, CodecError> {
        usize::try_from(u32::from_be_bytes(self.bytes()?)).map_err(|_| CodecError::new("too long for this machine"))
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], CodecError> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or_else(truncated)?;
        self.rest = rest;
        Ok(*bytes)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], CodecError> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or_else(truncated)?;
        self.rest = rest;
        Ok(bytes)
    }
}

fn truncated() -> CodecError {
    CodecError::new("the bytes end within the value")
}

fn float(float: f64) -> Result<Number, CodecError> {
    Number::from_f64(float).ok_or_else(|| CodecError::new("not a number (NaN)"))
}

fn mismatch(ty: &Type, marker: Marker) -> CodecError {
    let found = match marker {
        Marker::True | Marker::False => "a bool",
        Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => "a string",
        Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => "an array",
        Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => "a map",
        Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => "binary data",
        Marker::Reserved => "a reserved byte",
        _ => "a number",
    };
    CodecError::expected(ty, found)
}

/// Appends the encoding of `value` to `out`.
pub(super) fn encode(value: &Value, ty: &Type, out: &mut Vec<u8>) -> Result<(), CodecError> {
    match (value, ty) {
        (Value::Null, _) => out.push(Marker::Null.to_u8()),
        (Value::Unknown, _) => out.extend(UNKNOWN),
        (Value::Dynamic(ty, value), Type::Dynamic) => encode_dynamic(ty, value, out)?,
        (Value::Bool(bool), Type::Bool) => written(write::write_bool(out, *bool))?,
        (Value::List(values), Type::List(element)) => {
            written(write::write_array_len(out, length(values.len())?))?;
            encode_elements(values, |_| element, |bytes| out.extend(bytes))?;
        }
        (Value::List(values), Type::Set(element)) => {
            // A set contains each element once: remove duplicates.
            let mut unique = BTreeSet::new();
            encode_elements(values, |_| element, |bytes| unique.extend([bytes]))?;
            written(write::write_array_len(out, length(unique.len())?))?;
            unique.into_iter().for_each(|bytes| out.extend(bytes));
        }
        (Value::List(values), Type::Tuple(types)) if values.len() == types.len() => {
            written(write::write_array_len(out, length(values.len())?))?;
            encode_elements(values, |index| &types[index], |bytes| out.extend(bytes))?;
        }
        (Value::Map(elements), Type::Map(element)) => {
            written(write::write_map_len(out, length(elements.len())?))?;
            for (key, value) in elements {
                written(write::write_str(out, key))?;
                encode(value, element, out).map_err(CodecError::within_map)?;
            }
        }
        (Value::Number(number), Type::Number) => encode_number(number, out)?,
        (Value::Object(object), Type::Object(types)) => {
            if let Some((extra, _)) = object.iter().find(|(name, _)| !types.contains_key(*name)) {
                return Err(CodecError::new(format!("the attribute {extra:?} is not in the schema")));
            }
            if let Some(missing) = types.keys().find(|name| !object.contains(name)) {
                return Err(CodecError::missing(missing));
            }
            written(write::write_map_len(out, length(object.len())?))?;
            for (name, ty) in types {
                written(write::write_str(out, name))?;
                encode(object.attribute(name), ty, out).map_err(|error| error.within(Step::Attribute(name.clone())))?;
            }
        }
        (Value::String(text), Type::String) => written(write::write_str(out, text))?,
        (Value::Bool(_), Type::Dynamic) => encode_dynamic(&Type::Bool, value, out)?,
        (Value::Number(_), Type::Dynamic) => encode_dynamic(&Type::Number, value, out)?,
        (Value::String(_), Type::Dynamic) => encode_dynamic(&Type::String, value, out)?,
        (value, ty) => return Err(CodecError::expected(ty, value.described())),
    }
    Ok(())
}

fn encode_dynamic(ty: &Type, value: &Value, out: &mut Vec<u8>) -> Result<(), CodecError> {
    written(write::write_array_len(out, 2))?;
    written(write::write_bin(out, &ty.to_wire()))?;
    encode(value, ty, out)
}

/// Encodes each element separately, and passes the bytes of the element to `done`.
fn encode_elements<'t>(
    values: &[Value],
    ty: impl Fn(usize) -> &'t Type,
    mut done: impl FnMut(Vec<u8>),
) -> Result<(), CodecError> {
    for (index, value) in values.iter().enumerate() {
        let mut bytes = Vec::new();
        encode(value, ty(index), &mut bytes).map_err(|error| error.within(Step::index(index)))?;
        done(bytes);
    }
    Ok(())
}

fn encode_number(number: &Number, out: &mut Vec<u8>) -> Result<(), CodecError> {
    match number.repr() {
        Repr::Int(int) => written(write::write_sint(out, *int)),
        // Write the number as text. For integers of 2^63 and above, go-cty also writes text.
        Repr::UInt(int) => written(write::write_str(out, &int.to_string())),
        Repr::Float(float) => written(write::write_f64(out, *float)),
        Repr::Decimal(text) => written(write::write_str(out, text)),
    }
}

fn length(length: usize) -> Result<u32, CodecError> {
    u32::try_from(length).map_err(|_| CodecError::new("more elements than MessagePack can count"))
}

/// Converts the result of a function of `rmp` that writes to memory. Writing to memory never fails, but these functions return a `Result`.
fn written<T, E: std::fmt::Display>(result: Result<T, E>) -> Result<(), CodecError> {
    result.map(drop).map_err(|error| CodecError::new(error.to_string()))
}
