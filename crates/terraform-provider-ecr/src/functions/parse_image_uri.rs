//! The function `parse_image_uri`: splits the name of an image in ECR into its parts.

use ecr_token::{ImageUri, Registry};
use terraform_plugin::{Function, FunctionError, Object, Parameter, Signature, Type, Value};

#[derive(Debug)]
pub(crate) struct ParseImageUri;

/// The names of the parts, in the order of the name of an image.
const PARTS: [&str; 6] = ["registry", "account_id", "region", "repository", "tag", "digest"];

impl Function for ParseImageUri {
    fn name(&self) -> &'static str {
        "parse_image_uri"
    }

    fn signature(&self) -> Signature {
        let parts = Type::object(PARTS.map(|part| (part, Type::String)));
        Signature::new(parts, "The parts of an ECR or ECR Public image name")
            .parameter(Parameter::new("uri", Type::String).description(
                "The image name, as for `docker pull`: the host of an ECR registry, the repository, and an optional tag and \
                 digest. In ECR Public, the repository follows the alias of a registry. Images of other registries are an \
                 error, and so is a scheme.",
            ))
            .description(
                "An object with `registry` (the host), `account_id`, `region`, `repository`, `tag` and `digest`. A missing \
                 tag or digest is null, as are the account and the Region of ECR Public. Hosts of all partitions are \
                 supported, including FIPS and dual-stack hosts.",
            )
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let uri = arguments.first().and_then(Value::as_str).unwrap_or_default();
        // The error does not repeat the name, because a URL may contain a password, and the argument may be a misplaced token.
        let image = ImageUri::parse(uri).map_err(|error| FunctionError::argument(0, format!("the image {error}")))?;
        let of = match &image.registry {
            Registry::Private(registry) => Some(registry),
            _ => None,
        };
        let parts = Object::new()
            .with("registry", image.registry.to_string())
            .with("account_id", of.map(|registry| registry.account_id().as_str()))
            .with("region", of.map(|registry| registry.region().as_str()))
            .with("repository", image.repository)
            .with("tag", image.tag)
            .with("digest", image.digest);
        Ok(parts.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(uri: &str) -> Result<[Option<String>; 6], FunctionError> {
        let value = ParseImageUri.call(vec![uri.into()])?;
        let parts = value.as_object().expect("an object");
        Ok(PARTS.map(|part| parts.attribute(part).as_str().map(ToOwned::to_owned)))
    }

    #[test]
    fn missing_parts_are_null() {
        let some = |text: &str| Some(text.to_owned());
        let host = "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com";
        let expected = [some(host), some("123456789012"), some("us-gov-west-1"), some("team/app"), some("1.0"), None];
        assert_eq!(parts(&format!("{host}/team/app:1.0")), Ok(expected));
        let expected = [some("public.ecr.aws"), None, None, some("docker/library/nginx"), None, None];
        assert_eq!(parts("public.ecr.aws/docker/library/nginx"), Ok(expected));
    }

    #[test]
    fn errors_hide_the_image() {
        let error = parts("docker.io/nginx").expect_err("not ECR's");
        let expected = "the image does not begin with the host of an ECR registry, such as \
                        123456789012.dkr.ecr.eu-west-1.amazonaws.com or public.ecr.aws";
        assert_eq!(error, FunctionError::argument(0, expected));
        for uri in [
            "https://AWS:hunter2@public.ecr.aws/a/b",
            "AWS:hunter2@public.ecr.aws/a/b",
            "hunter2",
            "public.ecr.aws/hunter2/A",
            "public.ecr.aws/a/b:hunter2/",
        ] {
            let error = parts(uri).expect_err("a password");
            assert!(!error.text().contains("hunter2"), "{error:?}");
        }
    }
}
