use super::*;
use crate::{number::Number, value::Object};

fn msgpack(bytes: &[u8]) -> DynamicValue {
    DynamicValue { msgpack: bytes.to_vec(), json: Vec::new() }
}

fn json(text: &str) -> DynamicValue {
    DynamicValue { msgpack: Vec::new(), json: text.as_bytes().to_vec() }
}

fn decoded(bytes: &[u8], ty: &Type) -> Value {
    decode_by_default(&msgpack(bytes), ty).expect("the bytes are a value")
}

fn problem(wire: &DynamicValue, ty: &Type) -> String {
    decode_by_default(wire, ty).expect_err("the bytes are not a value").to_string()
}

fn encoded(value: &Value, ty: &Type) -> Vec<u8> {
    encode(value, ty).expect("the value is of its type").msgpack
}

#[test]
fn an_empty_message_is_null() {
    assert_eq!(decode_by_default(&DynamicValue::default(), &Type::String).expect("null"), Value::Null);
}

#[test]
fn reads_encodings_that_terraform_does_not_write() {
    for unknown in [&[0xc8, 0, 1, 12, 0][..], &[0xc9, 0, 0, 0, 0, 0]] {
        for ty in [Type::String, Type::list(Type::Bool), Type::object([("a", Type::Bool)]), Type::Dynamic] {
            assert_eq!(decoded(unknown, &ty), Value::Unknown);
        }
    }
    let largest = Value::Number(Number::from(u64::MAX));
    assert_eq!(decoded(&[0xcf, 255, 255, 255, 255, 255, 255, 255, 255], &Type::Number), largest);
    assert_eq!(decoded(&[0xca, 0x40, 0x40, 0, 0], &Type::Number), Value::from(3));
}

#[test]
fn reads_strings_of_every_length() {
    for length in [0, 31, 32, 255, 256, 65_535, 65_536] {
        let text = Value::from("x".repeat(length));
        assert_eq!(decoded(&encoded(&text, &Type::String), &Type::String), text, "{length}");
    }
}

#[test]
fn a_primitive_dynamic_value_has_a_primitive_type() {
    assert_eq!(encoded(&"hi".into(), &Type::Dynamic), b"\x92\xc4\x08\"string\"\xa2hi");
}

#[test]
fn sets_are_written_without_duplicates() {
    let value = Value::from(vec!["b", "a", "b"]);
    assert_eq!(encoded(&value, &Type::set(Type::String)), b"\x92\xa1a\xa1b");
    assert_eq!(encoded(&value, &Type::list(Type::String)), b"\x93\xa1b\xa1a\xa1b");
}

