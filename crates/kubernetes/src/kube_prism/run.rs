//! Runs KubePrism.

use async_trait::async_trait;
use minos_resources::k8s::{KubePrismConfig, KubePrismStatuses};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use super::balancer::Balancer;

/// One for the node.
#[derive(Default)]
pub(crate) struct KubePrismRun {
    running: Option<(String, Balancer)>,
}

#[async_trait]
impl Controller for KubePrismRun {
    fn name(&self) -> &str {
        "kubernetes.kube-prism.run"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<KubePrismConfig>().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<KubePrismStatuses>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let Some(config) = cx.get::<KubePrismConfig>(KubePrismConfig::ID)?.filter(|config| config.is_running()) else {
            cx.stop_task();
            self.running = None;
            return Ok(());
        };
        let address = format!("{}:{}", config.host, config.port);
        if self.running.as_ref().is_none_or(|(running, _)| *running != address) {
            cx.stop_task();
            let balancer = Balancer::default();
            let (server, at) = (balancer.clone(), address.clone());
            cx.run_task(&address, |waker| async move {
                server.run(&at, move || waker.wake(Key::all())).await;
            });
            self.running = Some((address.clone(), balancer));
        }
        if let Some((_, balancer)) = &self.running {
            balancer.set(&config.endpoints);
            let status = KubePrismStatuses { host: address, healthy: balancer.is_healthy() };
            cx.write(KubePrismStatuses::ID, status)?;
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.running = None;
    }
}
