//! Builds the files of a release with `scripts/package`, and runs the provider from them.

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    process::Command,
};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use libtest_mimic::Trial;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use test_support::{programs::Programs, repository, test};
use zip::ZipArchive;

use crate::{
    Test,
    configuration::project_with_provider,
    installation::{VERSION, from_directory, initialises_and_applies, platform},
    project::Project,
    stage::{PROVIDER, Stage},
    web::Web,
};

/// The programs that `scripts/package` and [`digests`](crate::digests) need.
pub(crate) const NEEDS: [&str; 8] = ["cut", "moto_server", "python", "python3", "rustc", "sh", "sha256sum", "uname"];

pub(crate) const TESTS: &[Test] = &[
    ("installs_the_release_from_a_filesystem_mirror", filesystem_mirror),
    ("installs_the_release_from_a_network_mirror", network_mirror),
];

pub(crate) fn trial() -> Trial {
    test::trial("packages::release_files_have_the_format_of_the_registry", &NEEDS, |programs| {
        release_files(&programs);
        Ok(())
    })
}

/// The files of a release. The release contains the provider under test.
#[derive(Debug)]
pub(crate) struct Release(TempDir);

impl Release {
    pub(crate) fn make(programs: &Programs) -> Self {
        let directory = tempfile::Builder::new().prefix("release-").tempdir().expect("a directory");
        package(programs, Path::new(PROVIDER), None, directory.path());
        Self(directory)
    }

    fn mirror(&self) -> PathBuf {
        self.0.path().join("mirror")
    }

    /// Returns the `h1:` hash of the package for a lock file. It is a hash of the SHA-256 sums of the files in the archive:
    /// <https://developer.hashicorp.com/terraform/language/files/dependency-lock#new-provider-package-checksums>
    fn h1(&self) -> String {
        let mut lines = String::new();
        for (name, (_, content)) in contents(&self.0.path().join(archive())) {
            writeln!(lines, "{}  {name}", hex(&content)).expect("a string takes it");
        }
        format!("h1:{}", BASE64.encode(Sha256::digest(lines)))
    }
}

fn package(programs: &Programs, program: &Path, sandbox: Option<&Path>, directory: &Path) {
    let mut script = Command::new(repository().join("scripts/package"));
    script.arg("--binary").arg(program).arg("--dist").arg(directory).env("PATH", programs.search_path());
    if let Some(sandbox) = sandbox {
        script.arg("--sandbox").arg(sandbox);
    }
    let output = script.output().expect("scripts/package runs");
    assert!(output.status.success(), "{output:?}");
}

fn archive() -> String {
    format!("terraform-provider-ecr_{VERSION}_{}.zip", platform())
}

/// Returns the mode and the content of each file in an archive, by name.
fn contents(archive: &Path) -> BTreeMap<String, (Option<u32>, Vec<u8>)> {
    let mut archive = ZipArchive::new(File::open(archive).expect("an archive")).expect("a zip");
    let mut contents = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).expect("a file");
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("it can be unpacked");
        let name = file.name().expect("a name").into_owned();
        contents.insert(name, (file.unix_mode(), content));
    }
    contents
}

fn hex(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn filesystem_mirror(stage: &Stage) {
    let project = from_directory(project_with_provider(stage, ""), &stage.release().mirror());
    installs_the_release(stage, &project);
}

fn network_mirror(stage: &Stage) {
    let web = Web::serve(&stage.release().mirror());
    let config = format!("provider_installation {{\n  network_mirror {{\n    url = {:?}\n  }}\n}}\n", web.url());
    let project = project_with_provider(stage, "").cli_config(&config).file("../roots.pem", web.certificate());
    let roots = project.path("roots.pem");
    installs_the_release(stage, &project.env("SSL_CERT_FILE", roots));
}

fn installs_the_release(stage: &Stage, project: &Project<'_>) {
    initialises_and_applies(stage, project);
    let lock = project.read(".terraform.lock.hcl");
    assert!(lock.contains(&stage.release().h1()), "{lock}");
}

/// Checks the files of a release against the rules of the registry:
/// <https://developer.hashicorp.com/terraform/registry/providers/publishing#manually-preparing-a-release>
fn release_files(programs: &Programs) {
    let directory = tempfile::tempdir().expect("a directory");
    let [one, other, program, sandbox] = ["one", "other", "program", "sandbox"].map(|name| directory.path().join(name));
    fs::write(&program, "a program").expect("written");
    fs::write(&sandbox, "a sandbox").expect("written");
    // Writes a zip of another version into the directory. `scripts/package` has to keep this zip, and must not add it to the release.
    fs::create_dir(&one).expect("a directory");
    fs::write(one.join("terraform-provider-ecr_0.0.1_linux_amd64.zip"), "").expect("written");
    package(programs, &program, Some(&sandbox), &one);
    fs::remove_file(one.join("terraform-provider-ecr_0.0.1_linux_amd64.zip")).expect("it is there");
    package(programs, &program, Some(&sandbox), &other);
    let names = |directory: &Path| -> BTreeMap<String, Vec<u8>> {
        let files = fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry").path());
        let files = files.filter(|path| path.is_file());
        let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
        files.map(|path| (name(&path), fs::read(&path).expect("a file"))).collect()
    };
    let files = names(&one);
    assert_eq!(files, names(&other), "the same programs result in the same files");
    let [manifest, sums] =
        ["manifest.json", "SHA256SUMS"].map(|what| format!("terraform-provider-ecr_{VERSION}_{what}"));
    let sandbox_zip = format!("ecr-sandbox_{VERSION}_{}.zip", platform());
    let sandbox_sums = format!("ecr-sandbox_{VERSION}_SHA256SUMS");
    assert_eq!(files.keys().collect::<Vec<_>>(), [&sandbox_sums, &sandbox_zip, &sums, &archive(), &manifest]);
    let sum = |name: &String| format!("{}  {name}\n", hex(&files[name]));
    assert_eq!(
        String::from_utf8_lossy(&files[&sums]),
        sum(&archive()) + &sum(&manifest),
        "the sums cover only the files of the provider"
    );
    assert_eq!(String::from_utf8_lossy(&files[&sandbox_sums]), sum(&sandbox_zip));
    let manifest: serde_json::Value = serde_json::from_slice(&files[&manifest]).expect("JSON");
    assert_eq!(manifest, serde_json::json!({"version": 1, "metadata": {"protocol_versions": ["6.0"]}}));
    for (zip, name, content) in [
        (archive(), format!("terraform-provider-ecr_v{VERSION}"), "a program"),
        (sandbox_zip, "ecr-sandbox".to_owned(), "a sandbox"),
    ] {
        let contents = contents(&one.join(zip));
        assert_eq!(contents[&name], (Some(0o100_755), content.as_bytes().to_vec()));
        assert!(contents.len() == 2 && contents.contains_key("LICENSE"), "{:?}", contents.keys());
    }
    for registry in ["registry.terraform.io", "registry.opentofu.org"] {
        let mirror = one.join("mirror").join(registry).join("terraform-ecr/ecr");
        let names: Vec<_> = names(&mirror).into_keys().collect();
        assert_eq!(names, [format!("{VERSION}.json"), "index.json".to_owned(), archive()]);
    }
}
