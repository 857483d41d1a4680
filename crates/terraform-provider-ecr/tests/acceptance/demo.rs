//! `make demo`, with the programs that the tests have.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use libtest_mimic::Trial;

use crate::stage::{PROVIDER, repository};

pub(crate) fn trial() -> Trial {
    Trial::test("demo::goes_well_and_moves_an_image_where_it_can", || {
        goes_well();
        Ok(())
    })
}

fn goes_well() {
    let programs = Path::new(PROVIDER).parent().expect("a program is in a directory");
    assert!(programs.join("ecr-sandbox").exists(), "cargo build --workspace comes first");
    let mut demo = Command::new(repository().join("scripts/demo"));
    let output = demo.arg(programs).stdin(Stdio::null()).output().expect("scripts/demo runs");
    let [stdout, stderr] = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(output.status.success(), "{}: {stdout}\n{stderr}", output.status);
    let mut expected =
        vec!["AWS was asked: ecr:GetAuthorizationToken in eu-west-1, and answered 200", "Login Succeeded"];
    expected.extend(["terraform.tfstate          neither token", "saved.tfplan.unzipped      neither token"]);
    if stdout.contains("the client is skopeo") && !stdout.contains("no docker-registry") {
        expected.extend(["pushed demo:1: sha256:", "pulled demo:1: sha256:"]);
    }
    for words in expected {
        assert!(stdout.contains(words), "{words:?} expected of {stdout}");
    }
}
