//! Where API servers are: by the configuration, and by the cluster's own record.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use minos_resources::config::MachineConfig;
use minos_resources::k8s::{Endpoint, KubeletKubeconfig};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Waker};
use serde_json::Value;

use crate::api::{ApiClient, ApiError};
use crate::files::Files;
use crate::from_config::of_cluster;
use crate::kubelet::KUBECONFIG;

/// The pause after a watch that failed.
const PAUSE: Duration = Duration::from_secs(5);
/// How often a name is looked up again.
const LOOKUP_INTERVAL: Duration = Duration::from_secs(300);

/// The endpoint of the configuration, its name looked up.
pub(crate) struct ConfiguredEndpoint;

#[async_trait]
impl Controller for ConfiguredEndpoint {
    fn name(&self) -> &str {
        "kubernetes.endpoint.config"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<MachineConfig>().only(MachineConfig::ID).to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<Endpoint>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let config = cx.require::<MachineConfig>(MachineConfig::ID)?;
        let Some((host, port)) = of_cluster(&config).and_then(|config| config.cluster_endpoint_host()) else {
            return Ok(());
        };
        let endpoint = if let Ok(address) = host.parse::<IpAddr>() {
            Endpoint { addresses: vec![address], hosts: Vec::new() }
        } else {
            cx.wake_after(LOOKUP_INTERVAL);
            let found = tokio::net::lookup_host((host.as_str(), port)).await?;
            let mut addresses: Vec<IpAddr> = found.map(|one| one.ip().to_canonical()).collect();
            addresses.sort_unstable();
            addresses.dedup();
            Endpoint { addresses, hosts: vec![host] }
        };
        cx.write(Endpoint::CONTROL_PLANE_ID, endpoint)?;
        Ok(())
    }
}

/// The API servers that the cluster knows, watched with the kubelet's credentials.
pub(crate) struct ApiServerEndpoints {
    files: Arc<dyn Files>,
    /// Addresses by slice, once they have been seen.
    seen: Arc<Mutex<Option<Slices>>>,
}

type Slices = BTreeMap<String, Vec<IpAddr>>;

impl ApiServerEndpoints {
    pub(crate) fn new(files: Arc<dyn Files>) -> Self {
        Self { files, seen: Arc::default() }
    }
}

#[async_trait]
impl Controller for ApiServerEndpoints {
    fn name(&self) -> &str {
        "kubernetes.endpoint.status"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<KubeletKubeconfig>().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<Endpoint>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let credentials = cx.require::<KubeletKubeconfig>(KubeletKubeconfig::ID)?.hash.clone();
        let (files, seen) = (Arc::clone(&self.files), Arc::clone(&self.seen));
        cx.run_task(&credentials, |waker| watch_forever(files, seen, waker));
        let slices = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match slices {
            None => cx.keep_outputs(),
            Some(slices) => {
                let mut addresses: Vec<IpAddr> = slices.into_values().flatten().collect();
                addresses.sort_unstable();
                addresses.dedup();
                cx.write(Endpoint::API_SERVER_ID, Endpoint { addresses, hosts: Vec::new() })?;
            }
        }
        Ok(())
    }
}

async fn watch_forever(files: Arc<dyn Files>, seen: Arc<Mutex<Option<Slices>>>, waker: Waker) {
    loop {
        if let Err(error) = watch_once(files.as_ref(), &seen, &waker).await {
            tracing::debug!(%error, "the watch of API servers ended");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn watch_once(files: &dyn Files, seen: &Mutex<Option<Slices>>, waker: &Waker) -> Result<(), ApiError> {
    let missing = || ApiError::Kubeconfig("it cannot be read".to_owned());
    let kubeconfig = files.read(KUBECONFIG).ok().flatten().and_then(|text| String::from_utf8(text).ok());
    let client = ApiClient::from_kubeconfig(&kubeconfig.ok_or_else(missing)?, files)?;
    let path = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";
    let mut watch = client.watch(path, "fieldSelector=metadata.name%3Dkubernetes").await?;
    while let Some(event) = watch.next().await? {
        let name = event.object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        let slices = seen.get_or_insert_with(Slices::new);
        if event.deleted {
            slices.remove(&name);
        } else {
            slices.insert(name, addresses(&event.object));
        }
        drop(seen);
        waker.wake(Key::all());
    }
    Ok(())
}

fn addresses(slice: &Value) -> Vec<IpAddr> {
    let endpoints = slice["endpoints"].as_array().into_iter().flatten();
    let texts = endpoints.filter_map(|endpoint| endpoint["addresses"].as_array()).flatten();
    texts.filter_map(|text| text.as_str()?.parse().ok()).collect()
}
