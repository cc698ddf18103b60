//! Messages between client and server, to and from bytes (RFC 2131, RFC 2132).

use std::net::Ipv4Addr;
use std::time::Duration;

use dhcproto::v4::{DhcpOption, Message, MessageType, Opcode, OptionCode};
use dhcproto::{Decodable as _, Decoder, Encodable as _};
use ipnet::Ipv4Net;
use minos_netlink::MacAddr;

use super::lease::Lease;

/// Old relays drop shorter messages.
const SHORTEST: usize = 300;
/// When a server does not say how long.
const DEFAULT_LEASE: Duration = Duration::from_secs(30 * 60);

/// Who the client is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Hardware address.
    pub(crate) mac: MacAddr,
    /// Option 61; none is sent when empty.
    pub(crate) client_id: Vec<u8>,
    /// Whether to ask for a name.
    pub(crate) ask_hostname: bool,
}

/// What a client sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    /// `Discover`, `Request` or `Decline`.
    pub(crate) kind: RequestKind,
    /// Transaction.
    pub(crate) xid: u32,
    /// How long the client has been asking.
    pub(crate) asking_for: Duration,
    /// The address that it has already.
    pub(crate) has: Option<Ipv4Addr>,
    /// The address that it would like.
    pub(crate) wants: Option<Ipv4Addr>,
    /// The server whose offer it takes.
    pub(crate) server: Option<Ipv4Addr>,
}

/// Kind of a client's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestKind {
    /// Who is there?
    Discover,
    /// I take it.
    Request,
}

/// What a server sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    /// Transaction.
    pub(crate) xid: u32,
    /// For whom.
    pub(crate) mac: Vec<u8>,
    /// What it says.
    pub(crate) content: ReplyContent,
}

/// Content of a server's message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReplyContent {
    /// You may have this.
    Offer(Box<Lease>),
    /// It is yours.
    Ack(Box<Lease>),
    /// It is not yours.
    Nak,
}

/// The bytes of a request.
pub(crate) fn encode(request: &Request, identity: &Identity) -> Vec<u8> {
    let none = Ipv4Addr::UNSPECIFIED;
    let has = request.has.unwrap_or(none);
    let mut message = Message::new_with_id(request.xid, has, none, none, none, &identity.mac.0);
    message.set_secs(u16::try_from(request.asking_for.as_secs()).unwrap_or(u16::MAX));
    let options = message.opts_mut();
    options.insert(DhcpOption::MessageType(match request.kind {
        RequestKind::Discover => MessageType::Discover,
        RequestKind::Request => MessageType::Request,
    }));
    if !identity.client_id.is_empty() {
        options.insert(DhcpOption::ClientIdentifier(identity.client_id.clone()));
    }
    if let Some(wants) = request.wants {
        options.insert(DhcpOption::RequestedIpAddress(wants));
    }
    if let Some(server) = request.server {
        options.insert(DhcpOption::ServerIdentifier(server));
    }
    options.insert(DhcpOption::MaxMessageSize(1472));
    let mut wanted = vec![
        OptionCode::SubnetMask,
        // RFC 3442: before the routers.
        OptionCode::ClasslessStaticRoute,
        OptionCode::Router,
        OptionCode::DomainNameServer,
        OptionCode::DomainName,
        OptionCode::InterfaceMtu,
        OptionCode::NtpServers,
        OptionCode::Renewal,
        OptionCode::Rebinding,
    ];
    if identity.ask_hostname {
        wanted.push(OptionCode::Hostname);
    }
    options.insert(DhcpOption::ParameterRequestList(wanted));
    let mut bytes = message.to_vec().unwrap_or_default();
    bytes.resize(bytes.len().max(SHORTEST), 0);
    bytes
}

/// A server's message from its bytes; nothing when they are none.
pub(crate) fn decode(bytes: &[u8]) -> Option<Reply> {
    let message = Message::decode(&mut Decoder::new(bytes)).ok()?;
    if message.opcode() != Opcode::BootReply {
        return None;
    }
    let content = match message.opts().msg_type()? {
        MessageType::Offer => ReplyContent::Offer(Box::new(lease(&message)?)),
        MessageType::Ack => ReplyContent::Ack(Box::new(lease(&message)?)),
        MessageType::Nak => ReplyContent::Nak,
        _ => return None,
    };
    Some(Reply { xid: message.xid(), mac: message.chaddr().to_vec(), content })
}

fn lease(message: &Message) -> Option<Lease> {
    let option = |code| message.opts().get(code);
    let address = message.yiaddr();
    let mask = match option(OptionCode::SubnetMask) {
        Some(DhcpOption::SubnetMask(mask)) => *mask,
        _ => classful(address),
    };
    let seconds = |code| match option(code) {
        Some(DhcpOption::AddressLeaseTime(seconds) | DhcpOption::Renewal(seconds) | DhcpOption::Rebinding(seconds)) => {
            Some(Duration::from_secs(u64::from(*seconds)))
        }
        _ => None,
    };
    let addresses = |code| match option(code) {
        Some(DhcpOption::Router(list) | DhcpOption::DomainNameServer(list) | DhcpOption::NtpServers(list)) => {
            list.clone()
        }
        _ => Vec::new(),
    };
    let text = |code| match option(code) {
        Some(DhcpOption::Hostname(text) | DhcpOption::DomainName(text)) => {
            Some(text.trim_end_matches('\0').to_owned()).filter(|text| !text.is_empty())
        }
        _ => None,
    };
    let time = seconds(OptionCode::AddressLeaseTime).filter(|time| !time.is_zero()).unwrap_or(DEFAULT_LEASE);
    // Servers that say nonsense about the order get the defaults.
    let rebind_after = seconds(OptionCode::Rebinding).filter(|after| *after < time).unwrap_or(time / 8 * 7);
    let renew_after = seconds(OptionCode::Renewal).filter(|after| *after < rebind_after).unwrap_or(time / 2);
    Some(Lease {
        address: Ipv4Net::with_netmask(address, mask).ok().filter(|_| !address.is_unspecified())?,
        server: match option(OptionCode::ServerIdentifier) {
            Some(DhcpOption::ServerIdentifier(server)) => *server,
            _ => message.siaddr(),
        },
        routers: addresses(OptionCode::Router),
        routes: match option(OptionCode::ClasslessStaticRoute) {
            Some(DhcpOption::ClasslessStaticRoute(routes)) => routes.clone(),
            _ => Vec::new(),
        },
        dns_servers: addresses(OptionCode::DomainNameServer),
        time_servers: addresses(OptionCode::NtpServers),
        hostname: text(OptionCode::Hostname),
        domain: text(OptionCode::DomainName),
        mtu: match option(OptionCode::InterfaceMtu) {
            Some(DhcpOption::InterfaceMtu(mtu)) if *mtu >= 68 => Some(*mtu),
            _ => None,
        },
        time,
        renew_after,
        rebind_after,
    })
}

/// The mask of an address whose server does not say one.
fn classful(address: Ipv4Addr) -> Ipv4Addr {
    match address.octets()[0] {
        0..=127 => Ipv4Addr::new(255, 0, 0, 0),
        128..=191 => Ipv4Addr::new(255, 255, 0, 0),
        _ => Ipv4Addr::new(255, 255, 255, 0),
    }
}
