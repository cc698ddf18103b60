//! `Logs` and `LogsContainers`.

mod pods;

use std::path::Path;

use minos_api::common::Data;
use minos_api::machine as m;
use minos_services::Logs;
use tonic::{Response, Status};

use super::{Reply, Streaming};
use crate::node::Node;

pub async fn stream(node: &Node, request: m::LogsRequest) -> Reply<Streaming<Data>> {
    let lines = usize::try_from(request.tail_lines).ok();
    let is_of_pod = request.namespace == "k8s.io" && request.id.contains('/');
    let reader = if is_of_pod {
        let (folder, name) = pods::newest(Path::new(pods::FOLDER), &request.id)?;
        Logs::new(folder).read(&name, lines, request.follow)
    } else {
        node.logs.read(&request.id, lines, request.follow)
    };
    let reader = reader.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Status::not_found(format!("there is no log of {:?}", request.id)),
        _ => Status::internal(format!("cannot read the log of {:?}: {error}", request.id)),
    })?;
    let chunks = futures_util::stream::try_unfold(reader, |mut reader| async move {
        let chunk = reader.next().await.map_err(|error| Status::internal(format!("cannot read on: {error}")))?;
        Ok(chunk.map(|bytes| (Data { metadata: None, bytes: bytes.into() }, reader)))
    });
    Ok(Response::new(Box::pin(chunks)))
}

pub fn containers(node: &Node) -> Reply<m::LogsContainersResponse> {
    let message = m::LogsContainer { metadata: None, ids: node.logs.names() };
    Ok(Response::new(m::LogsContainersResponse { messages: vec![message] }))
}
