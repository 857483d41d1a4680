//! Values of the Terraform language, as a provider reads and returns them.

use std::{collections::BTreeMap, fmt};

use crate::{
    number::Number,
    path::{AttributePath, Step},
    types::Type,
};

/// A value of the Terraform language.
///
/// `Debug` shows the structure, the numbers and the bools of a value. It does not show strings or map keys, because strings and map keys
/// may be secret.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// A value that is not known before apply.
    Unknown,
    /// A bool.
    Bool(bool),
    /// A value whose declared type is `dynamic`, together with the actual type of the value.
    Dynamic(Type, Box<Self>),
    /// The elements of a list, set or tuple.
    List(Vec<Self>),
    /// The elements of a map.
    Map(BTreeMap<String, Self>),
    /// A number.
    Number(Number),
    /// The attributes of an object, block or resource.
    Object(Object),
    /// A string.
    String(String),
}

impl Value {
    /// Returns whether the value is `null`.
    pub fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// Returns whether the value is not known before apply. Parts of a known collection can still be unknown.
    pub fn is_unknown(&self) -> bool {
        *self == Self::Unknown
    }

    /// Returns the bool, if the value is a known bool.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(bool) => Some(*bool),
            _ => None,
        }
    }

    /// Returns the elements, if the value is a known list, set or tuple.
    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(elements) => Some(elements),
            _ => None,
        }
    }

    /// Returns the elements, if the value is a known map.
    pub fn as_map(&self) -> Option<&BTreeMap<String, Self>> {
        match self {
            Self::Map(elements) => Some(elements),
            _ => None,
        }
    }

    /// Returns the number, if the value is a known number.
    pub fn as_number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// Returns the attributes, if the value is a known object.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Returns the text, if the value is a known string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns whether the value or a part of the value is not known before apply.
    pub(crate) fn has_unknown(&self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Dynamic(_, value) => value.has_unknown(),
            Self::List(elements) => elements.iter().any(Self::has_unknown),
            Self::Map(elements) => elements.values().any(Self::has_unknown),
            Self::Object(object) => object.attributes.values().any(Self::has_unknown),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => false,
        }
    }

    /// Returns the kind of the value with an article, for use in messages: `a string`.
    pub(crate) fn described(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Unknown => "an unknown value",
            Self::Bool(_) => "a bool",
            Self::Dynamic(..) => "a dynamic value",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Number(_) => "a number",
            Self::Object(_) => "an object",
            Self::String(_) => "a string",
        }
    }

    /// Adds the paths of unknown values in this value to `unknown`, until `unknown` has the maximum number of paths. `path` is the path of
    /// this value, and is unchanged afterwards.
    fn collect_unknown(&self, path: &mut AttributePath, unknown: &mut Vec<AttributePath>) {
        let mut collect = |step: Step, value: &Self| {
            path.push(step);
            value.collect_unknown(path, unknown);
            path.pop();
            unknown.len() < Object::MAX_UNKNOWN
        };
        match self {
            Self::Unknown => unknown.push(path.clone()),
            Self::Dynamic(_, value) => value.collect_unknown(path, unknown),
            Self::List(elements) => {
                _ = elements.iter().enumerate().all(|(index, element)| collect(Step::index(index), element));
            }
            Self::Map(elements) => {
                _ = elements.iter().all(|(key, element)| collect(Step::Key(key.clone()), element));
            }
            Self::Object(object) => {
                _ = object.attributes.iter().all(|(name, value)| collect(Step::Attribute(name.clone()), value));
            }
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => {}
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Unknown => f.write_str("Unknown"),
            Self::Bool(bool) => write!(f, "Bool({bool})"),
            Self::Dynamic(ty, value) => f.debug_tuple("Dynamic").field(ty).field(value).finish(),
            Self::List(elements) => f.debug_list().entries(elements).finish(),
            // The keys of a map may also be secret.
            Self::Map(elements) => write!(f, "Map({} elements)", elements.len()),
            Self::Number(number) => write!(f, "Number({number})"),
            Self::Object(object) => object.fmt(f),
            Self::String(text) => write!(f, "String({} bytes)", text.len()),
        }
    }
}

impl From<bool> for Value {
    fn from(bool: bool) -> Self {
        Self::Bool(bool)
    }
}

