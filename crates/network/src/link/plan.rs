//! What has to change on a link.

use minos_netlink::Link;
use minos_resources::network::LinkSpec;

/// One change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Set the MTU.
    Mtu(u32),
    /// Set it up or down.
    Up(bool),
}

/// The changes that make `link` what `spec` says.
pub(super) fn plan(spec: &LinkSpec, link: &Link) -> Vec<Step> {
    let mtu = (spec.mtu != 0 && spec.mtu != link.mtu).then_some(Step::Mtu(spec.mtu));
    let up = (spec.up != link.is_up()).then_some(Step::Up(spec.up));
    mtu.into_iter().chain(up).collect()
}
