//! The function `docker_config_json`: writes a Docker `config.json` with the logins of several registries.

use aws_base::Shown;
use ecr_token::docker_config_json;
use terraform_plugin::{Function, FunctionError, Parameter, Signature, Type, Value};

mod key;

#[derive(Debug)]
pub(crate) struct DockerConfigJson;

impl Function for DockerConfigJson {
    fn name(&self) -> &'static str {
        "docker_config_json"
    }

    fn signature(&self) -> Signature {
        let login = Type::object([("username", Type::String), ("password", Type::String)]);
        Signature::new(Type::String, "A Docker `config.json` with the logins of several registries")
            .parameter(Parameter::new("logins", Type::map(login)).description(
                "A map from the host of each registry to its `username` and `password`. Write the host without a scheme, as \
                 at the beginning of an image name. For clients that support such keys, add a path after the host, or use `*` \
                 for a part of the host name. Only the key of Docker Hub has a scheme: `https://index.docker.io/v1/`. Errors \
                 never show a password.",
            ))
            .description(
                "The content of `config.json`, for clients that read this file, and for `.dockerconfigjson` in a Kubernetes \
                 secret. For one registry, use the attribute `docker_config_json` of the token. The result is ephemeral or \
                 sensitive if an argument is.",
            )
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let Some(logins) = arguments.first().and_then(Value::as_map) else {
            return Err(FunctionError::argument(0, "it is not a map of logins"));
        };
        let wrong = |text: String| FunctionError::argument(0, text);
        let mut entries = Vec::new();
        for (position, (key, login)) in logins.iter().enumerate() {
            let shown = shown(key, position);
            key::check(key).map_err(|problem| wrong(format!("{} is not valid: {problem}", by_position(position))))?;
            let text = |name: &str| {
                let text =
                    login.as_object().and_then(|login| login.attribute(name).as_str()).filter(|text| !text.is_empty());
                text.ok_or_else(|| wrong(format!("the login for {shown} has no `{name}`")))
            };
            let (user_name, password) = (text("username")?, text("password")?);
            if user_name.contains(':') {
                return Err(wrong(format!(
                    "the user name for {shown} contains a colon, which would end the user name"
                )));
            }
            entries.push((key.as_str(), user_name, password));
        }
        Ok(docker_config_json(entries).expose().into())
    }
}

/// Returns the text that identifies a login in an error: the key of the login, if the key is clearly a host. Otherwise, the text is the
/// position of the login, because the key may be a misplaced password.
fn shown(key: &str, position: usize) -> String {
    let is_plain = key == key::DOCKER_HUB || key.len() <= 64 && !Shown::endpoint(key).hides_value();
    if is_plain { format!("{key:?}") } else { by_position(position) }
}

fn by_position(position: usize) -> String {
    format!("key {} of the map, in alphabetical order,", position + 1)
}

#[cfg(test)]
mod tests {
    use terraform_plugin::Object;

    use super::*;

    fn login(username: &str, password: impl Into<Value>) -> Value {
        Object::new().with("username", username).with("password", password).into()
    }

    fn called(key: &str, login: Value) -> Result<Value, FunctionError> {
        DockerConfigJson.call(vec![Value::Map([(key.to_owned(), login)].into())])
    }

    #[test]
    fn each_key_has_its_login() {
        let content = |key| called(key, login("AWS", "eyJ"));
        let expected = |key| Ok(format!(r#"{{"auths":{{"{key}":{{"auth":"QVdTOmV5Sg=="}}}}}}"#).into());
        for key in ["public.ecr.aws", "public.ecr.aws/docker/library", "*.dkr.ecr.eu-west-1.amazonaws.com"] {
            assert_eq!(content(key), expected(key));
        }
        assert_eq!(DockerConfigJson.call(vec![Value::Map([].into())]), Ok(r#"{"auths":{}}"#.into()));
    }

    #[test]
    fn errors_hide_the_password() {
        for (key, login, words) in [
            ("https://AWS:hunter2@public.ecr.aws", login("AWS", "x"), "key 1 of the map"),
            ("AWS:hunter2@public.ecr.aws/app", login("AWS", "x"), "key 1 of the map"),
            ("public.ecr.aws/Hunter2hunter2", login("AWS", "x"), "key 1 of the map"),
            ("eyJhunter2==", login("AWS", "public.ecr.aws"), "key 1 of the map"),
            ("hunter2", login("AWS", ""), "key 1 of the map"),
            ("eyJhunter2.eyJ.x", login("AWS", ""), "key 1 of the map"),
            ("hunter2.corp:x", login("AWS", "x"), "key 1 of the map"),
            ("public.ecr.aws/hunter2", login("AWS", ""), "key 1 of the map"),
            ("*.hunter2", login("AWS", ""), "key 1 of the map"),
            ("public.ecr.aws", login("", "hunter2"), "\"public.ecr.aws\" has no `username`"),
            ("public.ecr.aws", login("a:b", "hunter2"), "colon"),
            ("public.ecr.aws", login("AWS", ""), "no `password`"),
            ("public.ecr.aws", login("AWS", Value::Null), "no `password`"),
            ("public.ecr.aws", Value::Null, "no `username`"),
        ] {
            let error = called(key, login).expect_err(words);
            assert_eq!(error, FunctionError::argument(0, error.text()));
            let shows_secret = error.text().to_lowercase().contains("hunter2");
            assert!(error.text().contains(words) && !shows_secret, "{error:?}");
        }
    }
}
