//! The document without `kind`: `version: v1alpha1`, with the sections `machine` and `cluster`.

mod cluster;
mod control_plane;
mod discovery;
mod disks;
mod features;
mod files;
mod install;
mod interface;
mod kubelet;
mod machine;
mod network;
mod registries;
mod values;

pub use cluster::{
    AdminKubeconfig, Cluster, ClusterNetwork, Cni, ControlPlane, CoreDns, ExternalCloudProvider, FlannelCni,
    InlineManifest,
};
pub use control_plane::{
    AdmissionPlugin, ApiServer, Authorizer, ControllerManager, Etcd, Proxy, Resources, Scheduler, VolumeMount,
};
pub use discovery::{Discovery, DiscoveryRegistries, KubernetesRegistry, ServiceRegistry};
pub use disks::{
    Disk, DiskEncryption, DiskPartition, EncryptionKey, KmsKey, NodeIdKey, StaticKey, SystemDiskEncryption, TpmKey,
};
pub use features::{Features, HostDns, ImageCache, KubePrism, KubernetesApiAccess};
pub use files::{Kernel, KernelModule, Logging, LoggingDestination, MachineFile, SeccompProfile, Time, Udev};
pub use install::{DiskSelector, Install, InstallExtension};
pub use interface::{
    Bond, Bridge, BridgePort, BridgeVlan, DeviceSelector, DhcpOptions, EquinixVip, HcloudVip, Interface, Route, Stp,
    Vip, Vlan, Wireguard, WireguardPeer,
};
pub use kubelet::{ExtraMount, IdMapping, Kubelet, KubeletNodeIp};
pub use machine::{Machine, MachineControlPlane, Toggle};
pub use network::{ExtraHost, KubeSpan, KubeSpanFilters, Network};
pub use registries::{Registries, RegistryAuth, RegistryConfig, RegistryMirror, RegistryTls};
pub use values::{Argument, Arguments, EncodedCertificate, EncodedKey, Environment, FileMode, Labels, Object};

use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::{Check, check_machine},
};

impl Kind for V1Alpha1 {
    const EFFECT: Effect = Effect::Live;
    const SINCE: &'static str = "v1.0";

    fn check(&self, whole: &Whole<'_>, check: &mut Check) {
        check_machine(self, whole.config, whole.mode, check);
    }
}

section! {
    /// The whole document.
    pub struct V1Alpha1 {
        /// Always `v1alpha1`.
        "version" => version: String,
        /// Verbose logs on the console.
        "debug" => debug: Option<bool> [idle],
        /// Kept for old files; anything but true is refused.
        "persist" => persist: Option<bool>,
        /// What concerns the machine.
        "machine" => machine: Option<Box<Machine>>,
        /// What concerns the cluster.
        "cluster" => cluster: Option<Box<Cluster>>,
    }
}
