//! The pages below `docs/` show the provider's own schema and the files below `examples/`.
//!
//! Where one does not, the test writes it anew and fails: commit the result (`make docs`).

#![cfg(unix)]

mod markdown;
mod page;
mod signature;
mod types;

use std::{collections::BTreeSet, fs, path::Path};

use terraform_plugin_testing::{Terraform, get_provider_schema};

use crate::page::Page;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

#[tokio::test]
async fn pages_show_what_the_provider_has() {
    let plugin = Terraform::new(env!("CARGO_BIN_EXE_terraform-provider-ecr")).spawn().await.expect("it starts");
    let schema = plugin.schema().await.expect("a schema");
    plugin.shutdown().await.expect("it ends");
    let stale: Vec<_> = pages(&schema).iter().filter_map(Page::write).collect();
    assert!(stale.is_empty(), "regenerated {stale:?}: commit the result");
}

fn pages(schema: &get_provider_schema::Response) -> Vec<Page> {
    let block = |schema: Option<&terraform_plugin_testing::Schema>| {
        markdown::schema(schema.and_then(|schema| schema.block.as_ref()).expect("a block"))
    };
    let index =
        Page::read("index.md").example("provider/provider.tf").section("schema", &block(schema.provider.as_ref()));
    let mut pages = vec![index];
    for (name, resource) in &schema.ephemeral_resource_schemas {
        // The registry names a page without what the provider's name, there the first word, adds to it.
        let page = name.split_once('_').expect("a prefix").1;
        pages.push(
            Page::read(&format!("ephemeral-resources/{page}.md"))
                .example(&format!("ephemeral-resources/{name}/ephemeral-resource.tf"))
                .section("schema", &block(Some(resource))),
        );
    }
    for (name, function) in &schema.functions {
        pages.push(
            Page::read(&format!("functions/{name}.md"))
                .example(&format!("functions/{name}/function.tf"))
                .section("signature", &signature::signature(name, function))
                .section("arguments", &signature::arguments(function)),
        );
    }
    let known: BTreeSet<_> = pages.iter().map(|page| &page.path).collect();
    for directory in ["ephemeral-resources", "functions"] {
        for entry in fs::read_dir(Path::new(ROOT).join("docs").join(directory)).expect("a directory") {
            let path = entry.expect("an entry").path();
            assert!(known.contains(&path), "{} is about nothing that the provider has", path.display());
        }
    }
    pages
}
