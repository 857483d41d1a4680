//! The result of configuring a provider block: the client that ephemeral blocks use.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use aws_base::{Environment, Region, Session, Settings};
use ecr_token::{Client, Error};
use terraform_plugin::{AttributePath, Model, Opened};
use tracing::info;

/// A configured provider block.
#[derive(Debug)]
pub(crate) struct Configuration {
    pub(crate) settings: Settings,
    client: Client,
    /// The clients for the Regions that ephemeral blocks name. These clients are only used while the Region of the provider block is not
    /// known.
    clients: Mutex<HashMap<String, Client>>,
    /// The paths of the arguments that a token depends on and that are not known yet. At plan, any argument may be unknown.
    unknown: Vec<AttributePath>,
}

impl Configuration {
    /// Creates a configuration with a client for this session. `unknown` has the paths of the arguments that are not known yet.
    pub(crate) fn new(settings: Settings, session: Session, unknown: Vec<AttributePath>) -> Self {
        Self { settings, client: Client::new(session), clients: Mutex::default(), unknown }
    }

    /// Returns the client for an ephemeral block with this `region`. Returns `None` if the client needs an argument that is not known yet.
    ///
    /// # Errors
    /// Returns an error if this version does not know the Region `region`. `region` is only checked while the Region of the provider block
    /// is not known.
    pub(crate) fn client(&self, region: Option<&Region>) -> Result<Option<Client>, Error> {
        Ok(match (self.unknown.as_slice(), region) {
            ([], _) => Some(self.client.clone()),
            // The `region` of the ephemeral block is the only Region in use, and AWS_REGION is ignored.
            ([path], Some(region)) if *path == AttributePath::new("region") => {
                if !self.settings.skip_region_validation {
                    region.require_partition()?;
                }
                let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
                let client = clients.entry(region.to_string()).or_insert_with(|| self.client_of(region.clone()));
                Some(client.clone())
            }
            _ => None,
        })
    }

    fn client_of(&self, region: Region) -> Client {
        let settings = Settings { region: Some(region), skip_region_validation: true, ..self.settings.clone() };
        Client::new(Session::new(settings, Environment::of_process()))
    }

    /// Returns the result of an ephemeral block that needs arguments that are not known yet. The values in this result are unknown.
    pub(crate) fn unknown_result<M: Model>(&self) -> Opened<M> {
        let unknown: Vec<_> = self.unknown.iter().map(ToString::to_string).collect();
        info!(?unknown, "the provider configuration is not known yet");
        Opened::unknown()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_in_the_block_replaces_an_unknown_provider_region() {
        let configuration = |unknown: &[&str]| {
            let session = Session::new(Settings::default(), Environment::from_variables(&[]));
            let unknown = unknown.iter().copied().map(AttributePath::new).collect();
            Configuration::new(Settings::default(), session, unknown)
        };
        let known = |unknown: &[&str], region: Option<&str>| {
            let region = region.map(|name| Region::parse(name).expect("a Region"));
            configuration(unknown).client(region.as_ref()).map(|client| client.is_some()).ok()
        };
        assert_eq!(known(&[], None), Some(true));
        assert_eq!(known(&["region"], Some("eu-west-1")), Some(true));
        assert_eq!(known(&["region"], Some("narnia-1")), None);
        assert_eq!(known(&["region"], None), Some(false));
        assert_eq!(known(&["region", "profile"], Some("eu-west-1")), Some(false));
        assert_eq!(known(&["profile"], Some("eu-west-1")), Some(false));
    }
}
