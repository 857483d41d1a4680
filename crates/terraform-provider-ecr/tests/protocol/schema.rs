//! Tests of the schemas and the metadata of the provider. Some mistakes in a schema make Terraform panic.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use terraform_plugin_testing::{Code, get_provider_schema, schema};

use crate::session::{TOKEN, spawn};

async fn schema() -> get_provider_schema::Response {
    let schema = spawn().await.schema().await.expect("a schema");
    assert_eq!(schema.diagnostics, []);
    schema
}

/// Returns all blocks in the schemas, including nested blocks, each with the path of the block.
fn blocks(response: &get_provider_schema::Response) -> Vec<(String, schema::Block)> {
    let provider = response.provider.as_ref().expect("a provider schema");
    let ephemeral = response.ephemeral_resource_schemas.iter().map(|(name, schema)| (name.clone(), schema));
    let mut open: Vec<_> = [("provider".to_owned(), provider)]
        .into_iter()
        .chain(ephemeral)
        .map(|(name, schema)| {
            let block = schema.block.clone().unwrap_or_else(|| panic!("{name} has no block, Terraform panics"));
            (name, block)
        })
        .collect();
    let mut blocks = Vec::new();
    while let Some((name, block)) = open.pop() {
        for nested in &block.block_types {
            let name = format!("{name}.{}", nested.type_name);
            open.push((name.clone(), nested.block.clone().unwrap_or_else(|| panic!("{name} has no block"))));
        }
        blocks.push((name, block));
    }
    blocks
}

fn attributes(response: &get_provider_schema::Response) -> Vec<(String, schema::Attribute)> {
    let named = |(block, content): (String, schema::Block)| {
        content.attributes.into_iter().map(move |attribute| (format!("{block}.{}", attribute.name), attribute))
    };
    blocks(response).into_iter().flat_map(named).collect()
}

/// Returns whether Terraform can parse this type.
fn is_type(json: &Json) -> bool {
    match json {
        Json::String(name) => matches!(name.as_str(), "string" | "number" | "bool" | "dynamic"),
        Json::Array(parts) => match parts.as_slice() {
            [Json::String(kind), element] if matches!(kind.as_str(), "list" | "set" | "map") => is_type(element),
            [Json::String(kind), Json::Array(elements)] if kind == "tuple" => elements.iter().all(is_type),
            [Json::String(kind), Json::Object(attributes)] if kind == "object" => attributes.values().all(is_type),
            _ => false,
        },
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => false,
    }
}

fn parses_as_type(bytes: &[u8]) -> bool {
    serde_json::from_slice(bytes).is_ok_and(|json| is_type(&json))
}

