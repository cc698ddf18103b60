use super::GenerateError;

/// The version that configurations are generated for: a machine that runs it must understand them.
///
/// Versions later than this one are taken for this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contract {
    /// The minor version of 1.
    minor: u32,
}

/// What a version brought to generated configurations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Since {
    PodSecurity = 1,
    /// Names from the machine's identity, the default seccomp profile, `allowSchedulingOnControlPlanes`, discovery that
    /// does not go through Kubernetes.
    StableNames = 2,
    /// Secretbox encryption, an audit policy, no manifests from a directory, clients' certificates checked for their usage.
    SafeDefaults = 3,
    DiskQuota = 5,
    KubePrism = 6,
    /// The host's DNS, and an RSA key for service accounts.
    HostDns = 7,
    /// The host's DNS behind the cluster's, the cluster's name on workers, control planes left out by load balancers.
    ForwardDns = 8,
    /// Documents for names and registries; what is always so is not said any more.
    Documents = 12,
    KubeSpanDocument = 13,
}

impl Contract {
    /// This version's.
    pub const CURRENT: Self = Self { minor: 13 };

    /// Reads `v1.13`, `1.13` or `v1.13.9`. Versions before 1.0 are taken for 1.0.
    pub fn parse(version: &str) -> Result<Self, GenerateError> {
        let mut parts = version.strip_prefix('v').unwrap_or(version).split('.').map(str::parse::<u32>);
        match (parts.next(), parts.next()) {
            (Some(Ok(0)), Some(Ok(_))) => Ok(Self { minor: 0 }),
            (Some(Ok(1)), Some(Ok(minor))) => Ok(Self { minor }.min(Self::CURRENT)),
            _ => Err(GenerateError::Contract(version.to_owned())),
        }
    }

    pub(super) const fn has(self, what: Since) -> bool {
        self.minor >= what as u32
    }

    /// `true` when it has it; else the field is left out.
    pub(super) fn when(self, what: Since) -> Option<bool> {
        self.has(what).then_some(true)
    }

    /// `true` until it has it, when the field is left out.
    pub(super) fn until(self, what: Since) -> Option<bool> {
        (!self.has(what)).then_some(true)
    }

    /// Images of Kubernetes had two homes while they moved from one to the other.
    pub(super) const fn mirrors_old_images(self) -> bool {
        self.minor == 2
    }
}

impl Default for Contract {
    fn default() -> Self {
        Self::CURRENT
    }
}
