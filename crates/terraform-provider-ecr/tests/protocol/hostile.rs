//! Tests of bytes that are not a valid configuration. Such bytes must cause an error for the user, and the process must continue to serve.

use terraform_plugin_testing::{Diagnostic, DynamicValue};
use test_support::search::Search;
#[cfg(target_os = "linux")]
use {crate::session::terraform, rmpv::Value, std::fs, terraform_plugin_testing::Config};

use crate::{
    aws::sandbox,
    session::{Session, TOKEN},
};

/// The beginning of `{"region": …` in MessagePack, without the value.
const REGION: &[u8] = b"\x81\xa6region";

/// Returns messages that an attacker, or a program with a bug, might send instead of an object.
fn hostile() -> Vec<(&'static str, DynamicValue)> {
    let after_region = |bytes: &[u8]| [REGION, bytes].concat().into();
    let deep = |opening: u8| [vec![opening; 100_000], vec![0xc0]].concat();
    let deep_json = [b"{\"region\":".to_vec(), vec![b'['; 100_000]].concat();
    vec![
        ("no object but a number", vec![0x01].into()),
        ("a truncated string", after_region(&[0xd9, 0xff, b'u'])),
        ("a truncated object", REGION.to_vec().into()),
        ("a number for a string", after_region(&[0x01])),
        ("an object for a string", after_region(&[0x80])),
        ("text that is not UTF-8", after_region(&[0xa2, 0xff, 0xfe])),
        ("an array of four billion", vec![0xdd, 0xff, 0xff, 0xff, 0xff].into()),
        ("a map of four billion", vec![0xdf, 0xff, 0xff, 0xff, 0xff].into()),
        ("four billion for a string", after_region(&[0xdd, 0xff, 0xff, 0xff, 0xff])),
        ("a string of four gigabytes", after_region(&[0xdb, 0xff, 0xff, 0xff, 0xff])),
        ("an extension of four gigabytes", after_region(&[0xc9, 0xff, 0xff, 0xff, 0xff, 0x00])),
        ("arrays a hundred thousand deep", deep(0x91).into()),
        ("arrays as deep for a string", after_region(&deep(0x91))),
        ("a byte that MessagePack does not use", vec![0xc1].into()),
        ("a second value after the first", after_region(&[0xc0, 0xc0])),
        ("JSON that is not valid", DynamicValue::json("{\"region\":")),
        ("JSON a hundred thousand deep", DynamicValue::json(deep_json)),
    ]
}

fn assert_error(case: &str, diagnostics: &[Diagnostic]) {
    assert!(diagnostics.iter().any(Diagnostic::is_error), "{case}: {diagnostics:?}");
}

#[tokio::test]
async fn an_ephemeral_resource_rejects_hostile_values_with_a_diagnostic() {
    let sandbox = sandbox().await;
    let session = Session::with(&sandbox).await;
    for (case, config) in hostile() {
        assert_error(case, &session.validate(TOKEN, config.clone()).await.expect(case));
        let opened = session.open_type(TOKEN, config).await;
        assert_error(case, &opened.diagnostics);
        assert_eq!(opened.result, None, "{case}");
    }
    assert_eq!(session.open().await.diagnostics, [], "the next request is served");
    assert_eq!(sandbox.call_count(), 1);
}

#[tokio::test]
async fn the_provider_rejects_hostile_values_with_a_diagnostic() {
    let sandbox = sandbox().await;
    let session = Session::with(&sandbox).await;
    for (case, config) in hostile() {
        assert_error(case, &session.validate_provider(config.clone()).await.expect(case));
        assert_error(case, &session.client().configure(config).await.expect(case));
    }
    session.configure(session.provider_for(&sandbox)).await;
    assert_eq!(session.open().await.diagnostics, [], "the next request is served");
}

#[tokio::test]
async fn errors_hide_the_value() {
    let sandbox = sandbox().await;
    let session = Session::with(&sandbox).await;
    let list = b"\x81\xaasecret_key\x92\xa6hunter\x01".to_vec();
    let diagnostics = session.validate_provider(list).await.expect("an answer");
    assert_error("a list for a secret", &diagnostics);
    let text: String = diagnostics.iter().map(|diagnostic| diagnostic.text()).collect();
    assert_eq!(Search::new(["hunter"]).text("the error", text.as_bytes()), Vec::<String>::new());
}

#[tokio::test]
async fn accepts_a_configuration_above_the_default_limit_of_grpc() {
    let sandbox = sandbox().await;
    let session = Session::with(&sandbox).await;
    let large = session.provider_for(&sandbox).set("token", "x".repeat(10 << 20));
    session.validate_provider(large).await.expect("no gRPC error");
}

