//! The Terraform configuration of a row.

use serde_json::Value as Json;

use crate::row::{Argument, Row};

/// Returns the text of `main.tf` for a row. Does not replace the row's placeholders. `block_type` is `ephemeral`, or `data` for
/// hashicorp/aws version 5.
#[must_use]
pub fn main_tf(row: &Row, source: &str, block_type: &str) -> String {
    let mut text =
        format!("terraform {{\n  required_providers {{\n    aws = {{\n      source = {source:?}\n    }}\n  }}\n}}\n");
    if !row.block.is_empty() {
        text += &format!("\nprovider \"aws\" {{\n{}}}\n", arguments(&row.block));
    }
    let body = if row.arguments.is_empty() { String::new() } else { format!("\n{}", arguments(&row.arguments)) };
    text + &format!("\n{block_type} {:?} \"token\" {{{body}}}\n", row.token)
}

fn arguments(arguments: &[Argument]) -> String {
    arguments.iter().map(argument).collect()
}

fn argument(argument: &Argument) -> String {
    match argument {
        Argument::Set(name, value) => format!("  {name} = {}\n", hcl(value)),
        Argument::Block(name, arguments) => {
            let lines = arguments.iter().map(|(name, value)| format!("    {name} = {}\n", hcl(value)));
            format!("  {name} {{\n{}  }}\n", lines.collect::<String>())
        }
    }
}

/// Writes a JSON value in HCL. JSON is valid HCL, except that HCL has templates in strings:
/// <https://developer.hashicorp.com/terraform/language/expressions/strings>
fn hcl(value: &Json) -> String {
    value.to_string().replace("${", "$${").replace("%{", "%%{")
}
