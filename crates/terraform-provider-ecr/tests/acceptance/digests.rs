//! How values reach a test without being printed: the consumer writes a SHA-256 digest of each.

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

/// The password that moto hands out.
pub(crate) const PASSWORD: &str = "123456789012-auth-token";

/// The file [`consumer`] runs: `sh digests.sh FILE` writes `name digest` for each attribute in its environment.
pub(crate) const SCRIPT: &str = r#"
for name in authorization_token expires_at password proxy_endpoint region user_name; do
  eval "value=\$$name"
  printf '%s %s\n' "$name" "$(printf %s "$value" | sha256sum | cut -d ' ' -f 1)"
done > "$1"
"#;

/// A `terraform_data` block `name` whose provisioner takes all attributes of `token` and writes digests to `name`.
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

/// The lines of [`SCRIPT`] for the values that moto returns in `region`.
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

/// The host name of moto's registry in `region`.
fn registry(region: &str) -> String {
    format!("123456789012.dkr.ecr.{region}.amazonaws.com")
}

pub(crate) fn digest(value: &str) -> String {
    Sha256::digest(value).iter().map(|byte| format!("{byte:02x}")).collect()
}
