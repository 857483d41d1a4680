//! The function `arn_build`: builds an ARN from its sections.

use aws_base::ArnSections;
use terraform_plugin::{Function, FunctionError, Parameter, Signature, Type, Value};

#[derive(Debug)]
pub(crate) struct ArnBuild;

impl Function for ArnBuild {
    fn name(&self) -> &'static str {
        "arn_build"
    }

    fn signature(&self) -> Signature {
        let section = |name, description| Parameter::new(name, Type::String).description(description);
        Signature::new(Type::String, "An ARN from its sections")
            .parameter(section("partition", "The partition of the resource, such as `aws`, `aws-cn` or `aws-us-gov`."))
            .parameter(section("service", "The namespace of the service, such as `ecr`."))
            .parameter(section("region", "The code of the Region, or an empty string."))
            .parameter(section("account_id", "The ID of the AWS account, or an empty string."))
            .parameter(section("resource", "The resource: in most services, its type and its name."))
            .description(
                "The Amazon Resource Name (ARN) of these sections. Sections are not checked, and may be empty.",
            )
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let text = |index: usize| arguments.get(index).and_then(Value::as_str).unwrap_or_default();
        let arn = ArnSections {
            partition: text(0),
            service: text(1),
            region: text(2),
            account_id: text(3),
            resource: text(4),
        };
        Ok(arn.to_string().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_joined_unchanged() {
        for (sections, expected) in [
            (["aws", "iam", "", "123456789012", "role/deploy"], "arn:aws:iam::123456789012:role/deploy"),
            (
                ["aws-us-gov", "ecr", "us-gov-west-1", "1", "repository/a:b"],
                "arn:aws-us-gov:ecr:us-gov-west-1:1:repository/a:b",
            ),
            ([""; 5], "arn:::::"),
            ([" ", "a:b", "\u{e9}", "\n", "*"], "arn: :a:b:\u{e9}:\n:*"),
        ] {
            assert_eq!(ArnBuild.call(sections.map(Value::from).into()), Ok(expected.into()));
        }
    }
}
