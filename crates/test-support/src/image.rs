//! An OCI image in a directory: <https://github.com/opencontainers/image-spec/blob/main/image-layout.md>

use std::{fs, path::Path};

use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

/// Writes an image with one layer, a tar archive without files. The archive has `size` bytes, which are all zero. Returns the
/// digest of the image's manifest.
///
/// # Panics
/// If a file cannot be written.
pub fn write(directory: &Path, size: usize) -> String {
    let blobs = directory.join("blobs/sha256");
    fs::create_dir_all(&blobs).expect("a directory can be made");
    let blob = |media_type: &str, content: &[u8]| {
        let digest = digest(content);
        let name = digest.trim_start_matches("sha256:");
        fs::write(blobs.join(name), content).expect("a file can be written");
        json!({"mediaType": format!("application/vnd.oci.image.{media_type}"), "digest": digest, "size": content.len()})
    };
    let layer = blob("layer.v1.tar", &vec![0; size]);
    let of_layers = json!({"type": "layers", "diff_ids": [layer["digest"]]});
    let config = json!({"architecture": "amd64", "os": "linux", "rootfs": of_layers});
    let config = blob("config.v1+json", config.to_string().as_bytes());
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": config,
        "layers": [layer],
    });
    let manifest = blob("manifest.v1+json", manifest.to_string().as_bytes());
    let file = |name: &str, content: &Json| {
        fs::write(directory.join(name), content.to_string()).expect("a file can be written");
    };
    file("oci-layout", &json!({"imageLayoutVersion": "1.0.0"}));
    file("index.json", &json!({"schemaVersion": 2, "manifests": [manifest]}));
    manifest["digest"].as_str().expect("a digest").to_owned()
}

/// Returns the digest of the manifest of the image in a directory.
///
/// # Panics
/// If the directory does not contain an image.
#[must_use]
pub fn read(directory: &Path) -> String {
    let index = fs::read(directory.join("index.json")).expect("an index");
    let index: Json = serde_json::from_slice(&index).expect("JSON");
    index["manifests"][0]["digest"].as_str().expect("a digest").to_owned()
}

/// Returns the SHA-256 digest of the content, as `sha256:` and hexadecimal digits.
#[must_use]
pub fn digest(content: &[u8]) -> String {
    let hash = Sha256::digest(content);
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}
