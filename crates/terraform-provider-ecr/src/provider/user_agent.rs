//! The products in the `User-Agent` of requests.

/// Returns Terraform and this provider, for the front of a `User-Agent`.
pub(crate) fn products(terraform_version: &str) -> [String; 2] {
    [product("Terraform", terraform_version), product("terraform-provider-ecr", env!("CARGO_PKG_VERSION"))]
}

/// Returns `name/version` in the form of [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#field.user-agent). Replaces each
/// character that a version may not hold by a hyphen.
fn product(name: &str, version: &str) -> String {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let version: String = version.chars().map(|c| if is_allowed(c) { c } else { '-' }).collect();
    if version.is_empty() { name.to_owned() } else { format!("{name}/{version}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_sanitized_for_a_header() {
        for (version, expected) in [
            ("1.15.5", "Terraform/1.15.5"),
            ("1.16.0-dev+abc", "Terraform/1.16.0-dev+abc"),
            ("1.0\r\nHost: x (y)", "Terraform/1.0--Host--x--y-"),
            ("１.0", "Terraform/-.0"),
            ("", "Terraform"),
        ] {
            assert_eq!(products(version)[0], expected);
        }
        assert!(products("1.15.5")[1].starts_with("terraform-provider-ecr/"));
    }
}
