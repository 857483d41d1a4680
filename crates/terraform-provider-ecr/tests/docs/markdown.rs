//! Writes a schema in the format of the registry's own generator: <https://github.com/hashicorp/terraform-plugin-docs>.
//! Unlike the generator, this module puts all arguments without an effect on one line, because separate entries would fill
//! three hundred lines.

use terraform_plugin_testing::schema::{Attribute, Block, NestedBlock, nested_block::NestingMode};

use crate::types;

/// The description of an argument or a block that has no effect.
const WITHOUT_EFFECT: &str = "Accepted without effect.";

/// Returns the lists of arguments and attributes. The lists of nested blocks follow.
pub(crate) fn schema(block: &Block) -> String {
    let mut text = lists(block, "", "### ", "");
    nested(block, "", &mut text);
    text
}

fn nested(block: &Block, path: &str, text: &mut String) {
    for nested in block.block_types.iter().filter(|nested| !is_without_effect(&content(nested).description)) {
        let path = inner(path, nested);
        *text += &format!("\n<a id=\"{}\"></a>\n### Nested Schema for `{path}`\n", anchor(&path));
        *text += &lists(content(nested), &path, "", ":");
        self::nested(content(nested), &path, text);
    }
}

/// Returns lists of the required, optional and read-only arguments, sorted by name, each under its own heading.
fn lists(block: &Block, path: &str, before: &str, after: &str) -> String {
    let attributes = block.attributes.iter().filter(|one| !is_without_effect(&one.description)).map(|one| {
        let heading = match (one.required, one.optional) {
            (true, _) => "Required",
            (false, true) => "Optional",
            (false, false) => "Read-Only",
        };
        (one.name.as_str(), heading, attribute_line(one))
    });
    let blocks = block.block_types.iter().filter(|one| !is_without_effect(&content(one).description)).map(|one| {
        let heading = if one.min_items > 0 { "Required" } else { "Optional" };
        (one.type_name.as_str(), heading, block_line(one, path))
    });
    let mut all: Vec<_> = attributes.chain(blocks).collect();
    all.sort();
    let mut text = String::new();
    for heading in ["Required", "Optional", "Read-Only"] {
        let mut lines: Vec<_> =
            all.iter().filter(|(_, under, _)| *under == heading).map(|(_, _, line)| line.clone()).collect();
        if heading == "Optional" {
            lines.extend(without_effect_line(block));
        }
        if !lines.is_empty() {
            text += &format!("\n{before}{heading}{after}\n\n{}\n", lines.join("\n"));
        }
    }
    text
}

fn attribute_line(attribute: &Attribute) -> String {
    let sensitive = if attribute.sensitive { ", Sensitive" } else { "" };
    let deprecated = if attribute.deprecated { ", Deprecated" } else { "" };
    let ty = types::capitalized(&attribute.r#type);
    format!("- `{}` ({ty}{sensitive}{deprecated}) {}", attribute.name, attribute.description)
}

fn block_line(nested: &NestedBlock, path: &str) -> String {
    let kind = match nested.nesting() {
        NestingMode::List => "List",
        NestingMode::Set => "Set",
        NestingMode::Map => "Map",
        NestingMode::Single | NestingMode::Group | NestingMode::Invalid => "Single",
    };
    let at_least = if nested.min_items > 0 { format!(", Min: {}", nested.min_items) } else { String::new() };
    let at_most = if nested.max_items > 0 { format!(", Max: {}", nested.max_items) } else { String::new() };
    let (name, description) = (&nested.type_name, &content(nested).description);
    let anchor = anchor(&inner(path, nested));
    format!("- `{name}` (Block {kind}{at_least}{at_most}) {description} (see [below for nested schema](#{anchor}))")
}

/// Returns one line with all arguments and blocks that have no effect.
fn without_effect_line(block: &Block) -> Option<String> {
    let attributes =
        block.attributes.iter().filter(|one| is_without_effect(&one.description)).map(|one| format!("`{}`", one.name));
    let blocks = block.block_types.iter().filter(|one| is_without_effect(&content(one).description)).map(|one| {
        let names: Vec<_> = content(one).attributes.iter().map(|attribute| format!("`{}`", attribute.name)).collect();
        format!("the block `{}` ({})", one.type_name, names.join(", "))
    });
    let names: Vec<_> = attributes.chain(blocks).collect();
    (!names.is_empty()).then(|| format!("- Accepted without effect: {}", names.join(", ")))
}

fn is_without_effect(description: &str) -> bool {
    description == WITHOUT_EFFECT
}

fn content(nested: &NestedBlock) -> &Block {
    nested.block.as_ref().expect("a block")
}

/// Returns the path of a nested block, such as `outer.inner`.
fn inner(path: &str, nested: &NestedBlock) -> String {
    if path.is_empty() { nested.type_name.clone() } else { format!("{path}.{}", nested.type_name) }
}

fn anchor(path: &str) -> String {
    format!("nestedblock--{}", path.replace('.', "--"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(name: &str, description: &str) -> Attribute {
        let (name, description, r#type) = (name.to_owned(), description.to_owned(), br#""string""#.to_vec());
        Attribute { name, description, r#type, optional: true, ..Attribute::default() }
    }

    #[test]
    fn effective_arguments_are_listed_and_the_others_summarized() {
        let outer = |blocks| Block {
            attributes: vec![
                attribute("b", "Counts."),
                attribute("idle", WITHOUT_EFFECT),
                Attribute { required: true, sensitive: true, ..attribute("c", "Must be.") },
                Attribute { optional: false, computed: true, ..attribute("d", "Comes back.") },
            ],
            block_types: blocks,
            ..Block::default()
        };
        let inner =
            Block { description: "Nests.".to_owned(), attributes: vec![attribute("e", "Inside.")], ..Block::default() };
        let nested = |name: &str, block| NestedBlock {
            type_name: name.to_owned(),
            block: Some(block),
            nesting: NestingMode::List.into(),
            max_items: 1,
            ..NestedBlock::default()
        };
        let idle = Block {
            description: WITHOUT_EFFECT.to_owned(),
            attributes: vec![attribute("f", WITHOUT_EFFECT)],
            ..Block::default()
        };
        let expected = "
### Required

- `c` (String, Sensitive) Must be.

### Optional

- `a` (Block List, Max: 1) Nests. (see [below for nested schema](#nestedblock--a))
- `b` (String) Counts.
- Accepted without effect: `idle`, the block `none` (`f`)

### Read-Only

- `d` (String) Comes back.

<a id=\"nestedblock--a\"></a>
### Nested Schema for `a`

Optional:

- `e` (String) Inside.
";
        assert_eq!(schema(&outer(vec![nested("none", idle), nested("a", inner)])), expected);
    }
}
