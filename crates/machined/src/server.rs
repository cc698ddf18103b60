//! The sockets on which `machined` serves: one for the gateway with everything, one for processes of the node that
//! need to read a few resources.

use std::convert::Infallible;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use minos_api::cosi::resource::state_server::StateServer;
use minos_api::inspect::inspect_service_server::InspectServiceServer;
use minos_api::machine::lifecycle_service_server::LifecycleServiceServer;
use minos_api::machine::machine_service_server::MachineServiceServer;
use minos_api::time::time_service_server::TimeServiceServer;
use minos_gateway::authz::AuthorizeLayer;
use minos_node::Sntp;
use tokio::net::UnixListener;
use tokio_stream::wrappers::UnixListenerStream;
use tonic::Status;
use tonic::service::Routes;
use tonic::transport::Server;
use tower::service_fn;

use crate::api::inspect::InspectService;
use crate::api::machine::{LifecycleService, MachineService};
use crate::api::state::{Access, StateService};
use crate::api::time::TimeService;
use crate::node::Node;

/// The socket of the whole API; the gateway connects to it.
pub const MACHINE_SOCKET: &str = "/system/run/machined/machine.sock";
/// The socket on which the gateway reads what it needs to know.
pub const APID_SOCKET: &str = "/system/run/apid/runtime.sock";
/// User and group of the gateway.
pub const APID_UID: u32 = 50;

/// What the gateway may read.
const APID_TYPES: &[&str] = &[
    "ApiCertificates.secrets.talos.dev",
    "HostnameStatuses.net.talos.dev",
    "NodeAddresses.net.talos.dev",
    "MaintenanceServiceConfigs.runtime.talos.dev",
];

/// Serves the whole API until the process ends.
pub async fn serve_machine(node: Arc<Node>) -> Result<()> {
    let listener = listen(Path::new(MACHINE_SOCKET))?;
    let state = StateService::new(node.store.clone(), Access::ByRole);
    let lifecycle = LifecycleServiceServer::new(LifecycleService::new(node.mode));
    let time = TimeService::new(node.store.clone(), Arc::new(Sntp::default()));
    let inspect = InspectService::new(Arc::clone(&node));
    let machine =
        MachineServiceServer::new(MachineService::new(node)).max_decoding_message_size(minos_api::MAX_MESSAGE_BYTES);
    let routes = Routes::new(StateServer::new(state))
        .add_service(machine)
        .add_service(lifecycle)
        .add_service(TimeServiceServer::new(time))
        .add_service(InspectServiceServer::new(inspect));
    let routes = Routes::from(routes.into_axum_router().fallback_service(service_fn(not_built)));
    Server::builder()
        .layer(AuthorizeLayer)
        .add_routes(routes)
        .serve_with_incoming(UnixListenerStream::new(listener))
        .await
        .context("the machine API has stopped")
}

/// Serves resources to the gateway until the process ends.
pub async fn serve_apid(node: Arc<Node>) -> Result<()> {
    let listener = listen(Path::new(APID_SOCKET))?;
    let state = StateService::new(node.store.clone(), Access::Only(APID_TYPES));
    Server::builder()
        .add_service(StateServer::new(state))
        .serve_with_incoming(UnixListenerStream::new(listener))
        .await
        .context("the gateway's resource API has stopped")
}

/// A listening socket that only root and the gateway can connect to.
fn listen(path: &Path) -> Result<UnixListener> {
    let folder = path.parent().context("a socket lies in a folder")?;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    if path.exists() {
        std::fs::remove_file(path).with_context(|| format!("cannot remove the old socket {}", path.display()))?;
    }
    let listener = UnixListener::bind(path).with_context(|| format!("cannot listen on {}", path.display()))?;
    std::os::unix::fs::chown(path, None, Some(APID_UID))
        .with_context(|| format!("cannot hand over {}", path.display()))?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660))
        .with_context(|| format!("cannot restrict {}", path.display()))?;
    Ok(listener)
}

/// A method of the contract whose service is not built yet.
async fn not_built<B>(request: http::Request<B>) -> Result<http::Response<tonic::body::Body>, Infallible> {
    let path = request.uri().path();
    let text = format!("{path} is part of the API but this version of Minos does not have it yet");
    Ok(Status::unimplemented(text).into_http())
}
