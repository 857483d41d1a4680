//! Composes the products in the `User-Agent` of requests.

/// Returns the products of Terraform and of this provider, which come first in the `User-Agent`.
pub(crate) fn products(terraform_version: &str) -> [String; 2] {
    [product("Terraform", terraform_version), product("terraform-provider-ecr", env!("CARGO_PKG_VERSION"))]
}

/// Returns the product `name/version` as defined in [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#field.user-agent). Characters
/// that are not valid in a version become hyphens.
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