impl From<i64> for Value {
    fn from(int: i64) -> Self {
        Self::Number(int.into())
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Self>> From<BTreeMap<String, T>> for Value {
    fn from(elements: BTreeMap<String, T>) -> Self {
        Self::Map(elements.into_iter().map(|(key, element)| (key, element.into())).collect())
    }
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(elements: Vec<T>) -> Self {
        Self::List(elements.into_iter().map(Into::into).collect())
    }
}

/// The attributes of a configuration, of a block in a configuration, or of a result.
///
/// An object from Terraform has every attribute of the schema. Unset attributes are [`Value::Null`]. The values have been checked
/// against the types of the schema. Methods such as [`Value::as_str`] return `None` for both null and unknown values. To
/// distinguish null from unknown, use [`Value::is_null`] and [`Value::is_unknown`].
///
/// Reading an attribute that the schema does not have is a bug in the provider. In this case, [`attribute`](Self::attribute) panics, and
/// the call from Terraform fails. The diagnostic contains the line number of the code that reads the attribute.
#[derive(Clone, Default)]
pub struct Object {
    attributes: BTreeMap<String, Value>,
    /// Whether the object has every attribute of its schema.
    is_complete: bool,
}

impl Object {
    /// The maximum number of paths that [`unknown_paths`](Self::unknown_paths) returns. A list may have millions of unknown
    /// elements.
    const MAX_UNKNOWN: usize = 20;

    /// Creates an object without attributes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets an attribute.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.attributes.insert(name.into(), value.into());
    }

    /// Sets an attribute, and returns the object.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// Returns the value of an attribute. In an object that the provider created, a missing attribute is null.
    ///
    /// # Panics
    /// Panics if the object came from Terraform, and the schema does not have the attribute.
    #[track_caller]
    pub fn attribute(&self, name: &str) -> &Value {
        let value = self.attributes.get(name);
        assert!(value.is_some() || !self.is_complete, "the schema has no attribute {name:?}");
        value.unwrap_or(&Value::Null)
    }

    /// Returns the paths of the first 20 unknown values in the object. The path of an unknown value in a set contains the position of the
    /// element. A [`Diagnostic`](crate::Diagnostic) cannot point at this position.
    pub fn unknown_paths(&self) -> Vec<AttributePath> {
        let mut unknown = Vec::new();
        for (name, value) in &self.attributes {
            value.collect_unknown(&mut AttributePath::new(name), &mut unknown);
        }
        unknown.truncate(Self::MAX_UNKNOWN);
        unknown
    }

    /// Iterates over the attributes with their names, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.attributes.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<Value> {
        self.attributes.remove(name)
    }

    pub(crate) fn len(&self) -> usize {
        self.attributes.len()
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }

    /// Marks the object as complete, which means that the object has every attribute of its schema.
    pub(crate) fn complete(self) -> Self {
        Self { is_complete: true, ..self }
    }
}

/// Shows the attributes without the strings in their values.
impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.attributes).finish()
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.attributes == other.attributes
    }
}

impl IntoIterator for Object {
    type Item = (String, Value);
    type IntoIter = std::collections::btree_map::IntoIter<String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.attributes.into_iter()
    }
}

impl<N: Into<String>> FromIterator<(N, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (N, Value)>>(attributes: I) -> Self {
        Self {
            attributes: attributes.into_iter().map(|(name, value)| (name.into(), value)).collect(),
            is_complete: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_hides_text() {
        let map = Value::Map([("hunter2".to_owned(), "hunter2".into())].into());
        let object = Object::new().with("secret_key", "hunter2").with("list", vec!["hunter2"]).with("map", map);
        let value = Value::from(object);
        let shown = format!("{value:?} {value:#?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("secret_key"), "{shown}");
    }

    #[test]
    fn unknown_paths_list_every_unknown_part() {
        let nested = Object::new().with("ecr", Value::Unknown).with("sts", "known");
        let object = Object::new()
            .with("endpoints", vec![Value::from(nested)])
            .with("region", Value::Unknown)
            .with("profile", Value::Null);
        let paths: Vec<_> = object.unknown_paths().iter().map(ToString::to_string).collect();
        assert_eq!(paths, ["endpoints[0].ecr", "region"]);
        let many = Object::new().with("list", vec![Value::Unknown; 1_000]).with("region", Value::Unknown);
        let last = many.unknown_paths().last().map(ToString::to_string);
        assert_eq!((many.unknown_paths().len(), last.as_deref()), (20, Some("list[19]")));
    }

    #[test]
    fn accessors_return_none_for_null_unknown_and_absent_values() {
        let object = Object::new().with("null", Value::Null).with("unknown", Value::Unknown).with("text", "x");
        assert_eq!(object.attribute("null").as_str(), None);
        assert_eq!(object.attribute("unknown").as_str(), None);
        assert_eq!(object.attribute("absent").as_str(), None);
        assert_eq!(object.attribute("text").as_str(), Some("x"));
    }
}
