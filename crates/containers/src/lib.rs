//! containerd, as its client sees it: images that are there or pulled, containers that run, what became of them.
//!
//! In: plain requests. Out: what containerd did. Knows neither the store nor which container is which. The services'
//! runner and the API use it.

#![forbid(unsafe_code)]

mod client;
mod image;
mod spec;
mod task;

use std::path::PathBuf;

use async_trait::async_trait;

pub use client::Containerd;
pub use spec::{ContainerLimits, ContainerSpec, Mount, runtime_spec};

/// A call to containerd failed.
#[derive(Debug, thiserror::Error)]
pub enum ContainerError {
    /// Nobody answers on its socket.
    #[error("containerd does not answer on {socket}")]
    Connect {
        /// The socket.
        socket: PathBuf,
        /// Why.
        source: tonic::transport::Error,
    },
    /// It refused.
    #[error("containerd cannot {action} {what}: {}", .status.message())]
    Call {
        /// What was asked.
        action: &'static str,
        /// Of what.
        what: String,
        /// Its answer.
        status: Box<tonic::Status>,
    },
    /// What it answered makes no sense.
    #[error("{what}: {reason}")]
    Bad {
        /// Of what.
        what: String,
        /// What is wrong.
        reason: String,
    },
}

/// The state of a container's main process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskState {
    /// It runs.
    Running {
        /// Its process id on the node.
        pid: i32,
    },
    /// It has ended.
    Stopped {
        /// Its exit code; 128 and the signal's number when a signal ended it.
        exit_code: u32,
    },
}

/// What containers need of containerd.
#[async_trait]
pub trait Containers: Send + Sync {
    /// Has the image in the namespace, pulled and unpacked.
    async fn pull(&self, namespace: &str, image: &str) -> Result<(), ContainerError>;

    /// Makes and starts a container; its main process. What an earlier one of the name left is removed first.
    async fn start(&self, namespace: &str, container: &ContainerSpec) -> Result<i32, ContainerError>;

    /// The state of a container's main process; `None` when there is no such container or it was never started.
    async fn state(&self, namespace: &str, id: &str) -> Result<Option<TaskState>, ContainerError>;

    /// Waits until a container's main process has ended; its exit code.
    async fn wait(&self, namespace: &str, id: &str) -> Result<u32, ContainerError>;

    /// Sends a signal to a container's main process.
    async fn kill(&self, namespace: &str, id: &str, signal: i32) -> Result<(), ContainerError>;

    /// Removes a container that has ended, with its root filesystem.
    async fn remove(&self, namespace: &str, id: &str) -> Result<(), ContainerError>;
}
