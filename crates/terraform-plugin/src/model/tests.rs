//! Tests of [`model!`], with a model that has an entry of each kind.

use super::*;
use crate::{
    Attribute, AttributePath, Diagnostic, Number, Problem, Severity, Type,
    argument::{bool, list, map, number, set, string, value},
};

model! {
    /// A provider
    /// in two lines.
    ///
    /// And a paragraph.
    struct Whole {
        /// The Region to ask.
        region: Option<String> = string().parse(region).zero_as_unset(),
        secret: Setting<String> = string().parse(region).sensitive(),
        count: Option<u64> = number().parse(whole),
        skip: bool = bool(),
        /// Files.
        files: Vec<String> = list(string().parse(region).not_null(null)),
        accounts: Setting<Vec<String>> = set(string().parse(region).not_null(null)),
        tags: BTreeMap<String, String> = map(string().parse(region)),
        anything: Value = value(Type::Dynamic).without_effect(),
        r#type: Option<String> = string().description("Another text.").deprecated("Use region."),
        password: Option<Secret> = string().parse(|text: &str| Ok(Secret(text.into()))).sensitive().computed_with(|secret| secret.0),
        name: Option<String> = string().optional().computed(),
        role: Vec<Role> = list_blocks().max_items(2),
        endpoints: Setting<Vec<Endpoints>> = set_blocks(),
        once: Option<Role> = single_block(),
        proxy: Proxy = group(),
        auth: Option<Role> = object::<Role>(),
        hosts: BTreeMap<String, Role> = map(object::<Role>()),
    }
    rules = [no_files_with_a_region, |whole: &Whole| whole.skip.then(|| Diagnostic::warning("Skipped", "."))];
}

model! {
    /// A role.
    #[derive(Default)]
    struct Role {
        arn: Setting<String> = string().zero_as_unset(),
        session: Option<String> = string().parse(region),
        block: Setting<()> = here(),
    }
    rules = [names_a_role];
}

model! {
    struct Endpoints {
        /// Asked.
        ecr: Option<String> = string().parse(region),
        /// Not asked.
        others: BTreeMap<String, String> = each(["s3", "ec2"], string().without_effect()),
    }
}

model! {
    struct Proxy {
        http_proxy: Option<String> = string().parse(secret),
    }
    rules = [|proxy: &Proxy| proxy.http_proxy.iter().map(|_| Diagnostic::warning("Proxy", ".")).collect::<Vec<_>>()];
}

model! {
    struct Nothing {}
}

struct Secret(String);

fn region(text: &str) -> Result<String, Problem> {
    if text.starts_with("bad") {
        return Err(Problem::naming("Bad", |path| path.to_string()));
    }
    Ok(text.to_uppercase())
}

fn secret(text: &str) -> Result<String, Problem> {
    region(text).map_err(|problem| problem.hides_value(true))
}

fn whole(number: &Number) -> Result<u64, Problem> {
    number.as_u64().ok_or_else(|| Problem::new("Not Whole", "."))
}

fn null() -> Problem {
    Problem::new("Null", ".")
}

fn no_files_with_a_region(whole: &Whole) -> Option<Diagnostic> {
    (whole.region.is_some() && !whole.files.is_empty()).then(|| Diagnostic::error("Both", "."))
}

fn names_a_role(role: &Role) -> Option<Diagnostic> {
    role.arn.is_null().then(|| role.block.warning(Problem::naming("No Role", |path| path.to_string())))
}

fn problems(config: &Object) -> Vec<(String, String)> {
    let path = |path: &AttributePath| path.to_string();
    let diagnostics = Whole::read(config).1;
    diagnostics.iter().map(|found| (found.path().map(path).unwrap_or_default(), found.summary().to_owned())).collect()
}

fn with(name: &str, value: impl Into<Value>) -> Object {
    Object::new().with(name, value)
}

#[test]
fn mistakes_are_reported_at_their_path_unless_it_is_secret() {
    let block = |name: &str| Value::from(with(name, "bad"));
    let map = Value::Map([("k".to_owned(), "bad".into()), ("n".to_owned(), Value::Null)].into());
    for (name, value, path, summary) in [
        ("region", Value::from("bad"), "region", "Bad"),
        ("secret", "bad".into(), "", "Bad"),
        ("count", (-1_i64).into(), "count", "Not Whole"),
        ("files", vec!["a".into(), Value::Unknown, "bad".into()].into(), "files[2]", "Bad"),
        ("files", vec![Value::Null].into(), "files[0]", "Null"),
        ("accounts", vec![Value::from("a"), "bad".into()].into(), "accounts", "Bad"),
        ("accounts", vec![Value::Null].into(), "accounts", "Null"),
        ("tags", map, "tags[\"k\"]", "Bad"),
        ("http_proxy", "bad".into(), "", "Bad"),
        ("role", vec![with("arn", ""), with("arn", "").with("session", "bad")].into(), "role[1].session", "Bad"),
        ("role", vec![Value::Unknown, Object::new().into()].into(), "role[1]", "No Role"),
        ("once", Object::new().into(), "once", "No Role"),
        ("endpoints", vec![block("s3"), block("ecr")].into(), "endpoints", "Bad"),
        ("auth", with("arn", "").with("session", "bad").into(), "auth.session", "Bad"),
        ("auth", Object::new().into(), "auth", "No Role"),
        ("hosts", Value::Map([("k".to_owned(), Object::new().into())].into()), "hosts[\"k\"]", "No Role"),
        ("skip", true.into(), "", "Skipped"),
    ] {
        assert_eq!(problems(&with(name, value)), [(path.to_owned(), summary.to_owned())], "{name}");
    }
    let all = problems(&with("region", "bad").with("files", vec![Value::Null, "bad".into()]));
    assert_eq!(all.len(), 3, "all mistakes are reported at once: {all:?}");
}

