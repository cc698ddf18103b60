//! `Logs` and `LogsContainers`.

mod pods;

use std::path::Path;

use minos_api::common::Data;
use minos_api::machine as m;
use minos_services::Logs;
use tonic::{Response, Status};

use super::{Reply, Streaming, dmesg};
use crate::node::Node;

/// The log that is no file: the kernel's own.
const KERNEL: &str = "kernel";

pub async fn stream(node: &Node, mut request: m::LogsRequest) -> Reply<Streaming<Data>> {
    let lines = usize::try_from(request.tail_lines).ok();
    if request.namespace != "k8s.io" && request.id == KERNEL {
        if !node.mode.is_container() {
            return dmesg::log(lines, request.follow);
        }
        // The kernel is the host's there, as it is for `Dmesg`.
        request.id = "machined".to_owned();
    }
    let is_of_pod = request.namespace == "k8s.io" && request.id.contains('/');
    let reader = if is_of_pod {
        let (folder, name) = pods::newest(Path::new(pods::FOLDER), &request.id)?;
        Logs::new(folder).read(&name, lines, request.follow)
    } else {
        node.logs.read(&request.id, lines, request.follow)
    };
    let reader = reader.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Status::not_found(format!("log {:?} was not registered", request.id)),
        _ => Status::internal(format!("cannot read the log of {:?}: {error}", request.id)),
    })?;
    let chunks = futures_util::stream::try_unfold(reader, |mut reader| async move {
        let chunk = reader.next().await.map_err(|error| Status::internal(format!("cannot read on: {error}")))?;
        Ok(chunk.map(|bytes| (Data { metadata: None, bytes: bytes.into() }, reader)))
    });
    Ok(Response::new(Box::pin(chunks)))
}

pub fn containers(node: &Node) -> Reply<m::LogsContainersResponse> {
    let mut ids = node.logs.names();
    ids.push(KERNEL.to_owned());
    ids.sort();
    let message = m::LogsContainer { metadata: None, ids };
    Ok(Response::new(m::LogsContainersResponse { messages: vec![message] }))
}
