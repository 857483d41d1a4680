//! Runs `make demo` with the built programs, once for each container client that the demo supports.

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};

use libtest_mimic::Trial;
use tempfile::TempDir;
use test_support::{programs::Programs, repository, terraform::Terraform, test};

use crate::stage::PROVIDER;

/// Lists the programs that `scripts/demo`, `scripts/install` and the client script of the demo need.
macro_rules! needs {
    ($($client:literal),*) => {
        &[
            "bash", "cat", "chmod", "cksum", "cp", "dirname", "env", "grep", "mkdir", "mv", "python3", "rm", "rmdir", "sed", "sh",
            "tr", "uname", $($client),*
        ]
    };
}

pub(crate) fn trials() -> Vec<Trial> {
    let trial = |name, needs, expected: &'static [&'static str]| {
        test::trial(name, needs, move |programs| {
            assert_succeeds(&programs, expected);
            Ok(())
        })
    };
    vec![
        trial(
            "demo::logs_in_with_only_python",
            needs!(),
            &["the client is Python", "pushes and pulls nothing", "Login Succeeded", "Python logged in"],
        ),
        trial(
            "demo::logs_in_with_curl",
            needs!("curl"),
            &["the client is curl", "GET /v2/ with the token: 200 OK", "curl logged in"],
        ),
        trial(
            "demo::logs_in_with_docker",
            needs!("docker"),
            &["the client is docker", "Login Succeeded", "docker logged in"],
        ),
        trial(
            "demo::moves_an_image_with_skopeo",
            needs!("docker-registry", "skopeo"),
            &[
                "the client is skopeo",
                "Login Succeeded",
                "pushed demo:1: sha256:",
                "pulled demo:1: sha256:",
                "pushed and pulled an image",
            ],
        ),
        test::trial("demo::a_failure_is_reported_in_one_line", needs!(), |programs| {
            fails_in_one_line(&programs);
            Ok(())
        }),
    ]
}

/// Copies the files that the demo needs to a directory. The copy does not have `.tools/`, because the demo would find more programs there.
fn checkout() -> TempDir {
    let directory = tempfile::Builder::new().prefix("demo-").tempdir().expect("a directory");
    let example = "examples/ephemeral-resources/aws_ecr_authorization_token/ephemeral-resource.tf";
    for file in [
        "Cargo.toml",
        "scripts/demo",
        "scripts/install",
        "scripts/log-in",
        "scripts/search.py",
        "scripts/tools.py",
        example,
    ] {
        let copy = directory.path().join(file);
        fs::create_dir_all(copy.parent().expect("a directory")).expect("a directory can be made");
        fs::copy(repository().join(file), copy).expect("a copy");
    }
    directory
}

fn demo(programs: &Programs, checkout: &TempDir, binaries: &Path, terraform: &Path) -> Output {
    let tmp = checkout.path().join("tmp");
    fs::create_dir(&tmp).expect("a directory can be made");
    let mut demo = Command::new(programs.path("python3"));
    demo.arg(checkout.path().join("scripts/demo")).arg(binaries).env_clear().env("PATH", programs.search_path());
    demo.env("TERRAFORM", terraform).env("HOME", checkout.path()).env("TMPDIR", &tmp).stdin(Stdio::null());
    let output = demo.output().expect("scripts/demo runs");
    let left: Vec<_> = fs::read_dir(&tmp).expect("a directory").collect();
    assert!(left.is_empty(), "left behind: {left:?}");
    output
}

fn text(output: &Output) -> [String; 2] {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned())
}

fn assert_succeeds(programs: &Programs, expected: &[&str]) {
    let binaries = Path::new(PROVIDER).parent().expect("a program is in a directory");
    assert!(binaries.join("ecr-sandbox").exists(), "cargo build --workspace comes first");
    let output = demo(programs, &checkout(), binaries, &Terraform::all()[0].path);
    let [stdout, stderr] = text(&output);
    assert!(output.status.success(), "{}: {stdout}\n{stderr}", output.status);
    let always = [
        "the sandbox received ecr:GetAuthorizationToken in eu-west-1, and returned 200",
        "with a wrong password: 401",
        "saved.tfplan, unzipped   neither token",
    ];
    for words in always.iter().chain(expected) {
        assert!(stdout.contains(words), "{words:?} expected of {stdout}");
    }
    let [.., verdict, next] = stdout.lines().collect::<Vec<_>>()[..] else { panic!("{stdout}") };
    assert!(verdict.starts_with("OK: terraform ") || verdict.starts_with("OK: tofu "), "{verdict}");
    assert!(next.starts_with("Next: `make install`"), "{next}");
}

fn fails_in_one_line(programs: &Programs) {
    let (checkout, terraform) = (checkout(), &Terraform::all()[0].path);
    let output = demo(programs, &checkout, checkout.path(), terraform);
    let [stdout, stderr] = text(&output);
    assert_eq!(output.status.code(), Some(1), "{stdout}\n{stderr}");
    let path = checkout.path().join("terraform-provider-ecr");
    let path = path.canonicalize().unwrap_or(path);
    assert_eq!(
        stderr,
        format!("FAILED: {} is missing. Run `make demo` without a directory, which builds it\n", path.display())
    );
}