#[test]
fn null_unknown_and_invalid_values_are_empty_fields() {
    for (empty, is_set) in [(Value::Null, false), (Value::Unknown, false), (Value::from("bad"), true)] {
        let (whole, _) = Whole::read(&with("region", empty.clone()).with("secret", empty.clone()));
        assert_eq!((whole.region, whole.secret.value(), whole.secret.is_known()), (None, None, is_set), "{empty:?}");
        assert_eq!((whole.secret.is_null(), whole.secret.is_unknown()), (empty.is_null(), empty.is_unknown()));
    }
    let (whole, diagnostics) = Whole::read(
        &with("region", "eu")
            .with("count", 3_i64)
            .with("tags", Value::Map([("k".to_owned(), "v".into()), ("u".to_owned(), Value::Unknown)].into()))
            .with("accounts", vec![Value::from("a"), Value::Unknown])
            .with("role", vec![Value::Unknown, with("session", "s").with("arn", "").into()])
            .with("endpoints", vec![with("s3", "x").with("ec2", Value::Null)])
            .with("once", with("arn", "a").with("session", "t"))
            .with("auth", with("arn", "a").with("session", "u")),
    );
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    assert_eq!((whole.region.as_deref(), whole.count, whole.skip), (Some("EU"), Some(3), false));
    assert_eq!(whole.tags, BTreeMap::from([("k".to_owned(), "V".to_owned())]));
    assert_eq!((whole.accounts.value().map(Vec::len), whole.accounts.has_unknown()), (Some(1), true));
    let [unknown, known] = &whole.role[..] else { panic!("two blocks") };
    assert!(known.arn.is_unset() && !known.arn.is_null(), "an empty string is not null");
    assert!(
        unknown.arn.is_unknown() && !unknown.arn.is_unset() && unknown.block.is_unknown() && known.block.is_known()
    );
    assert_eq!(known.session.as_deref(), Some("S"));
    let endpoints = whole.endpoints.value().expect("a block");
    assert_eq!(endpoints[0].others, BTreeMap::from([("s3".to_owned(), "x".to_owned())]));
    assert_eq!(whole.once.and_then(|once| once.session).as_deref(), Some("T"));
    assert_eq!(whole.auth.and_then(|auth| auth.session).as_deref(), Some("U"));
    assert!(whole.anything.is_null());
    let (whole, diagnostics) = Whole::read(&with("region", ""));
    assert!(whole.region.is_none() && diagnostics.is_empty(), "an empty string is treated as not set");
}

#[test]
fn one_entry_declares_the_attribute() {
    let schema = Schema::new(Whole::block());
    assert_eq!(schema.flaw(), None);
    assert_eq!(schema.block.description, "A provider in two lines.\n\nAnd a paragraph.");
    let attribute = |name: &str| {
        let found = schema.block.attributes.iter().find(|attribute| attribute.name == name);
        found.unwrap_or_else(|| panic!("{name} is missing"))
    };
    let marks = |name| {
        let Attribute { optional, computed, sensitive, .. } = attribute(name);
        (*optional, *computed, *sensitive)
    };
    assert_eq!(marks("region"), (true, false, false));
    assert_eq!(marks("password"), (false, true, true));
    assert_eq!(marks("name"), (true, true, false));
    assert_eq!(attribute("region").description, "The Region to ask.");
    assert_eq!(attribute("type").description, "Another text.");
    assert_eq!(attribute("type").deprecated.as_deref(), Some("Use region."));
    assert_eq!(attribute("accounts").value_type(), Type::set(Type::String));
    assert!(attribute("http_proxy").optional, "an attribute of a group is in the block itself");
    let blocks: Vec<_> = schema.block.blocks.iter().map(|block| (block.name.as_str(), block.max_items)).collect();
    assert_eq!(blocks, [("role", 2), ("endpoints", 0), ("once", 0)]);
    let endpoints: Vec<_> =
        schema.block.blocks[1].block.attributes.iter().map(|a| (a.name.as_str(), a.description.as_str())).collect();
    assert_eq!(endpoints, [("ecr", "Asked."), ("s3", "Not asked."), ("ec2", "Not asked.")]);
}

#[test]
fn only_computed_attributes_are_written() {
    let (mut whole, _) = Whole::read(&with("region", "eu").with("name", "n"));
    whole.password = Some(Secret("p".into()));
    assert_eq!(whole.computed(), with("name", "n").with("password", "p"));
    let (nothing, diagnostics) = Nothing::read(&Object::new());
    assert_eq!((nothing.computed(), diagnostics), (Object::new(), Diagnostics::new()));
}

#[test]
fn debug_of_a_setting_hides_the_value() {
    let setting = Setting::from("hunter2".to_owned());
    assert_eq!(format!("{setting:?}"), "set");
    assert!(setting.is_known() && !setting.is_sensitive());
    let role = Role::default();
    assert!(role.arn.is_null() && role.arn.error(null()).path().is_none());
    assert_eq!(role.arn.error(null()).severity(), Severity::Error);
}
