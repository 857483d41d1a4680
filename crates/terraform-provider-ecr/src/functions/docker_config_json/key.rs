//! Checks the keys of a Docker `config.json`. A key is a host, which may contain `*`, with an optional path.
//!
//! A key is accepted if at least one client documents keys in the same format. podman, skopeo and others document keys with paths:
//! <https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md>. The kubelet documents keys with paths and `*`:
//! <https://kubernetes.io/docs/concepts/containers/images/#config-json>. Ports and paths must not contain `*`:
//! <https://kubernetes.io/docs/reference/config-api/kubelet-credentialprovider.v1/>.

use std::net::Ipv6Addr;

use aws_base::{AccountId, Region, port_number, split_port};
use ecr_token::{Registry, is_repository};

/// The key of Docker Hub. For historical reasons, this key is a URL: <https://docs.docker.com/reference/cli/docker/login/#default-behavior>
pub(super) const DOCKER_HUB: &str = "https://index.docker.io/v1/";

const NOT_DOCKER_HUB: &str =
    "the key of Docker Hub is https://index.docker.io/v1/, and the key of a part of it is docker.io/PATH";
const NOT_HOST: &str = "its host is not a name or an address with an optional port: write HOST, HOST:PORT or HOST/PATH, with \
                        `*` as the only wildcard";

/// Checks a key. Clients look up a login by the exact text of the key, so clients would never find a key in a different format.
///
/// # Errors
/// Returns an error if no client would find the key. The error describes the mistake and the correction, and does not repeat the key.
pub(super) fn check(key: &str) -> Result<(), &'static str> {
    if key == DOCKER_HUB {
        return Ok(());
    }
    if key.contains("://") {
        return Err(
            "it begins with a scheme: remove it with trimprefix (only the key of Docker Hub has one: https://index.docker.io/v1/)",
        );
    }
    match key.split_once('/') {
        Some((host, path)) => check_host_of_path(host).and_then(|()| check_path(path)),
        None if key == "docker.io" => Err(NOT_DOCKER_HUB),
        None => check_host(key),
    }
}

fn check_host(host: &str) -> Result<(), &'static str> {
    let small = host.to_ascii_lowercase();
    match host {
        "" => Err("it is empty: write the host of a registry"),
        "index.docker.io" | "registry-1.docker.io" => Err(NOT_DOCKER_HUB),
        _ if host.contains('*') => check_pattern(host),
        _ if small != host && Registry::parse(&small).is_some() => {
            Err("ECR hosts are in lowercase: write it in lowercase")
        }
        _ if !is_host(host) => Err(NOT_HOST),
        _ => Ok(()),
    }
}

/// Checks a host that a path follows. In an image name, the first part is a host only if this part is `localhost` or contains a dot or a
/// port: <https://github.com/distribution/reference>
fn check_host_of_path(host: &str) -> Result<(), &'static str> {
    if host != "localhost" && !host.contains(['.', ':']) {
        return Err("the host is missing before the path: write HOST/PATH, such as public.ecr.aws/ALIAS");
    }
    check_host(host)
}

/// Checks a path. A path is the name of a repository, or the first parts of the name.
fn check_path(path: &str) -> Result<(), &'static str> {
    if path.is_empty() || path.ends_with('/') {
        return Err("it ends with a slash: remove it with trimsuffix");
    }
    if path.contains('*') {
        return Err("its path has a `*`: write only the first parts of the path, which match all paths below them");
    }
    if path.contains(['@', ':']) {
        return Err("it has a tag or a digest: write HOST/REPOSITORY, because a login applies to the whole repository");
    }
    if path.split('/').any(str::is_empty) {
        return Err("its path has an empty part: write one slash instead of two");
    }
    if !is_repository(path) {
        return Err(
            "its path is not a valid repository name: write lowercase letters and digits, with `.`, `_`, `__` or `-` between \
             them, and 255 characters at most",
        );
    }
    Ok(())
}

