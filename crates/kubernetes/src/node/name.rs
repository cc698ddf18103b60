//! The node's name in Kubernetes.

use async_trait::async_trait;
use minos_resources::config::MachineConfig;
use minos_resources::k8s::Nodename;
use minos_resources::network::HostnameStatus;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

/// One for the node.
pub(crate) struct NodenameMake;

#[async_trait]
impl Controller for NodenameMake {
    fn name(&self) -> &str {
        "kubernetes.node.name"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<MachineConfig>().only(MachineConfig::ID).to_all(), Input::of::<HostnameStatus>().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<Nodename>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let config = cx.require::<MachineConfig>(MachineConfig::ID)?;
        if config.machine().is_none() {
            return Ok(());
        }
        let kubelet = config.kubelet();
        let hostname = cx.require::<HostnameStatus>(HostnameStatus::ID)?;
        let name = if kubelet.register_with_fqdn { hostname.fqdn() } else { hostname.hostname.clone() };
        let nodename = nodename(&name).ok_or_else(|| {
            ReconcileError::failed(format!("the host name {name:?} gives no name for a Kubernetes node"))
        })?;
        let hostname_version = hostname.metadata().version.to_string();
        let skip_node_registration = kubelet.skip_node_registration;
        cx.write(Nodename::ID, Nodename { nodename, hostname_version, skip_node_registration })?;
        Ok(())
    }
}

/// A host name as the name of an object of Kubernetes: lower case letters, digits, dashes and dots.
fn nodename(hostname: &str) -> Option<String> {
    let allowed = hostname.chars().filter_map(|c| match c {
        'a'..='z' | '0'..='9' | '-' | '.' => Some(c),
        'A'..='Z' => Some(c.to_ascii_lowercase()),
        '_' => Some('-'),
        _ => None,
    });
    let name = allowed.collect::<String>().trim_matches(['-', '.']).to_owned();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_fit() {
        assert_eq!(nodename("Node_1.Example").as_deref(), Some("node-1.example"));
        assert_eq!(nodename("-ä-"), None);
    }
}
