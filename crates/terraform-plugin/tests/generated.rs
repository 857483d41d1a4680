//! The checked-in protocol code is what the `.proto` files say.
//!
//! Where it is not, the test writes it anew and fails: commit the result. No `protoc` is needed.

use std::{fs, path::Path};

/// Server code for this crate, client code for the crate that plays Terraform.
#[test]
fn generated_code_is_current() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates/");
    let targets = [("terraform-plugin", true), ("terraform-plugin-testing", false)];
    let stale: Vec<_> = targets.into_iter().flat_map(|(name, server)| regenerate(&crates.join(name), server)).collect();
    assert!(stale.is_empty(), "regenerated {stale:?}: commit the result");
}

/// Generates into a scratch directory and returns the files of `crate_dir` that differed, after writing them.
fn regenerate(crate_dir: &Path, server: bool) -> Vec<String> {
    let proto = Path::new(env!("CARGO_MANIFEST_DIR")).join("proto");
    let sources = ["tfplugin6.proto", "go_plugin.proto", "health.proto"];
    let descriptors = protox::compile(sources, [proto]).expect("the .proto files compile");
    let scratch = tempfile::tempdir().expect("a scratch directory");
    tonic_prost_build::configure()
        .build_server(server)
        .build_client(!server)
        .build_transport(false)
        .emit_rerun_if_changed(false)
        .out_dir(scratch.path())
        .compile_fds(descriptors)
        .expect("code is generated");

    let mut stale = Vec::new();
    for entry in fs::read_dir(scratch.path()).expect("the scratch directory is readable") {
        let file = entry.expect("a generated file").path();
        let name = file.file_name().expect("a file name");
        let checked_in = crate_dir.join("src/generated").join(name);
        let fresh = fs::read_to_string(&file).expect("generated code is UTF-8");
        if fs::read_to_string(&checked_in).ok().as_ref() != Some(&fresh) {
            fs::write(&checked_in, fresh).expect("src/generated is writable");
            stale.push(checked_in.display().to_string());
        }
    }
    let generated = fs::read_dir(crate_dir.join("src/generated")).expect("src/generated is readable");
    let left_over = generated
        .map(|entry| entry.expect("an entry").path())
        .filter(|file| !scratch.path().join(file.file_name().expect("a file name")).exists());
    stale.extend(left_over.map(|file| format!("{} (which nothing generates: delete it)", file.display())));
    stale
}
