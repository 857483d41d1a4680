//! Tests of the workspace's structure: the dependencies of crates, cycles of modules, and the tables of files in ARCHITECTURE.md.
//!
//! Also compares lists of names in this repository with the lists in other programs.

#![cfg(unix)]

mod crates;
mod lists;
mod modules;
mod tables;

use std::{env, fs};

use test_support::{programs::Programs, repository, skip::skip, terraform::Terraform};

use crate::modules::Modules;

/// The maximum number of modules in a cycle of imports.
const MAX_CYCLE: usize = 3;

#[test]
fn crates_have_only_allowed_dependencies() {
    let deny = fs::read_to_string(repository().join("deny.toml")).expect("deny.toml");
    let dependencies = crates::dependencies();
    let problems = [crates::problems(&dependencies), crates::problems_by(&deny, &dependencies)].concat();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
#[expect(clippy::print_stdout, reason = "with --nocapture, developers can read the numbers")]
fn cycles_of_modules_are_small() {
    let mut problems = Vec::new();
    println!("{:<44} {:>5} {:>7} {:>11} {:>12}", "", "files", "imports", "back arrows", "largest ring");
    for (name, modules) in roots() {
        let ring = modules.largest_cycle().len();
        let (files, imports, back) = (modules.files().count(), modules.imports(), modules.back_edges());
        println!("{name:<44} {files:>5} {imports:>7} {back:>11} {ring:>12}");
        if ring > MAX_CYCLE {
            problems.push(format!("{name}: {}", modules.describe_cycle()));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn architecture_tables_list_every_file() {
    let page = fs::read_to_string(repository().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let problems = tables::problems(&page, &repository());
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// `make test` installs the AWS CLI, which contains botocore.
#[test]
fn regions_are_up_to_date_with_botocore() {
    match Programs::find(&["aws", "python3"]) {
        Ok(programs) => lists::compare("regions", &programs, &[]),
        Err(missing) => skip(&missing.to_string()),
    }
}

#[test]
fn endpoint_names_are_up_to_date_with_hashicorp_aws() {
    #[expect(clippy::disallowed_methods, reason = "the path of a program to compare with")]
    let Some(peer) = env::var_os("PEER").filter(|path| !path.is_empty()) else {
        return skip("needs PEER, the path of a terraform-provider-aws");
    };
    let terraform = Terraform::all().swap_remove(0).path;
    match Programs::find(&["python3"]) {
        Ok(programs) => lists::compare("endpoints", &programs, &[("PEER", &peer), ("TERRAFORM", terraform.as_ref())]),
        Err(missing) => skip(&missing.to_string()),
    }
}

/// Returns the modules of each library and program of the workspace, with the path of its root file.
fn roots() -> impl Iterator<Item = (String, Modules)> {
    let names = crates::dependencies().into_keys().collect::<Vec<_>>();
    let paths = names.into_iter().flat_map(|name| ["lib", "main"].map(|root| format!("crates/{name}/src/{root}.rs")));
    paths
        .filter(|path| repository().join(path).exists())
        .map(|path| (path.clone(), Modules::read(&repository().join(path))))
}
