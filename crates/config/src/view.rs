//! What controllers ask a configuration: defaults filled in, old and new forms of a setting brought together.
//!
//! Every accessor is a method of [`Config`](crate::Config). A configuration without a main document answers with defaults.

mod authority;
mod cluster;
mod control_plane;
mod features;
mod kubelet;
mod machine;
mod network;
mod registries;

pub(crate) use authority::{authority, host_and_own_port, host_and_port};
pub use cluster::{AdminKubeconfigView, ClusterNetworkView, CniKind, CoreDnsView, DiscoveryView};
pub use control_plane::{ApiServerView, ControllerManagerView, EtcdView, ProxyView, SchedulerView};
pub use features::FeaturesView;
pub use kubelet::KubeletView;
pub use machine::{MachineType, TimeView};
pub use network::{HostnameSetting, HostsEntry, InterfaceView, RouteView};
pub use registries::{RegistriesView, RegistryAuthView, RegistryMirrorView, RegistryTlsView};

/// The text, or the default when it is empty.
fn or(text: &str, default: impl FnOnce() -> String) -> String {
    if text.is_empty() { default() } else { text.to_owned() }
}

pub(crate) use control_plane::default_audit_policy;
