//! How far the network is.

use async_trait::async_trait;
use minos_resources::files::EtcFileStatus;
use minos_resources::network::{HostnameStatus, NetworkStatus, NodeAddress, RouteStatus, RouteType, RoutingTable};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Resource};

pub(crate) fn status() -> Box<dyn Controller> {
    Box::new(Status)
}

struct Status;

#[async_trait]
impl Controller for Status {
    fn name(&self) -> &str {
        "network.status.status"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<NodeAddress>().only(NodeAddress::CURRENT).to_all(),
            Input::of::<RouteStatus>().to_all(),
            Input::of::<HostnameStatus>().to_all(),
            Input::of::<EtcFileStatus>().to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<NetworkStatus>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let current = cx.get::<NodeAddress>(NodeAddress::CURRENT)?.filter(Resource::is_running);
        let default_route = |route: &Resource<RouteStatus>| {
            route.destination.is_none() && route.route_type == RouteType::UNICAST && route.table == RoutingTable::MAIN
        };
        let file = |path: &str| Ok::<_, ReconcileError>(cx.get::<EtcFileStatus>(path)?.is_some());
        let status = NetworkStatus {
            address_ready: current.is_some_and(|current| !current.addresses.is_empty()),
            connectivity_ready: cx.list::<RouteStatus>()?.iter().any(default_route),
            hostname_ready: cx.get::<HostnameStatus>(HostnameStatus::ID)?.is_some(),
            etc_files_ready: file("hosts")? && file("resolv.conf")?,
        };
        cx.write(NetworkStatus::ID, status)?;
        Ok(())
    }
}
