//! Property tests of decoding and encoding, with generated types. The inputs are encoded values, damaged encodings, and unusual
//! combinations of fragments.

use proptest::{collection, prelude::*, sample::Index, test_runner::TestCaseError};

use super::*;
use crate::{
    number::{Number, Repr},
    value::Object,
};

/// A secret that must not appear in an error. Attributes of generated types never have this name.
const SECRET: &str = "hunter2";

fn msgpack(bytes: Vec<u8>) -> DynamicValue {
    DynamicValue { msgpack: bytes, json: Vec::new() }
}

fn json(bytes: Vec<u8>) -> DynamicValue {
    DynamicValue { msgpack: Vec::new(), json: bytes }
}

/// Checks that the bytes decode to a value or an error. The size of the value must be in proportion to the number of bytes. It
/// must be possible to encode the value again. An error must not contain the secret.
fn check(wire: &DynamicValue, ty: &Type) -> Result<(), TestCaseError> {
    let value = match decode_by_default(wire, ty) {
        Ok(value) => value,
        Err(error) => {
            prop_assert!(!error.to_string().contains(SECRET), "{}", error);
            return Ok(());
        }
    };
    let bytes = wire.msgpack.len() + wire.json.len();
    prop_assert!(weight(&value) <= 2 * bytes.max(1), "{} bytes became {:?}", bytes, value);
    prop_assert!(depth(&value) <= MAX_DEPTH + 1, "{:?}", value);
    let sent =
        encode(&value, ty).map_err(|error| TestCaseError::fail(format!("the value cannot be written: {error}")))?;
    let again = decode_by_default(&sent, ty)
        .map_err(|error| TestCaseError::fail(format!("the written value cannot be read: {error}")))?;
    prop_assert_eq!(encode(&again, ty).expect("the same value was written before"), sent);
    // Encoding sorts the elements of a set and removes duplicates. A set may therefore differ from the decoded set.
    if has_no_sets(&value, ty) {
        prop_assert_eq!(again, value);
    }
    Ok(())
}

/// Returns the size of a value: one unit for each value, for each part of a type, and for each byte of text.
fn weight(value: &Value) -> usize {
    1 + match value {
        Value::Null | Value::Unknown | Value::Bool(_) => 0,
        Value::Dynamic(ty, value) => weight_of_type(ty) + weight(value),
        Value::List(elements) => {
            // Memory is allocated for the actual elements, not for the declared length.
            assert!(elements.capacity() <= (2 * elements.len()).max(4), "capacity {}", elements.capacity());
            elements.iter().map(weight).sum()
        }
        Value::Map(elements) => elements.iter().map(|(key, value)| key.len() + weight(value)).sum(),
        Value::Number(number) => match number.repr() {
            Repr::Decimal(text) => text.len(),
            Repr::Int(_) | Repr::UInt(_) | Repr::Float(_) => 0,
        },
        Value::Object(object) => object.iter().map(|(name, value)| name.len() + weight(value)).sum(),
        Value::String(text) => text.len(),
    }
}

fn weight_of_type(ty: &Type) -> usize {
    1 + match ty {
        Type::Bool | Type::Dynamic | Type::Number | Type::String => 0,
        Type::List(element) | Type::Map(element) | Type::Set(element) => weight_of_type(element),
        Type::Object(attributes) => attributes.iter().map(|(name, ty)| name.len() + weight_of_type(ty)).sum(),
        Type::Tuple(elements) => elements.iter().map(weight_of_type).sum(),
    }
}

fn depth(value: &Value) -> usize {
    let deepest = |depths: &mut dyn Iterator<Item = usize>| depths.max().unwrap_or_default();
    1 + match value {
        Value::Null | Value::Unknown | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
        Value::Dynamic(_, value) => depth(value),
        Value::List(elements) => deepest(&mut elements.iter().map(depth)),
        Value::Map(elements) => deepest(&mut elements.values().map(depth)),
        Value::Object(object) => deepest(&mut object.iter().map(|(_, value)| depth(value))),
    }
}

