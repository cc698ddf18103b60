//! A model of the kernel's network in memory: what is set is listed, what follows from it follows (local and connected
//! routes, their end with the address or link), and changes are told.

mod addresses;
mod dhcp;
mod node;
mod routes;

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::stream;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::{
    Address, EventStream, Link, LinkFlags, LinkIndex, LinkKind, LinkLayer, Links, MacAddr, NetError, NetEvent,
    NetEvents, OperState, Route,
};

pub use dhcp::FakeSocket;

/// A kernel with a loopback link and whatever a test plugs in. Cheap to clone; all clones are one kernel.
#[derive(Clone)]
pub struct FakeKernel {
    state: Arc<Mutex<State>>,
}

struct State {
    booted: tokio::time::Instant,
    hostname: String,
    records: HashMap<String, String>,
    links: Vec<Link>,
    addresses: Vec<Address>,
    routes: Vec<Route>,
    listeners: Vec<UnboundedSender<NetEvent>>,
    clients: HashMap<LinkIndex, Vec<UnboundedSender<Vec<u8>>>>,
    servers: HashMap<LinkIndex, UnboundedSender<Vec<u8>>>,
    changes: usize,
}

impl Default for FakeKernel {
    fn default() -> Self {
        Self::new()
    }
}

impl FakeKernel {
    /// A kernel with a loopback link that is down, as after boot.
    pub fn new() -> Self {
        let state = State {
            booted: tokio::time::Instant::now(),
            hostname: "(none)".to_owned(),
            records: HashMap::new(),
            links: Vec::new(),
            addresses: Vec::new(),
            routes: Vec::new(),
            listeners: Vec::new(),
            clients: HashMap::new(),
            servers: HashMap::new(),
            changes: 0,
        };
        let kernel = Self { state: Arc::new(Mutex::new(state)) };
        let mut loopback = blank(LinkIndex(1), "lo");
        loopback.layer = LinkLayer::LOOPBACK;
        loopback.flags = LinkFlags(LinkFlags::LOOPBACK);
        loopback.mtu = 65536;
        loopback.carrier = true;
        kernel.lock().links.push(loopback);
        kernel
    }

    /// Plugs in an Ethernet card, with a cable.
    pub fn plug(&self, name: &str, mac: MacAddr) -> LinkIndex {
        let mut state = self.lock();
        let index = state.next_index();
        let mut link = blank(index, name);
        link.mac = Some(mac);
        link.permanent_mac = Some(mac);
        link.carrier = true;
        link.bus_path = format!("0000:00:{:02x}.0", index.0);
        state.links.push(link);
        state.tell_link(index);
        index
    }

    /// Plugs or unplugs the cable of a card.
    ///
    /// # Panics
    /// When there is no such link.
    pub fn set_carrier(&self, index: LinkIndex, carrier: bool) {
        let mut state = self.lock();
        state.link_mut(index).expect("the link exists").carrier = carrier;
        state.refresh_flags(index);
        state.tell_link(index);
    }

    /// Drops an event on the floor, as the kernel does when a listener is slow.
    pub fn lose_events(&self) {
        self.lock().tell(&NetEvent::Lost);
    }

    /// How many changes have been asked for so far, refused ones included.
    pub fn changes(&self) -> usize {
        self.lock().changes
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_to_change(&self) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        state.changes += 1;
        state
    }
}

impl Links for FakeKernel {
    fn links(&self) -> Result<Vec<Link>, NetError> {
        Ok(self.lock().links.clone())
    }

    fn set_up(&self, index: LinkIndex, up: bool) -> Result<(), NetError> {
        let mut state = self.lock_to_change();
        let link = state.link_mut(index).map_err(|error| NetError::new(format!("set link {index} up"), error))?;
        if link.is_up() == up {
            return Ok(());
        }
        if up {
            link.flags.0 |= LinkFlags::UP;
        } else {
            link.flags.0 &= !LinkFlags::UP;
        }
        state.refresh_flags(index);
        if up {
            state.connect(index);
        } else {
            state.disconnect(index);
        }
        state.tell_link(index);
        Ok(())
    }

    fn set_mtu(&self, index: LinkIndex, mtu: u32) -> Result<(), NetError> {
        let failed = |error| NetError::new(format!("set the MTU of link {index} to {mtu}"), error);
        let mut state = self.lock_to_change();
        let link = state.link_mut(index).map_err(failed)?;
        if !(68..=65536).contains(&mtu) {
            return Err(failed(errno(libc::EINVAL)));
        }
        link.mtu = mtu;
        state.tell_link(index);
        Ok(())
    }

    fn set_master(&self, index: LinkIndex, master: Option<LinkIndex>) -> Result<(), NetError> {
        let failed = |error| NetError::new(format!("set the master of link {index}"), error);
        let mut state = self.lock_to_change();
        if let Some(master) = master {
            let kind = &state.link_mut(master).map_err(failed)?.kind;
            if !["bridge", "bond"].contains(&kind.as_str()) {
                return Err(failed(errno(libc::EOPNOTSUPP)));
            }
        }
        state.link_mut(index).map_err(failed)?.master = master;
        state.tell_link(index);
        Ok(())
    }

