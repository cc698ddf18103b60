//! What a service is: how it runs, what it waits for, how its health shows.
//!
//! Whoever needs a service writes one of these; the domain `services` runs it and answers with [`super::Service`].

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::declare::{enumeration, resource, structured};

resource! {
    /// A service to run; the id is the service's name.
    #[derive(Eq)]
    pub struct ServiceSpec = "ServiceSpecs.v1alpha1.minos.dev" in "runtime" => {
        /// How it runs.
        1 "runner" => runner: Runner,
        /// All of these have to hold before it starts.
        2 "conditions" => conditions: Vec<Condition>,
        /// How to see that it is healthy; without, it is healthy while it runs.
        3 "health" => health: Option<HealthCheck>,
        /// What happens when it ends.
        4 "restart" => restart: Restart,
        /// People may start and stop it.
        5 "operable" => operable: bool,
    }
    columns: ["Operable" => "{.operable}"];
    // Arguments and environment may hold what only administrators should see.
    sensitive: true;
}

structured! {
    Runner: Runner::Process(ProcessRunner::default()),
    Condition: Condition::ServiceHealthy("etcd".to_owned()),
    HealthCheck: HealthCheck { probe: Probe::Tcp("127.0.0.1:1".to_owned()), period: 1, timeout: 2 },
}

/// How a service runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Runner {
    /// A process of the node.
    Process(ProcessRunner),
    /// A container under containerd.
    Container(Box<ContainerRunner>),
}

/// A process of the node.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProcessRunner {
    /// Program and arguments.
    pub argv: Vec<String>,
    /// Environment, `KEY=value`.
    pub env: Vec<String>,
    /// User and group.
    pub uid: u32,
    /// Capabilities, by number, that stay; absent for all.
    pub capabilities: Option<Vec<u32>>,
    /// It and its children never gain privileges.
    pub no_new_privileges: bool,
    /// Its control group, for example `/system/apid`.
    pub cgroup: String,
    /// Memory that is kept for it, in bytes.
    pub memory_reservation: Option<u64>,
    /// Badness for the out-of-memory killer, -1000 to 1000.
    pub oom_score_adj: i32,
    /// Only its main process is ended with it; its children go on (containerd and its shims).
    pub keep_children: bool,
}

/// A container under containerd.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerRunner {
    /// Image, by its full name.
    pub image: String,
    /// Program and arguments; the image's entrypoint when the first is not a path.
    pub args: Vec<String>,
    /// Environment, after the image's.
    pub env: Vec<String>,
    /// User and group; the image's own, or root, when absent.
    pub uid: Option<u32>,
    /// What of the node it sees, beside the usual kernel filesystems.
    pub mounts: Vec<ServiceMount>,
    /// Every capability and device, and no seccomp profile.
    pub privileged: bool,
    /// It sees the node's processes.
    pub host_pid: bool,
    /// Its control group, for example `/podruntime/etcd`.
    pub cgroup: String,
    /// Memory that is kept for it, in bytes.
    pub memory_reservation: Option<u64>,
    /// Badness for the out-of-memory killer, -1000 to 1000.
    pub oom_score_adj: i32,
    /// Its root filesystem can be written.
    pub writable_root: bool,
}

/// A folder or file of the node in a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceMount {
    /// On the node.
    pub source: PathBuf,
    /// In the container.
    pub destination: PathBuf,
    /// `bind` or the type of a kernel filesystem.
    pub kind: String,
    /// Options, for example `rbind`, `rshared`, `rw`.
    pub options: Vec<String>,
}

/// Something that has to hold before a service starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Condition {
    /// A service runs and is healthy.
    ServiceHealthy(String),
    /// A file or folder is there.
    PathExists(PathBuf),
    /// A resource is there and running: type, namespace, id.
    ResourceExists(String, String, String),
}

/// How to see that a service is healthy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthCheck {
    /// What is asked.
    pub probe: Probe,
    /// Seconds between two checks.
    pub period: u32,
    /// Seconds that an answer may take.
    pub timeout: u32,
}

/// A question about a service's health.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Probe {
    /// Something accepts connections on this TCP address.
    Tcp(String),
    /// Something accepts connections on this unix socket.
    Unix(PathBuf),
    /// `GET` on this `http://` address answers with a success.
    Http(String),
}

enumeration! {
    /// What happens when a service ends.
    #[derive(Default)]
    pub enum Restart {
        /// It is started again.
        #[default]
        0 "always" => Always,
        /// It is started again until it ends successfully.
        1 "untilSuccess" => UntilSuccess,
        /// It is left.
        2 "never" => Never,
    }
}

impl ServiceMount {
    /// A bind mount of a folder or file with everything below it, at the same place.
    pub fn same(path: &str, options: &[&str]) -> Self {
        Self::bind(path, path, options)
    }

    /// A bind mount of a folder or file with everything below it.
    pub fn bind(source: &str, destination: &str, options: &[&str]) -> Self {
        let options = ["rbind"].iter().chain(options).map(|option| (*option).to_owned()).collect();
        Self { source: source.into(), destination: destination.into(), kind: "bind".to_owned(), options }
    }
}