fn has_no_sets(value: &Value, ty: &Type) -> bool {
    match (value, ty) {
        (Value::Dynamic(ty, value), _) => has_no_sets(value, ty),
        (Value::List(_), Type::Set(_)) => false,
        (Value::List(elements), Type::List(ty)) => elements.iter().all(|element| has_no_sets(element, ty)),
        (Value::List(elements), Type::Tuple(types)) => {
            elements.iter().zip(types).all(|(element, ty)| has_no_sets(element, ty))
        }
        (Value::Map(elements), Type::Map(ty)) => elements.values().all(|element| has_no_sets(element, ty)),
        (Value::Object(object), Type::Object(types)) => {
            types.iter().all(|(name, ty)| has_no_sets(object.attribute(name), ty))
        }
        _ => true,
    }
}

/// Generates types with up to three nested levels.
fn types() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![Just(Type::Bool), Just(Type::Number), Just(Type::String), Just(Type::Dynamic)];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::map),
            inner.clone().prop_map(Type::set),
            collection::vec(inner.clone(), 0..4).prop_map(Type::Tuple),
            collection::btree_map("[a-z]{1,8}", inner, 0..4).prop_map(Type::Object),
        ]
    })
}

/// Generates values of the type `ty` that decoding can return.
fn values(ty: &Type) -> BoxedStrategy<Value> {
    let known = match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Dynamic => prop_oneof![
            any::<String>().prop_map(|text| Value::Dynamic(Type::String, Box::new(text.into()))),
            any::<Vec<bool>>().prop_map(|list| Value::Dynamic(Type::list(Type::Bool), Box::new(list.into()))),
            any::<bool>().prop_map(|bool| {
                let ty = Type::object([(SECRET, Type::Bool)]);
                Value::Dynamic(ty, Box::new(Object::new().with(SECRET, bool).into()))
            }),
        ]
        .boxed(),
        Type::List(element) => collection::vec(values(element), 0..4).prop_map(Value::List).boxed(),
        Type::Map(element) => collection::btree_map(texts(), values(element), 0..4).prop_map(Value::Map).boxed(),
        Type::Number => prop_oneof![
            any::<i64>().prop_map(Number::from),
            any::<u64>().prop_map(Number::from),
            any::<f64>().prop_filter_map("NaN", Number::from_f64),
            "-?[0-9]{20,40}(\\.[0-9]{1,20})?".prop_filter_map("small", |text| Number::from_decimal(&text)),
        ]
        .prop_map(Value::Number)
        .boxed(),
        Type::Object(types) => {
            let attributes: Vec<_> = types.iter().map(|(name, ty)| (Just(name.clone()), values(ty))).collect();
            attributes.prop_map(|attributes| Value::Object(attributes.into_iter().collect())).boxed()
        }
        // Use at most one element, because encoding changes the order of a set.
        Type::Set(element) => collection::vec(values(element), 0..2).prop_map(Value::List).boxed(),
        Type::String => texts().prop_map(Value::String).boxed(),
        Type::Tuple(types) => types.iter().map(values).collect::<Vec<_>>().prop_map(Value::List).boxed(),
    };
    prop_oneof![1 => Just(Value::Null), 1 => Just(Value::Unknown), 8 => known].boxed()
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![Just(SECRET.to_owned()), any::<String>()]
}

fn typed_values() -> impl Strategy<Value = (Type, Value)> {
    types().prop_flat_map(|ty| {
        let values = values(&ty);
        (Just(ty), values)
    })
}

