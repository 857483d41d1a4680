//! The function `session_policy`: composes a session policy that limits the permissions of a token.

use aws_base::Shown;
use ecr_token::{Permissions, RepositoryPattern};
use terraform_plugin::{Function, FunctionError, Parameter, Signature, Type, Value};

#[derive(Debug)]
pub(crate) struct SessionPolicy;

const PULL: &str = "pull";
const PUSH: &str = "push";

impl Function for SessionPolicy {
    fn name(&self) -> &'static str {
        "session_policy"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::String, "A session policy for a token that may only pull from or push to some repositories")
            .parameter(Parameter::new("permissions", Type::map(Type::list(Type::String))).description(
                "The ARNs of repositories under `pull`, under `push` or under both. Permission to push includes permission to \
                 pull. `*` and `?` are wildcards. Name at least one repository. An empty list and null add no repositories.",
            ))
            .description(
                "JSON for `policy` of `assume_role`. It allows its holder to get a token, and to pull from and push to these \
                 repositories. The same permissions always give the same text. A policy with more than 2,048 characters, the \
                 limit of AWS STS, is an error.",
            )
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let wrong = |text: String| FunctionError::argument(0, text);
        let mut permissions = Permissions::default();
        for (name, arns) in arguments.first().and_then(Value::as_map).into_iter().flatten() {
            let patterns = match name.as_str() {
                PULL => &mut permissions.pull,
                PUSH => &mut permissions.push,
                other => {
                    let other = Shown::value(other);
                    return Err(wrong(format!("{other:?} is not a permission: write `{PULL}` or `{PUSH}`")));
                }
            };
            // A null list has the same meaning as a missing list.
            for (index, arn) in arns.as_list().unwrap_or_default().iter().enumerate() {
                let place = format!("`{name}[{index}]`");
                let Some(arn) = arn.as_str() else { return Err(wrong(format!("{place} is null: leave it out"))) };
                let shown = Shown::value(arn);
                let place = if shown.hides_value() { place } else { format!("{place}, {shown:?},") };
                patterns.push(RepositoryPattern::parse(arn).map_err(|flaw| wrong(format!("{place} {flaw}")))?);
            }
        }
        permissions.session_policy().map(Value::from).map_err(|problem| wrong(problem.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = "arn:aws:ecr:eu-west-1:123456789012:repository/app";

    fn list(arns: &[&str]) -> Value {
        Value::List(arns.iter().map(|arn| Value::from(*arn)).collect())
    }

    fn called<const N: usize>(permissions: [(&str, Value); N]) -> Result<Value, FunctionError> {
        let permissions = permissions.into_iter().map(|(name, arns)| (name.to_owned(), arns)).collect();
        SessionPolicy.call(vec![Value::Map(permissions)])
    }

    #[test]
    fn empty_and_null_lists_add_nothing() {
        let policy = called([("pull", list(&[APP]))]).expect("a policy");
        assert_eq!(called([("pull", list(&[APP])), ("push", list(&[]))]), Ok(policy.clone()));
        assert_eq!(called([("pull", list(&[APP])), ("push", Value::Null)]), Ok(policy.clone()));
        assert!(policy.as_str().is_some_and(|text| !text.contains("PutImage")));
        let policy = called([("push", list(&[APP])), ("pull", list(&[]))]).expect("a policy");
        assert!(policy.as_str().is_some_and(|text| text.contains("PutImage") && text.contains("BatchGetImage")));
    }

    #[test]
    fn errors_name_the_argument() {
        for (result, words) in [
            (called([]), "a repository is missing: name at least one in `pull` or `push`"),
            (called([("pull", list(&[])), ("push", Value::Null)]), "a repository is missing"),
            (called([("pul", list(&[APP]))]), "\"pul\" is not a permission: write `pull` or `push`"),
            (called([("pull", list(&[APP])), ("Push", list(&[APP]))]), "\"Push\" is not a permission"),
            (
                called([("pull", list(&["app"]))]),
                "`pull[0]`, \"app\", is not the ARN of a repository: write arn:aws:ecr:",
            ),
            (called([("push", list(&[APP, "*"]))]), "`push[1]` matches everything"),
            (called([("push", list(&[&APP.replace("123456789012", "1234")]))]), "`push[0]` has the account \"1234\""),
            (called([("pull", Value::List(vec![APP.into(), Value::Null]))]), "`pull[1]` is null: leave it out"),
            (called([("pull", list(&[&APP.repeat(50).replace(':', "-")]))]), "`pull[0]` is not the ARN"),
            (called([("pull", list(&[&format!("{APP}{}", "a".repeat(2000))]))]), "AWS STS accepts at most 2048"),
        ] {
            let error = result.expect_err(words);
            assert_eq!(error, FunctionError::argument(0, error.text()), "{words}");
            assert!(error.text().contains(words), "{error:?}");
        }
    }

    #[test]
    fn errors_hide_a_token_in_place_of_an_arn_or_a_permission() {
        for token in
            ["hunter2", "eyJhunter2.eyJ.x", "QVdTOmh1bnRlcjI=hunter2", "https://AWS:hunter2@public.ecr.aws/app"]
        {
            for permissions in [("pull", list(&[token])), (token, list(&[APP]))] {
                let error = called([permissions]).expect_err(token);
                assert!(!error.text().contains("hunter2"), "{error:?}");
            }
        }
    }
}
