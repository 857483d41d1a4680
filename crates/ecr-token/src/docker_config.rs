//! The Docker `config.json`, which holds logins.

use aws_base::Secret;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, json};

/// A login at a registry: host, user name and password.
pub type Login<'a> = (&'a str, &'a str, &'a str);

/// Returns a Docker `config.json` with these logins, as `docker login` writes it: JSON on one line. Each host has the base64 of
/// `user_name:password`. Other clients read it too, and so does Kubernetes, as `.dockerconfigjson`.
///
/// A host is the beginning of image names, so it has no scheme and no path.
pub fn docker_config_json<'a>(logins: impl IntoIterator<Item = Login<'a>>) -> Secret {
    let mut auths = Map::new();
    for (host, user_name, password) in logins {
        let auth = BASE64_STANDARD.encode(format!("{user_name}:{password}"));
        auths.insert(host.to_owned(), json!({"auth": auth}));
    }
    json!({"auths": auths}).to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_one_login_for_each_host() {
        let logins = [("public.ecr.aws", "AWS", "eyJ:x"), ("127.0.0.1:5000", "me", "\"quoted\"\n\u{e4}")];
        let [first, second] = ["QVdTOmV5Sjp4", "bWU6InF1b3RlZCIKw6Q="];
        let expected =
            format!(r#"{{"auths":{{"127.0.0.1:5000":{{"auth":"{second}"}},"public.ecr.aws":{{"auth":"{first}"}}}}}}"#);
        assert_eq!(docker_config_json(logins).expose(), expected);
        assert_eq!(docker_config_json([]).expose(), r#"{"auths":{}}"#);
    }
}
