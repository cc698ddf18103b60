//! Links over rtnetlink.

use std::path::Path;

use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{
    InfoData, InfoKind, InfoVeth, InfoVlan, LinkAttribute, LinkFlags as RawFlags, LinkInfo, LinkMessage, Prop,
};

use super::{LinuxNetwork, socket};
use crate::{Link, LinkFlags, LinkIndex, LinkKind, LinkLayer, Links, MacAddr, NetError, OperState};

impl Links for LinuxNetwork {
    fn links(&self) -> Result<Vec<Link>, NetError> {
        let found = socket::dump(&RouteNetlinkMessage::GetLink(LinkMessage::default()))
            .map_err(|error| NetError::new("list links", error))?;
        let links = found.into_iter().filter_map(|message| match message {
            RouteNetlinkMessage::NewLink(link) => Some(read(link)),
            _ => None,
        });
        Ok(links.collect())
    }

    fn is_settled(&self, link: &Link) -> bool {
        let is_hardware = link.kind.is_empty() && link.layer != LinkLayer::LOOPBACK;
        // udev writes a record of every device that it is done with.
        let record = || Path::new("/run/udev/data").join(format!("n{}", link.index.0));
        !is_hardware || !Path::new("/run/udev/control").exists() || record().exists()
    }

    fn set_up(&self, index: LinkIndex, up: bool) -> Result<(), NetError> {
        let mut message = LinkMessage::default();
        message.header.index = index.0;
        message.header.change_mask = RawFlags::Up;
        message.header.flags = if up { RawFlags::Up } else { RawFlags::empty() };
        let to = if up { "up" } else { "down" };
        socket::change(RouteNetlinkMessage::SetLink(message), 0)
            .map_err(|error| NetError::new(format!("set link {index} {to}"), error))
    }

    fn set_mtu(&self, index: LinkIndex, mtu: u32) -> Result<(), NetError> {
        let mut message = LinkMessage::default();
        message.header.index = index.0;
        message.attributes.push(LinkAttribute::Mtu(mtu));
        socket::change(RouteNetlinkMessage::SetLink(message), 0)
            .map_err(|error| NetError::new(format!("set the MTU of link {index} to {mtu}"), error))
    }

    fn set_master(&self, index: LinkIndex, master: Option<LinkIndex>) -> Result<(), NetError> {
        let mut message = LinkMessage::default();
        message.header.index = index.0;
        // Number 0 is no link.
        message.attributes.push(LinkAttribute::Controller(master.map_or(0, |master| master.0)));
        socket::change(RouteNetlinkMessage::SetLink(message), 0)
            .map_err(|error| NetError::new(format!("set the master of link {index}"), error))
    }

    fn move_to_process(&self, index: LinkIndex, pid: u32) -> Result<(), NetError> {
        let mut message = LinkMessage::default();
        message.header.index = index.0;
        message.attributes.push(LinkAttribute::NetNsPid(pid));
        socket::change(RouteNetlinkMessage::SetLink(message), 0).map_err(|error| {
            NetError::new(format!("move link {index} to the network namespace of process {pid}"), error)
        })
    }

    fn create(&self, name: &str, kind: &LinkKind) -> Result<LinkIndex, NetError> {
        let failed = |error| NetError::new(format!("create the {} {name:?}", kind.name()), error);
        socket::change(RouteNetlinkMessage::NewLink(creation(name, kind)), NLM_F_CREATE | NLM_F_EXCL)
            .map_err(failed)?;
        let made = self.link(name)?;
        made.map(|link| link.index).ok_or_else(|| failed(std::io::Error::from_raw_os_error(libc::ENODEV)))
    }

    fn delete(&self, index: LinkIndex) -> Result<(), NetError> {
        let mut message = LinkMessage::default();
        message.header.index = index.0;
        socket::change(RouteNetlinkMessage::DelLink(message), 0)
            .map_err(|error| NetError::new(format!("delete link {index}"), error))
    }
}

