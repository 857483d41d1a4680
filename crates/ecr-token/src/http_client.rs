//! HTTP clients: connections and root certificates are shared by all requests that go the same way.

use aws_smithy_http_client::{
    Builder, Connector,
    proxy::ProxyConfig,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_types::sdk_config::SharedHttpClient;

/// A client that goes through these proxies.
pub(crate) fn http_client(proxies: ProxyConfig) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = Connector::builder().proxy_config(proxies.clone());
        connector.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        // The crypto library of the plugin's own TLS: there is one in the binary.
        connector.tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build()
    })
}
