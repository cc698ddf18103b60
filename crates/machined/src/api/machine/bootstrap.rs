//! `Bootstrap`: this node founds the cluster.

use minos_api::machine as m;
use minos_kubernetes::{BootstrapError, request_bootstrap};
use minos_resources::etcd::EtcdBootstrap;
use tonic::{Response, Status};

use super::Reply;
use crate::node::Node;

pub fn bootstrap(node: &Node, request: &m::BootstrapRequest) -> Reply<m::BootstrapResponse> {
    if node.configuration.current().is_none() {
        return Err(Status::failed_precondition("bootstrap is not available yet: the node has no configuration"));
    }
    let wanted = EtcdBootstrap { recover: request.recover_etcd, skip_hash_check: request.recover_skip_hash_check };
    request_bootstrap(&node.store, node.files.as_ref(), wanted).map_err(|error| {
        let text = error.to_string();
        match error {
            BootstrapError::NotControlPlane | BootstrapError::TimeNotSynced | BootstrapError::NotReady(_) => {
                Status::failed_precondition(text)
            }
            BootstrapError::HasData | BootstrapError::AlreadyAsked => Status::already_exists(text),
            BootstrapError::RecoveryUnsupported => Status::unimplemented(text),
        }
    })?;
    Ok(Response::new(m::BootstrapResponse { messages: vec![m::Bootstrap { metadata: None }] }))
}
