//! The etcd member on this node.

use crate::declare::resource;

resource! {
    /// The etcd member on this node.
    #[derive(Default)]
    pub struct EtcdMember = "EtcdMembers.etcd.talos.dev" in super::NAMESPACE => {
        /// Its id, 16 hexadecimal digits.
        1 "memberID" => member_id: String,
    }
    columns: ["Member ID" => "{.memberID}"];
}

impl EtcdMember {
    /// Id of the only one.
    pub const ID: &'static str = "local";
}
