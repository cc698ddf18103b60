//! Identity, affiliates and members.

mod affiliate;
mod discovery_config;
mod identity;
mod info;
mod kubernetes_access_config;
mod member;

pub use affiliate::{Affiliate, ControlPlane, KubeSpanAffiliate};
pub use discovery_config::DiscoveryConfig;
pub use identity::Identity;
pub use info::Info;
pub use kubernetes_access_config::KubernetesAccessConfig;
pub use member::Member;

use crate::declare::definitions;

/// The namespace of what is known of the cluster.
pub const NAMESPACE: &str = "cluster";

/// The namespace of affiliates as each source reports them.
pub const RAW_NAMESPACE: &str = "cluster-raw";

definitions![Affiliate, DiscoveryConfig, Identity, Info, KubernetesAccessConfig, Member];