#[test]
fn objects_have_exactly_the_attributes_of_their_type() {
    let ty = Type::object([("a", Type::String), ("b", Type::Bool)]);
    let whole = Object::new().with("a", "x").with("b", Value::Null);
    let error = |value: Object| encode(&value.into(), &ty).expect_err("not of that type").to_string();
    assert_eq!(error(Object::new().with("a", "x")), "b: the attribute is missing");
    assert_eq!(error(whole.clone().with("c", true)), r#"the attribute "c" is not in the schema"#);
    assert_eq!(error(whole.with("b", "text")), "b: expected a bool, found a string");

    assert_eq!(problem(&msgpack(b"\x81\xa1a\xa1x"), &ty), "b: the attribute is missing");
    assert_eq!(problem(&msgpack(b"\x81\xa1c\xa1x"), &ty), "an attribute that is not in the schema");
    assert_eq!(problem(&json(r#"{"a":"x"}"#), &ty), "b: the attribute is missing");
    assert_eq!(problem(&json(r#"{"a":"x","b":1}"#), &ty), "b: expected a bool, found a number");
}

#[test]
fn errors_name_the_path_and_hide_the_value() {
    let ty = Type::object([("roles", Type::list(Type::object([("arn", Type::Bool)])))]);
    let bytes = b"\x81\xa5roles\x91\x81\xa3arn\xa7hunter2";
    assert_eq!(problem(&msgpack(bytes), &ty), "roles[0].arn: expected a bool, found a string");
    let error = problem(&json(r#"{"roles":[{"arn":"hunter2"}]}"#), &ty);
    assert_eq!(error, "roles[0].arn: expected a bool, found a string");
    let map = Type::object([("tags", Type::map(Type::list(Type::Bool)))]);
    let expected = "tags: an element of a map: expected a bool, found a string";
    assert_eq!(problem(&msgpack(b"\x81\xa4tags\x81\xa7hunter2\x91\xa1x"), &map), expected);
    assert_eq!(problem(&json(r#"{"tags":{"hunter2":["x"]}}"#), &map), expected);
}

#[test]
fn errors_hide_attribute_names_of_dynamic_values() {
    let list = Type::list(Type::Dynamic);
    let ty = br#"["object",{"hunter2":"bool"}]"#;
    for (msgpack_value, json_value, expected) in [
        (&b"\x80"[..], "{}", "[0]: the attribute is missing"),
        (b"\x81\xa7hunter2\xa1x", r#"{"hunter2":"x"}"#, "[0]: expected a bool, found a string"),
    ] {
        assert_eq!(problem(&msgpack(&[b"\x91\x92\xc4\x1d", &ty[..], msgpack_value].concat()), &list), expected);
        let text = format!(r#"[{{"type":["object",{{"hunter2":"bool"}}],"value":{json_value}}}]"#);
        assert_eq!(problem(&json(&text), &list), expected);
    }
}

#[test]
fn rejects_hostile_bytes() {
    let list = Type::list(Type::String);
    for bytes in [
        &[0xdd, 0xff, 0xff, 0xff, 0xff][..],   // declares four billion elements
        &[0xdb, 0xff, 0xff, 0xff, 0xff, b'x'], // declares a string of four gigabytes
        &[0xc9, 0xff, 0xff, 0xff, 0xff, 0],    // declares an extension of four gigabytes
        &[0x91],                               // one element is missing
        &[0x91, 0xa2, b'x'],                   // an incomplete string
        &[0x91, 0xa1, 0xff],                   // not UTF-8
        &[0x81, 0xa1, b'x', 0xa1, b'x'],       // a map
        &[0xc1],                               // the reserved byte
        &[0x90, 0x00],                         // bytes after the value
    ] {
        assert!(decode_by_default(&msgpack(bytes), &list).is_err(), "{bytes:x?}");
    }
    for text in ["[", "nul", "{}", "[1]", "\"x\"", "[\"x\"] []"] {
        assert!(decode_by_default(&json(text), &list).is_err(), "{text}");
    }
    assert!(decode_by_default(&msgpack(&[0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0]), &Type::Number).is_err(), "NaN");
    assert!(decode_by_default(&msgpack(b"\xa1x"), &Type::Number).is_err(), "not a number");
}

#[test]
fn limits_elements_but_not_top_level_attributes() {
    let point = Type::object([("x", Type::Bool), ("y", Type::Bool)]);
    let ty = Type::object([("flags", Type::list(Type::Bool)), ("point", point.clone()), ("points", Type::list(point))]);
    let wire = |flags: usize, points: usize| {
        let list = |count, element: &str| format!("[{}]", vec![element; count].join(","));
        let (flags, points) = (list(flags, "null"), list(points, r#"{"x":true,"y":null}"#));
        let json = json(&format!(r#"{{"flags":{flags},"point":{{"x":true,"y":true}},"points":{points}}}"#));
        let value = decode(&json, &ty, &mut ElementLimit::new(usize::MAX)).expect("a value");
        (json, encode(&value, &ty).expect("the value is of its type"))
    };
    // A point is counted as three elements: its two attributes, and the point itself as an element of the list.
    for (flags, points) in [(8, 0), (2, 2), (5, 1)] {
        let ((json, msgpack), (more_json, more_msgpack)) = (wire(flags, points), wire(flags + 1, points));
        for (wire, is_read) in [(json, true), (msgpack, true), (more_json, false), (more_msgpack, false)] {
            let decoded = decode(&wire, &ty, &mut ElementLimit::new(10));
            assert_eq!(decoded.is_ok(), is_read, "{flags} and {points}: {wire:?}");
            if let Err(error) = decoded {
                assert!(error.is_too_large() && error.to_string().ends_with("more than 10 elements in all"), "{error}");
            }
        }
    }
}

#[test]
fn rejects_json_with_too_many_elements_before_parsing() {
    let many = json(&format!("[{}null", "null,".repeat(100_000)));
    assert!(
        decode_by_default(&many, &Type::list(Type::Bool)).expect_err("too many").is_too_large(),
        "the limit is checked before the text is parsed"
    );
    let commas = format!(r#"["{}\",\\","{}"]"#, ",".repeat(100_000), ",".repeat(100_000));
    assert!(decode_by_default(&json(&commas), &Type::list(Type::String)).is_ok(), "commas in strings are not counted");
}

#[test]
fn limits_types_of_dynamic_values() {
    let ty = format!(r#"["tuple",[{}"bool"]]"#, r#""bool","#.repeat(100_000));
    let bytes =
        [&[0x92, 0xc6][..], &u32::try_from(ty.len()).expect("short").to_be_bytes(), ty.as_bytes(), &[0xc0]].concat();
    let text = format!(r#"{{"type":{ty},"value":null}}"#);
    for wire in [msgpack(&bytes), json(&text)] {
        assert!(decode_by_default(&wire, &Type::Dynamic).expect_err("too many").is_too_large());
    }
}

#[test]
fn limits_the_depth() {
    let nested = b"\x92\xc4\x09\"dynamic\"".repeat(100_000);
    assert_eq!(problem(&msgpack(&nested), &Type::Dynamic), "nested too deeply");
    let arrays = [0x91].repeat(1_000_000);
    assert!(decode_by_default(&msgpack(&arrays), &Type::list(Type::list(Type::String))).is_err());
    let nested = r#"{"type":"dynamic","value":"#.repeat(100_000);
    assert!(decode_by_default(&json(&nested), &Type::Dynamic).is_err());
    let nested = format!("{}null{}", r#"{"type":"dynamic","value":"#.repeat(1_000), "}".repeat(1_000));
    assert!(decode_by_default(&json(&nested), &Type::Dynamic).is_err());
}

#[test]
fn the_maximum_depth_fits_a_small_stack() {
    let msgpack = msgpack(&[b"\x92\xc4\x09\"dynamic\"".repeat(MAX_DEPTH), vec![0xc0]].concat());
    let json = json(&format!("{}null{}", r#"{"type":"dynamic","value":"#.repeat(MAX_DEPTH), "}".repeat(MAX_DEPTH)));
    let decode_both =
        move || (decode_by_default(&msgpack, &Type::Dynamic).is_ok(), decode_by_default(&json, &Type::Dynamic).is_ok());
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(decode_both).expect("a thread");
    // serde_json has its own depth limit, which is about the same. The test therefore checks only the result for MessagePack.
    assert!(thread.join().expect("the stack does not overflow").0);
}
