//! The provider block: from its arguments to a client.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use ecr_token::{Client, Error, Settings, check_endpoint, check_region, check_region_form, check_static_keys};
use terraform_plugin::{
    Attribute, AttributePath, Block, Configure, Configured, Diagnostics, EphemeralResource, NestedBlock, Object,
    Provider, Schema, Type, async_trait,
};

use crate::{diagnostics, ephemeral};

/// `provider "aws"` of source `terraform-ecr/ecr`.
#[derive(Debug)]
pub(crate) struct EcrProvider;

/// What a provider block turns into.
#[derive(Debug)]
pub(crate) struct Configuration {
    settings: Settings,
    client: Client,
    /// Where the Region is not known yet: a client for each Region that a block names.
    clients: Mutex<HashMap<String, Client>>,
    /// The arguments that are known only after apply; at plan, that can be any.
    unknown: Vec<AttributePath>,
}

impl Configuration {
    /// The client to ask with for a block with this `region` of its own; `None` where what it needs is not known yet.
    ///
    /// # Errors
    /// Where `region` is none, and the Region of the provider block is not there to compare it with.
    pub(crate) fn client(&self, region: Option<&str>) -> Result<Option<Client>, Error> {
        Ok(match (self.unknown.as_slice(), region) {
            ([], _) => Some(self.client.clone()),
            // The block's own is all that is asked for, and what AWS_REGION says would be beside the point.
            ([path], Some(region)) if *path == AttributePath::new("region") => {
                if !self.settings.skip_region_validation {
                    check_region_form(region)?;
                }
                let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
                Some(clients.entry(region.to_owned()).or_insert_with(|| self.client_of(region)).clone())
            }
            _ => None,
        })
    }

    fn client_of(&self, region: &str) -> Client {
        let mut settings = self.settings.clone();
        (settings.region, settings.skip_region_validation) = (Some(region.to_owned()), true);
        Client::new(settings)
    }

    pub(crate) fn unknown(&self) -> &[AttributePath] {
        &self.unknown
    }
}

#[async_trait]
impl Provider for EcrProvider {
    type Client = Configuration;

    fn name(&self) -> &'static str {
        "ecr"
    }

    fn address(&self) -> &'static str {
        "terraform-ecr/ecr"
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn trace_targets(&self) -> &'static [&'static str] {
        &["terraform_provider_ecr", "ecr_token"]
    }

    fn schema(&self) -> Schema {
        Schema::new(
            Block::new("Gets Amazon ECR authorization tokens. Arguments mean what they mean in hashicorp/aws.")
                .attributes(attributes())
                .block(NestedBlock::set("endpoints", endpoints())),
        )
    }

    fn validate(&self, config: &Object) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        let skips = config.attribute("skip_region_validation");
        if let Some(region) = text(config, "region")
            && !skips.is_unknown()
            && skips.as_bool() != Some(true)
            && let Err(error) = check_region(&region)
        {
            diagnostics.push(diagnostics::of_provider(&error));
        }
        for block in config.blocks("endpoints") {
            for service in ["ecr", "sts"] {
                if let Some(url) = text(block, service)
                    && let Err(problem) = check_endpoint(&url)
                {
                    // An element of a set cannot be pointed at.
                    diagnostics.push(diagnostics::endpoint(service, &url, &problem).at("endpoints"));
                }
            }
        }
        let keys_known = ["access_key", "secret_key", "token"].iter().all(|name| !config.attribute(name).is_unknown());
        if keys_known && let Err(error) = check_static_keys(&settings(config)) {
            diagnostics.push(diagnostics::of_provider(&error));
        }
        diagnostics
    }

    async fn configure(&self, request: Configure) -> Result<Configured<Configuration>, Diagnostics> {
        let unknown = request.config.unknown_paths();
        let settings = settings(&request.config);
        let client = Client::new(settings.clone());
        // What cannot work is said here, where it can be blamed on an argument, and not once for each block.
        if unknown.is_empty() {
            client.prepare().await.map_err(|error| diagnostics::of_provider(&error))?;
        }
        Ok(Configured::new(Configuration { settings, client, clients: Mutex::default(), unknown }))
    }

    fn ephemeral_resources(&self) -> Vec<Box<dyn EphemeralResource<Configuration>>> {
        ephemeral::all()
    }
}

fn attributes() -> Vec<Attribute> {
    let list = Type::list(Type::String);
    let described = [
        (
            Attribute::string("access_key"),
            "The id of a static access key. With `secret_key` (and `token`), replaces every other source of credentials. \
             Can also be set with the `AWS_ACCESS_KEY_ID` environment variable.",
        ),
        (
            Attribute::string("profile"),
            "The profile of the shared files to take credentials and Region from. Set here, it goes before credentials in \
             the environment. Can also be set with the `AWS_PROFILE` environment variable.",
        ),
        (
            Attribute::string("region"),
            "The Region to ask where a block names none. Can also be set with the `AWS_REGION` or `AWS_DEFAULT_REGION` \
             environment variables, or in the profile.",
        ),
        (
            Attribute::string("secret_key").sensitive(),
            "The secret of a static access key. Can also be set with the `AWS_SECRET_ACCESS_KEY` environment variable.",
        ),
        (
            Attribute::new("shared_config_files", list.clone()),
            "Files to read instead of `~/.aws/config`. Those that do not exist are passed over.",
        ),
        (
            Attribute::new("shared_credentials_files", list),
            "Files to read instead of `~/.aws/credentials`. Those that do not exist are passed over.",
        ),
        (
            Attribute::bool("skip_region_validation"),
            "Lets a `region` through that this version of the provider does not know.",
        ),
        (
            Attribute::string("token").sensitive(),
            "The session token of temporary static keys. Can also be set with the `AWS_SESSION_TOKEN` environment \
             variable.",
        ),
    ];
    described.into_iter().map(|(attribute, description)| attribute.optional().description(description)).collect()
}

