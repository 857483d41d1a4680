//! Compares decoding and encoding with go-cty, Terraform's type system.

use serde_json::Value as Json;
use terraform_plugin_testing::{self as raw, Value as Raw};
use test_vectors::{Answers, compare};

use super::*;
use crate::value::Object;

/// The two encodings of an empty tuple's type in JSON. go-cty writes both encodings, and this crate writes only the second encoding.
const NO_ELEMENTS: [&str; 2] = [r#"["tuple",null]"#, r#"["tuple",[]]"#];

#[test]
fn values_match_the_go_library() {
    compare("values", include_str!("../../vectors/values.json"), |row| {
        let hex = row["msgpack"].as_str().expect("digits").as_bytes().chunks(2);
        let digits = |pair| u8::from_str_radix(str::from_utf8(pair).expect("digits"), 16).expect("a byte");
        let library: Vec<u8> = hex.map(digits).collect();
        // go-cty and this crate can write the elements of a set in different orders. Compare the sorted bytes.
        let has_set = format!("{}{}", row["type"], String::from_utf8_lossy(&library)).contains("\"set\"");
        let written = |mut bytes: Vec<u8>| {
            if has_set {
                bytes.sort_unstable();
            }
            format!("{bytes:02x?}")
        };
        let expected = raw::encode(&as_written_here(raw::decode(&library).expect("MessagePack")));
        Answers { ours: read_and_written(row, library).map(written), library: Ok(written(expected)), reason: None }
    });
}

/// Decodes the MessagePack value according to the type in the row, and encodes the value again. If the row contains JSON, checks that the
/// JSON decodes to the same value.
fn read_and_written(row: &Json, msgpack: Vec<u8>) -> Result<Vec<u8>, String> {
    let ty = Type::from_wire(row["type"].to_string().as_bytes()).ok_or("not a type")?;
    if ty.to_wire() != row["type"].to_string().replace(NO_ELEMENTS[0], NO_ELEMENTS[1]).as_bytes() {
        return Err(format!("the type is written as {}", ty.to_json()));
    }
    let read =
        |msgpack, json| decode_by_default(&DynamicValue { msgpack, json }, &ty).map_err(|error| error.to_string());
    let value = read(msgpack, Vec::new())?;
    if let Some(json) = row["json"].as_str() {
        let from_json = read(Vec::new(), json.into())?;
        if decimal(&from_json) != decimal(&value) {
            return Err(format!("{value:?} from MessagePack, and {from_json:?} from JSON"));
        }
    }
    Ok(encode(&value, &ty).map_err(|error| error.to_string())?.msgpack)
}

/// Replaces each number in the value with the decimal text of the number. A float from MessagePack then equals the same float from JSON.
fn decimal(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.to_string().into(),
        Value::Dynamic(ty, value) => Value::Dynamic(ty.clone(), Box::new(decimal(value))),
        Value::List(elements) => Value::List(elements.iter().map(decimal).collect()),
        Value::Map(elements) => Value::Map(elements.iter().map(|(key, value)| (key.clone(), decimal(value))).collect()),
        Value::Object(object) => object.iter().map(|(name, value)| (name, decimal(value))).collect::<Object>().into(),
        other => other.clone(),
    }
}

/// Converts a value from go-cty to the encoding of this crate, if the two encodings differ on purpose. Terraform decodes both encodings to
/// the same value.
fn as_written_here(value: Raw) -> Raw {
    match value {
        // This crate does not write facts about an unknown value, because only Terraform uses these facts.
        Raw::Ext(..) => raw::unknown(),
        Raw::Binary(ty) => {
            String::from_utf8(ty).expect("a type").replace(NO_ELEMENTS[0], NO_ELEMENTS[1]).into_bytes().into()
        }
        Raw::Array(elements) => Raw::Array(elements.into_iter().map(as_written_here).collect()),
        Raw::Map(elements) => {
            Raw::Map(elements.into_iter().map(|(key, value)| (key, as_written_here(value))).collect())
        }
        other => other,
    }
}
