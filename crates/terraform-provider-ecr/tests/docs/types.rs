//! The names of types on the pages of the documentation.

use serde_json::Value as Json;

/// Returns the name of a type, as the attribute lists of the documentation show it. The type is given as JSON, as in the plugin protocol:
/// `["list","string"]` becomes `List of String`.
pub(crate) fn capitalized(ty: &[u8]) -> String {
    type_name(&parsed(ty), |name| match name {
        "bool" => "Boolean".to_owned(),
        name => name[..1].to_uppercase() + &name[1..],
    })
}

/// Returns the name of a type for a signature: `["list","string"]` becomes `list of string`.
pub(crate) fn small(ty: &[u8]) -> String {
    type_name(&parsed(ty), str::to_owned)
}

fn parsed(ty: &[u8]) -> Json {
    serde_json::from_slice(ty).expect("a type in JSON")
}

fn type_name(ty: &Json, name: impl Fn(&str) -> String + Copy) -> String {
    match ty {
        Json::String(simple) => name(simple),
        Json::Array(parts) => match (parts[0].as_str().expect("a name"), &parts[1]) {
            ("object", _) => name("object"),
            (collection, element) => format!("{} of {}", name(collection), type_name(element, name)),
        },
        other => panic!("{other} is not a type"),
    }
}

#[test]
fn types_have_the_names_of_the_terraform_registry() {
    let types = [r#""bool""#, r#"["list","string"]"#, r#"["map",["object",{"name":"string"}]]"#];
    assert_eq!(types.map(|ty| capitalized(ty.as_bytes())), ["Boolean", "List of String", "Map of Object"]);
    assert_eq!(types.map(|ty| small(ty.as_bytes())), ["bool", "list of string", "map of object"]);
}
