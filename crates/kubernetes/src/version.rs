//! What a release of Kubernetes can do, known from the tag of its image.

/// A release of Kubernetes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KubernetesVersion {
    major: u32,
    minor: u32,
    patch: u32,
}

impl KubernetesVersion {
    /// From a reference such as `registry/kubelet:v1.36.3@sha256:…`; a tag that says nothing counts as the newest.
    pub(crate) fn of_image(image: &str) -> Self {
        let without_digest = image.split('@').next().unwrap_or(image);
        let name = without_digest.rsplit('/').next().unwrap_or(without_digest);
        let tag = name.split_once(':').map(|(_, tag)| tag).unwrap_or_default();
        Self::parse(tag.trim_start_matches('v')).unwrap_or(Self { major: 99, minor: 99, patch: 99 })
    }

    fn parse(tag: &str) -> Option<Self> {
        let release = tag.split(['-', '+', '_']).next()?;
        let mut parts = release.split('.').map(|part| part.parse().ok());
        Some(Self { major: parts.next()??, minor: parts.next()??, patch: parts.next().flatten().unwrap_or(0) })
    }

    fn since(self, minor: u32) -> bool {
        (self.major, self.minor) >= (1, minor)
    }

    /// As a label.
    pub(crate) fn label(self) -> String {
        format!("{}.{}.{}", self.major, self.minor, self.patch)
    }

    /// `--authorization-config` instead of `--authorization-mode`.
    pub(crate) fn has_authorization_config(self) -> bool {
        self.since(29)
    }

    /// The authorization configuration needs no feature gate.
    pub(crate) fn authorization_config_needs_gate(self) -> bool {
        !self.since(30)
    }

    /// The API version of the authorization configuration.
    pub(crate) fn authorization_config_api(self) -> &'static str {
        match self {
            version if version.since(32) => "apiserver.config.k8s.io/v1",
            version if version.since(30) => "apiserver.config.k8s.io/v1beta1",
            _ => "apiserver.config.k8s.io/v1alpha1",
        }
    }

    /// The API server and the controller manager know no `--cloud-provider` any more.
    pub(crate) fn dropped_cloud_provider_flag(self) -> bool {
        self.since(33)
    }

    /// The scheduler tells liveness from readiness.
    pub(crate) fn scheduler_has_livez(self) -> bool {
        self.since(31)
    }

    /// kube-proxy's nftables mode is good.
    pub(crate) fn has_nftables_proxy(self) -> bool {
        self.since(31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_tags() {
        let label = |image| KubernetesVersion::of_image(image).label();
        assert_eq!(label("registry.k8s.io/kube-apiserver:v1.36.3"), "1.36.3");
        assert_eq!(label("localhost:5000/kubelet:v1.35.4-slim@sha256:00"), "1.35.4");
        assert_eq!(label("localhost:5000/kubelet"), "99.99.99");
        assert!(!KubernetesVersion::of_image("kube-scheduler:v1.30.9").scheduler_has_livez());
    }
}
