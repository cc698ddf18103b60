//! What a selector matches.

use std::net::IpAddr;

use ipnet::IpNet;

use super::{DiskFacts, Facts, LinkFacts, choose_addresses, list::Picks};
use crate::{
    config::Config,
    documents::{
        Document,
        v1alpha1::{DeviceSelector, DiskSelector, Interface},
    },
    node::{Node, Value},
    schema::{Context, Decode, Size},
};

/// What was asked for, and what there is of it.
pub(super) struct Choice {
    pub asked: String,
    pub matches: Vec<String>,
    pub candidates: Vec<String>,
}

/// The machine as one configuration sees it.
pub(super) struct Subject<'a> {
    facts: &'a Facts,
    /// Networks whose addresses are never the node's own.
    of_cluster: Vec<IpNet>,
    /// Names of links that the configuration makes; `%d` at the end of one stands for a number.
    created: Vec<String>,
}

impl<'a> Subject<'a> {
    pub fn new(config: &Config, facts: &'a Facts) -> Self {
        let network = config.cluster_network();
        let of_cluster = [network.pod_subnets, network.service_subnets].concat();
        Self { facts, of_cluster, created: created_links(config, facts) }
    }

    /// Nothing when the machine has no say in it.
    pub fn choose(&self, picks: Picks, value: &Node) -> Option<Choice> {
        match picks {
            Picks::Routed => self.addresses(&self.facts.routed, value),
            Picks::Current => self.addresses(&self.facts.current, value),
            Picks::Link => self.link(value.as_text()?),
            Picks::LinkLike => self.links_like(value),
            Picks::Disk => disk(self.facts.disks.as_ref()?, value.as_text()?),
            Picks::DiskLike => disks_like(self.facts.disks.as_ref()?, value),
        }
    }

    fn addresses(&self, all: &[IpNet], value: &Node) -> Option<Choice> {
        let subnets = texts(value);
        let is_own = |address: &&IpNet| !self.of_cluster.iter().any(|network| network.contains(&address.addr()));
        let own: Vec<&IpNet> = all.iter().filter(is_own).collect();
        let addresses: Vec<IpAddr> = own.iter().map(|address| address.addr()).collect();
        let matches = choose_addresses(&addresses, subnets.iter().copied()).ok()?;
        Some(Choice {
            asked: subnets.join(", "),
            matches: matches.iter().map(ToString::to_string).collect(),
            candidates: own.iter().map(ToString::to_string).collect(),
        })
    }

    fn link(&self, name: &str) -> Option<Choice> {
        if self.created.iter().any(|created| is_created(created, name)) {
            return None;
        }
        let links = &self.facts.links;
        Some(Choice {
            asked: name.to_owned(),
            matches: names(links.iter().filter(|link| link.is_called(name)), |link| link.name.clone()),
            candidates: names(links.iter().filter(|link| link.is_of_interest()), |link| link.name.clone()),
        })
    }

    fn links_like(&self, value: &Node) -> Option<Choice> {
        let selector = DeviceSelector::decode(value, &mut Context::default())?;
        let links = &self.facts.links;
        let described = |link: &LinkFacts| described(&link.name, value, |key| link.property(key));
        Some(Choice {
            asked: asked(value),
            matches: names(links.iter().filter(|link| selector.fits(link)), |link| link.name.clone()),
            candidates: names(links.iter().filter(|link| link.is_of_interest()), described),
        })
    }
}

fn disk(disks: &[DiskFacts], path: &str) -> Option<Choice> {
    // Without the links to disks nobody can say which disk it is.
    if path.starts_with("/dev/disk/") && disks.iter().all(|disk| disk.links.is_empty()) {
        return None;
    }
    let is_meant = |disk: &&DiskFacts| disk.path == path || disk.links.iter().any(|link| link == path);
    Some(Choice {
        asked: path.to_owned(),
        matches: names(disks.iter().filter(is_meant), |disk| disk.path.clone()),
        candidates: names(disks.iter().filter(|disk| disk.writable), |disk| disk.path.clone()),
    })
}

fn disks_like(disks: &[DiskFacts], value: &Node) -> Option<Choice> {
    let selector = DiskSelector::decode(value, &mut Context::default())?;
    let described = |disk: &DiskFacts| described(&disk.path, value, |key| disk.property(key));
    Some(Choice {
        asked: asked(value),
        matches: names(disks.iter().filter(|disk| selector.fits(disk)), |disk| disk.path.clone()),
        candidates: names(disks.iter().filter(|disk| disk.writable), described),
    })
}

impl DeviceSelector {
    /// Whether it selects this link: all that it says holds, and it says something.
    pub fn fits(&self, link: &LinkFacts) -> bool {
        let patterns = [
            (&self.hardware_addr, &link.hardware_addr),
            (&self.permanent_addr, &link.permanent_addr),
            (&self.bus_path, &link.bus_path),
            (&self.pci_id, &link.pci_id),
            (&self.driver, &link.driver),
        ];
        let says = self.physical.is_some() || patterns.iter().any(|(pattern, _)| !pattern.is_empty());
        says && self.physical.is_none_or(|physical| physical == link.physical)
            && patterns.iter().all(|(pattern, text)| fits(pattern, text))
    }
}

