//! Listens where the configuration says.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};

use async_trait::async_trait;
use minos_resources::network::{AddressStatus, DnsResolveCache, HostDnsConfig};
use minos_runtime::{Context, Controller, Input, Key, Object, Output, ReconcileError};

use super::config::PORT;
use super::resolver::Resolver;
use super::server::serve;
use super::sockets::DnsSockets;

/// Keyed by address and port, so that a change of one listener leaves the others as they are.
pub(super) struct Apply {
    pub(super) resolver: Resolver,
    pub(super) sockets: Arc<dyn DnsSockets>,
    /// What is listened on.
    running: HashMap<SocketAddr, Running>,
}

struct Running {
    /// What was set on the sockets.
    hops: u32,
    /// Gone when the task has ended.
    task: Weak<()>,
}

impl Apply {
    pub(super) fn new(resolver: Resolver, sockets: Arc<dyn DnsSockets>) -> Self {
        Self { resolver, sockets, running: HashMap::new() }
    }
}

#[async_trait]
impl Controller for Apply {
    fn name(&self) -> &str {
        "network.dns_resolve_cache.apply"
    }

    fn inputs(&self) -> Vec<Input> {
        let listened = |object: &Object| {
            let config = object.spec_as::<HostDnsConfig>();
            config.into_iter().flat_map(|config| &config.listen_addresses).map(|at| Key::from(at.to_string())).collect()
        };
        let on_loopback = |object: &Object| {
            let status = object.spec_as::<AddressStatus>().filter(|status| status.link_name == "lo");
            status
                .map(|status| Key::from(SocketAddr::new(status.address.addr(), PORT).to_string()))
                .into_iter()
                .collect()
        };
        vec![Input::of::<HostDnsConfig>().to_keys(listened), Input::of::<AddressStatus>().to_keys(on_loopback)]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<DnsResolveCache>()]
    }

    async fn reconcile(&mut self, cx: &Context, key: &Key) -> Result<(), ReconcileError> {
        let at: SocketAddr = key.as_str().parse()?;
        let config = cx.get::<HostDnsConfig>(HostDnsConfig::ID)?;
        let config = config.filter(|config| config.is_running() && config.enabled);
        let Some(config) = config.filter(|config| config.listen_addresses.contains(&at)) else {
            cx.stop_task();
            self.running.remove(&at);
            return Ok(());
        };
        if !at.ip().is_loopback() && !cx.list::<AddressStatus>()?.iter().any(|status| status.address.addr() == at.ip())
        {
            return Err(ReconcileError::waiting(format!("address {}", at.ip())));
        }
        // A pod may be behind one router more than the machine's own programs.
        let hops = if config.service_host_dns_address == Some(at.ip()) { 2 } else { 1 };
        self.listen(cx, at, hops)?;
        for transport in ["udp", "tcp"] {
            cx.write(&format!("{transport}-{at}"), DnsResolveCache { status: "running".to_owned() })?;
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.running.clear();
    }
}

impl Apply {
    fn listen(&mut self, cx: &Context, at: SocketAddr, hops: u32) -> Result<(), ReconcileError> {
        if self.running.get(&at).is_some_and(|running| running.hops == hops && running.task.strong_count() > 0) {
            return Ok(());
        }
        cx.stop_task();
        self.running.remove(&at);
        let listening = self.sockets.listen(at, hops)?;
        let resolver = self.resolver.clone();
        let alive = Arc::new(());
        self.running.insert(at, Running { hops, task: Arc::downgrade(&alive) });
        cx.run_task(&(at, hops), |_| async move {
            let _alive = alive;
            serve(listening, resolver).await;
        });
        tracing::info!(address = %at, "host DNS listens");
        Ok(())
    }
}
