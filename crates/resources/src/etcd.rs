//! etcd.

mod etcd_bootstrap;
mod etcd_config;
mod etcd_member;
mod etcd_spec;
mod pki_status;

pub use etcd_bootstrap::EtcdBootstrap;
pub use etcd_config::EtcdConfig;
pub use etcd_member::EtcdMember;
pub use etcd_spec::EtcdSpec;
pub use pki_status::PkiStatus;

use crate::declare::definitions;

/// The namespace of this domain.
pub const NAMESPACE: &str = "etcd";

definitions![EtcdBootstrap, EtcdConfig, EtcdMember, EtcdSpec, PkiStatus,];
