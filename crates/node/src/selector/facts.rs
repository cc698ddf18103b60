//! What the node has that selectors choose from.

use minos_config::Facts;
use minos_resources::block::{Disk, SystemDisk};
use minos_resources::network::{LinkStatus, NodeAddress};
use minos_runtime::{Resource, Store};
use minos_sys::Mode;

/// What this node has that selectors of a configuration choose from.
pub fn selector_facts(store: &Store, mode: Mode) -> Facts {
    Known {
        routed: store.get::<NodeAddress>(NodeAddress::ROUTED),
        current: store.get::<NodeAddress>(NodeAddress::CURRENT),
        links: store.list::<LinkStatus>(),
        disks: store.list::<Disk>(),
        system_disk: store.get::<SystemDisk>(SystemDisk::ID),
    }
    .facts(mode)
}

/// The resources that say what the node has.
pub(super) struct Known {
    pub(super) routed: Option<Resource<NodeAddress>>,
    pub(super) current: Option<Resource<NodeAddress>>,
    pub(super) links: Vec<Resource<LinkStatus>>,
    pub(super) disks: Vec<Resource<Disk>>,
    pub(super) system_disk: Option<Resource<SystemDisk>>,
}

impl Known {
    /// A container has no say in disks.
    pub(super) fn facts(&self, mode: Mode) -> Facts {
        let addresses = |known: &Option<Resource<NodeAddress>>| {
            known.as_ref().filter(|one| one.is_running()).map(|one| one.addresses.clone()).unwrap_or_default()
        };
        let links = self.links.iter().filter(|link| link.is_running());
        let disks = self.disks.iter().filter(|disk| disk.is_running());
        Facts {
            routed: addresses(&self.routed),
            current: addresses(&self.current),
            links: links.map(|link| link.facts(link.id())).collect(),
            disks: (!mode.is_container()).then(|| disks.map(|disk| disk.facts()).collect()),
            installed: self.system_disk.is_some(),
        }
    }
}
