//! Which volumes the system has.

use minos_sys::MountFlags;

/// A volume on a partition of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SystemVolume {
    /// Its id, and the label of its partition.
    pub label: &'static str,
    /// Where it is mounted.
    pub target: &'static str,
    /// How.
    pub flags: MountFlags,
    /// It is made when missing, with this size in bytes (all that is left when absent), on the system's own disk.
    pub made: Option<Option<u64>>,
    /// Type GUID of its partition, as text.
    pub type_guid: &'static str,
}

/// Linux filesystem data.
const LINUX_DATA: &str = "0fc63daf-8483-4772-8e79-3d69d8477de4";

/// STATE: configuration and identity. mkfs.xfs refuses less than 300 MB.
pub const STATE: SystemVolume = SystemVolume {
    label: "STATE",
    target: "/system/state",
    flags: MountFlags { read_only: false, no_suid: true, no_dev: true, no_exec: true, no_atime: true },
    made: Some(Some(512 << 20)),
    type_guid: LINUX_DATA,
};

/// EPHEMERAL: everything else. Pods' programs run from it, so programs may.
pub const EPHEMERAL: SystemVolume = SystemVolume {
    label: "EPHEMERAL",
    target: "/var",
    flags: MountFlags { read_only: false, no_suid: true, no_dev: true, no_exec: false, no_atime: true },
    made: Some(None),
    type_guid: LINUX_DATA,
};

/// IMAGECACHE: container images that came with the machine. It may lie on any disk, as nothing on it is trusted more
/// than a registry: images are named by digest or checked as any other.
pub const IMAGECACHE: SystemVolume = SystemVolume {
    label: "IMAGECACHE",
    target: "/system/imagecache/disk",
    flags: MountFlags { read_only: true, no_suid: true, no_dev: true, no_exec: true, no_atime: true },
    made: None,
    type_guid: LINUX_DATA,
};

/// In the order in which they are brought up.
pub const VOLUMES: [SystemVolume; 3] = [STATE, EPHEMERAL, IMAGECACHE];

/// Folders of the root that can be written, with their upper layers on EPHEMERAL.
pub const OVERLAYS: [&str; 4] = ["/etc/cni", "/etc/kubernetes", "/usr/libexec/kubernetes", "/opt"];

/// Where the overlays' layers lie.
pub const OVERLAY_ROOT: &str = "/var/system/overlays";

/// Folders that everybody expects on EPHEMERAL.
pub const FOLDERS: [&str; 8] = [
    "/var/lib/containerd",
    "/var/lib/kubelet",
    "/var/lib/etcd",
    "/var/lib/cni",
    "/var/log/pods",
    "/var/log/containers",
    "/var/log/audit",
    "/var/run",
];
