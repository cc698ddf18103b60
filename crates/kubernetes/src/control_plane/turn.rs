//! Whose turn it is: the API server starts alone. What it grants the controller manager and the scheduler it makes when
//! it starts, and without that they end at once; then the kubelet makes them wait longer than they need.

use std::time::Duration;

use minos_resources::secrets::KubernetesSecret;
use minos_runtime::{Context, ReconcileError};

use crate::api::ApiClient;
use crate::files::{Access, Files};

/// Says that the API server has been ready since the machine started; it outlives this process, not the boot.
const WAS_READY: &str = "/run/minos/api-server-was-ready";
/// How often an API server that is not ready is asked again.
const AGAIN: Duration = Duration::from_secs(1);

/// Whether the API server of this machine has been ready since the machine started. If not, the key is woken again.
pub(crate) async fn api_server_was_ready(cx: &Context, files: &dyn Files) -> Result<bool, ReconcileError> {
    if files.read(WAS_READY)?.is_some() {
        return Ok(true);
    }
    let secret = cx.require::<KubernetesSecret>(KubernetesSecret::ID)?;
    let client = ApiClient::from_kubeconfig(secret.localhost_admin_kubeconfig.expose(), files)?;
    if client.is_ready().await {
        files.write(WAS_READY, b"", Access::secret(0))?;
        return Ok(true);
    }
    cx.wake_after(AGAIN);
    Ok(false)
}
