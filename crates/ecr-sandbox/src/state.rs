//! The state that all requests share.

use std::{collections::HashMap, io, net::SocketAddr};

use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc::UnboundedSender},
};

use crate::{
    authority::{Authority, Tls},
    calls::Calls,
    domain::registry_domain,
    fault::Faults,
    host::Hosts,
    options::Options,
    port::Port,
    principal::Principals,
    record::{Recent, Request},
    registry::Registry,
    secrets::Secrets,
    tokens::Tokens,
    upstream::Upstream,
};

/// The maximum number of registries with their own port. Each port is an open file, and a process may have only a few thousand
/// open files.
const MAX_PORTS: usize = 256;

/// The state that all requests share.
pub(crate) struct State {
    pub(crate) principals: Principals,
    pub(crate) tokens: Tokens,
    pub(crate) secrets: Secrets,
    pub(crate) faults: Faults,
    pub(crate) record: Recent<Request>,
    pub(crate) calls: Calls,
    pub(crate) authority: Authority,
    /// The registry behind the gate.
    pub(crate) upstream: Option<Upstream>,
    pub(crate) admin: bool,
    pub(crate) hosts: Hosts,
    pub(crate) open_accounts: Vec<String>,
    /// The address of the main port.
    pub(crate) address: SocketAddr,
    proxy_endpoint: Option<String>,
    /// The channel to the task that accepts connections at the ports.
    ports: UnboundedSender<Port>,
    /// The address of each registry that has its own port.
    registries: Mutex<HashMap<Registry, SocketAddr>>,
}

impl State {
    pub(crate) fn new(
        options: Options,
        authority: Authority,
        address: SocketAddr,
        ports: UnboundedSender<Port>,
    ) -> Self {
        Self {
            principals: Principals::new(&options.keys),
            tokens: Tokens::new(options.token_lifetime),
            secrets: Secrets::random(),
            faults: Faults::default(),
            record: Recent::new(),
            calls: Calls::new(options.keep_calls),
            authority,
            upstream: options.registry.map(Upstream::new),
            admin: options.admin,
            hosts: Hosts::new(address.ip(), options.hosts, options.proxy_endpoint.as_deref()),
            open_accounts: options.open_accounts,
            address,
            proxy_endpoint: options.proxy_endpoint,
            ports,
            registries: Mutex::default(),
        }
    }

    /// Opens one more port on the main port's IP address.
    pub(crate) async fn open_port(&self, tls: Tls, registry: Option<Registry>) -> io::Result<SocketAddr> {
        let listener = TcpListener::bind((self.address.ip(), 0)).await?;
        let address = listener.local_addr()?;
        // An error means that the sandbox has been dropped.
        self.ports.send(Port { listener, tls, registry }).ok();
        Ok(address)
    }

    /// Returns the URL of an account's registry in a Region. By default, this is AWS's URL if `host` is an AWS host. Otherwise,
    /// the registry has its own port, which the first call of this function opens.
    pub(crate) async fn proxy_endpoint(&self, account: &str, region: &str, host: Option<&str>) -> io::Result<String> {
        if let Some(template) = &self.proxy_endpoint {
            let port = self.address.port().to_string();
            let filled = template.replace("{account}", account).replace("{region}", region).replace("{port}", &port);
            return Ok(filled);
        }
        if let Some(domain) = host.and_then(|host| registry_domain(host, region)) {
            return Ok(format!("https://{account}.dkr.ecr.{region}.{domain}"));
        }
        let registry = Registry { account: account.to_owned(), region: region.to_owned() };
        let mut registries = self.registries.lock().await;
        if let Some(address) = registries.get(&registry) {
            return Ok(format!("http://{address}"));
        }
        if registries.len() == MAX_PORTS {
            let problem = format!(
                "{MAX_PORTS} registries already have a port, which is the limit: start the sandbox with --proxy-endpoint"
            );
            return Err(io::Error::other(problem));
        }
        let address = self.open_port(Tls::Good, Some(registry.clone())).await?;
        registries.insert(registry, address);
        Ok(format!("http://{address}"))
    }
}
