use std::collections::BTreeMap;

use minos_pki::{CertificateAndKey, Secret};

use super::{
    Disk, EncodedCertificate, Environment, Features, Install, Kernel, Kubelet, Labels, Logging, MachineFile, Network,
    Object, Registries, SeccompProfile, SystemDiskEncryption, Time, Udev, effects,
};
use crate::schema::{Effect, section};

section! {
    /// What concerns the machine.
    pub struct Machine {
        /// What the machine is for. A `controlplane` runs etcd and the control plane of Kubernetes, a `worker` runs
        /// only pods.
        ///
        /// `init` is an old name of `controlplane`, `join` one of `worker`.
        "type" => kind: String [default("worker")] [example("controlplane")] [effect(Effect::Reboot)],
        /// The secret that a machine shows to the control planes to get its certificate for the operating system's
        /// API. It is the same on all machines of a cluster.
        "token" => token: Secret [example("k2f8mq.r71xw0c9tnv4zd5h")] [effect(Effect::Live)],
        /// The authority that signs the certificates of the operating system's API. Only control planes have its key;
        /// there it is needed.
        "ca" => ca: Option<CertificateAndKey> [effect(Effect::Live)],
        /// Authorities that are accepted besides `ca`, while one takes the place of another.
        "acceptedCAs" => accepted_cas: Vec<EncodedCertificate> [effect(Effect::Live)],
        /// Further names and addresses for the certificate of the operating system's API. The machine's own are
        /// always in it.
        "certSANs" => cert_sans: Vec<String> [example("[node-1.example.org, 192.0.2.10]")] [effect(Effect::Live)],
        /// Parts of the control plane that this machine leaves out. Only on control planes.
        "controlPlane" => control_plane: Option<MachineControlPlane> [effect(Effect::Live)],
        /// The kubelet: it runs the pods of this machine.
        "kubelet" => kubelet: Option<Kubelet> [effect(effects::KUBELET)],
        /// Static pods: manifests that the kubelet runs without asking an API server. They are not checked.
        "pods" => pods: Vec<Object>
            [example("[{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: b}]}}]")]
            [idle],
        /// The network, in the old form: what stands in it has documents of its own.
        "network" => network: Option<Network> [effect(Effect::Live)],
        /// Further disks to partition, format and mount.
        "disks" => disks: Vec<Disk> [deprecated("use UserVolumeConfig")] [idle],
        /// Which system to install on which disk. A machine that has booted from an installed disk ignores it.
        "install" => install: Option<Install> [idle],
        /// Files to write.
        ///
        /// So far only those act whose path is `/etc/cri/conf.d/*.part`: they are laid over containerd's
        /// configuration, in their order. containerd is started anew then; containers go on.
        "files" => files: Vec<MachineFile> [effect(Effect::Restarts(&["containerd"]))],
        /// Environment variables of the system's own processes, as for a proxy.
        "env" => env: Environment
            [example("{https_proxy: \"http://proxy.example.org:3128\"}")] [deprecated("use EnvironmentConfig")] [idle],
        /// Time synchronisation, in the old form. Excludes a document `TimeSyncConfig`.
        "time" => time: Option<Time> [deprecated("use TimeSyncConfig")] [effect(Effect::Live)],
        /// Parameters of the kernel below `/proc/sys`: the path with dots between its parts. A parameter that is left
        /// out again gets the value that it had before.
        "sysctls" => sysctls: Labels [example("{net.core.somaxconn: \"4096\"}")] [effect(Effect::Live)],
        /// Parameters of the kernel below `/sys`, else like `sysctls`.
        "sysfs" => sysfs: Labels [example("{kernel.mm.ksm.run: \"1\"}")] [effect(Effect::Live)],
        /// Where images are pulled from and how, in the old form.
        "registries" => registries: Option<Registries> [effect(Effect::Live)],
        /// Encryption of the system's own partitions.
        "systemDiskEncryption" => system_disk_encryption: Option<SystemDiskEncryption>
            [deprecated("use VolumeConfig")] [idle],
        /// Parts of the operating system that can be switched on.
        "features" => features: Option<Features>,
        /// The device manager.
        "udev" => udev: Option<Udev> [idle],
        /// Where the logs of the system's services are sent.
        "logging" => logging: Option<Logging> [idle],
        /// The kernel.
        "kernel" => kernel: Option<Kernel> [effect(Effect::Live)],
        /// Seccomp profiles that pods can name: `localhostProfile: profiles/<name>`.
        "seccompProfiles" => seccomp_profiles: Vec<SeccompProfile> [idle],
        /// What is changed in the OCI runtime specification of every new container, as resource limits that
        /// Kubernetes has no field for.
        "baseRuntimeSpecOverrides" => base_runtime_spec_overrides: Object
            [example("{process: {rlimits: [{type: RLIMIT_NOFILE, hard: 4096, soft: 1024}]}}")] [idle],
        /// Labels of the Kubernetes node. Those that somebody else has set to another value stay.
        "nodeLabels" => node_labels: Labels [example("{topology.kubernetes.io/zone: cellar}")] [effect(Effect::Live)],
        /// Annotations of the Kubernetes node. Those that somebody else has set to another value stay.
        "nodeAnnotations" => node_annotations: Labels [example("{example.org/rack: \"4\"}")] [effect(Effect::Live)],
        /// Taints of the Kubernetes node: key, then `value:effect` or the effect alone (`NoSchedule`,
        /// `PreferNoSchedule` or `NoExecute`). Those that somebody else has set otherwise stay.
        "nodeTaints" => node_taints: BTreeMap<String, String>
            [example("{example.org/gpu: \"yes:NoSchedule\"}")] [effect(Effect::Live)],
    }
}

section! {
    /// Control plane parts that can be left out.
    pub struct MachineControlPlane {
        /// The controller manager on this machine.
        "controllerManager" => controller_manager: Option<Toggle>,
        /// The scheduler on this machine.
        "scheduler" => scheduler: Option<Toggle>,
    }
}

section! {
    /// Something that can be switched off.
    pub struct Toggle {
        /// True leaves it out.
        "disabled" => disabled: Option<bool> [default("false")],
    }
}
