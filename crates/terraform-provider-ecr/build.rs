//! Lets the linker merge functions with the same code in release builds. This makes the binary 0.1 MB smaller.
#![expect(clippy::disallowed_methods, reason = "cargo passes its settings to build scripts in environment variables")]

use std::{
    env, fs, io,
    path::Path,
    process::{Command, Stdio},
};

/// The option for LLVM's linker. Rust uses this linker by default on x86-64 Linux. GNU's and Apple's linkers do not know the option.
const MERGE_FUNCTIONS: &str = "-Wl,--icf=all";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    if variable("PROFILE")? == "release" && linker_accepts(MERGE_FUNCTIONS)? {
        println!("cargo::rustc-link-arg-bins={MERGE_FUNCTIONS}");
        println!("cargo::rustc-link-arg-examples={MERGE_FUNCTIONS}"); // `make bench` compares the provider with an example
    }
    Ok(())
}

/// Links an empty program with `option`, and returns whether this succeeded.
fn linker_accepts(option: &str) -> io::Result<bool> {
    let directory = variable("OUT_DIR")?;
    let source = Path::new(&directory).join("empty.rs");
    fs::write(&source, "fn main() {}")?;
    let mut rustc = Command::new(variable("RUSTC")?);
    rustc.arg(source).args(["--target", &variable("TARGET")?, "--out-dir", &directory]);
    rustc.arg(format!("-Clink-arg={option}"));
    if let Ok(linker) = env::var("RUSTC_LINKER") {
        rustc.arg(format!("-Clinker={linker}"));
    }
    rustc.args(variable("CARGO_ENCODED_RUSTFLAGS")?.split('\x1f').filter(|flag| !flag.is_empty()));
    Ok(rustc.stdout(Stdio::null()).stderr(Stdio::null()).status()?.success())
}

/// Returns a variable that cargo sets for every build script.
fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(|error| io::Error::other(format!("{name}: {error}")))
}
