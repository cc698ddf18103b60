use std::collections::BTreeMap;

use minos_pki::{CertificateAndKey, Secret};

use super::{
    Disk, EncodedCertificate, Environment, Features, Install, Kernel, Kubelet, Labels, Logging, MachineFile, Network,
    Object, Registries, SeccompProfile, SystemDiskEncryption, Time, Udev,
};
use crate::schema::{Effect, section};

section! {
    /// What concerns the machine.
    pub struct Machine {
        /// `controlplane`, `worker`, or `init` (an old name that acts as `controlplane`).
        "type" => kind: String [effect(Effect::Reboot)],
        /// What a worker shows to get its certificates.
        "token" => token: Secret,
        /// The authority of the operating system's API; its key only on control planes.
        "ca" => ca: Option<CertificateAndKey>,
        /// Further authorities that clients and peers may be signed by.
        "acceptedCAs" => accepted_cas: Vec<EncodedCertificate>,
        /// Further names for the API's certificate.
        "certSANs" => cert_sans: Vec<String>,
        /// Control plane parts that this machine does not run.
        "controlPlane" => control_plane: Option<MachineControlPlane>,
        /// The kubelet.
        "kubelet" => kubelet: Option<Kubelet>,
        /// Static pods of the user.
        "pods" => pods: Vec<Object> [idle],
        /// The network, in the old form.
        "network" => network: Option<Network>,
        /// Further disks to partition.
        "disks" => disks: Vec<Disk> [idle],
        /// Where and what to install.
        "install" => install: Option<Install> [idle],
        /// Files to write.
        "files" => files: Vec<MachineFile>,
        /// Environment of the operating system's processes.
        "env" => env: Environment [idle],
        /// Time synchronisation.
        "time" => time: Option<Time>,
        /// Kernel parameters under `/proc/sys`.
        "sysctls" => sysctls: Labels,
        /// Kernel parameters under `/sys`.
        "sysfs" => sysfs: Labels,
        /// Registry mirrors and credentials, in the old form.
        "registries" => registries: Option<Registries>,
        /// Encryption of the system partitions.
        "systemDiskEncryption" => system_disk_encryption: Option<SystemDiskEncryption> [idle],
        /// Switches.
        "features" => features: Option<Features>,
        /// Rules for device nodes.
        "udev" => udev: Option<Udev> [idle],
        /// Where logs are sent.
        "logging" => logging: Option<Logging> [idle],
        /// Kernel modules.
        "kernel" => kernel: Option<Kernel>,
        /// Seccomp profiles for containers.
        "seccompProfiles" => seccomp_profiles: Vec<SeccompProfile>,
        /// What to change in every container's runtime specification.
        "baseRuntimeSpecOverrides" => base_runtime_spec_overrides: Object [idle],
        /// Labels of the Kubernetes node.
        "nodeLabels" => node_labels: Labels,
        /// Annotations of the Kubernetes node.
        "nodeAnnotations" => node_annotations: Labels,
        /// Taints of the Kubernetes node: key to `value:effect`.
        "nodeTaints" => node_taints: BTreeMap<String, String>,
    }
}

section! {
    /// Control plane parts that can be left out.
    pub struct MachineControlPlane {
        /// The controller manager.
        "controllerManager" => controller_manager: Option<Toggle>,
        /// The scheduler.
        "scheduler" => scheduler: Option<Toggle>,
    }
}

section! {
    /// Something that can be switched off.
    pub struct Toggle {
        /// True switches it off.
        "disabled" => disabled: Option<bool>,
    }
}
