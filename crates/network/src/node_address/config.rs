//! How the node's addresses are put in order, as the machine configuration says.

use async_trait::async_trait;
use minos_resources::network::{AddressSortAlgorithm, NodeAddressSortAlgorithm};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use crate::config;

pub(super) struct Config;

#[async_trait]
impl Controller for Config {
    fn name(&self) -> &str {
        "network.node_address.config"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![config::input().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<NodeAddressSortAlgorithm>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let said = config::get(cx)?.map(|machine| machine.features().node_address_sort_algorithm);
        let algorithm = said.and_then(|name| name.parse().ok()).unwrap_or(AddressSortAlgorithm::V1);
        cx.write(NodeAddressSortAlgorithm::ID, NodeAddressSortAlgorithm { algorithm })?;
        Ok(())
    }
}
