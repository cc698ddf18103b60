//! The etcd member on this node.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// The etcd member on this node.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct EtcdMember {
    /// Its id, 16 hexadecimal digits.
    #[serde(rename = "memberID")]
    pub member_id: String,
}

impl EtcdMember {
    /// Id of the only one.
    pub const ID: &'static str = "local";
}

impl Spec for EtcdMember {
    const TYPE: &'static str = "EtcdMembers.etcd.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[Column::new("Member ID", "{.memberID}")];
}
