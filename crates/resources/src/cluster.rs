//! Identity, affiliates and members.

mod affiliate;
mod discovery_config;
mod identity;
mod info;
mod member;

pub use affiliate::{Affiliate, ControlPlane, KubeSpanAffiliate};
pub use discovery_config::DiscoveryConfig;
pub use identity::Identity;
pub use info::Info;
pub use member::Member;

use minos_runtime::Definition;

/// The namespace of what is known of the cluster.
pub const NAMESPACE: &str = "cluster";

/// The namespace of affiliates as each source tells them.
pub const RAW_NAMESPACE: &str = "cluster-raw";

/// The types of this domain.
pub const DEFINITIONS: &[Definition] = &[
    Definition::of::<Affiliate>(),
    Definition::of::<DiscoveryConfig>(),
    Definition::of::<Identity>(),
    Definition::of::<Info>(),
    Definition::of::<Member>(),
];
