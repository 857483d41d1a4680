//! `docker_config_json`: a file of logins, for several registries.

use std::net::Ipv6Addr;

use aws_base::{Shown, port_number, split_port};
use ecr_token::{Registry, docker_config_json};
use terraform_plugin::{Function, FunctionError, Parameter, Signature, Type, Value};

#[derive(Debug)]
pub(crate) struct DockerConfigJson;

impl Function for DockerConfigJson {
    fn name(&self) -> &'static str {
        "docker_config_json"
    }

    fn signature(&self) -> Signature {
        let login = Type::object([("username", Type::String), ("password", Type::String)]);
        Signature::new(Type::String, "A file of logins, as `docker login` writes it")
            .parameter(Parameter::new("logins", Type::map(login)).description(
                "`username` and `password` by the host of a registry, as names of images begin with it: without a scheme, \
                 and without a path. Docker Hub's alone is `https://index.docker.io/v1/`. No error shows a password.",
            ))
            .description(
                "The content of `config.json`, for `.dockerconfigjson` in a Kubernetes secret, and for clients that read \
                 such a file. For one registry, the attribute `docker_config_json` of a token is the same. The result is as \
                 ephemeral and as sensitive as what it is made of.",
            )
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let Some(logins) = arguments.first().and_then(Value::as_map) else {
            return Err(FunctionError::argument(0, "it is no map of logins"));
        };
        let wrong = |text: String| FunctionError::argument(0, text);
        let mut entries = Vec::new();
        for (position, (host, login)) in logins.iter().enumerate() {
            let shown = shown(host, position);
            check_host(host).map_err(|problem| {
                wrong(format!("{} is not the host of a registry: {problem}", by_position(position)))
            })?;
            let text = |name: &str| {
                let text =
                    login.as_object().and_then(|login| login.attribute(name).as_str()).filter(|text| !text.is_empty());
                text.ok_or_else(|| wrong(format!("the login for {shown} has no `{name}`")))
            };
            let (user_name, password) = (text("username")?, text("password")?);
            if user_name.contains(':') {
                return Err(wrong(format!("the user name for {shown} has a colon in it, which would end it there")));
            }
            entries.push((host.as_str(), user_name, password));
        }
        Ok(docker_config_json(entries).expose().into())
    }
}

/// The key of Docker Hub, which is a URL for historical reasons:
/// <https://docs.docker.com/reference/cli/docker/login/#default-behavior>
const DOCKER_HUB: &str = "https://index.docker.io/v1/";

/// Clients look logins up by the exact host: another form of it would never be found.
fn check_host(host: &str) -> Result<(), &'static str> {
    let small = host.to_ascii_lowercase();
    match host {
        DOCKER_HUB => Ok(()),
        "" => Err("it is empty"),
        "docker.io" | "index.docker.io" | "registry-1.docker.io" => {
            Err("logins of Docker Hub are under https://index.docker.io/v1/")
        }
        _ if host.contains("://") => Err(
            "it begins with a scheme: take it off with trimprefix (Docker Hub's alone is https://index.docker.io/v1/)",
        ),
        _ if host.contains('/') => Err("it has a path: write what stands before the slash"),
        _ if small != host && Registry::parse(&small).is_some() => Err("ECR's hosts are in small letters"),
        _ if !is_host(host) => Err("a host is a name or an address, and may have a port: HOST or HOST:PORT"),
        _ => Ok(()),
    }
}

/// A name or an address of version 4, or one of version 6 in brackets; with a port or without.
fn is_host(text: &str) -> bool {
    let (host, port) = split_port(text);
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    let is_name = host.split('.').all(|label| !label.is_empty() && label.chars().all(is_letter));
    let is_v6 = || host.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok();
    port.is_none_or(|port| port_number(port).is_some()) && (is_name || is_v6().is_some())
}

/// The host of a login, named only if it is plainly a host: a password may stand in its place.
fn shown(host: &str, position: usize) -> String {
    let is_plain = host == DOCKER_HUB || host.len() <= 64 && !Shown::endpoint(host).hides_value();
    if is_plain { format!("{host:?}") } else { by_position(position) }
}

fn by_position(position: usize) -> String {
    format!("key {} of the map, in the order of the alphabet,", position + 1)
}

#[cfg(test)]
mod tests {
    use terraform_plugin::Object;

    use super::*;

    fn login(username: &str, password: impl Into<Value>) -> Value {
        Object::new().with("username", username).with("password", password).into()
    }

    fn called(host: &str, login: Value) -> Result<Value, FunctionError> {
        DockerConfigJson.call(vec![Value::Map([(host.to_owned(), login)].into())])
    }

    #[test]
    fn hosts_get_their_logins() {
        let content = called("public.ecr.aws", login("AWS", "eyJ")).expect("a file");
        assert_eq!(content, r#"{"auths":{"public.ecr.aws":{"auth":"QVdTOmV5Sg=="}}}"#.into());
        assert_eq!(DockerConfigJson.call(vec![Value::Map([].into())]), Ok(r#"{"auths":{}}"#.into()));
        for host in [
            "127.0.0.1:5000",
            "[::1]:5000",
            "localhost:05000",
            "[::1]",
            "localhost",
            DOCKER_HUB,
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
        ] {
            assert!(called(host, login("AWS", "eyJ")).is_ok(), "{host}");
        }
    }

    #[test]
    fn what_no_client_would_find_is_refused_without_the_password() {
        for (host, login, words) in [
            ("", login("AWS", "hunter2"), "empty"),
            ("https://public.ecr.aws", login("AWS", "hunter2"), "scheme"),
            ("public.ecr.aws/app", login("AWS", "hunter2"), "path"),
            ("public ecr aws", login("AWS", "hunter2"), "HOST:PORT"),
            (":::", login("AWS", "hunter2"), "HOST:PORT"),
            ("localhost:0", login("AWS", "hunter2"), "HOST:PORT"),
            ("localhost:+5000", login("AWS", "hunter2"), "HOST:PORT"),
            ("localhost:", login("AWS", "hunter2"), "HOST:PORT"),
            ("[-", login("AWS", "hunter2"), "HOST:PORT"),
            ("eyJhunter2==", login("AWS", "public.ecr.aws"), "key 1 of the map"),
            ("hunter2", login("AWS", ""), "key 1 of the map"),
            ("eyJhunter2.eyJ.x", login("AWS", ""), "key 1 of the map"),
            ("hunter2.corp:x", login("AWS", "x"), "key 1 of the map"),
            ("https://AWS:hunter2@public.ecr.aws", login("AWS", "x"), "scheme"),
            ("docker.io", login("me", "hunter2"), "https://index.docker.io/v1/"),
            ("Public.ECR.aws", login("AWS", "hunter2"), "small letters"),
            ("public.ecr.aws", login("", "hunter2"), "no `username`"),
            ("public.ecr.aws", login("a:b", "hunter2"), "colon"),
            ("public.ecr.aws", login("AWS", ""), "no `password`"),
            ("public.ecr.aws", login("AWS", Value::Null), "no `password`"),
            ("public.ecr.aws", Value::Null, "no `username`"),
        ] {
            let error = called(host, login).expect_err(words);
            assert_eq!(error, FunctionError::argument(0, error.text()));
            assert!(error.text().contains(words) && !error.text().contains("hunter2"), "{error:?}");
        }
    }
}
