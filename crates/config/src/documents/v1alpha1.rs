//! The document without `kind`: `version: v1alpha1`, with the sections `machine` and `cluster`.

mod bond;
mod bridge;
mod cluster;
mod cluster_network;
mod control_plane;
mod discovery;
mod disks;
mod effects;
mod encryption;
mod etcd;
mod features;
mod files;
mod install;
mod interface;
mod kernel;
mod kubelet;
mod logging;
mod machine;
mod manifests;
mod network;
mod registries;
mod values;
mod vip;
mod vlan;
mod wireguard;

pub use bond::Bond;
pub use bridge::{Bridge, BridgePort, BridgeVlan, Stp};
pub use cluster::{AdminKubeconfig, Cluster, ControlPlane};
pub use cluster_network::{ClusterNetwork, Cni, CoreDns, FlannelCni, Proxy};
pub use control_plane::{AdmissionPlugin, ApiServer, Authorizer, ControllerManager, Resources, Scheduler, VolumeMount};
pub use discovery::{Discovery, DiscoveryRegistries, KubernetesRegistry, ServiceRegistry};
pub use disks::{Disk, DiskPartition};
pub(super) use effects::NAMED;
pub use encryption::{DiskEncryption, EncryptionKey, KmsKey, NodeIdKey, StaticKey, SystemDiskEncryption, TpmKey};
pub use etcd::Etcd;
pub use features::{Features, HostDns, ImageCache, KubePrism, KubernetesApiAccess};
pub use files::{MachineFile, SeccompProfile, Time, Udev};
pub use install::{DiskSelector, Install, InstallExtension};
pub use interface::{DeviceSelector, DhcpOptions, Interface, Route};
pub use kernel::{Kernel, KernelModule};
pub use kubelet::{ExtraMount, IdMapping, Kubelet, KubeletNodeIp};
pub use logging::{Logging, LoggingDestination};
pub use machine::{Machine, MachineControlPlane, Toggle};
pub use manifests::{ExternalCloudProvider, InlineManifest};
pub use network::{ExtraHost, KubeSpan, KubeSpanFilters, Network};
pub use registries::{Registries, RegistryAuth, RegistryConfig, RegistryMirror, RegistryTls};
pub use values::{Argument, Arguments, EncodedCertificate, EncodedKey, Environment, FileMode, Labels, Object};
pub use vip::{EquinixVip, HcloudVip, Vip};
pub use vlan::Vlan;
pub use wireguard::{Wireguard, WireguardPeer};

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
    /// The main document: the machine, and the cluster that it belongs to. It alone has no `apiVersion` and no
    /// `kind`.
    ///
    /// Many settings have got documents of their own since; the old form of each still stands here.
    pub struct V1Alpha1 {
        /// The version of this document: always `v1alpha1`.
        "version" => version: String [example("v1alpha1")] [effect(Effect::Live)],
        /// Writes everything that the system's services log to the console too. A slow serial console delays the boot
        /// then.
        "debug" => debug: Option<bool> [default("false")] [idle],
        /// Kept for old files: the configuration always outlives a reboot. False is refused.
        "persist" => persist: Option<bool> [default("true")] [effect(Effect::Live)],
        /// What concerns this machine.
        "machine" => machine: Option<Box<Machine>>,
        /// What concerns the cluster: most of it is the same on all its machines.
        "cluster" => cluster: Option<Box<Cluster>>,
    }
}
