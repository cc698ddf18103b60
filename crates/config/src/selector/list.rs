//! Every selector that is not an expression.

use crate::{config::Config, selector::Facts};

/// A field that chooses among what a machine has.
#[derive(Debug)]
pub(crate) struct Selector {
    /// Kind of the document.
    pub document: &'static str,
    /// The field; `[]` stands for each item of a list.
    pub path: &'static str,
    /// What it chooses, and how.
    pub picks: Picks,
    /// Whether a machine with this configuration answers it.
    pub used: fn(&Config, &Facts) -> bool,
    /// What cannot start while it matches nothing.
    pub blocks: Option<Blocked>,
}

/// What cannot start while a selector matches nothing.
#[derive(Debug, PartialEq, Eq)]
pub struct Blocked {
    /// Id of the diagnostic.
    pub diagnostic: &'static str,
    /// What follows, as a sentence.
    pub consequence: &'static str,
}

/// What a selector chooses, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Picks {
    /// Addresses that others may reach, by networks.
    Routed,
    /// The same with those that the machine is known by elsewhere.
    Current,
    /// A link, by its name.
    Link,
    /// Links, by what they are like.
    LinkLike,
    /// A disk, by its path.
    Disk,
    /// Disks, by what they are like.
    DiskLike,
}

impl Picks {
    /// One of what it chooses.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Routed | Self::Current => "address",
            Self::Link | Self::LinkLike => "link",
            Self::Disk | Self::DiskLike => "disk",
        }
    }

    /// Whether it asks for one thing or another; else all that it asks for must hold.
    pub const fn takes_several(self) -> bool {
        matches!(self, Self::Routed | Self::Current)
    }
}

const NODE_IP: Blocked = Blocked {
    diagnostic: "node-ip-unmatched",
    consequence: "The kubelet waits for such an address. One that runs keeps the addresses that it has.",
};
const ETCD: Blocked = Blocked {
    diagnostic: "etcd-subnets-unmatched",
    consequence: "etcd waits for such an address. One that runs keeps the addresses that it has.",
};

impl Selector {
    const fn new(document: &'static str, path: &'static str, picks: Picks) -> Self {
        Self { document, path, picks, used: |_, _| true, blocks: None }
    }

    const fn main(path: &'static str, picks: Picks) -> Self {
        Self::new("v1alpha1", path, picks)
    }

    const fn when(mut self, used: fn(&Config, &Facts) -> bool) -> Self {
        self.used = used;
        self
    }

    const fn blocks(mut self, what: Blocked) -> Self {
        self.blocks = Some(what);
        self
    }
}

/// The list. A test fails when a field whose name sounds like one is neither here nor among the fields that are known to
/// choose nothing.
pub(super) static SELECTORS: &[Selector] = &[
    Selector::main("machine.kubelet.nodeIP.validSubnets", Picks::Routed).when(is_node).blocks(NODE_IP),
    Selector::main("cluster.etcd.advertisedSubnets", Picks::Current).when(runs_etcd).blocks(ETCD),
    Selector::main("cluster.etcd.subnet", Picks::Current).when(runs_etcd).blocks(ETCD),
    Selector::main("cluster.etcd.listenSubnets", Picks::Routed).when(runs_etcd).blocks(ETCD),
    Selector::main("machine.network.interfaces[].interface", Picks::Link),
    Selector::main("machine.network.interfaces[].deviceSelector", Picks::LinkLike),
    Selector::main("machine.network.interfaces[].bond.interfaces[]", Picks::Link),
    Selector::main("machine.network.interfaces[].bond.deviceSelectors[]", Picks::LinkLike),
    Selector::main("machine.network.interfaces[].bond.primary", Picks::Link),
    Selector::main("machine.network.interfaces[].bridge.interfaces[]", Picks::Link),
    Selector::main("machine.network.interfaces[].bridgePort.master", Picks::Link),
    Selector::main("machine.network.kubespan.filters.endpoints", Picks::Current).when(meshes_by_old_form),
    Selector::main("machine.install.disk", Picks::Disk).when(installs_by_path),
    Selector::main("machine.install.diskSelector", Picks::DiskLike).when(installs),
    Selector::main("machine.disks[].device", Picks::Disk),
    Selector::new("BondConfig", "links[]", Picks::Link),
    Selector::new("BridgeConfig", "links[]", Picks::Link),
    Selector::new("DHCPv4Config", "name", Picks::Link),
    Selector::new("DHCPv6Config", "name", Picks::Link),
    Selector::new("EthernetConfig", "name", Picks::Link),
    Selector::new("HCloudVIPConfig", "link", Picks::Link),
    Selector::new("KubeSpanConfig", "filters.endpoints", Picks::Current).when(meshes),
    Selector::new("Layer2VIPConfig", "link", Picks::Link),
    Selector::new("LinkConfig", "name", Picks::Link),
    Selector::new("RoutingRuleConfig", "iifName", Picks::Link),
    Selector::new("RoutingRuleConfig", "oifName", Picks::Link),
    Selector::new("VLANConfig", "parent", Picks::Link),
    Selector::new("VRFConfig", "links[]", Picks::Link),
];

fn is_node(config: &Config, _: &Facts) -> bool {
    config.machine().is_some() && config.cluster().is_some()
}

fn runs_etcd(config: &Config, facts: &Facts) -> bool {
    is_node(config, facts) && config.machine_type().is_control_plane()
}

/// A machine that runs from an installed disk ignores where it should be installed.
fn installs(_: &Config, facts: &Facts) -> bool {
    !facts.installed
}

/// The selector of the disk counts more than its path.
fn installs_by_path(config: &Config, facts: &Facts) -> bool {
    let install = config.machine().and_then(|machine| machine.install.as_ref());
    installs(config, facts) && install.is_some_and(|install| install.disk_selector.is_none())
}

fn meshes_by_old_form(config: &Config, _: &Facts) -> bool {
    let network = config.machine().and_then(|machine| machine.network.as_ref());
    network.and_then(|network| network.kubespan.as_ref()?.enabled).unwrap_or(false)
}

fn meshes(config: &Config, _: &Facts) -> bool {
    config
        .documents()
        .iter()
        .any(|document| matches!(document, crate::Document::KubeSpanConfig(mesh) if mesh.enabled == Some(true)))
}
