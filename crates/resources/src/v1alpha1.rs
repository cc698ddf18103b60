//! Services and time.

mod acquire_config;
mod service;
mod service_spec;
mod time_status;

pub use acquire_config::{AcquireConfigSpec, AcquireConfigStatus};
pub use service::{Service, ServiceEvent, ServiceHistory, ServiceRequest, ServiceState};
pub use service_spec::{
    Condition, ContainerRunner, HealthCheck, Probe, ProcessRunner, Restart, Runner, ServiceMount, ServiceSpec,
};
pub use time_status::{AdjtimeStatus, TimeStatus};

use crate::declare::definitions;

definitions![
    AcquireConfigSpec,
    AcquireConfigStatus,
    AdjtimeStatus,
    Service,
    ServiceHistory,
    ServiceRequest,
    ServiceSpec,
    TimeStatus,
];