    fn move_to_process(&self, index: LinkIndex, pid: u32) -> Result<(), NetError> {
        let failed = |error| NetError::new(format!("move link {index} to process {pid}"), error);
        let mut state = self.lock_to_change();
        let name = state.link_mut(index).map_err(failed)?.name.clone();
        state.disconnect(index);
        state.addresses.retain(|address| address.link != index);
        state.links.retain(|link| link.index != index);
        state.tell(&NetEvent::Link { index, name });
        Ok(())
    }

    fn create(&self, name: &str, kind: &LinkKind) -> Result<LinkIndex, NetError> {
        let mut state = self.lock_to_change();
        if state.links.iter().any(|link| link.name == name) {
            return Err(NetError::new(format!("create the {} {name:?}", kind.name()), errno(libc::EEXIST)));
        }
        let index = state.next_index();
        let mut link = blank(index, name);
        kind.name().clone_into(&mut link.kind);
        link.mac = Some(MacAddr([2, 0, 0, 0, 0, index.0 as u8]));
        link.carrier = true;
        if let LinkKind::Vlan { parent, id } = kind {
            link.parent = Some(*parent);
            link.vlan_id = Some(*id);
        }
        state.links.push(link);
        state.tell_link(index);
        if let LinkKind::Veth { peer } = kind {
            let other = state.next_index();
            let mut link = blank(other, peer);
            "veth".clone_into(&mut link.kind);
            link.mac = Some(MacAddr([2, 0, 0, 0, 0, other.0 as u8]));
            link.parent = Some(index);
            link.carrier = true;
            state.links.push(link);
            state.link_mut(index).expect("made above").parent = Some(other);
            state.tell_link(other);
        }
        Ok(index)
    }

    fn delete(&self, index: LinkIndex) -> Result<(), NetError> {
        let failed = |error| NetError::new(format!("delete link {index}"), error);
        let mut state = self.lock_to_change();
        let link = state.link_mut(index).map_err(failed)?.clone();
        if link.kind.is_empty() {
            return Err(failed(errno(libc::EOPNOTSUPP)));
        }
        let with_it = state.links.iter().filter(|other| other.parent == Some(index));
        let with_it: Vec<_> = with_it.map(|other| (other.index, other.name.clone())).collect();
        for (index, name) in [(index, link.name)].into_iter().chain(with_it) {
            state.disconnect(index);
            state.addresses.retain(|address| address.link != index);
            state.links.retain(|link| link.index != index);
            state.tell(&NetEvent::Link { index, name });
        }
        Ok(())
    }
}

impl NetEvents for FakeKernel {
    fn subscribe(&self) -> Result<EventStream, NetError> {
        let (sender, receiver) = unbounded_channel();
        self.lock().listeners.push(sender);
        Ok(Box::pin(stream::unfold(receiver, |mut receiver| async { Some((receiver.recv().await?, receiver)) })))
    }
}

impl State {
    fn next_index(&self) -> LinkIndex {
        LinkIndex(self.links.iter().map(|link| link.index.0).max().unwrap_or_default() + 1)
    }

    fn link_mut(&mut self, index: LinkIndex) -> io::Result<&mut Link> {
        self.links.iter_mut().find(|link| link.index == index).ok_or_else(|| errno(libc::ENODEV))
    }

    fn is_up(&self, index: LinkIndex) -> bool {
        self.links.iter().any(|link| link.index == index && link.is_up())
    }

    fn refresh_flags(&mut self, index: LinkIndex) {
        let Ok(link) = self.link_mut(index) else {
            return;
        };
        let running = LinkFlags::RUNNING | LinkFlags::LOWER_UP;
        let up = link.is_up() && link.carrier;
        link.flags.0 = if up { link.flags.0 | running } else { link.flags.0 & !running };
        link.state = match (link.layer, up) {
            (LinkLayer::LOOPBACK, true) => OperState::Unknown,
            (_, true) => OperState::Up,
            (_, false) => OperState::Down,
        };
    }

    fn tell(&mut self, event: &NetEvent) {
        self.listeners.retain(|listener| listener.send(event.clone()).is_ok());
    }

    fn tell_link(&mut self, index: LinkIndex) {
        let name = self.links.iter().find(|link| link.index == index).map(|link| link.name.clone());
        self.tell(&NetEvent::Link { index, name: name.unwrap_or_default() });
    }
}

fn blank(index: LinkIndex, name: &str) -> Link {
    Link {
        index,
        name: name.to_owned(),
        alias: String::new(),
        alt_names: Vec::new(),
        layer: LinkLayer::ETHER,
        flags: LinkFlags(LinkFlags::BROADCAST | LinkFlags::MULTICAST),
        mac: Some(MacAddr::default()),
        permanent_mac: None,
        broadcast_mac: Some(MacAddr([0xff; 6])),
        mtu: 1500,
        qdisc: "noop".to_owned(),
        parent: None,
        master: None,
        state: OperState::Down,
        carrier: false,
        kind: String::new(),
        slave_kind: String::new(),
        bus_path: String::new(),
        vlan_id: None,
    }
}

fn errno(code: i32) -> io::Error {
    io::Error::from_raw_os_error(code)
}

impl fmt::Debug for FakeKernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FakeKernel")
    }
}
