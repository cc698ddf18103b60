//! `Logs` and `LogsContainers`.

mod pods;

use std::path::Path;

use minos_api::common::Data;
use minos_api::machine as m;
use minos_services::Logs;
use minos_sys::Mode;
use tonic::{Response, Status};

use super::{Reply, Streaming, dmesg};
use crate::node::Node;

/// The log that is no file: the kernel's own.
const KERNEL: &str = "kernel";

/// Where a log comes from.
#[derive(Debug, PartialEq, Eq)]
enum Source<'a> {
    Kernel,
    Service(&'a str),
    Pod(&'a str),
}

fn source(mode: Mode, request: &m::LogsRequest) -> Source<'_> {
    match (request.namespace.as_str(), request.id.as_str()) {
        ("k8s.io", id) if id.contains('/') => Source::Pod(id),
        ("k8s.io", id) => Source::Service(id),
        // The kernel is the host's there, as it is for `Dmesg`.
        (_, KERNEL) if mode.is_container() => Source::Service("machined"),
        (_, KERNEL) => Source::Kernel,
        (_, id) => Source::Service(id),
    }
}

pub async fn stream(node: &Node, request: m::LogsRequest) -> Reply<Streaming<Data>> {
    let lines = usize::try_from(request.tail_lines).ok();
    let reader = match source(node.mode, &request) {
        Source::Kernel => return dmesg::log(lines, request.follow),
        Source::Service(id) => node.logs.read(id, lines, request.follow),
        Source::Pod(id) => {
            let (folder, name) = pods::newest(Path::new(pods::FOLDER), id)?;
            Logs::new(folder).read(&name, lines, request.follow)
        }
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
    let message = m::LogsContainer { metadata: None, ids: names(&node.logs) };
    Ok(Response::new(m::LogsContainersResponse { messages: vec![message] }))
}

fn names(logs: &Logs) -> Vec<String> {
    let mut names = logs.names();
    names.push(KERNEL.to_owned());
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use minos_sys::Runner;

    use super::*;

    #[test]
    fn the_kernel_and_the_controllers_have_logs() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["kubelet.log", "controller-runtime.log", "etcd.fifo"] {
            std::fs::write(folder.path().join(file), "").unwrap();
        }
        assert_eq!(names(&Logs::new(folder.path())), ["controller-runtime", "kernel", "kubelet"]);
    }

    #[test]
    fn a_request_finds_its_log() {
        let (machine, container) = (Mode::Machine, Mode::Container(Runner::Other));
        for (mode, namespace, id, source_of_it) in [
            (machine, "system", "kernel", Source::Kernel),
            (container, "system", "kernel", Source::Service("machined")),
            (machine, "system", "controller-runtime", Source::Service("controller-runtime")),
            (machine, "k8s.io", "kernel", Source::Service("kernel")),
            (machine, "k8s.io", "kube-system/a:b", Source::Pod("kube-system/a:b")),
        ] {
            let request = m::LogsRequest { namespace: namespace.into(), id: id.into(), ..m::LogsRequest::default() };
            assert_eq!(source(mode, &request), source_of_it, "{namespace} {id}");
        }
    }
}
