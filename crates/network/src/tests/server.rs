//! A DHCP server on the model's wire.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use dhcproto::v4::{DhcpOption, Message, MessageType, Opcode, OptionCode};
use dhcproto::{Decodable as _, Decoder, Encodable as _};
use ipnet::Ipv4Net;
use minos_netlink::{FakeKernel, LinkIndex};

/// Gives everybody 10.5.0.2/24 for 800 seconds, with all that the client understands.
#[derive(Clone)]
pub(super) struct Server {
    address: Arc<Mutex<Ipv4Net>>,
    asked: Arc<AtomicUsize>,
    stopped: Arc<AtomicBool>,
}

impl Server {
    pub(super) fn start(kernel: &FakeKernel, link: LinkIndex) -> Self {
        let server = Self {
            address: Arc::new(Mutex::new("10.5.0.2/24".parse().expect("valid"))),
            asked: Arc::default(),
            stopped: Arc::default(),
        };
        let mut wire = kernel.dhcp_server(link);
        let answering = server.clone();
        tokio::spawn(async move {
            loop {
                let request = wire.receive().await;
                answering.asked.fetch_add(1, Ordering::SeqCst);
                if !answering.stopped.load(Ordering::SeqCst) {
                    let request = Message::decode(&mut Decoder::new(&request)).expect("the client speaks DHCP");
                    wire.send(&answering.answer(&request));
                }
            }
        });
        server
    }

    /// How many messages came.
    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// From now on only this address.
    pub(super) fn refuse_old_addresses(&self, address: &str) {
        *self.address.lock().expect("no panic") = address.parse().expect("valid");
    }

    /// Answers no more.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    fn answer(&self, request: &Message) -> Vec<u8> {
        let address = *self.address.lock().expect("no panic");
        let router = Ipv4Addr::from(u32::from(address.network()) + 1);
        let nth = |last: u32| Ipv4Addr::from(u32::from(address.network()) + last);
        let asked = match request.opts().get(OptionCode::RequestedIpAddress) {
            Some(DhcpOption::RequestedIpAddress(asked)) => *asked,
            _ => request.ciaddr(),
        };
        let kind = match request.opts().msg_type() {
            Some(MessageType::Discover) => MessageType::Offer,
            _ if asked == address.addr() => MessageType::Ack,
            _ => MessageType::Nak,
        };
        let mut reply = Message::new_with_id(
            request.xid(),
            Ipv4Addr::UNSPECIFIED,
            address.addr(),
            Ipv4Addr::UNSPECIFIED,
            Ipv4Addr::UNSPECIFIED,
            request.chaddr(),
        );
        reply.set_opcode(Opcode::BootReply);
        let options = [
            DhcpOption::MessageType(kind),
            DhcpOption::ServerIdentifier(router),
            DhcpOption::SubnetMask(address.netmask()),
            DhcpOption::Router(vec![router]),
            DhcpOption::DomainNameServer(vec![nth(3)]),
            DhcpOption::NtpServers(vec![nth(4)]),
            DhcpOption::Hostname("node-a".to_owned()),
            DhcpOption::DomainName("lab.example".to_owned()),
            DhcpOption::InterfaceMtu(1400),
            DhcpOption::AddressLeaseTime(800),
        ];
        for option in options {
            reply.opts_mut().insert(option);
        }
        reply.to_vec().expect("it can be written")
    }
}