/// Converts a value to JSON. Unknown values become null, because JSON cannot express them.
fn json_of(value: &Value) -> serde_json::Value {
    use serde_json::json;
    match value {
        Value::Null | Value::Unknown => json!(null),
        Value::Bool(bool) => json!(bool),
        Value::Dynamic(ty, value) => json!({"type": ty.to_json(), "value": json_of(value)}),
        Value::List(elements) => elements.iter().map(json_of).collect(),
        Value::Map(elements) => elements.iter().map(|(key, value)| (key.clone(), json_of(value))).collect(),
        Value::Number(number) => serde_json::from_str(&number.to_string()).unwrap_or_else(|_| json!(0)),
        Value::Object(object) => object.iter().map(|(name, value)| (name.to_owned(), json_of(value))).collect(),
        Value::String(text) => json!(text),
    }
}

/// A change to encoded bytes at one position.
#[derive(Clone, Debug)]
enum Damage {
    Replace(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Repeat(Index, usize),
}

/// Generates one to four changes to encoded bytes. A change can insert one of `pieces`. Input that is almost valid reaches more code of the
/// decoder than random bytes.
fn damage(pieces: &'static [&'static [u8]]) -> impl Strategy<Value = Vec<Damage>> {
    let change = prop_oneof![
        any::<(Index, u8)>().prop_map(|(at, byte)| Damage::Replace(at, byte)),
        (any::<Index>(), prop::sample::select(pieces)).prop_map(|(at, piece)| Damage::Insert(at, piece.to_vec())),
        (any::<Index>(), 1..8_usize).prop_map(|(at, length)| Damage::Remove(at, length)),
        (any::<Index>(), 1..32_usize).prop_map(|(at, length)| Damage::Repeat(at, length)),
    ];
    collection::vec(change, 1..5)
}

fn damaged(mut bytes: Vec<u8>, damage: Vec<Damage>) -> Vec<u8> {
    for change in damage {
        let place = |at: Index| at.index(bytes.len() + 1);
        let part = |at: Index, length| place(at)..bytes.len().min(place(at) + length);
        match change {
            Damage::Replace(at, byte) => {
                let place = place(at);
                bytes.splice(place..bytes.len().min(place + 1), [byte]);
            }
            Damage::Insert(at, piece) => {
                let place = place(at);
                bytes.splice(place..place, piece);
            }
            Damage::Remove(at, length) => {
                let part = part(at, length);
                bytes.drain(part);
            }
            Damage::Repeat(at, length) => {
                let (place, again) = (place(at), bytes[part(at, length)].to_vec());
                bytes.splice(place..place, again);
            }
        }
    }
    bytes
}

const MSGPACK: &[&[u8]] = &[
    b"\xc0",
    b"\xc2",
    b"\xc1",
    b"\x01",
    b"\xff",
    b"\xa1a",
    b"\xa7hunter2",
    b"\xb499999999999999999999",
    b"\xa51e400",
    b"\xc4\x07hunter2",
    b"\x80",
    b"\x81",
    b"\x90",
    b"\x91",
    b"\x92",
    b"\x9f",
    b"\xd4\x00\x00",
    b"\xc7\x03\x0c\x81\x01\xc2",
    b"\xca\x7f\x80\x00\x00",
    b"\xcb\x80\x00\x00\x00\x00\x00\x00\x00",
    b"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00",
    b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\xd3\x80\x00\x00\x00\x00\x00\x00\x00",
    b"\xdc\xff\xff",
    b"\xdd\x7f\xff\xff\xff",
    b"\xdb\xff\xff\xff\xff",
    b"\xdf\xff\xff\xff\xff",
    b"\xc9\xff\xff\xff\xff",
    b"\x92\xc4\x08\"string\"",
    b"\x92\xc4\x09\"dynamic\"",
    b"\x92\xc4\x10[\"list\",\"bool\"]",
    b"\x92\xc4\x11[\"set\",\"dynamic\"]",
    b"\x92\xc4\x0d[\"tuple\",[]]",
    b"\x92\xc4\x1d[\"object\",{\"hunter2\":\"bool\"}]",
];

