//! Supervised services: from a [`ServiceSpec`](minos_resources::v1alpha1::ServiceSpec) to a running process or container,
//! its state, its health and its log.
//!
//! In: specs from every domain, and people's requests. Out: `Service` and `ServiceHistory` resources, log files. It knows
//! no service by name. What runs survives `machined`: a new one adopts what it finds unchanged.

#![forbid(unsafe_code)]

mod board;
mod conditions;
mod controller;
mod exits;
mod health;
mod logs;
mod processes;
mod record;
mod supervisor;
mod unit;

use std::path::PathBuf;
use std::sync::Arc;

use minos_containers::Containers;
use minos_runtime::Controller;

pub use exits::Exits;
pub use logs::{LogReader, Logs};
pub use processes::{LinuxProcesses, Processes};

/// What the domain needs.
#[derive(Clone)]
pub struct Deps {
    /// Processes of the node.
    pub processes: Arc<dyn Processes>,
    /// Containers.
    pub containers: Arc<dyn Containers>,
    /// Where logs are written.
    pub logs: Logs,
    /// Where it is kept what runs, so that a new `machined` finds it: a folder in memory.
    pub records: PathBuf,
}

/// The domain's controllers.
pub fn controllers(deps: Deps) -> Vec<Box<dyn Controller>> {
    vec![Box::new(controller::ServiceRun::new(deps))]
}
