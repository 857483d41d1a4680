//! The function `user_agent`: composes a product for the `User-Agent` of requests.

use terraform_plugin::{Function, FunctionError, Parameter, Signature, Type, Value};

#[derive(Debug)]
pub(crate) struct UserAgent;

impl Function for UserAgent {
    fn name(&self) -> &'static str {
        "user_agent"
    }

    fn signature(&self) -> Signature {
        let text = |name, description| Parameter::new(name, Type::String).description(description);
        Signature::new(Type::String, "A product for the argument `user_agent` of the provider")
            .parameter(text("product_name", "The name of the product. It must not be empty."))
            .parameter(text("product_version", "The version of the product, or an empty string."))
            .parameter(text("comment", "More about the product, or an empty string."))
            .description(
                "The product as `name/version (comment)`, without the parts that are empty. Characters that are not valid in \
                 a header are left out.",
            )
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let text = |index: usize| arguments.get(index).and_then(Value::as_str).unwrap_or_default();
        let (name, version, comment) = (text(0), text(1), text(2));
        if name.is_empty() {
            // The error has the message of hashicorp/aws, followed by an instruction.
            let text = "product_name must be set. Write the name of the product, such as example-module";
            return Err(FunctionError::argument(0, text));
        }
        let version = if version.is_empty() { String::new() } else { format!("/{version}") };
        let comment = if comment.is_empty() { String::new() } else { format!(" ({comment})") };
        Ok(format!("{name}{version}{comment}").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(arguments: [&str; 3]) -> Result<Value, FunctionError> {
        UserAgent.call(arguments.map(Value::from).into())
    }

    /// As in hashicorp/aws, the function copies each part unchanged.
    #[test]
    fn empty_parts_are_omitted() {
        for (arguments, expected) in [
            (["module", "1.0", "a comment"], "module/1.0 (a comment)"),
            (["module", "1.0", ""], "module/1.0"),
            (["module", "", "a comment"], "module (a comment)"),
            (["module", "", ""], "module"),
            ([" ", " ", " "], " /  ( )"),
            (["m\u{e9}\n", "1/2", "(a)"], "m\u{e9}\n/1/2 ((a))"),
        ] {
            assert_eq!(product(arguments), Ok(expected.into()));
        }
    }

    #[test]
    fn rejects_a_product_without_a_name() {
        for (version, comment) in [("", ""), ("1.0", "hunter2")] {
            let error = product(["", version, comment]).expect_err("no name");
            assert_eq!(error, FunctionError::argument(0, error.text()));
            assert!(error.text().starts_with("product_name must be set. ") && !error.text().contains("hunter2"));
        }
    }
}
