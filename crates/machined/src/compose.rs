//! Puts the node together: what each domain needs, and all controllers.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::{Context as _, Result};
use minos_containers::Containerd;
use minos_kubernetes::{HostFiles, KubeletHost, LocalEtcd};
use minos_membership::IdentityOnState;
use minos_runtime::{Engine, Store};
use minos_services::{Exits, LinuxProcesses, Logs};
use minos_storage::LinuxDisks;
use minos_sys::{Hierarchies, Mode};
use minos_trust::DirectoryLeaves;
use tokio::sync::mpsc;

use crate::configuration::Configuration;
use crate::events::EventLog;
use crate::node::Node;
use crate::power::{Power, PowerRequest};
use crate::{definitions, services};

/// Where services log.
pub const LOGS: &str = "/run/log";
/// What is remembered across restarts of `machined`, but not of the machine.
const RUN: &str = "/run/minos";
/// The folder of the `resolv.conf` that pods get; the kubelet reads it there.
const POD_FILES: &str = "/system/resolved";
/// containerd.
const CONTAINERD: &str = "/run/containerd/containerd.sock";
/// Where containerd reads from which registries it pulls.
const REGISTRY_HOSTS: &str = "/run/minos/containerd/hosts";

/// The node, and the end at which requests to turn it off arrive.
pub fn node(mode: Mode) -> (Arc<Node>, mpsc::UnboundedReceiver<PowerRequest>) {
    let store = Store::new();
    let (power, requests) = Power::new();
    let files = Arc::new(HostFiles::default());
    let node = Node {
        mode,
        engine: Engine::new(store.clone()),
        events: EventLog::default(),
        configuration: Configuration::new(store.clone(), "/system/state"),
        power,
        logs: Logs::new(LOGS),
        etcd: Arc::new(LocalEtcd::new(files.clone())),
        files,
        store,
    };
    (Arc::new(node), requests)
}

/// Registers every controller; those that have work begin with it.
pub fn start_controllers(node: &Node, exits: &Exits) -> Result<()> {
    definitions::publish(&node.store).context("cannot publish the resource types")?;
    let engine = &node.engine;
    let (run, mode) = (Path::new(RUN), node.mode);
    engine.register_all(minos_storage::controllers(minos_storage::Deps { mode, disks: Arc::new(LinuxDisks) }))?;
    engine.register_all(minos_node::controllers(minos_node::Deps::linux(mode)))?;
    let network = minos_network::Deps::linux(run.join("network"), POD_FILES);
    engine.register_all(minos_network::controllers(network))?;
    let leaves = Arc::new(DirectoryLeaves::new(run.join("trust")));
    let trust = minos_trust::Deps { leaves, now: Arc::new(SystemTime::now) };
    engine.register_all(minos_trust::controllers(&trust))?;
    let identity = Arc::new(IdentityOnState::new("/system/state"));
    engine.register_all(minos_membership::controllers(&minos_membership::Deps { identity }))?;
    engine.register_all(minos_cri::controllers(minos_cri::Deps::linux()))?;
    engine.register_all(minos_services::controllers(minos_services::Deps {
        processes: Arc::new(LinuxProcesses::new(exits.clone())),
        containers: Arc::new(Containerd::new(CONTAINERD, REGISTRY_HOSTS)),
        logs: node.logs.clone(),
        records: run.join("services"),
    }))?;
    let kubelet_host =
        KubeletHost { shares_kernel: mode.is_container(), legacy_cgroups: Hierarchies::mounted().are_legacy() };
    let kubernetes = minos_kubernetes::Deps { files: node.files.clone(), etcd: node.etcd.clone(), kubelet_host };
    engine.register_all(minos_kubernetes::controllers(kubernetes))?;
    engine.register_all(services::controllers(mode))?;
    Ok(())
}