const JSON: &[&[u8]] = &[
    b"null",
    b"true",
    b"[",
    b"]",
    b"{",
    b"}",
    b",",
    b":",
    b" ",
    b"\"hunter2\"",
    b"\"hunter2\":",
    b"\"\\ud800\"",
    b"\"\\u0000\"",
    b"1",
    b"-0",
    b"0.1",
    b"1e400",
    b"18446744073709551616",
    b"{\"type\":\"dynamic\",\"value\":",
    b"{\"type\":\"string\",\"value\":",
    b"{\"type\":[\"set\",\"number\"],\"value\":",
    b"{\"type\":[\"object\",{\"hunter2\":\"bool\"}],\"value\":",
    b"[\"list\",",
];

const TYPES: &[&[u8]] = &[
    b"\"bool\"",
    b"\"dynamic\"",
    b"[\"list\",",
    b"[\"map\",",
    b"[\"set\",",
    b"[\"tuple\",[",
    b"[\"object\",{",
    b"\"a\":",
    b",[\"a\"]",
    b",",
    b"]",
    b"}",
];

fn made_of(pieces: &'static [&'static [u8]]) -> impl Strategy<Value = Vec<u8>> {
    collection::vec(prop::sample::select(pieces), 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn values_survive_a_round_trip((ty, value) in typed_values()) {
        let wire = encode(&value, &ty).expect("the value is of its type");
        prop_assert_eq!(decode_by_default(&wire, &ty).expect("what was written can be read"), value);
    }

    #[test]
    fn types_survive_a_round_trip(ty in types()) {
        prop_assert_eq!(Type::from_wire(&ty.to_wire()), Some(ty));
    }

    #[test]
    fn random_bytes_do_not_panic(ty in types(), bytes in collection::vec(any::<u8>(), 0..64)) {
        check(&msgpack(bytes.clone()), &ty)?;
        check(&json(bytes), &ty)?;
    }

    #[test]
    fn random_msgpack_pieces_do_not_panic(ty in types(), bytes in made_of(MSGPACK)) {
        check(&msgpack(bytes), &ty)?;
    }

    #[test]
    fn damaged_msgpack_does_not_panic((ty, value) in typed_values(), damage in damage(MSGPACK)) {
        let bytes = encode(&value, &ty).expect("the value is of its type").msgpack;
        check(&msgpack(damaged(bytes, damage)), &ty)?;
    }

    #[test]
    fn truncated_msgpack_is_an_error((ty, value) in typed_values(), end in any::<Index>()) {
        let mut bytes = encode(&value, &ty).expect("the value is of its type").msgpack;
        bytes.truncate(end.index(bytes.len()));
        // Empty input is null.
        prop_assert_eq!(decode_by_default(&msgpack(bytes.clone()), &ty).is_ok(), bytes.is_empty());
    }

    #[test]
    fn random_json_pieces_do_not_panic(ty in types(), bytes in made_of(JSON)) {
        check(&json(bytes), &ty)?;
    }

    #[test]
    fn json_is_read_and_damaged_json_does_not_panic((ty, value) in typed_values(), damage in damage(JSON)) {
        let bytes = json_of(&value).to_string().into_bytes();
        prop_assert!(decode_by_default(&json(bytes.clone()), &ty).is_ok());
        check(&json(bytes.clone()), &ty)?;
        check(&json(damaged(bytes, damage)), &ty)?;
    }

    #[test]
    fn random_type_pieces_do_not_panic(pieces in made_of(TYPES), ty in types(), damage in damage(TYPES)) {
        for bytes in [pieces, damaged(ty.to_wire(), damage)] {
            if let Some(ty) = Type::from_wire(&bytes) {
                prop_assert!(weight_of_type(&ty) <= bytes.len());
                prop_assert_eq!(Type::from_wire(&ty.to_wire()), Some(ty));
            }
        }
    }
}
