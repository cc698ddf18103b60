//! Which servers host DNS asks, and whether they answer.

use std::net::{IpAddr, SocketAddr};

use async_trait::async_trait;
use minos_resources::network::{DnsUpstream, HostDnsConfig, ResolverStatus};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Resource};

use super::config::PORT;
use super::resolver::Resolver;

pub(super) struct Apply {
    pub(super) resolver: Resolver,
}

#[async_trait]
impl Controller for Apply {
    fn name(&self) -> &str {
        "network.dns_upstream.apply"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<HostDnsConfig>().only(HostDnsConfig::ID).to_all(),
            Input::of::<ResolverStatus>().only(ResolverStatus::ID).to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<DnsUpstream>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let config = cx.get::<HostDnsConfig>(HostDnsConfig::ID)?.filter(|config| config.is_running());
        let status = cx.get::<ResolverStatus>(ResolverStatus::ID)?.filter(Resource::is_running);
        let servers = match (&config, &status) {
            (Some(config), Some(status)) if config.enabled => servers(config, &status.dns_servers),
            _ => Vec::new(),
        };
        if self.resolver.set_servers(&servers) {
            tracing::info!(?servers, "host DNS asks other servers");
        }
        if servers.is_empty() {
            cx.stop_task();
            return Ok(());
        }
        let resolver = self.resolver.clone();
        cx.run_task(&servers, |waker| resolver.watch_health(move || waker.wake(Key::all())));
        for (index, (address, healthy)) in self.resolver.servers().into_iter().enumerate() {
            cx.write(&format!("#{index:03} {}", address.ip()), DnsUpstream::new(address, healthy))?;
        }
        Ok(())
    }
}

/// The node's servers, but none that is host DNS itself: it would ask itself for ever.
fn servers(config: &HostDnsConfig, resolvers: &[IpAddr]) -> Vec<SocketAddr> {
    let mut servers: Vec<SocketAddr> = Vec::new();
    for server in resolvers.iter().map(|address| SocketAddr::new(*address, PORT)) {
        if !config.listen_addresses.contains(&server) && !server.ip().is_unspecified() && !servers.contains(&server) {
            servers.push(server);
        }
    }
    servers
}
