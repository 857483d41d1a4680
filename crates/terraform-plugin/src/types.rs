//! The types of the Terraform language, and the JSON encoding of these types on the wire.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

/// A type of the Terraform language.
///
/// See <https://developer.hashicorp.com/terraform/language/expressions/type-constraints>.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Type {
    /// `bool`
    Bool,
    /// `any`. Each value has its own type: see [`Value::Dynamic`](crate::Value::Dynamic).
    Dynamic,
    /// `list(T)`
    List(Box<Self>),
    /// `map(T)`
    Map(Box<Self>),
    /// `number`
    Number,
    /// `object({…})`, with the types by attribute name
    Object(BTreeMap<String, Self>),
    /// `set(T)`
    Set(Box<Self>),
    /// `string`
    String,
    /// `tuple([…])`
    Tuple(Vec<Self>),
}

impl Type {
    /// Creates `list(element)`.
    pub fn list(element: Self) -> Self {
        Self::List(Box::new(element))
    }

    /// Creates `map(element)`.
    pub fn map(element: Self) -> Self {
        Self::Map(Box::new(element))
    }

    /// Creates `set(element)`.
    pub fn set(element: Self) -> Self {
        Self::Set(Box::new(element))
    }

    /// Creates `object({…})` with these attributes.
    pub fn object<N: Into<String>>(attributes: impl IntoIterator<Item = (N, Self)>) -> Self {
        Self::Object(attributes.into_iter().map(|(name, ty)| (name.into(), ty)).collect())
    }

    /// Returns whether any part of the type is dynamic.
    pub(crate) fn holds_dynamic(&self) -> bool {
        match self {
            Self::Bool | Self::Number | Self::String => false,
            Self::Dynamic => true,
            Self::List(element) | Self::Map(element) | Self::Set(element) => element.holds_dynamic(),
            Self::Object(attributes) => attributes.values().any(Self::holds_dynamic),
            Self::Tuple(elements) => elements.iter().any(Self::holds_dynamic),
        }
    }

    /// Returns whether the type has a list, map or set whose elements could have different types. Terraform's type system panics if the
    /// types of elements differ.
    pub(crate) fn has_dynamic_elements(&self) -> bool {
        match self {
            Self::Bool | Self::Dynamic | Self::Number | Self::String => false,
            Self::List(element) | Self::Map(element) | Self::Set(element) => element.holds_dynamic(),
            Self::Object(attributes) => attributes.values().any(Self::has_dynamic_elements),
            Self::Tuple(elements) => elements.iter().any(Self::has_dynamic_elements),
        }
    }

    /// Returns the kind of a value of this type, with an article, for use in messages: `a string`.
    pub(crate) fn described(&self) -> &'static str {
        match self {
            Self::Bool => "a bool",
            Self::Dynamic => "any value",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Number => "a number",
            Self::Object(_) => "an object",
            Self::Set(_) => "a set",
            Self::String => "a string",
            Self::Tuple(_) => "a tuple",
        }
    }

    pub(crate) fn to_json(&self) -> Json {
        match self {
            Self::Bool => json!("bool"),
            Self::Dynamic => json!("dynamic"),
            Self::List(element) => json!(["list", element.to_json()]),
            Self::Map(element) => json!(["map", element.to_json()]),
            Self::Number => json!("number"),
            Self::Object(attributes) => {
                let attributes: serde_json::Map<_, _> =
                    attributes.iter().map(|(name, ty)| (name.clone(), ty.to_json())).collect();
                json!(["object", attributes])
            }
            Self::Set(element) => json!(["set", element.to_json()]),
            Self::String => json!("string"),
            Self::Tuple(elements) => json!(["tuple", elements.iter().map(Self::to_json).collect::<Vec<_>>()]),
        }
    }

    /// Returns the type as JSON. Schema messages and dynamic values contain types in this form.
    pub(crate) fn to_wire(&self) -> Vec<u8> {
        match self.to_json() {
            // Almost every attribute has a type that is a single name. The name needs no escapes in JSON.
            Json::String(name) => ["\"", &name, "\""].concat().into_bytes(),
            json => json.to_string().into_bytes(),
        }
    }

    /// Parses a type from JSON. Returns `None` if the bytes are not a type. serde_json limits the nesting depth to 128.
    pub(crate) fn from_wire(bytes: &[u8]) -> Option<Self> {
        Self::from_json(&serde_json::from_slice(bytes).ok()?)
    }

    fn from_json(json: &Json) -> Option<Self> {
        if let Some(name) = json.as_str() {
            return match name {
                "bool" => Some(Self::Bool),
                "dynamic" => Some(Self::Dynamic),
                "number" => Some(Self::Number),
                "string" => Some(Self::String),
                _ => None,
            };
        }
        let (kind, argument) = match json.as_array()?.as_slice() {
            [kind, argument] => (kind.as_str()?, argument),
            // The third element lists the optional attributes. This list is ignored, because values from Terraform have all attributes.
            [kind, argument, Json::Array(_)] if kind == "object" => ("object", argument),
            _ => return None,
        };
        match kind {
            "list" => Some(Self::list(Self::from_json(argument)?)),
            "map" => Some(Self::map(Self::from_json(argument)?)),
            "set" => Some(Self::set(Self::from_json(argument)?)),
            "object" => argument
                .as_object()?
                .iter()
                .map(|(name, ty)| Some((name.clone(), Self::from_json(ty)?)))
                .collect::<Option<_>>()
                .map(Self::Object),
            // Go encodes a nil slice as `null`.
            "tuple" if argument.is_null() => Some(Self::Tuple(Vec::new())),
            "tuple" => argument.as_array()?.iter().map(Self::from_json).collect::<Option<_>>().map(Self::Tuple),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optional_object_attributes_are_accepted() {
        let ty = Type::from_wire(br#"["object",{"a":"string"},["a"]]"#);
        assert_eq!(ty, Some(Type::object([("a", Type::String)])));
    }

    #[test]
    fn rejects_invalid_types() {
        for wire in
            ["", "null", "\"text\"", "[\"list\"]", "[\"list\",\"x\"]", "[\"object\",[]]", "[\"list\",\"string\",[]]"]
        {
            assert_eq!(Type::from_wire(wire.as_bytes()), None, "{wire}");
        }
        let deep = "[\"list\",".repeat(100_000);
        assert_eq!(Type::from_wire(deep.as_bytes()), None);
    }
}
