//! A network for one container: a namespace of its own, and a pair of links that leads to this thread's namespace.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use anyhow::{Context as _, Result, anyhow};
use ipnet::{IpNet, Ipv4Net};
use minos_netlink::{
    AddressFlags, Addresses as _, LinkIndex, LinkKind, Links as _, LinuxNetwork, NewAddress, Route, Routes as _, Scope,
};
use minos_sys::{Namespaces, unshare};

/// The container's address.
pub const NODE: Ipv4Addr = Ipv4Addr::new(10, 6, 0, 2);
/// This thread's, the container's gateway.
const GATEWAY: Ipv4Addr = Ipv4Addr::new(10, 6, 0, 1);
const LENGTH: u8 = 24;
/// The container's only link, as a runner names it.
const INSIDE: &str = "eth0";
const OUTSIDE: &str = "minos-oci";

/// A container's network namespace. It ends with this value and the processes in it.
pub struct NodeNamespace {
    /// What a runner opens to join it.
    pub path: PathBuf,
    /// Keeps the thread that keeps the namespace.
    thread: Option<(Sender<()>, JoinHandle<Result<()>>)>,
}

impl NodeNamespace {
    /// Makes one and connects it with the namespace of this thread.
    pub fn new() -> Result<Self> {
        let (say, hear) = channel();
        let (go, wait) = channel();
        let thread = std::thread::spawn(move || keep(&say, &wait));
        let Ok(place) = hear.recv() else { return Err(reason(thread)) };
        connect(&place)?;
        go.send(()).context("the thread of the container's network has ended")?;
        let Ok(place) = hear.recv() else { return Err(reason(thread)) };
        Ok(Self { path: place.join("ns/net"), thread: Some((go, thread)) })
    }
}

impl Drop for NodeNamespace {
    fn drop(&mut self) {
        // The kernel takes a namespace down some time after its end, and its links with it: by then the next one may want
        // the name.
        if let Ok(Some(link)) = LinuxNetwork.link(OUTSIDE) {
            drop(LinuxNetwork.delete(link.index));
        }
        if let Some((go, thread)) = self.thread.take() {
            drop(go);
            // It has nothing left to fail with.
            drop(thread.join());
        }
    }
}

fn reason(thread: JoinHandle<Result<()>>) -> anyhow::Error {
    match thread.join() {
        Ok(Err(error)) => error.context("cannot make the container's network"),
        _ => anyhow!("cannot make the container's network"),
    }
}

/// What the keeping thread does until nobody needs the namespace any more. It says where in `/proc` it is: once when the
/// namespace is there, and once when its end of the pair has its address.
fn keep(say: &Sender<PathBuf>, wait: &Receiver<()>) -> Result<()> {
    unshare(Namespaces { network: true, ..Namespaces::default() }).context("cannot make a network namespace")?;
    let place = Path::new("/proc").join(std::fs::read_link("/proc/thread-self")?);
    say.send(place.clone())?;
    wait.recv()?;
    let link = with_address(INSIDE, NODE)?;
    let everywhere = IpNet::from(Ipv4Net::default());
    LinuxNetwork.add_route(&Route { gateway: Some(GATEWAY.into()), ..Route::to(everywhere, link) })?;
    say.send(place)?;
    while wait.recv().is_ok() {}
    Ok(())
}

fn connect(place: &Path) -> Result<()> {
    let thread = place.file_name().and_then(|name| name.to_str()?.parse().ok());
    let thread = thread.with_context(|| format!("{} names no thread", place.display()))?;
    LinuxNetwork.create(OUTSIDE, &LinkKind::Veth { peer: INSIDE.to_owned() })?;
    LinuxNetwork.move_to_process(found(INSIDE)?, thread)?;
    with_address(OUTSIDE, GATEWAY).map(drop)
}

/// Sets up the loopback and a link with an address.
fn with_address(name: &str, address: Ipv4Addr) -> Result<LinkIndex> {
    LinuxNetwork.set_up(found("lo")?, true)?;
    let link = found(name)?;
    let prefix = IpNet::from(Ipv4Net::new(address, LENGTH)?);
    let flags = AddressFlags::default();
    LinuxNetwork.add_address(&NewAddress { link, prefix, scope: Scope::GLOBAL, flags, metric: 0 })?;
    LinuxNetwork.set_up(link, true)?;
    Ok(link)
}

fn found(name: &str) -> Result<LinkIndex> {
    Ok(LinuxNetwork.link(name)?.with_context(|| format!("there is no link {name}"))?.index)
}
