//! Follows the resources that the gateway needs, over the machine's private socket.

use std::path::PathBuf;
use std::time::Duration;

use futures_util::StreamExt as _;
use hyper_util::rt::TokioIo;
use minos_api::client::{Connection, State};
use minos_api::cosi::resource::EventType;
use tokio::net::UnixStream;
use tokio::sync::watch;
use tokio::time::sleep;
use tonic::transport::Endpoint;
use tracing::{debug, error, info};

use super::certificates::{self, Identity};
use super::names::{self, LocalNames};

const RETRY: Duration = Duration::from_millis(500);

/// Keeps certificates and names current, for as long as the process lives. The other side may come and go.
pub(super) async fn follow(socket: PathBuf, identity: watch::Sender<Option<Identity>>, names: LocalNames) {
    let connect = tower::service_fn(move |_| {
        let socket = socket.clone();
        async move { Ok::<_, std::io::Error>(TokioIo::new(UnixStream::connect(socket).await?)) }
    });
    let state =
        Connection::from_channel(Endpoint::from_static("http://runtime").connect_with_connector_lazy(connect)).state();
    let certificates =
        follow_one(state.clone(), certificates::NAMESPACE, (certificates::TYPE, certificates::ID), |yaml| {
            match Identity::parse(yaml) {
                Ok(new) => {
                    info!(maintenance = new.maintenance, "certificates are in use");
                    identity.send_replace(Some(new));
                }
                Err(error) => {
                    error!(error = %Chain(&error), "certificates cannot be used, the earlier ones stay")
                }
            }
        });
    let addresses = follow_one(state.clone(), names::NAMESPACE, names::ADDRESSES, |yaml| names.set_addresses(yaml));
    let hostname = follow_one(state, names::NAMESPACE, names::HOSTNAME, |yaml| names.set_hostname(yaml));
    tokio::join!(certificates, addresses, hostname);
}

async fn follow_one(mut state: State, namespace: &str, (kind, id): (&str, &str), mut take: impl FnMut(&str)) {
    loop {
        match state.watch(namespace, kind, Some(id)).await {
            Ok(mut events) => {
                while let Some(Ok(event)) = events.next().await {
                    let present = matches!(event.event_type(), EventType::Created | EventType::Updated);
                    let spec = event.resource.and_then(|resource| resource.spec);
                    if let (true, Some(spec)) = (present, spec) {
                        take(&spec.yaml_spec);
                    }
                }
            }
            Err(status) => debug!(%status, kind, "cannot be watched yet"),
        }
        sleep(RETRY).await;
    }
}

/// An error with its causes, on one line.
struct Chain<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