fn is_name(name: &str) -> bool {
    let first = name.chars().next();
    first.is_some_and(|c| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[tokio::test]
async fn the_schema_request_is_declared_optional() {
    let capabilities = schema().await.server_capabilities.expect("capabilities");
    assert!(capabilities.get_provider_schema_optional);
}

#[tokio::test]
async fn every_attribute_has_a_type_that_terraform_can_read() {
    for (name, attribute) in attributes(&schema().await) {
        let kinds = usize::from(!attribute.r#type.is_empty()) + usize::from(attribute.nested_type.is_some());
        assert_eq!(kinds, 1, "{name} has either a type or a nested type");
        if attribute.nested_type.is_none() {
            let text = String::from_utf8_lossy(&attribute.r#type);
            assert!(parses_as_type(&attribute.r#type), "{name}: {text}");
        }
    }
}

#[tokio::test]
async fn every_attribute_is_optional_required_or_computed() {
    for (name, attribute) in attributes(&schema().await) {
        assert!(attribute.optional || attribute.required || attribute.computed, "{name}");
        assert!(!attribute.required || !(attribute.optional || attribute.computed), "{name}");
        assert!(!attribute.write_only, "{name}: only managed resources can have write-only attributes");
        assert!(attribute.deprecation_message.is_empty() || attribute.deprecated, "{name}");
    }
}

#[tokio::test]
async fn names_are_valid_and_unique_in_their_block() {
    for (block, content) in blocks(&schema().await) {
        let nested = content.block_types.iter().map(|nested| &nested.type_name);
        let names: Vec<_> = content.attributes.iter().map(|attribute| &attribute.name).chain(nested).collect();
        assert!(names.iter().all(|name| is_name(name)), "{block}: {names:?}");
        let unique: BTreeSet<_> = names.iter().collect();
        assert_eq!(unique.len(), names.len(), "{block}: {names:?}");
    }
}

/// Returns a line `path: type` for every argument and nested block below `path`.
fn arguments(block: &schema::Block, path: &str) -> Vec<String> {
    let attributes = block.attributes.iter().map(|attribute| {
        let ty = String::from_utf8_lossy(&attribute.r#type).replace('"', "");
        format!("{path}{}: {ty}", attribute.name)
    });
    let nested = block.block_types.iter().flat_map(|nested| {
        let name = format!("{path}{}", nested.type_name);
        let most = if nested.max_items == 0 { String::new() } else { format!(", at most {}", nested.max_items) };
        let kind = nested.nesting().as_str_name().to_lowercase();
        let content = nested.block.as_ref().expect("a block");
        [format!("{name}: {kind} block{most}")].into_iter().chain(arguments(content, &format!("{name}.")))
    });
    attributes.chain(nested).collect()
}

#[tokio::test]
async fn the_provider_block_accepts_the_arguments_of_hashicorp_aws() {
    let arguments: BTreeSet<_> = arguments(schema().await.provider_block(), "").into_iter().collect();
    let reference = include_str!("../provider-block.txt").lines().map(ToOwned::to_owned);
    let (_, services) = include_str!("../../src/provider/endpoint-names.txt").split_once("\n\n").expect("two parts");
    let names = services.split_whitespace().filter(|word| !word.starts_with('#'));
    assert_eq!(arguments, reference.chain(names.map(|name| format!("endpoints.{name}: string"))).collect());
}

#[tokio::test]
async fn provider_arguments_are_optional_and_secrets_are_sensitive() {
    let schema = schema().await;
    let provider = schema.provider_block();
    assert!(provider.block_types.iter().all(|nested| nested.min_items == 0), "{:?}", provider.block_types);
    let attributes = attributes(&schema).into_iter().filter(|(name, _)| name.starts_with("provider."));
    let mut sensitive = Vec::new();
    for (name, attribute) in attributes {
        assert!(attribute.optional && !attribute.computed && !attribute.description.is_empty(), "{name}");
        sensitive.extend(attribute.sensitive.then_some(name));
    }
    sensitive.sort();
    let expected = ["assume_role_with_web_identity.web_identity_token", "secret_key", "token"];
    assert_eq!(sensitive, expected.map(|name| format!("provider.{name}")));
}

#[tokio::test]
async fn provider_meta_accepts_a_user_agent() {
    let meta = schema().await.provider_meta.and_then(|schema| schema.block).expect("a provider_meta block");
    assert_eq!(arguments(&meta, ""), ["user_agent: [list,string]"]);
}

/// Returns the name of each attribute of the resource, whether the attribute is optional, and whether the attribute is sensitive. Asserts
/// that all attributes are computed strings.
async fn token_attributes(type_name: &str) -> Vec<(String, bool, bool)> {
    let block = schema().await.ephemeral_block(type_name).clone();
    assert!(block.attributes.iter().all(|a| a.computed && a.r#type == br#""string""#), "{block:?}");
    let mut attributes: Vec<_> = block.attributes.into_iter().map(|a| (a.name, a.optional, a.sensitive)).collect();
    attributes.sort();
    attributes
}

#[tokio::test]
async fn tokens_accept_the_role_arguments_of_the_provider_block() {
    let schema = schema().await;
    let mut of_provider = arguments(schema.provider_block(), "");
    of_provider.retain(|argument| argument.starts_with("assume_role:") || argument.starts_with("assume_role."));
    assert_eq!(of_provider.len(), 10);
    for type_name in [TOKEN, "aws_ecrpublic_authorization_token"] {
        let mut arguments = arguments(schema.ephemeral_block(type_name), "");
        arguments.retain(|argument| argument.starts_with("assume_role"));
        assert_eq!(arguments, of_provider, "{type_name}");
    }
}

fn named(attributes: &[(&str, bool, bool)]) -> Vec<(String, bool, bool)> {
    attributes.iter().map(|(name, optional, sensitive)| ((*name).to_owned(), *optional, *sensitive)).collect()
}

#[tokio::test]
async fn the_token_adds_three_attributes_to_those_of_hashicorp_aws() {
    let mut attributes = token_attributes(TOKEN).await;
    let more = named(&[("docker_config_json", false, true), ("registry", false, false), ("registry_id", true, false)]);
    assert!(more.iter().all(|attribute| attributes.contains(attribute)), "{attributes:?}");
    attributes.retain(|attribute| !more.contains(attribute));
    let of_the_reference = [
        ("authorization_token", false, true),
        ("expires_at", false, false),
        ("password", false, true),
        ("proxy_endpoint", false, false),
        ("region", true, false),
        ("user_name", false, false),
    ];
    assert_eq!(attributes, named(&of_the_reference));
}

#[tokio::test]
async fn the_public_token_adds_two_attributes_to_those_of_hashicorp_aws() {
    let expected = [
        ("authorization_token", false, true),
        ("docker_config_json", false, true),
        ("expires_at", false, false),
        ("password", false, true),
        ("region", true, false),
        ("registry", false, false),
        ("user_name", false, false),
    ];
    assert_eq!(token_attributes("aws_ecrpublic_authorization_token").await, named(&expected));
}

#[tokio::test]
async fn every_function_has_a_signature_that_terraform_can_read() {
    let plugin = spawn().await;
    let schema = plugin.schema().await.expect("a schema");
    for (name, function) in &schema.functions {
        assert!(is_name(name), "{name}");
        let result = function.r#return.as_ref().unwrap_or_else(|| panic!("{name} returns nothing, Terraform panics"));
        assert!(parses_as_type(&result.r#type), "{name}");
        for parameter in function.parameters.iter().chain(&function.variadic_parameter) {
            assert!(is_name(&parameter.name) && parses_as_type(&parameter.r#type), "{name}: {parameter:?}");
        }
    }
    let functions = plugin.functions().await.expect("an answer to GetFunctions");
    assert_eq!(functions.diagnostics, []);
    assert_eq!(functions.functions, schema.functions, "GetFunctions returns the functions of the schema");
}

#[tokio::test]
async fn metadata_and_schema_list_the_same_types() {
    let plugin = spawn().await;
    let schema = plugin.schema().await.expect("a schema");
    let metadata = plugin.metadata().await.expect("an answer to GetMetadata");
    assert_eq!(metadata.diagnostics, []);
    let listed: BTreeSet<_> = metadata.ephemeral_resources.iter().map(|listed| &listed.type_name).collect();
    assert_eq!(listed, schema.ephemeral_resource_schemas.keys().collect());
    let listed: BTreeSet<_> = metadata.functions.iter().map(|listed| &listed.name).collect();
    assert_eq!(listed, schema.functions.keys().collect());
    assert_eq!(metadata.server_capabilities, schema.server_capabilities);
}

#[tokio::test]
async fn answers_the_identity_request_of_terraform_1_12() {
    let identities = spawn().await.identity_schemas().await.expect("an answer");
    assert_eq!(identities.diagnostics, []);
}

#[tokio::test]
async fn the_service_plugin_is_healthy() {
    assert!(spawn().await.health("plugin").await.expect("an answer"));
}

#[tokio::test]
async fn unknown_calls_are_unimplemented() {
    let plugin = spawn().await;
    for path in ["/tfplugin6.Provider/ReadResource", "/tfplugin5.Provider/GetSchema", "/no.Such/Service"] {
        let status = plugin.call_path(path).await.expect_err(path);
        assert_eq!(status.code(), Code::Unimplemented, "{path}: {status}");
    }
}
