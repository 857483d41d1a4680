//! The function `arn_parse`: splits an ARN into its sections.

use aws_base::{ArnSections, InvalidArnForm};
use terraform_plugin::{Function, FunctionError, Object, Parameter, Signature, Type, Value};

#[derive(Debug)]
pub(crate) struct ArnParse;

impl Function for ArnParse {
    fn name(&self) -> &'static str {
        "arn_parse"
    }

    fn signature(&self) -> Signature {
        let names = ["partition", "service", "region", "account_id", "resource"];
        let sections = Type::object(names.map(|name| (name, Type::String)));
        Signature::new(sections, "The sections of an ARN")
            .parameter(Parameter::new("arn", Type::String).description("The Amazon Resource Name (ARN) to parse."))
            .description(
                "An object with `partition`, `service`, `region`, `account_id` and `resource`. An empty section of the ARN is \
                 an empty string. Sections are not checked. Colons after the fifth colon belong to the resource.",
            )
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let sections = first_argument(&arguments)?;
        let object = Object::new()
            .with("partition", sections.partition)
            .with("service", sections.service)
            .with("region", sections.region)
            .with("account_id", sections.account_id)
            .with("resource", sections.resource);
        Ok(object.into())
    }
}

/// Parses the ARN in the first argument.
///
/// # Errors
/// Returns an error if the text is not an ARN. The error has the message of hashicorp/aws, followed by an instruction. The error does not
/// repeat the text, because the text may be a secret.
pub(super) fn first_argument(arguments: &[Value]) -> Result<ArnSections<'_>, FunctionError> {
    let text = arguments.first().and_then(Value::as_str).unwrap_or_default();
    ArnSections::parse(text).map_err(|flaw| {
        let order = match flaw {
            InvalidArnForm::Sections => {
                "Write all six sections, with nothing between two colons for an empty section: \
                 arn:partition:service:region:account-id:resource"
            }
            _ => "Write the whole ARN, such as arn:aws:iam::123456789012:role/deploy",
        };
        FunctionError::argument(0, format!("{flaw}. {order}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_section_becomes_an_attribute() {
        let arn = "arn:aws-cn:ecr:cn-north-1:123456789012:repository/team/app";
        let sections = ArnParse.call(vec![arn.into()]).expect("an ARN");
        let expected = Object::new()
            .with("account_id", "123456789012")
            .with("partition", "aws-cn")
            .with("region", "cn-north-1")
            .with("resource", "repository/team/app")
            .with("service", "ecr");
        assert_eq!(sections, expected.into());
    }

    #[test]
    fn errors_match_hashicorp_aws_and_hide_the_text() {
        let (prefix, few) = ("arn: invalid prefix. Write ", "arn: not enough sections. Write ");
        let long = "hunter2:".repeat(100_000);
        for (text, words) in [
            ("", prefix),
            ("hunter2", prefix),
            ("eyJhunter2.eyJ.x", prefix),
            ("arn", prefix),
            ("ARN:aws:iam::123456789012:role/hunter2", prefix),
            (" arn:aws:iam::123456789012:role/hunter2", prefix),
            ("\u{feff}arn:aws:iam::123456789012:role/hunter2", prefix),
            ("\"arn:aws:iam::123456789012:role/hunter2\"", prefix),
            ("https://AWS:hunter2@public.ecr.aws", prefix),
            (&long, prefix),
            ("arn:", few),
            ("arn:hunter2", few),
            ("arn:aws:iam::123456789012", few),
            ("arn:aws:iam::123456789012/role/hunter2", few),
            ("arn\u{ff1a}aws:iam::123456789012:hunter2", prefix),
        ] {
            let error = ArnParse.call(vec![text.into()]).expect_err(words);
            assert_eq!(error, FunctionError::argument(0, error.text()));
            assert!(error.text().starts_with(words) && !error.text().contains("hunter2"), "{error:?}");
        }
    }
}
