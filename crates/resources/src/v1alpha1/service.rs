//! How a service is doing.

use std::time::SystemTime;

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// A service, as everybody sees it. It is there while the service runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Service {
    /// It runs.
    pub running: bool,
    /// It is healthy.
    pub healthy: bool,
    /// Its health is not known yet.
    pub unknown: bool,
}

/// The state of a service and how it came to it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceHistory {
    /// Now.
    pub state: ServiceState,
    /// The last events, oldest first.
    pub events: Vec<ServiceEvent>,
    /// Health.
    pub health: Service,
    /// What the last check said.
    pub health_message: String,
    /// When the health last changed, in seconds since 1970.
    pub health_changed: u64,
    /// Its main process, 0 when there is none.
    pub pid: i32,
}

/// Something that happened to a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceEvent {
    /// When.
    pub at: SystemTime,
    /// The state it then had.
    pub state: ServiceState,
    /// In words.
    pub message: String,
}

/// The states of a service, by the names of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
pub enum ServiceState {
    #[default]
    Initialized,
    Preparing,
    Waiting,
    Starting,
    Running,
    Stopping,
    Finished,
    Failed,
    Skipped,
}

/// What a person asked of a service; the id is the service's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceRequest {
    /// It shall run.
    pub run: bool,
    /// Rises with every request to restart it.
    pub restarts: u64,
}

impl ServiceState {
    /// The name of the contract.
    pub const fn as_str(self) -> &'static str {
        match self {
            ServiceState::Initialized => "Initialized",
            ServiceState::Preparing => "Preparing",
            ServiceState::Waiting => "Waiting",
            ServiceState::Starting => "Starting",
            ServiceState::Running => "Running",
            ServiceState::Stopping => "Stopping",
            ServiceState::Finished => "Finished",
            ServiceState::Failed => "Failed",
            ServiceState::Skipped => "Skipped",
        }
    }
}

impl Spec for Service {
    const TYPE: &'static str = "Services.v1alpha1.talos.dev";
    const NAMESPACE: &'static str = "runtime";
    const ALIASES: &'static [&'static str] = &["svc"];
    const COLUMNS: &'static [Column] = &[
        Column::new("Running", "{.running}"),
        Column::new("Healthy", "{.healthy}"),
        Column::new("Health Unknown", "{.unknown}"),
    ];
}

impl Spec for ServiceHistory {
    const TYPE: &'static str = "ServiceHistories.v1alpha1.minos.dev";
    const NAMESPACE: &'static str = "runtime";
    const COLUMNS: &'static [Column] = &[Column::new("State", "{.state}"), Column::new("Pid", "{.pid}")];
}

impl Spec for ServiceRequest {
    const TYPE: &'static str = "ServiceRequests.v1alpha1.minos.dev";
    const NAMESPACE: &'static str = "runtime";
    const COLUMNS: &'static [Column] = &[Column::new("Run", "{.run}"), Column::new("Restarts", "{.restarts}")];
}