/// Checks a host that contains `*`. The kubelet splits hosts at the dots, and compares the hosts part by part.
fn check_pattern(text: &str) -> Result<(), &'static str> {
    let (host, port) = split_port(text);
    let parts: Vec<_> = host.split('.').collect();
    if port.is_some_and(|port| port.contains('*')) {
        return Err("its port has a `*`: write a number, or leave the port out");
    }
    if host.contains("**") {
        return Err("a `*` matches one part of a host: write a `*` for each part, with dots between them");
    }
    if !is_name(host, "-_*") || !port.is_none_or(is_port) {
        return Err(NOT_HOST);
    }
    if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err("a host with a `*` is compared case-sensitively: write it in lowercase");
    }
    if parts.iter().all(|part| *part == "*") {
        return Err(
            "it has a `*` for every part of the host and would send the login to any registry: write the end of the host",
        );
    }
    if is_mistaken_ecr_pattern(&parts) {
        return Err("it matches no ECR host, because a `*` matches one part of a host: write a key such as \
                    *.dkr.ecr.eu-west-1.amazonaws.com");
    }
    Ok(())
}

/// Returns whether a host with `*` is in the domain `amazonaws.com` and is clearly intended for ECR, but cannot match a host of ECR.
fn is_mistaken_ecr_pattern(parts: &[&str]) -> bool {
    let [parts @ .., "amazonaws", "com"] = parts else { return false };
    let is_meant = parts.iter().all(|part| *part == "*")
        || parts.iter().any(|part| ["dkr", "ecr", "ecr-fips", "dkr-ecr", "dkr-ecr-fips"].contains(part));
    let is_like = |part: &str, texts: &[&str]| part.contains('*') || texts.contains(&part);
    let is_ecrs = match parts {
        [account, dkr, ecr, region] => {
            (account.contains('*') || AccountId::parse(account).is_ok())
                && is_like(dkr, &["dkr"])
                && is_like(ecr, &["ecr", "ecr-fips"])
                && (region.contains('*') || domain(region) == Some("amazonaws.com"))
        }
        _ => false,
    };
    is_meant && !is_ecrs
}

/// Returns the domain of AWS's hosts in a Region, such as `amazonaws.com`.
fn domain(region: &str) -> Option<&'static str> {
    Some(Region::parse(region).ok()?.partition()?.dns_suffix)
}

/// Returns whether the text is a name, an IPv4 address, or an IPv6 address in brackets. A port may follow.
fn is_host(text: &str) -> bool {
    let (host, port) = split_port(text);
    let is_v6 = || host.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok();
    port.is_none_or(is_port) && (is_name(host, "-_") || is_v6().is_some())
}

fn is_name(host: &str, marks: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || marks.contains(letter);
    host.split('.').all(|part| !part.is_empty() && part.chars().all(is_letter))
}

