//! The function `trim_iam_role_path`: removes the path from the ARN of an IAM role.

use aws_base::ArnSections;
use terraform_plugin::{Function, FunctionError, Parameter, Signature, Type, Value};

use super::arn_parse::first_argument;

#[derive(Debug)]
pub(crate) struct TrimIamRolePath;

impl Function for TrimIamRolePath {
    fn name(&self) -> &'static str {
        "trim_iam_role_path"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::String, "The ARN of an IAM role without the role's path")
            .parameter(
                Parameter::new("arn", Type::String).description("The Amazon Resource Name (ARN) of an IAM role."),
            )
            .description(
                "The ARN without the path, for services that do not accept the path. Only the last part of the resource is kept.",
            )
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let arn = first_argument(&arguments)?;
        let path_and_name = role(&arn).map_err(|flaw| {
            let order = "Write the ARN of an IAM role, such as arn:aws:iam::123456789012:role/path/deploy";
            FunctionError::argument(0, format!("{flaw}. {order}"))
        })?;
        let name = path_and_name.rsplit('/').next().unwrap_or_default();
        let resource = format!("role/{name}");
        Ok(ArnSections { resource: &resource, ..arn }.to_string().into())
    }
}

/// Returns the path and the name of a role. The error is the message of hashicorp/aws.
fn role<'a>(arn: &ArnSections<'a>) -> Result<&'a str, &'static str> {
    if arn.service != "iam" {
        return Err("service must be \"iam\"");
    }
    if !arn.region.is_empty() {
        return Err("region must be empty");
    }
    arn.resource.strip_prefix("role/").ok_or("resource must begin with \"role/\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trimmed(arn: &str) -> Result<Value, FunctionError> {
        TrimIamRolePath.call(vec![arn.into()])
    }

    /// Compares the results of this function with the results of hashicorp/aws 5.100.0.
    #[test]
    fn keeps_only_the_role_name() {
        for (arn, expected) in [
            ("arn:aws:iam::123456789012:role/deploy", "arn:aws:iam::123456789012:role/deploy"),
            ("arn:aws:iam::123456789012:role/with/a/path/deploy", "arn:aws:iam::123456789012:role/deploy"),
            ("arn:aws-cn:iam::123456789012:role//deploy", "arn:aws-cn:iam::123456789012:role/deploy"),
            ("arn::iam:::role/a:b/c:d", "arn::iam:::role/c:d"),
            ("arn:aws:iam::123456789012:role/path/", "arn:aws:iam::123456789012:role/"),
            ("arn:aws:iam::123456789012:role/", "arn:aws:iam::123456789012:role/"),
        ] {
            assert_eq!(trimmed(arn), Ok(expected.into()), "{arn}");
        }
    }

    #[test]
    fn errors_match_hashicorp_aws_and_hide_the_text() {
        for (arn, words) in [
            ("hunter2", "arn: invalid prefix. Write "),
            ("arn:aws:iam::123456789012", "arn: not enough sections. Write "),
            ("arn:aws:sts::123456789012:assumed-role/deploy/hunter2", "service must be \"iam\". Write "),
            ("arn:aws:IAM::123456789012:role/hunter2", "service must be \"iam\". Write "),
            ("arn:aws:hunter2:us-east-1:123456789012:user/x", "service must be \"iam\". Write "),
            ("arn:aws:iam:us-east-1:123456789012:user/hunter2", "region must be empty. Write "),
            ("arn:aws:iam: :123456789012:role/hunter2", "region must be empty. Write "),
            ("arn:aws:iam::123456789012:user/hunter2", "resource must begin with \"role/\". Write "),
            ("arn:aws:iam::123456789012:role", "resource must begin with \"role/\". Write "),
            ("arn:aws:iam::123456789012:/role/hunter2", "resource must begin with \"role/\". Write "),
            ("arn:aws:iam::123456789012:Role/hunter2", "resource must begin with \"role/\". Write "),
        ] {
            let error = trimmed(arn).expect_err(words);
            assert_eq!(error, FunctionError::argument(0, error.text()));
            assert!(error.text().starts_with(words) && !error.text().contains("hunter2"), "{error:?}");
        }
    }
}
