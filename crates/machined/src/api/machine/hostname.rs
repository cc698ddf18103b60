//! `Hostname`: the node's name.

use minos_api::machine as m;
use tonic::{Response, Status};

use super::Reply;
use crate::node::Node;

pub fn get(_: &Node) -> Reply<m::HostnameResponse> {
    let hostname = std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map_err(|error| Status::internal(format!("cannot read the hostname: {error}")))?;
    let message = m::Hostname { metadata: None, hostname: hostname.trim_end().to_owned() };
    Ok(Response::new(m::HostnameResponse { messages: vec![message] }))
}