fn creation(name: &str, kind: &LinkKind) -> LinkMessage {
    let mut message = LinkMessage::default();
    message.attributes.push(LinkAttribute::IfName(name.to_owned()));
    let mut info = Vec::new();
    match kind {
        LinkKind::Dummy => info.push(LinkInfo::Kind(InfoKind::Dummy)),
        LinkKind::Bridge => info.push(LinkInfo::Kind(InfoKind::Bridge)),
        LinkKind::Bond => info.push(LinkInfo::Kind(InfoKind::Bond)),
        LinkKind::Vlan { parent, id } => {
            message.attributes.push(LinkAttribute::Link(parent.0));
            info.push(LinkInfo::Kind(InfoKind::Vlan));
            info.push(LinkInfo::Data(InfoData::Vlan(vec![InfoVlan::Id(*id)])));
        }
        LinkKind::Veth { peer } => {
            let mut other = LinkMessage::default();
            other.attributes.push(LinkAttribute::IfName(peer.clone()));
            info.push(LinkInfo::Kind(InfoKind::Veth));
            info.push(LinkInfo::Data(InfoData::Veth(InfoVeth::Peer(other))));
        }
    }
    message.attributes.push(LinkAttribute::LinkInfo(info));
    message
}

/// A link from the kernel's message.
pub(super) fn read(message: LinkMessage) -> Link {
    let mut link = Link {
        index: LinkIndex(message.header.index),
        name: String::new(),
        alias: String::new(),
        alt_names: Vec::new(),
        layer: LinkLayer(message.header.link_layer_type.into()),
        flags: LinkFlags(message.header.flags.bits()),
        mac: None,
        permanent_mac: None,
        broadcast_mac: None,
        mtu: 0,
        qdisc: String::new(),
        parent: None,
        master: None,
        state: OperState::Unknown,
        carrier: false,
        kind: String::new(),
        slave_kind: String::new(),
        bus_path: String::new(),
        vlan_id: None,
    };
    for attribute in message.attributes {
        read_attribute(&mut link, attribute);
    }
    link
}

fn read_attribute(link: &mut Link, attribute: LinkAttribute) {
    match attribute {
        LinkAttribute::IfName(name) => link.name = name,
        LinkAttribute::IfAlias(alias) => link.alias = alias,
        LinkAttribute::Address(bytes) => link.mac = mac(&bytes),
        LinkAttribute::PermAddress(bytes) => link.permanent_mac = mac(&bytes),
        LinkAttribute::Broadcast(bytes) => link.broadcast_mac = mac(&bytes),
        LinkAttribute::Mtu(mtu) => link.mtu = mtu,
        LinkAttribute::Qdisc(name) => link.qdisc = name,
        LinkAttribute::Link(index) => link.parent = Some(LinkIndex(index)).filter(|index| index.0 != 0),
        LinkAttribute::Controller(index) => link.master = Some(LinkIndex(index)),
        LinkAttribute::OperState(state) => link.state = OperState::from_number(state.into()),
        LinkAttribute::Carrier(carrier) => link.carrier = carrier != 0,
        LinkAttribute::ParentDevName(name) => link.bus_path = name,
        LinkAttribute::PropList(list) => link.alt_names.extend(list.into_iter().filter_map(|prop| match prop {
            Prop::AltIfName(name) => Some(name),
            _ => None,
        })),
        LinkAttribute::LinkInfo(infos) => infos.into_iter().for_each(|info| match info {
            LinkInfo::Kind(kind) => link.kind = kind.to_string(),
            LinkInfo::PortKind(kind) => link.slave_kind = kind.to_string(),
            LinkInfo::Data(InfoData::Vlan(data)) => {
                link.vlan_id = data.iter().find_map(|one| match one {
                    InfoVlan::Id(id) => Some(*id),
                    _ => None,
                });
            }
            _ => {}
        }),
        _ => {}
    }
}

fn mac(bytes: &[u8]) -> Option<MacAddr> {
    bytes.try_into().ok().map(MacAddr)
}

#[cfg(test)]
mod tests {
    use netlink_packet_core::{Emitable as _, Parseable as _};

    use super::*;

    /// Not every kernel that tests run on makes these, so the messages are read back instead.
    #[test]
    fn creations_say_kind_parent_and_number() {
        let kinds = [
            LinkKind::Dummy,
            LinkKind::Bridge,
            LinkKind::Bond,
            LinkKind::Vlan { parent: LinkIndex(7), id: 12 },
            LinkKind::Veth { peer: "other".to_owned() },
        ];
        for kind in kinds {
            let message = creation("made", &kind);
            let mut bytes = vec![0; message.buffer_len()];
            message.emit(&mut bytes);
            let link = read(LinkMessage::parse(&bytes).expect("our own message can be read"));
            assert_eq!((link.name.as_str(), link.kind.as_str()), ("made", kind.name()));
            let expected = match kind {
                LinkKind::Vlan { parent, id } => (Some(parent), Some(id)),
                _ => (None, None),
            };
            assert_eq!((link.parent, link.vlan_id), expected);
        }
    }
}
