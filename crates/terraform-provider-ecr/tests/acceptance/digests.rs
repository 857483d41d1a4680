//! Passes values from Terraform to a test without printing the values. A `terraform_data` block, the consumer, writes the SHA-256 digest of
//! each value to a file.

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

/// The password in the tokens of moto.
pub(crate) const PASSWORD: &str = "123456789012-auth-token";

/// The script that [`consumer`] runs. `sh digests.sh FILE` writes a line `name digest` to `FILE` for each attribute in its
/// environment.
pub(crate) const SCRIPT: &str = r#"
for name in authorization_token expires_at password proxy_endpoint region user_name; do
  eval "value=\$$name"
  printf '%s %s\n' "$name" "$(printf %s "$value" | sha256sum | cut -d ' ' -f 1)"
done > "$1"
"#;

/// Returns a `terraform_data` block `name`. The provisioner of this block gets all attributes of `token`, and writes the digests of the
/// attributes to the file `name`.
pub(crate) fn consumer(name: &str, token: &str) -> String {
    format!(
        r#"
resource "terraform_data" "{name}" {{
  provisioner "local-exec" {{
    command = "sh digests.sh {name}"
    environment = {{
      authorization_token = {token}.authorization_token
      expires_at          = {token}.expires_at
      password            = {token}.password
      proxy_endpoint      = {token}.proxy_endpoint
      region              = {token}.region
      user_name           = {token}.user_name
    }}
  }}
}}
"#
    )
}

/// Returns the lines that [`SCRIPT`] writes for the values of moto in `region`.
pub(crate) fn expected(region: &str) -> String {
    let values = [
        ("authorization_token", &*authorization_token()),
        ("expires_at", "2015-01-01T00:00:00Z"),
        ("password", PASSWORD),
        ("proxy_endpoint", &*format!("https://{}", registry(region))),
        ("region", region),
        ("user_name", "AWS"),
    ];
    values.map(|(name, value)| format!("{name} {}\n", digest(value))).concat()
}

pub(crate) fn authorization_token() -> String {
    BASE64_STANDARD.encode(format!("AWS:{PASSWORD}"))
}

/// Returns the host of moto's registry in `region`.
fn registry(region: &str) -> String {
    format!("123456789012.dkr.ecr.{region}.amazonaws.com")
}

pub(crate) fn digest(value: &str) -> String {
    Sha256::digest(value).iter().map(|byte| format!("{byte:02x}")).collect()
}
