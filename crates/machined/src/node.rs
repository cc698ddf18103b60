//! What the API's handlers work on.

use std::fmt;
use std::sync::Arc;

use minos_kubernetes::{Etcd, Files};
use minos_runtime::{Engine, Store};
use minos_services::Logs;
use minos_sys::Mode;

use crate::configuration::Configuration;
use crate::events::EventLog;
use crate::power::Power;

/// The node.
pub struct Node {
    /// What it runs on.
    pub mode: Mode,
    /// Its resources.
    pub store: Store,
    /// Its controllers.
    pub engine: Engine,
    /// What happened.
    pub events: EventLog,
    /// Its configuration.
    pub configuration: Configuration,
    /// Turning it off and on.
    pub power: Power,
    /// Logs of services.
    pub logs: Logs,
    /// The etcd on it.
    pub etcd: Arc<dyn Etcd>,
    /// Its files.
    pub files: Arc<dyn Files>,
}

impl Node {
    /// The mode by which configurations for it are judged.
    pub fn config_mode(&self) -> minos_config::Mode {
        if self.mode.is_container() { minos_config::Mode::Container } else { minos_config::Mode::Metal }
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").finish_non_exhaustive()
    }
}
