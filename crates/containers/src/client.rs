//! The connection to containerd, made anew when it breaks.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use containerd_client::tonic::Request;
use tonic::Status;
use tonic::transport::Channel;

use crate::ContainerError;

/// containerd on its socket. Connects when first used and again after containerd was restarted.
#[derive(Debug)]
pub struct Containerd {
    socket: PathBuf,
    hosts: PathBuf,
    channel: Mutex<Option<Channel>>,
}

impl Containerd {
    /// containerd on `socket`; `hosts` is the folder that says where images are pulled from (`hosts.toml`).
    pub fn new(socket: impl Into<PathBuf>, hosts: impl Into<PathBuf>) -> Self {
        Self { socket: socket.into(), hosts: hosts.into(), channel: Mutex::new(None) }
    }

    pub(crate) fn hosts(&self) -> String {
        self.hosts.display().to_string()
    }

    pub(crate) async fn channel(&self) -> Result<Channel, ContainerError> {
        let kept = self.channel.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(channel) = kept {
            return Ok(channel);
        }
        let channel = containerd_client::connect(&self.socket)
            .await
            .map_err(|source| ContainerError::Connect { socket: self.socket.clone(), source })?;
        *self.channel.lock().unwrap_or_else(PoisonError::into_inner) = Some(channel.clone());
        Ok(channel)
    }
}

/// A request in a namespace.
pub(crate) fn within<T>(namespace: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    if let Ok(namespace) = namespace.parse() {
        request.metadata_mut().insert("containerd-namespace", namespace);
    }
    request
}

/// The error of a refused call.
pub(crate) fn refused(action: &'static str, what: &str) -> impl FnOnce(Status) -> ContainerError {
    let what = what.to_owned();
    move |status| ContainerError::Call { action, what, status: Box::new(status) }
}

/// `Ok(None)` when the thing is not there.
pub(crate) fn optional<T>(
    result: Result<T, Status>,
    action: &'static str,
    what: &str,
) -> Result<Option<T>, ContainerError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(status) if status.code() == tonic::Code::NotFound => Ok(None),
        Err(status) => Err(refused(action, what)(status)),
    }
}
