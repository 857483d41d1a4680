//! The function `registry_host`: composes the host of a private registry.

use aws_base::{AccountId, Region, Shown};
use ecr_token::{NoPartition, PrivateRegistry};
use terraform_plugin::{Function, FunctionError, Parameter, Signature, Type, Value};

#[derive(Debug)]
pub(crate) struct RegistryHost;

const FIPS: &str = "fips";
const DUAL_STACK: &str = "dual_stack";

impl Function for RegistryHost {
    fn name(&self) -> &'static str {
        "registry_host"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::String, "The host of an account's private registry in a Region")
            .parameter(Parameter::new("account_id", Type::String).description("The account: 12 digits."))
            .parameter(Parameter::new("region", Type::String).description(
                "The Region, in any partition. A Region that is newer than this version of the provider is accepted if its \
                 name looks like a Region.",
            ))
            .variadic(Parameter::new("options", Type::map(Type::Bool)).nullable().description(
                "At most one map, or null. If `fips` is true, the host has FIPS cryptography. If `dual_stack` is true, the host \
                 has IPv6 addresses as well.",
            ))
            .description(
                "The host that image names begin with, and that clients use to find a login. The host is composed without a \
                 call to AWS. AWS's documentation lists the Regions with FIPS hosts.",
            )
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let text = |index: usize| arguments.get(index).and_then(Value::as_str).unwrap_or_default();
        let (account_id, region) = (text(0), text(1));
        let options = arguments.get(2..).unwrap_or_default();
        if options.len() > 1 {
            return Err(FunctionError::argument(3, "only one map of options is allowed: put all options into it"));
        }
        let options = options.first().and_then(Value::as_map);
        let is_known = |name: &&String| [FIPS, DUAL_STACK].contains(&name.as_str());
        if let Some(name) = options.into_iter().flat_map(|options| options.keys()).find(|name| !is_known(name)) {
            let text =
                format!("{:?} is not an option: the options are `{FIPS}` and `{DUAL_STACK}`", Shown::value(name));
            return Err(FunctionError::argument(2, text));
        }
        // A null option has the same meaning as a missing option.
        let option = |name| options.and_then(|options| options.get(name)?.as_bool()).unwrap_or_default();
        let account = AccountId::parse(account_id).map_err(|_| {
            let text = format!("{:?} is not an account ID: write 12 digits", Shown::value(account_id));
            FunctionError::argument(0, text)
        })?;
        let not_region =
            |_| FunctionError::argument(1, format!("{:?} is not a Region: {NoPartition}", Shown::value(region)));
        let region = Region::parse(region).map_err(|_| NoPartition).map_err(not_region)?;
        let registry = PrivateRegistry::new(account, region).map_err(not_region)?;
        Ok(registry.fips(option(FIPS)).dual_stack(option(DUAL_STACK)).to_string().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(arguments: Vec<Value>) -> Result<Value, FunctionError> {
        RegistryHost.call(arguments)
    }

    fn options(options: &[(&str, Value)]) -> Value {
        Value::Map(options.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    }

    #[test]
    fn options_change_the_host() {
        let host = |with: Option<Value>| {
            let arguments = ["123456789012".into(), "us-east-1".into()].into_iter().chain(with);
            host(arguments.collect()).expect("a host")
        };
        assert_eq!(host(None), "123456789012.dkr.ecr.us-east-1.amazonaws.com".into());
        assert_eq!(host(Some(options(&[]))), host(None));
        assert_eq!(host(Some(Value::Null)), host(None));
        assert_eq!(host(Some(options(&[(FIPS, false.into()), (DUAL_STACK, Value::Null)]))), host(None));
        let both = options(&[(FIPS, true.into()), (DUAL_STACK, true.into())]);
        assert_eq!(host(Some(both)), "123456789012.dkr-ecr-fips.us-east-1.on.aws".into());
    }

    #[test]
    fn errors_hide_a_token_in_place_of_an_argument() {
        for token in ["hunter2", "eyJhunter2.eyJ.x", "QVdTOmh1bnRlcjI=hunter2", "HUNTER2/hunter2+x"] {
            let (account, region) = (|| Value::from("123456789012"), || Value::from("us-east-1"));
            for arguments in [
                vec![token.into(), region()],
                vec![account(), token.into()],
                vec![account(), region(), options(&[(token, true.into())])],
            ] {
                let error = host(arguments).expect_err(token);
                assert!(!error.text().contains("hunter2") && error.text().contains("(hidden)"), "{error:?}");
            }
        }
    }

    #[test]
    fn errors_name_the_invalid_argument() {
        let (account, region) = (|| Value::from("123456789012"), || Value::from("us-east-1"));
        for (arguments, index, words) in [
            (vec!["1234".into(), region()], 0, "12 digits"),
            (vec![account(), "narnia-1".into()], 1, "eu-west-1"),
            (vec![account(), region(), options(&[("ipv6", true.into())])], 2, "`dual_stack`"),
            (vec![account(), region(), options(&[]), options(&[])], 3, "one map"),
        ] {
            let error = host(arguments).expect_err(words);
            assert_eq!(error, FunctionError::argument(index, error.text()), "{words}");
            assert!(error.text().contains(words), "{error:?}");
        }
    }
}
