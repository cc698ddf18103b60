//! Where the files of each control plane pod are and who may read them.

/// A control plane pod's name, user and directories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Component {
    /// Name of pod, container and program.
    pub(crate) id: &'static str,
    /// User and group that it runs as, and that its files belong to.
    pub(crate) user: u32,
    /// Keys, certificates, kubeconfigs.
    pub(crate) secrets: &'static str,
    /// Configuration documents.
    pub(crate) config: &'static str,
}

pub(crate) const API_SERVER: Component = Component {
    id: "kube-apiserver",
    user: 65534,
    secrets: "/system/secrets/kubernetes/kube-apiserver",
    config: "/system/config/kubernetes/kube-apiserver",
};

pub(crate) const CONTROLLER_MANAGER: Component = Component {
    id: "kube-controller-manager",
    user: 65535,
    secrets: "/system/secrets/kubernetes/kube-controller-manager",
    config: "/system/config/kubernetes/kube-controller-manager",
};

pub(crate) const SCHEDULER: Component = Component {
    id: "kube-scheduler",
    user: 65536,
    secrets: "/system/secrets/kubernetes/kube-scheduler",
    config: "/system/config/kubernetes/kube-scheduler",
};

impl Component {
    /// Path of a secret file.
    pub(crate) fn secret(&self, name: &str) -> String {
        format!("{}/{name}", self.secrets)
    }

    /// Path of a configuration document.
    pub(crate) fn document(&self, name: &str) -> String {
        format!("{}/{name}", self.config)
    }
}