fn endpoints() -> Block {
    let ecr = Attribute::string("ecr").optional().description("The URL to ask instead of Amazon ECR's.");
    let sts = Attribute::string("sts").optional().description("The URL to ask instead of AWS STS's, for roles.");
    Block::new("URLs to ask instead of AWS's own.").attribute(ecr).attribute(sts)
}

fn settings(config: &Object) -> Settings {
    let files = |name| config.strings(name).unwrap_or_default().into_iter().map(Into::into).collect();
    let mut settings = Settings::default();
    settings.access_key = text(config, "access_key");
    settings.secret_key = text(config, "secret_key").map(Into::into);
    settings.token = text(config, "token").map(Into::into);
    settings.profile = text(config, "profile");
    settings.region = text(config, "region");
    settings.shared_config_files = files("shared_config_files");
    settings.shared_credentials_files = files("shared_credentials_files");
    settings.skip_region_validation = config.bool("skip_region_validation").unwrap_or_default();
    for block in config.blocks("endpoints") {
        settings.endpoints.ecr = text(block, "ecr").or(settings.endpoints.ecr);
        settings.endpoints.sts = text(block, "sts").or(settings.endpoints.sts);
    }
    settings
}

/// A string that is set: empty counts as not, as in hashicorp/aws.
fn text(config: &Object, name: &str) -> Option<String> {
    config.string(name).filter(|text| !text.is_empty()).map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use terraform_plugin::{Diagnostic, Value};

    use super::*;

    fn complaints(config: &Object) -> Vec<(String, String)> {
        let diagnostics = EcrProvider.validate(config);
        let path = |diagnostic: &Diagnostic| diagnostic.path().map(ToString::to_string).unwrap_or_default();
        diagnostics.iter().map(|diagnostic| (path(diagnostic), diagnostic.summary().to_owned())).collect()
    }

    #[test]
    fn bad_arguments_are_blamed_before_any_call() {
        let endpoints = |url: &str| vec![Value::from(Object::new().with("ecr", url).with("sts", Value::Null))];
        for (config, path) in [
            (Object::new().with("region", "narnia-1"), "region"),
            (Object::new().with("endpoints", endpoints("127.0.0.1:5599")), "endpoints"),
            (Object::new().with("access_key", "AKID"), "access_key"),
            (Object::new().with("secret_key", "hunter2"), "secret_key"),
            (Object::new().with("token", "hunter2"), "token"),
        ] {
            let complaints = complaints(&config);
            assert_eq!(complaints.len(), 1, "{config:?}: {complaints:?}");
            assert_eq!(complaints[0].0, path);
        }
    }

    #[test]
    fn nothing_is_said_of_what_is_unknown_unset_or_fine() {
        for config in [
            Object::new(),
            Object::new().with("region", Value::Unknown),
            Object::new().with("region", "narnia-1").with("skip_region_validation", true),
            Object::new().with("region", "narnia-1").with("skip_region_validation", Value::Unknown),
            Object::new().with("endpoints", Value::Unknown),
            Object::new().with("access_key", "AKID").with("secret_key", Value::Unknown),
            Object::new().with("access_key", "").with("secret_key", ""),
            Object::new().with("access_key", "AKID").with("secret_key", "x").with("region", "eu-west-1"),
        ] {
            assert_eq!(complaints(&config), [], "{config:?}");
        }
    }

    #[test]
    fn a_region_of_the_block_makes_an_unknown_one_of_the_provider_unneeded() {
        let configuration = |unknown: &[&str]| Configuration {
            settings: Settings::default(),
            client: Client::new(Settings::default()),
            clients: Mutex::default(),
            unknown: unknown.iter().copied().map(AttributePath::new).collect(),
        };
        let known =
            |unknown: &[&str], region| configuration(unknown).client(region).map(|client| client.is_some()).ok();
        assert_eq!(known(&[], None), Some(true));
        assert_eq!(known(&["region"], Some("eu-west-1")), Some(true));
        assert_eq!(known(&["region"], Some("narnia-1")), None);
        assert_eq!(known(&["region"], None), Some(false));
        assert_eq!(known(&["region", "profile"], Some("eu-west-1")), Some(false));
        assert_eq!(known(&["profile"], Some("eu-west-1")), Some(false));
    }

    #[test]
    fn empty_strings_are_unset() {
        let config = Object::new().with("profile", "").with("region", "eu-west-1");
        let settings = settings(&config);
        assert_eq!((settings.profile, settings.region.as_deref()), (None, Some("eu-west-1")));
    }
}