#[tokio::test]
async fn shows_20_errors_of_many_and_counts_the_others() {
    let role = |policies: Vec<Value>| {
        move |block: Config| {
            block.set("role_arn", "arn:aws:iam::123456789012:role/deploy").set("policy_arns", Value::Array(policies))
        }
    };
    let session = Session::start(terraform()).await;
    let empty = session.schemas().provider_config();
    let nulls = empty.clone().set("shared_config_files", Value::Array(vec![Value::Nil; 65_000]));
    let texts = empty.block("assume_role", role(vec!["a".into(); 65_000]));
    for config in [nulls, texts] {
        let diagnostics = session.validate_provider(config).await.expect("an answer");
        let (Some(last), 21) = (diagnostics.last(), diagnostics.len()) else {
            panic!("{} diagnostics", diagnostics.len())
        };
        assert!(last.is_error() && last.text().contains("… and 64,980 more errors"), "{last:?}");
    }
}

/// Returns messages for which a careless decoder would use much more memory than the size of the message.
#[cfg(target_os = "linux")]
fn large(empty: &Config) -> Vec<(&'static str, DynamicValue)> {
    const MB: usize = 1_000_000;
    const LARGE: usize = 20 * MB;
    let files =
        |value: &[&[u8]]| -> DynamicValue { [&b"\x81\xb3shared_config_files"[..], &value.concat()].concat().into() };
    let claimed = |count: usize| u32::try_from(count).expect("short").to_be_bytes();
    let json = |element: &str, count: usize| {
        DynamicValue::json(format!("{{\"shared_config_files\":[{}null]}}", element.repeat(count)))
    };
    let set = |name: &str, value: Value| DynamicValue::from(empty.clone().set(name, value));
    let digits = |count: usize| set("max_retries", "9".repeat(count).into());
    vec![
        ("nulls", files(&[&[0xdd], &claimed(LARGE), &vec![0xc0; LARGE]])),
        ("the most nulls", set("shared_config_files", Value::Array(vec![Value::Nil; 65_536]))),
        ("the most short strings", set("allowed_account_ids", Value::Array(vec!["x".into(); 65_536]))),
        ("empty blocks", files(&[&[0xdd], &claimed(LARGE), &vec![0x80; LARGE]])),
        ("arrays in arrays", files(&[&vec![0x91; LARGE]])),
        ("a string", set("token", "x".repeat(LARGE).into())),
        ("a string that is not valid", set("region", "x".repeat(LARGE).into())),
        ("20 strings of 1 MB", set("allowed_account_ids", Value::Array(vec!["x".repeat(MB).into(); 20]))),
        ("a number of a million digits", digits(MB)),
        ("a number of 20 million digits", digits(LARGE)),
        ("nulls in JSON", json("null,", LARGE / 5)),
        ("empty lists in JSON", json("[],", LARGE / 3)),
    ]
}

/// Compares the additional memory for a message with the size of the message. docs/development/memory.md has a table.
#[cfg(target_os = "linux")] // /proc shows the peak of memory
#[tokio::test]
async fn memory_is_proportional_to_the_message() {
    let empty = Session::start(terraform()).await.schemas().provider_config();
    for (case, config) in large(&empty) {
        let session = Session::start(terraform()).await;
        let (bytes, pid) = (config.msgpack.len() + config.json.len(), session.process().pid());
        let before = peak(pid);
        let diagnostics = session.validate_provider(config.clone()).await.expect(case);
        session.client().configure(config).await.expect(case);
        let more = peak(pid) - before;
        assert!(more <= (16 << 20) + 4 * bytes, "{case}: {more} bytes for {bytes}");
        let text: usize = diagnostics.iter().map(|diagnostic| diagnostic.text().len()).sum();
        assert!(text < 10_000, "{case}: {text} bytes of diagnostics");
    }
}

/// Returns the maximum memory that a process has used so far, in bytes.
#[cfg(target_os = "linux")]
fn peak(pid: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the process runs");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("it has memory");
    peak.trim().strip_suffix(" kB").expect("in KiB").parse::<usize>().expect("a number") * 1024
}

#[tokio::test]
async fn an_empty_message_does_not_crash_the_provider() {
    let sandbox = sandbox().await;
    let session = Session::with(&sandbox).await;
    session.open_type(TOKEN, DynamicValue::default()).await;
    session.validate_provider(DynamicValue::default()).await.expect("no gRPC error");
    session.client().configure(DynamicValue::default()).await.expect("no gRPC error");
    session.schema().await.expect("the next call is served");
}
