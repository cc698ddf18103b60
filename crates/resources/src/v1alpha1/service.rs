//! How a service is doing.

use std::time::SystemTime;

use crate::declare::{enumeration, message, resource};

resource! {
    /// A service, as everybody sees it. It is there while the service runs.
    #[derive(Default, Eq)]
    pub struct Service = "Services.v1alpha1.talos.dev" in "runtime" => {
        /// It runs.
        1 "running" => running: bool,
        /// It is healthy.
        2 "healthy" => healthy: bool,
        /// Its health is not known yet.
        3 "unknown" => unknown: bool,
    }
    aliases: ["svc"];
    columns: ["Running" => "{.running}", "Healthy" => "{.healthy}", "Health Unknown" => "{.unknown}"];
}

resource! {
    /// The state of a service and how it came to it.
    #[derive(Default, Eq)]
    pub struct ServiceHistory = "ServiceHistories.v1alpha1.minos.dev" in "runtime" => {
        /// Now.
        1 "state" => state: ServiceState,
        /// The last events, oldest first.
        2 "events" => events: Vec<ServiceEvent>,
        /// Health.
        3 "health" => health: Service,
        /// What the last check said.
        4 "healthMessage" => health_message: String,
        /// When the health last changed, in seconds since 1970.
        5 "healthChanged" => health_changed: u64,
        /// Its main process, 0 when there is none.
        6 "pid" => pid: i32,
    }
    columns: ["State" => "{.state}", "Pid" => "{.pid}"];
}

message! {
    /// Something that happened to a service.
    #[derive(Eq)]
    pub struct ServiceEvent {
        /// When.
        1 "at" => at: SystemTime,
        /// The state it then had.
        2 "state" => state: ServiceState,
        /// In words.
        3 "message" => message: String,
    }
}

enumeration! {
    /// The states of a service, by the names of the contract.
    #[derive(Default)]
    pub enum ServiceState {
        #[default]
        0 "Initialized" => Initialized,
        1 "Preparing" => Preparing,
        2 "Waiting" => Waiting,
        3 "Starting" => Starting,
        4 "Running" => Running,
        5 "Stopping" => Stopping,
        6 "Finished" => Finished,
        7 "Failed" => Failed,
        8 "Skipped" => Skipped,
    }
}

resource! {
    /// What a person asked of a service; the id is the service's name.
    #[derive(Eq)]
    pub struct ServiceRequest = "ServiceRequests.v1alpha1.minos.dev" in "runtime" => {
        /// It shall run.
        1 "run" => run: bool,
        /// Rises with every request to restart it.
        2 "restarts" => restarts: u64,
    }
    columns: ["Run" => "{.run}", "Restarts" => "{.restarts}"];
}