impl DiskSelector {
    /// Whether it selects this disk: all that it says holds. Only disks that can be written and are connected to a bus
    /// are ever selected.
    pub fn fits(&self, disk: &DiskFacts) -> bool {
        let patterns = [
            (&self.model, &disk.model),
            (&self.serial, &disk.serial),
            (&self.modalias, &disk.modalias),
            (&self.uuid, &disk.uuid),
            (&self.wwid, &disk.wwid),
            (&self.bus_path, &disk.bus_path),
        ];
        disk.writable
            && !disk.transport.is_empty()
            && (self.kind.is_empty() || disk.is_of_type(&self.kind))
            && self.fits_size(disk.size)
            && patterns.iter().all(|(pattern, text)| fits(pattern, text))
    }

    fn fits_size(&self, bytes: u64) -> bool {
        let condition = self.size.trim();
        let signs = ["==", ">=", "<=", ">", "<"];
        let (sign, size) = signs
            .iter()
            .find_map(|sign| Some((*sign, condition.strip_prefix(sign)?.trim())))
            .unwrap_or(("==", condition));
        let Some(wanted) = size.parse::<Size>().ok().and_then(|size| size.bytes()) else {
            return condition.is_empty();
        };
        match sign {
            ">=" => bytes >= wanted,
            "<=" => bytes <= wanted,
            ">" => bytes > wanted,
            "<" => bytes < wanted,
            _ => bytes == wanted,
        }
    }
}

/// Whether nothing is asked for, or `text` is `pattern` in whatever case; `*` stands for anything.
fn fits(pattern: &str, text: &str) -> bool {
    pattern.is_empty() || matches(&pattern.to_ascii_lowercase(), &text.to_ascii_lowercase())
}

fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            (0..=text.len()).filter(|at| text.is_char_boundary(*at)).any(|at| matches(rest, &text[at..]))
        }),
    }
}

fn created_links(config: &Config, facts: &Facts) -> Vec<String> {
    let network = config.machine().and_then(|machine| machine.network.as_ref());
    let interfaces = network.map_or(&[][..], |network| &network.interfaces);
    let mut created: Vec<String> =
        interfaces.iter().filter(|one| one.is_created()).map(|one| one.name.clone()).collect();
    for interface in interfaces {
        let over = interface.links(facts);
        let names = interface.vlans.iter().flat_map(|vlan| over.iter().map(|link| format!("{link}.{}", vlan.vlan_id)));
        created.extend(names);
    }
    created.extend(config.documents().iter().filter_map(created_by));
    created
}

fn created_by(document: &Document) -> Option<String> {
    match document {
        Document::BondConfig(link) => Some(link.name.clone()),
        Document::BridgeConfig(link) => Some(link.name.clone()),
        Document::DummyLinkConfig(link) => Some(link.name.clone()),
        Document::LinkAliasConfig(alias) => Some(alias.name.clone()),
        Document::VLANConfig(link) => Some(link.name.clone()),
        Document::VRFConfig(link) => Some(link.name.clone()),
        Document::WireguardConfig(link) => Some(link.name.clone()),
        _ => None,
    }
}

impl Interface {
    /// The machine makes it: a bond, a bridge, a dummy or a WireGuard link.
    const fn is_created(&self) -> bool {
        self.bond.is_some() || self.bridge.is_some() || matches!(self.dummy, Some(true)) || self.wireguard.is_some()
    }

    /// The links that it is about.
    fn links(&self, facts: &Facts) -> Vec<String> {
        match &self.device_selector {
            Some(selector) if self.name.is_empty() => {
                names(facts.links.iter().filter(|link| selector.fits(link)), |link| link.name.clone())
            }
            _ => vec![self.name.clone()],
        }
    }
}

fn is_created(created: &str, name: &str) -> bool {
    match created.strip_suffix("%d") {
        None => created == name,
        Some(start) => {
            let number = name.strip_prefix(start).unwrap_or_default();
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        }
    }
}

fn names<'a, T: 'a>(all: impl Iterator<Item = &'a T>, name: impl Fn(&T) -> String) -> Vec<String> {
    all.map(name).collect()
}

/// The items of a list, or the one value.
fn texts(value: &Node) -> Vec<&str> {
    match &value.value {
        Value::List(items) => items.iter().filter_map(Node::as_text).collect(),
        _ => value.as_text().into_iter().collect(),
    }
}

/// What a section asks for: `hardwareAddr 02:*, physical true`.
fn asked(section: &Node) -> String {
    let entries =
        section.entries().iter().filter_map(|entry| Some(format!("{} {}", entry.key, entry.value.as_text()?)));
    entries.collect::<Vec<_>>().join(", ")
}

/// A name with what it has of that which a section asks for: `eth0 (hardwareAddr 06:00:00:00:00:01)`.
fn described(name: &str, section: &Node, property: impl Fn(&str) -> String) -> String {
    let own = section.entries().iter().map(|entry| (&entry.key, property(&entry.key)));
    let own: Vec<String> =
        own.map(|(key, value)| format!("{key} {}", if value.is_empty() { "unknown" } else { &value })).collect();
    format!("{name} ({})", own.join(", "))
}
