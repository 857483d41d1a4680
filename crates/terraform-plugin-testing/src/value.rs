//! Values on the wire, in MessagePack. An unknown value is encoded as a MessagePack extension.

use rmpv::Value;

use crate::generated::tfplugin6::DynamicValue;

/// The MessagePack extension type that Terraform uses for an unknown value if some facts about the value are known. With any other
/// extension type, nothing is known about the value.
const REFINED: i8 = 12;

/// Returns an unknown value, as Terraform writes it.
#[must_use]
pub fn unknown() -> Value {
    Value::Ext(0, vec![0])
}

/// Returns an unknown value that is known not to be null: `c7 03 0c 81 01 c2`.
#[must_use]
pub fn refined_unknown() -> Value {
    Value::Ext(REFINED, vec![0x81, 0x01, 0xc2])
}

/// Returns whether the value is unknown. A value from [`refined_unknown`] is also unknown.
#[must_use]
pub fn is_unknown(value: &Value) -> bool {
    value.is_ext()
}

/// Creates an object with these attributes.
#[must_use]
pub fn object<const N: usize>(attributes: [(&str, Value); N]) -> Value {
    Value::Map(attributes.map(|(name, value)| (name.into(), value)).into())
}

/// Returns the value as MessagePack.
#[must_use]
pub fn encode(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    rmpv::encode::write_value(&mut bytes, value).expect("a vector takes every byte");
    bytes
}

/// Decodes `bytes`, which must contain exactly one value.
///
/// # Errors
/// Returns an error if the bytes are not MessagePack, or contain more than one value.
pub fn decode(mut bytes: &[u8]) -> Result<Value, String> {
    let value = rmpv::decode::read_value(&mut bytes).map_err(|error| error.to_string())?;
    if !bytes.is_empty() {
        return Err(format!("{} bytes after the value", bytes.len()));
    }
    Ok(value)
}

impl DynamicValue {
    /// Creates a value in JSON. Terraform never sends JSON, but the protocol allows JSON.
    #[must_use]
    pub fn json(text: impl Into<Vec<u8>>) -> Self {
        Self { msgpack: Vec::new(), json: text.into() }
    }
}

impl From<&Value> for DynamicValue {
    fn from(value: &Value) -> Self {
        encode(value).into()
    }
}

impl From<Value> for DynamicValue {
    fn from(value: Value) -> Self {
        Self::from(&value)
    }
}

/// Creates a value from bytes, without checking that they are valid MessagePack.
impl From<Vec<u8>> for DynamicValue {
    fn from(msgpack: Vec<u8>) -> Self {
        Self { msgpack, json: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_unknown_values_as_terraform_does() {
        assert_eq!(encode(&unknown()), [0xd4, 0x00, 0x00]);
        assert_eq!(encode(&refined_unknown()), [0xc7, 0x03, 0x0c, 0x81, 0x01, 0xc2]);
    }

    #[test]
    fn rejects_a_second_value() {
        assert_eq!(decode(&[0xc0, 0xc0]), Err("1 bytes after the value".to_owned()));
    }
}
