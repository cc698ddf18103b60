//! Addresses over rtnetlink.

use std::net::IpAddr;

use ipnet::IpNet;
use netlink_packet_core::{NLM_F_CREATE, NLM_F_REPLACE};
use netlink_packet_route::address::{AddressAttribute, AddressFlags as RawFlags, AddressMessage};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use super::{LinuxNetwork, socket};
use crate::{Address, AddressFlags, Addresses, LinkIndex, NetError, NewAddress, Scope};

impl Addresses for LinuxNetwork {
    fn addresses(&self) -> Result<Vec<Address>, NetError> {
        let found = socket::dump(&RouteNetlinkMessage::GetAddress(AddressMessage::default()))
            .map_err(|error| NetError::new("list addresses", error))?;
        let addresses = found.into_iter().filter_map(|message| match message {
            RouteNetlinkMessage::NewAddress(address) => read(&address),
            _ => None,
        });
        Ok(addresses.collect())
    }

    fn add_address(&self, address: &NewAddress) -> Result<(), NetError> {
        let mut message = start(address.link, address.prefix);
        message.header.scope = address.scope.0.into();
        if let Some(IpAddr::V4(broadcast)) = address.broadcast() {
            message.attributes.push(AddressAttribute::Broadcast(broadcast));
        }
        message.attributes.push(AddressAttribute::Flags(RawFlags::from_bits_retain(address.flags.0)));
        if address.metric != 0 {
            message.attributes.push(AddressAttribute::RoutePriority(address.metric));
        }
        socket::change(RouteNetlinkMessage::NewAddress(message), NLM_F_CREATE | NLM_F_REPLACE)
            .map_err(|error| NetError::new(format!("set address {} on link {}", address.prefix, address.link), error))
    }

    fn remove_address(&self, link: LinkIndex, prefix: IpNet) -> Result<(), NetError> {
        socket::change(RouteNetlinkMessage::DelAddress(start(link, prefix)), 0)
            .map_err(|error| NetError::new(format!("remove address {prefix} from link {link}"), error))
    }
}

fn start(link: LinkIndex, prefix: IpNet) -> AddressMessage {
    let mut message = AddressMessage::default();
    message.header.family = family(prefix.addr());
    message.header.prefix_len = prefix.prefix_len();
    message.header.index = link.0;
    message.attributes.push(AddressAttribute::Address(prefix.addr()));
    message.attributes.push(AddressAttribute::Local(prefix.addr()));
    message
}

pub(super) fn family(address: IpAddr) -> AddressFamily {
    match address {
        IpAddr::V4(_) => AddressFamily::Inet,
        IpAddr::V6(_) => AddressFamily::Inet6,
    }
}

/// An address from the kernel's message; nothing when it is of neither IP family.
pub(super) fn read(message: &AddressMessage) -> Option<Address> {
    let (mut peer, mut local, mut broadcast, mut metric) = (None, None, None, 0);
    let mut flags = u32::from(message.header.flags.bits());
    for attribute in &message.attributes {
        match attribute {
            AddressAttribute::Address(address) => peer = Some(*address),
            AddressAttribute::Local(address) => local = Some(*address),
            AddressAttribute::Broadcast(address) => broadcast = Some(IpAddr::V4(*address)),
            AddressAttribute::Flags(all) => flags = all.bits(),
            AddressAttribute::RoutePriority(priority) => metric = *priority,
            _ => {}
        }
    }
    let prefix = IpNet::new(local.or(peer)?, message.header.prefix_len).ok()?;
    Some(Address {
        link: LinkIndex(message.header.index),
        prefix,
        local,
        broadcast,
        scope: Scope(message.header.scope.into()),
        flags: AddressFlags(flags),
        metric,
    })
}
