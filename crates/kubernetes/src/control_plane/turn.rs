//! Whose turn it is: the API server starts alone. What it grants the controller manager and the scheduler it makes when
//! it starts, and without that they end at once; then the kubelet makes them wait longer than they need.

use std::io;
use std::time::Duration;

use minos_resources::secrets::KubernetesSecret;
use minos_runtime::{Context, ReconcileError};

use crate::api::ApiClient;
use crate::digest::digest;
use crate::files::{Access, Files};

/// Says that the API server has been ready since the machine started; it outlives this process, not the boot.
const WAS_READY: &str = "/run/minos/api-server-was-ready";
/// How often an API server that is not ready is asked again.
const AGAIN: Duration = Duration::from_secs(1);

/// Whether the API server of this machine has been ready since the machine started, as far as is known here.
pub(crate) fn api_server_was_ready(files: &dyn Files) -> io::Result<bool> {
    Ok(files.read(WAS_READY)?.is_some())
}

/// Asks the API server until it is ready for the first time.
#[derive(Default)]
pub(crate) struct Turn {
    /// Kept while it is asked: a new connection costs a handshake.
    client: Option<(String, ApiClient)>,
}

impl Turn {
    /// Whether the API server has been ready since the machine started. If not, the key is woken again.
    pub(crate) async fn has_come(&mut self, cx: &Context, files: &dyn Files) -> Result<bool, ReconcileError> {
        if api_server_was_ready(files)? {
            self.client = None;
            return Ok(true);
        }
        let secret = cx.require::<KubernetesSecret>(KubernetesSecret::ID)?;
        let kubeconfig = digest(&secret.localhost_admin_kubeconfig.expose())?;
        if self.client.as_ref().is_none_or(|(of, _)| *of != kubeconfig) {
            let client = ApiClient::from_kubeconfig(secret.localhost_admin_kubeconfig.expose(), files)?;
            self.client = Some((kubeconfig, client));
        }
        if let Some((_, client)) = &self.client
            && client.is_ready().await
        {
            files.write(WAS_READY, b"", Access::secret(0))?;
            return Ok(true);
        }
        cx.wake_after(AGAIN);
        Ok(false)
    }
}
