//! Checks that the pages in `docs/` show the provider's own schema and the files in `examples/`.
//!
//! If a page is out of date, the test rewrites the page and fails. `make docs` rewrites all pages. Commit the result.

#![cfg(unix)]

mod markdown;
mod page;
mod signature;
mod types;

use std::{collections::BTreeSet, fmt, fs, path::Path};

use terraform_plugin_testing::{Terraform, get_provider_schema};

use crate::page::Page;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// An error message for the person who runs the test. libtest prints the error of a test with `Debug`.
pub(crate) struct Problem(String);

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[tokio::test]
async fn pages_match_the_schemas_of_the_provider() -> Result<(), Problem> {
    let plugin = Terraform::new(env!("CARGO_BIN_EXE_terraform-provider-ecr")).spawn().await.expect("it starts");
    let schema = plugin.schema().await.expect("a schema");
    plugin.shutdown().await.expect("it ends");
    let pages = pages(&schema)?;
    let mut rewritten = Vec::new();
    for page in &pages {
        if page.write()? {
            rewritten.push(format!("\n  docs/{}", page.name));
        }
    }
    if rewritten.is_empty() {
        return Ok(());
    }
    Err(Problem(format!("Rewritten from the schemas and examples/: commit them.{}", rewritten.concat())))
}

fn pages(schema: &get_provider_schema::Response) -> Result<Vec<Page>, Problem> {
    let block = |schema: Option<&terraform_plugin_testing::Schema>| {
        markdown::schema(schema.and_then(|schema| schema.block.as_ref()).expect("a block"))
    };
    let index =
        Page::read("index.md")?.example("provider/provider.tf")?.section("schema", &block(schema.provider.as_ref()))?;
    let mut pages = vec![index];
    for (name, resource) in &schema.ephemeral_resource_schemas {
        // In the name of a resource's page, the registry omits the prefix `aws_`.
        let page = name.split_once('_').expect("a prefix").1;
        pages.push(
            Page::read(&format!("ephemeral-resources/{page}.md"))?
                .example(&format!("ephemeral-resources/{name}/ephemeral-resource.tf"))?
                .section("schema", &block(Some(resource)))?,
        );
    }
    for (name, function) in &schema.functions {
        pages.push(
            Page::read(&format!("functions/{name}.md"))?
                .example(&format!("functions/{name}/function.tf"))?
                .section("signature", &signature::signature(name, function))?
                .section("arguments", &signature::arguments(function))?,
        );
    }
    let known: BTreeSet<_> = pages.iter().map(|page| page.name.as_str()).collect();
    for directory in ["ephemeral-resources", "functions"] {
        for entry in fs::read_dir(Path::new(ROOT).join("docs").join(directory)).expect("a directory") {
            let name = format!("{directory}/{}", entry.expect("an entry").file_name().display());
            if !known.contains(name.as_str()) {
                return Err(Problem(format!(
                    "docs/{name} is about something that the provider does not have: delete it."
                )));
            }
        }
    }
    Ok(pages)
}
