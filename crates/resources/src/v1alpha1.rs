//! Services and time.

mod service;
mod service_spec;
mod time_status;

pub use service::{Service, ServiceEvent, ServiceHistory, ServiceRequest, ServiceState};
pub use service_spec::{
    Condition, ContainerRunner, HealthCheck, Probe, ProcessRunner, Restart, Runner, ServiceMount, ServiceSpec,
};
pub use time_status::TimeStatus;

use minos_runtime::Definition;

/// The types of this domain.
pub const DEFINITIONS: &[Definition] = &[
    Definition::of::<Service>(),
    Definition::of::<ServiceHistory>(),
    Definition::of::<ServiceRequest>(),
    Definition::of::<ServiceSpec>(),
    Definition::of::<TimeStatus>(),
];
