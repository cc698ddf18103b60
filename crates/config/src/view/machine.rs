use std::{fmt, time::Duration};

use minos_pki::{CertificateAndKey, Secret};

use crate::{
    config::Config,
    defaults,
    documents::{
        Document,
        v1alpha1::{EncodedCertificate, KernelModule, Labels, Machine, MachineFile, SeccompProfile},
    },
};

/// What a machine is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MachineType {
    /// Not configured yet.
    #[default]
    Unknown,
    /// Old name of a control plane that bootstraps by itself.
    Init,
    /// Runs etcd and the control plane.
    ControlPlane,
    /// Runs pods only.
    Worker,
}

impl MachineType {
    /// Reads the names that configurations use, old ones included.
    pub fn parse(name: &str) -> Self {
        match name {
            "init" => Self::Init,
            "controlplane" => Self::ControlPlane,
            "worker" | "join" | "" => Self::Worker,
            _ => Self::Unknown,
        }
    }

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Init => "init",
            Self::ControlPlane => "controlplane",
            Self::Worker => "worker",
        }
    }

    /// True for those that run the control plane.
    pub const fn is_control_plane(self) -> bool {
        matches!(self, Self::Init | Self::ControlPlane)
    }
}

impl fmt::Display for MachineType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Time synchronisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeView {
    /// Whether it runs.
    pub enabled: bool,
    /// Servers that the configuration names; may be empty.
    pub servers: Vec<String>,
    /// How long the boot waits for the time; without end when absent.
    pub boot_timeout: Option<Duration>,
}

impl TimeView {
    /// The server that is asked when nobody names one.
    pub const DEFAULT_SERVER: &'static str = defaults::TIME_SERVER;
}

impl Config {
    /// What the machine is for.
    pub fn machine_type(&self) -> MachineType {
        self.machine().map_or(MachineType::Unknown, |machine| MachineType::parse(&machine.kind))
    }

    /// The section `machine` as it stands.
    pub fn machine(&self) -> Option<&Machine> {
        self.v1alpha1()?.machine.as_deref()
    }

    /// What a worker shows to get its certificates.
    pub fn machine_token(&self) -> Option<&Secret> {
        self.machine().map(|machine| &machine.token).filter(|token| !token.is_empty())
    }

    /// The authority of the operating system's API; without key on workers.
    pub fn machine_ca(&self) -> Option<&CertificateAndKey> {
        self.machine()?.ca.as_ref()
    }

    /// Every authority that the API's clients and peers may be signed by, the issuing one first (PEM).
    pub fn machine_accepted_cas(&self) -> Vec<&str> {
        accepted(self.machine_ca(), self.machine().map_or(&[], |machine| machine.accepted_cas.as_slice()))
    }

    /// Further names for the API's certificate.
    pub fn machine_cert_sans(&self) -> &[String] {
        self.machine().map_or(&[], |machine| &machine.cert_sans)
    }

    /// Kernel parameters under `/proc/sys`, with dots.
    pub fn sysctls(&self) -> &Labels {
        self.map_of(|machine| &machine.sysctls)
    }

    /// Kernel parameters under `/sys`, with dots.
    pub fn sysfs(&self) -> &Labels {
        self.map_of(|machine| &machine.sysfs)
    }

    /// Labels of the Kubernetes node.
    pub fn node_labels(&self) -> &Labels {
        self.map_of(|machine| &machine.node_labels)
    }

    /// Annotations of the Kubernetes node.
    pub fn node_annotations(&self) -> &Labels {
        self.map_of(|machine| &machine.node_annotations)
    }

    /// Taints of the Kubernetes node: key to `value:effect`.
    pub fn node_taints(&self) -> &Labels {
        self.map_of(|machine| &machine.node_taints)
    }

    /// Modules to load.
    pub fn kernel_modules(&self) -> &[KernelModule] {
        self.machine().and_then(|machine| machine.kernel.as_ref()).map_or(&[], |kernel| &kernel.modules)
    }

    /// Files to write.
    pub fn files(&self) -> &[MachineFile] {
        self.machine().map_or(&[], |machine| &machine.files)
    }

    /// The part of containerd's configuration that the user writes.
    pub fn containerd_customization(&self) -> Option<&str> {
        const PATH: &str = "/etc/cri/conf.d/20-customization.part";
        self.files().iter().find(|file| file.path == PATH).map(|file| file.content.as_str())
    }

    /// Seccomp profiles for containers.
    pub fn seccomp_profiles(&self) -> &[SeccompProfile] {
        self.machine().map_or(&[], |machine| &machine.seccomp_profiles)
    }

    /// True unless the controller manager is switched off on this machine.
    pub fn runs_controller_manager(&self) -> bool {
        let parts = self.machine().and_then(|machine| machine.control_plane.as_ref());
        parts.and_then(|parts| parts.controller_manager.as_ref()?.disabled) != Some(true)
    }

    /// True unless the scheduler is switched off on this machine.
    pub fn runs_scheduler(&self) -> bool {
        let parts = self.machine().and_then(|machine| machine.control_plane.as_ref());
        parts.and_then(|parts| parts.scheduler.as_ref()?.disabled) != Some(true)
    }

    /// Time synchronisation.
    pub fn time(&self) -> TimeView {
        let new = self.documents().iter().find_map(|document| match document {
            Document::TimeSyncConfig(time) => Some(time),
            _ => None,
        });
        let old = self.machine().and_then(|machine| machine.time.as_ref());
        match (new, old) {
            (Some(time), _) => TimeView {
                enabled: time.enabled.unwrap_or(true),
                servers: time.ntp.as_ref().map(|ntp| ntp.servers.clone()).unwrap_or_default(),
                boot_timeout: time.boot_timeout.filter(|timeout| !timeout.is_zero()),
            },
            (None, Some(time)) => TimeView {
                enabled: !time.disabled.unwrap_or(false),
                servers: time.servers.clone(),
                boot_timeout: time.boot_timeout.filter(|timeout| !timeout.is_zero()),
            },
            (None, None) => TimeView { enabled: true, servers: vec![], boot_timeout: None },
        }
    }

    fn map_of(&self, field: impl FnOnce(&Machine) -> &Labels) -> &Labels {
        static EMPTY: Labels = Labels::new();
        self.machine().map_or(&EMPTY, field)
    }
}

/// The certificates of the issuing authority and of those that are accepted besides, without repetition.
pub(super) fn accepted<'a>(issuing: Option<&'a CertificateAndKey>, others: &'a [EncodedCertificate]) -> Vec<&'a str> {
    let mut list: Vec<&str> = Vec::new();
    let all = issuing.map(|pair| pair.crt.as_str()).into_iter().chain(others.iter().map(|other| other.crt.as_str()));
    for certificate in all.filter(|certificate| !certificate.is_empty()) {
        if !list.contains(&certificate) {
            list.push(certificate);
        }
    }
    list
}
