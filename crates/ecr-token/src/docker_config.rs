//! Writes logins as a Docker `config.json`.

use aws_base::Secret;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, json};

/// A login at a registry: host, user name and password.
pub type Login<'a> = (&'a str, &'a str, &'a str);

/// Returns a Docker `config.json` with these logins, in the format of `docker login`: JSON on one line. For each host, the file has the
/// base64 of `user_name:password`. Other container clients read this format. Kubernetes reads this format as the value of
/// `.dockerconfigjson`.
///
/// A host is the text at the beginning of image names, without a scheme or a path.
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
