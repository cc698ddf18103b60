//! The kubelet to run: its configuration with this node's name and addresses.

use async_trait::async_trait;
use minos_resources::config::MachineType;
use minos_resources::k8s::{KubeletConfig, KubeletSpec, NodeIp, Nodename};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use super::{KubeletHost, args, configuration};

/// One for the node.
pub(crate) struct KubeletSpecMake {
    host: KubeletHost,
}

impl KubeletSpecMake {
    pub(crate) const fn new(host: KubeletHost) -> Self {
        Self { host }
    }
}

#[async_trait]
impl Controller for KubeletSpecMake {
    fn name(&self) -> &str {
        "kubernetes.kubelet.spec"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<KubeletConfig>().to_all(),
            Input::of::<MachineType>().to_all(),
            Input::of::<NodeIp>().to_all(),
            Input::of::<Nodename>().to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<KubeletSpec>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let Some(config) = cx.get::<KubeletConfig>(KubeletConfig::ID)? else { return Ok(()) };
        let control_plane = cx.require::<MachineType>(MachineType::ID)?.is_control_plane();
        let nodename = cx.require::<Nodename>(Nodename::ID)?.nodename.clone();
        let addresses = if args::chooses_addresses(&config) {
            Vec::new()
        } else {
            cx.require::<NodeIp>(NodeIp::ID)?.addresses.clone()
        };
        let (args, expected_nodename) = args::render(&config, &nodename, &addresses)?;
        let spec = KubeletSpec {
            image: config.image.clone(),
            args,
            extra_mounts: config.extra_mounts.clone(),
            expected_nodename: expected_nodename.unwrap_or_default(),
            config: configuration::render(&config, control_plane, self.host)?,
            credential_provider_config: config.credential_provider_config.clone(),
        };
        cx.write(KubeletSpec::ID, spec)?;
        Ok(())
    }
}
