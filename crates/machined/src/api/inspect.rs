//! `inspect.InspectService`: how controllers and resources hang together.

use std::sync::Arc;

use minos_api::inspect as i;
use minos_api::inspect::inspect_service_server::InspectService as Service;
use minos_runtime::{Dependency, DependencyKind};
use tonic::{Request, Response, Status};

use crate::node::Node;

/// The service.
pub struct InspectService {
    node: Arc<Node>,
}

impl InspectService {
    pub fn new(node: Arc<Node>) -> Self {
        Self { node }
    }
}

#[tonic::async_trait]
impl Service for InspectService {
    async fn controller_runtime_dependencies(
        &self,
        _: Request<()>,
    ) -> Result<Response<i::ControllerRuntimeDependenciesResponse>, Status> {
        let edges = self.node.engine.dependencies().into_iter().map(edge).collect();
        let message = i::ControllerRuntimeDependency { metadata: None, edges };
        Ok(Response::new(i::ControllerRuntimeDependenciesResponse { messages: vec![message] }))
    }
}

fn edge(from: Dependency) -> i::ControllerDependencyEdge {
    let kind = match from.kind {
        // An input here only wakes and is read: a weak one in the contract's terms. None keeps its resource alive.
        DependencyKind::Input => i::DependencyEdgeType::InputWeak,
        DependencyKind::OutputExclusive => i::DependencyEdgeType::OutputExclusive,
        DependencyKind::OutputShared => i::DependencyEdgeType::OutputShared,
    };
    i::ControllerDependencyEdge {
        controller_name: from.controller,
        edge_type: kind.into(),
        resource_namespace: from.namespace,
        resource_type: from.type_name.to_owned(),
        resource_id: from.id.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_names_its_ends_and_its_kind() {
        let from = Dependency {
            controller: "network.address.apply".to_owned(),
            kind: DependencyKind::OutputShared,
            type_name: "AddressStatuses.net.talos.dev",
            namespace: "network".to_owned(),
            id: None,
        };
        let edge_of = |kind| edge(Dependency { kind, ..from.clone() });
        let edge = edge_of(DependencyKind::OutputShared);
        assert_eq!(edge.edge_type(), i::DependencyEdgeType::OutputShared);
        assert_eq!((&*edge.controller_name, &*edge.resource_type), ("network.address.apply", from.type_name));
        assert_eq!((&*edge.resource_namespace, &*edge.resource_id), ("network", ""));
        assert_eq!(edge_of(DependencyKind::Input).edge_type(), i::DependencyEdgeType::InputWeak);
        assert_eq!(edge_of(DependencyKind::OutputExclusive).edge_type(), i::DependencyEdgeType::OutputExclusive);
    }
}
