//! What the kubelet finds under the node.

/// The host of the node, as far as the kubelet has to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KubeletHost {
    /// The node is a container: kernel and devices are those of its host.
    pub shares_kernel: bool,
    /// The kernel's control groups are those of version 1.
    pub legacy_cgroups: bool,
}
