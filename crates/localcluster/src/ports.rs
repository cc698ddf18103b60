//! Ports on loopback.

use std::net::{Ipv4Addr, TcpListener};

/// `wanted` if it is free on loopback, else any free port; `None` when there is none.
pub fn free_port(wanted: u16) -> Option<u16> {
    [wanted, 0].into_iter().find_map(|port| {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()?;
        Some(listener.local_addr().ok()?.port())
    })
}
