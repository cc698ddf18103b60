//! What the services of the API and of extensions are set to.

use std::net::IpAddr;

use crate::declare::{message, resource};

resource! {
    /// How the API listens.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct ApiServiceConfig = "APIServiceConfigs.runtime.talos.dev" in "runtime" => {
        1 "listenAddress" => listen_address: String,
        2 "nodeRoutingDisabled" => node_routing_disabled: bool,
        3 "readonlyRoleMode" => readonly_role_mode: bool,
        4 "skipVerifyingClientCert" => skip_verifying_client_cert: bool,
    }
}

resource! {
    /// Where the API listens in maintenance.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct MaintenanceServiceConfig = "MaintenanceServiceConfigs.runtime.talos.dev" in "runtime" => {
        1 "listenAddress" => listen_address: String,
        2 "reachableAddresses" => reachable_addresses: Vec<IpAddr>,
    }
}

resource! {
    /// The boot asks for the API in maintenance.
    #[derive(Default, Eq)]
    pub struct MaintenanceServiceRequest = "MaintenanceServiceRequests.runtime.talos.dev" in "runtime" => {}
}

resource! {
    /// Files and environment of an extension.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct ExtensionServiceConfig = "ExtensionServiceConfigs.runtime.talos.dev" in "runtime" => {
        1 "files" => files: Vec<ExtensionServiceFile> [omitempty],
        2 "environment" => environment: Vec<String> [omitempty],
    }
    sensitive: true;
}

message! {
    /// A file of an extension.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct ExtensionServiceFile {
        1 "content" => content: String,
        2 "mountPath" => mount_path: String,
    }
}

resource! {
    /// What an extension runs with.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct ExtensionServiceConfigStatus = "ExtensionServiceConfigStatuses.runtime.talos.dev" in "runtime" => {
        1 "specVersion" => spec_version: String,
    }
}

resource! {
    /// The process of a service.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct ServicePid = "ServicePIDs.runtime.talos.dev" in "runtime" => {
        1 "pid" => pid: i32,
        2 "mountNamespace" => mount_namespace: String,
    }
    columns: ["PID" => "{.pid}"];
}
