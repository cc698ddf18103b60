//! The folder that holds everything about a local cluster; removing it leaves nothing behind.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Accelerator, LocalClusterError};

/// Where a cluster's state lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterFolder {
    /// The cluster's name.
    pub name: String,
    /// The folder.
    pub path: PathBuf,
}

/// What is known about a cluster; `state.json` in its folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterState {
    /// Name.
    pub name: String,
    /// What runs its nodes.
    #[serde(default)]
    pub provisioner: Provisioner,
    /// How the instructions of virtual machines run.
    pub accelerator: Option<Accelerator>,
    /// The segment of its nodes; none when each machine has a network of its own.
    #[serde(default)]
    pub network: Option<NetworkState>,
    /// Kubernetes version of its configuration.
    pub kubernetes_version: String,
    /// The machines.
    pub machines: Vec<MachineState>,
}

/// What runs a cluster's nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provisioner {
    /// QEMU: virtual machines.
    #[default]
    Qemu,
    /// Containers on this host's kernel.
    Container,
}

/// The segment of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkState {
    /// Its name.
    pub name: String,
    /// Its subnet.
    pub cidr: String,
    /// The gateway's address.
    pub gateway: IpAddr,
    /// MTU, in bytes.
    pub mtu: u32,
}

/// What a node is to its cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeKind {
    /// Runs the control plane.
    #[default]
    ControlPlane,
    /// Runs pods only.
    Worker,
}

/// One machine or container of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MachineState {
    /// Its name, also its hostname.
    pub name: String,
    /// What it is to the cluster.
    #[serde(default)]
    pub kind: NodeKind,
    /// QEMU's process id. A container's PID 1 is another after each reboot: `container::NodeStatus` has it.
    pub pid: Option<u32>,
    /// Its address on the cluster's segment.
    #[serde(default)]
    pub address: Option<IpAddr>,
    /// Processor time, in thousandths of a processor; 0 without a limit.
    #[serde(default)]
    pub cpu_millis: u64,
    /// Memory in MiB; 0 without a limit.
    #[serde(default)]
    pub memory_mib: u64,
    /// Disk, or the volume for what is not kept, in MiB.
    #[serde(default)]
    pub disk_mib: u64,
    /// The port on loopback that leads to the machine's API.
    pub api_port: u16,
    /// The port on loopback that leads to its Kubernetes API server.
    pub kubernetes_port: u16,
}