fn is_port(text: &str) -> bool {
    port_number(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_keys_that_a_client_reads() {
        for key in [
            DOCKER_HUB,
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
            "127.0.0.1:5000",
            "[::1]:5000",
            "localhost:05000",
            "[::1]",
            "localhost",
            "registry",
            // Hosts with paths.
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team",
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/sub/app",
            "public.ecr.aws/docker/library",
            "docker.io/team",
            "localhost/app",
            "localhost:5000/app",
            "[::1]:5000/app",
            "host.example/a__b.c---d/1",
            // Hosts that contain `*`.
            "*.dkr.ecr.eu-west-1.amazonaws.com",
            "123456789012.dkr.ecr.*.amazonaws.com",
            "*.dkr.ecr*.*.amazonaws.com",
            "*.dkr.ecr-fips.us-gov-west-1.amazonaws.com",
            "*.*.*.*.amazonaws.com",
            "*.dkr.ecr.cn-north-1.amazonaws.com.cn",
            "*.dkr-ecr.eu-west-1.on.aws",
            "*.ecr.aws",
            "*.eu-west-1.elb.amazonaws.com:5000",
            "*-good.kubernetes.io",
            "prefix.*.io",
            "10.*.0.1:5000",
            "*.dkr.ecr.eu-west-1.amazonaws.com/team/app",
        ] {
            assert_eq!(check(key), Ok(()), "{key}");
        }
    }

    #[test]
    fn rejects_keys_that_clients_never_read() {
        const ECR: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
        let of_ecr = |rest: &str| format!("{ECR}{rest}");
        let digest = of_ecr(&format!("/app@sha256:{}", "a".repeat(64)));
        for (key, words) in [
            ("", "empty"),
            // Keys with schemes, and wrong keys of Docker Hub.
            ("https://public.ecr.aws", "scheme"),
            ("https://index.docker.io/v1", "scheme"),
            ("oci://public.ecr.aws/app", "scheme"),
            ("docker.io", DOCKER_HUB),
            ("index.docker.io", DOCKER_HUB),
            ("index.docker.io/v1/", DOCKER_HUB),
            ("registry-1.docker.io/team", "docker.io/PATH"),
            // Invalid hosts.
            ("public ecr aws", "HOST:PORT"),
            (" public.ecr.aws", "HOST:PORT"),
            ("public.ecr.aws.", "HOST:PORT"),
            (":::", "HOST:PORT"),
            ("localhost:0", "HOST:PORT"),
            ("localhost:+5000", "HOST:PORT"),
            ("localhost:", "HOST:PORT"),
            ("nginx:latest", "HOST:PORT"),
            ("[-", "HOST:PORT"),
            ("p\u{fc}blic.ecr.aws", "HOST:PORT"),
            ("AWS:hunter2@public.ecr.aws/app", "HOST:PORT"),
            ("Public.ECR.aws", "lowercase"),
            ("Public.ECR.aws/app", "lowercase"),
            ("team/app", "the host is missing"),
            ("/team", "the host is missing"),
            // Hosts with invalid paths.
            (&of_ecr("/"), "ends with a slash"),
            (&of_ecr("/team/"), "ends with a slash"),
            (&of_ecr("//team"), "empty part"),
            (&of_ecr("/team//app"), "empty part"),
            (&of_ecr("/*"), "path has a `*`"),
            (&of_ecr("/team/*/app"), "path has a `*`"),
            (&of_ecr("/app:1.0"), "tag or a digest"),
            (&digest, "tag or a digest"),
            (&of_ecr("/Team"), "not a valid repository name"),
            (&of_ecr("/team-"), "not a valid repository name"),
            (&of_ecr("/../app"), "not a valid repository name"),
            (&of_ecr("/te\u{e4}m"), "not a valid repository name"),
            (&of_ecr("/team app"), "not a valid repository name"),
            (&of_ecr("/app?x=y"), "not a valid repository name"),
            (&of_ecr(&format!("/{}", "a".repeat(256))), "not a valid repository name"),
            // Invalid hosts with `*`, and other wildcards.
            ("*", "any registry"),
            ("*:5000", "any registry"),
            ("*.*.*/team", "any registry"),
            ("*.example.com:*", "port has a `*`"),
            ("**.example.com", "a `*` for each part"),
            ("*..example.com", "HOST:PORT"),
            ("*.example.com:http", "HOST:PORT"),
            ("[*:1]:5000", "HOST:PORT"),
            ("[0-9]*.example.com", "HOST:PORT"),
            ("registry?.example.com", "HOST:PORT"),
            ("*.Example.com", "lowercase"),
            ("*/team", "the host is missing"),
            ("*.amazonaws.com", "matches no ECR host"),
            ("*.ecr.eu-west-1.amazonaws.com", "matches no ECR host"),
            ("*dkr.ecr.eu-west-1.amazonaws.com", "matches no ECR host"),
            ("*.dkr.ecr.amazonaws.com/team", "matches no ECR host"),
            ("*.*.dkr.ecr.eu-west-1.amazonaws.com", "matches no ECR host"),
            ("*.dkr.ecr.Ireland.amazonaws.com", "lowercase"),
            ("*.dkr.ecr.ireland.amazonaws.com", "matches no ECR host"),
            ("*.dkr.ecr.cn-north-1.amazonaws.com", "matches no ECR host"),
            ("1234.dkr.ecr.*.amazonaws.com", "matches no ECR host"),
            ("*.dkr-ecr.eu-west-1.amazonaws.com", "matches no ECR host"),
        ] {
            let problem = check(key).expect_err(key);
            assert!(problem.contains(words), "{key}: {problem}");
        }
    }
}
