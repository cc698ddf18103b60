//! Affiliates that have a name in Kubernetes are members.

use minos_resources::cluster::{Affiliate, Member};
use minos_runtime::{Controller, Resource, Transform};

pub(crate) fn controller() -> Box<dyn Controller> {
    Transform::new("membership.member.status", |_, affiliate: &Resource<Affiliate>| {
        if affiliate.nodename.is_empty() {
            return Ok(None);
        }
        let member = Member {
            node_id: affiliate.node_id.clone(),
            addresses: affiliate.addresses.clone(),
            hostname: affiliate.hostname.clone(),
            machine_type: affiliate.machine_type,
            operating_system: affiliate.operating_system.clone(),
            control_plane: affiliate.control_plane.clone(),
        };
        Ok(Some((affiliate.nodename.clone(), member)))
    })
    .boxed()
}