impl ClusterFolder {
    /// The folder of cluster `name` below `root`.
    ///
    /// # Errors
    /// A name that could be a path or a bad host name.
    pub fn new(root: &Path, name: &str) -> Result<Self, LocalClusterError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || name.len() > 40 || name.starts_with('-') || !name.bytes().all(allowed) {
            return Err(LocalClusterError::BadName(name.to_owned()));
        }
        Ok(Self { name: name.to_owned(), path: root.join(name) })
    }

    /// Makes the folder.
    ///
    /// # Errors
    /// When there is a cluster in it already, or it cannot be made.
    pub fn create(&self) -> Result<(), LocalClusterError> {
        if self.state_file().exists() {
            let folder = self.path.display().to_string();
            return Err(LocalClusterError::Exists { name: self.name.clone(), folder });
        }
        std::fs::create_dir_all(&self.path).map_err(LocalClusterError::file("create", &self.path))
    }

    /// The cluster's state.
    ///
    /// # Errors
    /// When there is no such cluster or its file cannot be read.
    pub fn load(&self) -> Result<ClusterState, LocalClusterError> {
        let path = self.state_file();
        if !path.exists() {
            return Err(LocalClusterError::NotFound(self.name.clone()));
        }
        let text = std::fs::read_to_string(&path).map_err(LocalClusterError::file("read", &path))?;
        serde_json::from_str(&text).map_err(std::io::Error::from).map_err(LocalClusterError::file("parse", &path))
    }

    /// Writes the cluster's state, and beside it `state.yaml` in upstream's form.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn save(&self, state: &ClusterState) -> Result<(), LocalClusterError> {
        let path = self.state_file();
        let text = serde_json::to_string_pretty(state).map_err(std::io::Error::from);
        text.and_then(|text| std::fs::write(&path, text)).map_err(LocalClusterError::file("write", &path))?;
        let path = self.file("state.yaml");
        std::fs::write(&path, crate::upstream::render(state)).map_err(LocalClusterError::file("write", &path))
    }

    /// A second name in the folder for an image, so that the cluster keeps what it was made from when a newer one takes
    /// the file's place. On another filesystem it is a copy. A folder is used where it is.
    ///
    /// # Errors
    /// When the file is missing or cannot be copied.
    pub fn keep(&self, file: &Path, name: &str) -> Result<PathBuf, LocalClusterError> {
        let original = std::fs::canonicalize(file).map_err(LocalClusterError::file("find", file))?;
        if original.is_dir() {
            return Ok(original);
        }
        let extension = original.extension().and_then(|extension| extension.to_str()).unwrap_or("raw");
        let kept = self.file(&format!("{name}.{extension}"));
        if std::fs::hard_link(&original, &kept).is_err() {
            std::fs::copy(&original, &kept).map_err(LocalClusterError::file("copy", &original))?;
        }
        Ok(kept)
    }

    /// Removes the folder and all that is in it.
    ///
    /// # Errors
    /// When that fails.
    pub fn remove(&self) -> Result<(), LocalClusterError> {
        if !self.path.exists() {
            return Ok(());
        }
        std::fs::remove_dir_all(&self.path).map_err(LocalClusterError::file("remove", &self.path))
    }

    /// A file in the folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    fn state_file(&self) -> PathBuf {
        self.path.join("state.json")
    }
}

impl fmt::Display for Provisioner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Provisioner::Qemu => "qemu",
            Provisioner::Container => "container",
        })
    }
}

/// The clusters below `root`, by name.
///
/// # Errors
/// When a cluster's state cannot be read.
pub fn clusters(root: &Path) -> Result<Vec<ClusterState>, LocalClusterError> {
    let Ok(entries) = std::fs::read_dir(root) else { return Ok(Vec::new()) };
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| root.join(name).join("state.json").exists())
        .collect();
    names.sort();
    names.iter().map(|name| ClusterFolder::new(root, name)?.load()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_cluster_of_a_name_is_refused_and_removal_leaves_nothing() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let folder = ClusterFolder::new(root.path(), "one").expect("a good name");
        folder.create().expect("made");
        let state = ClusterState {
            name: "one".to_owned(),
            provisioner: Provisioner::Qemu,
            accelerator: Some(Accelerator::Tcg),
            network: None,
            kubernetes_version: "1.36.3".to_owned(),
            machines: Vec::new(),
        };
        folder.save(&state).expect("saved");
        assert!(matches!(folder.create(), Err(LocalClusterError::Exists { .. })));
        assert_eq!(clusters(root.path()).expect("listed"), [state]);
        folder.remove().expect("removed");
        assert!(matches!(folder.load(), Err(LocalClusterError::NotFound(_))));
        assert!(std::fs::read_dir(root.path()).expect("listed").next().is_none());
    }

    #[test]
    fn a_state_of_an_earlier_version_is_read() {
        let text = r#"{"name":"one","accelerator":"tcg","kubernetesVersion":"1.36.3","machines":[
            {"name":"one-controlplane-1","pid":7,"apiPort":50000,"kubernetesPort":6443}]}"#;
        let state: ClusterState = serde_json::from_str(text).expect("readable");
        assert_eq!((state.provisioner, state.accelerator), (Provisioner::Qemu, Some(Accelerator::Tcg)));
        assert_eq!((state.machines[0].pid, state.machines[0].kind), (Some(7), NodeKind::ControlPlane));
    }

    #[test]
    fn names_that_are_paths_are_refused() {
        for name in ["", "..", "a/b", "A", "-a"] {
            assert!(ClusterFolder::new(Path::new("/tmp"), name).is_err(), "{name:?}");
        }
    }
}
