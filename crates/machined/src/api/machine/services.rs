//! `ServiceList`, `ServiceStart`, `ServiceStop`, `ServiceRestart`.

use std::time::{Duration, SystemTime};

use minos_api::machine as m;
use minos_resources::v1alpha1::{ServiceHistory, ServiceRequest, ServiceSpec, ServiceState};
use tonic::{Response, Status};

use super::Reply;
use crate::api::state::timestamp;
use crate::node::Node;

/// How long a service may take to stop before it is started again.
const PATIENCE: Duration = Duration::from_secs(45);

pub fn list(node: &Node) -> Reply<m::ServiceListResponse> {
    let services = node.store.list::<ServiceHistory>().iter().map(|one| info(one.id(), one)).collect();
    let message = m::ServiceList { metadata: None, services };
    Ok(Response::new(m::ServiceListResponse { messages: vec![message] }))
}

fn info(id: &str, history: &ServiceHistory) -> m::ServiceInfo {
    let events = history.events.iter().map(|event| m::ServiceEvent {
        msg: event.message.clone(),
        state: event.state.as_str().to_owned(),
        ts: Some(timestamp(event.at)),
    });
    let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(history.health_changed);
    m::ServiceInfo {
        id: id.to_owned(),
        state: history.state.as_str().to_owned(),
        events: Some(m::ServiceEvents { events: events.collect() }),
        health: Some(m::ServiceHealth {
            unknown: history.health.unknown,
            healthy: history.health.healthy,
            last_message: history.health_message.clone(),
            last_change: Some(timestamp(changed)),
        }),
    }
}

pub async fn start(node: &Node, id: &str) -> Reply<m::ServiceStartResponse> {
    operable(node, id, "started")?;
    ask(node, id, true, false);
    let resp = format!("Service {id:?} started");
    Ok(Response::new(m::ServiceStartResponse { messages: vec![m::ServiceStart { metadata: None, resp }] }))
}

pub async fn stop(node: &Node, id: &str) -> Reply<m::ServiceStopResponse> {
    operable(node, id, "stopped")?;
    ask(node, id, false, false);
    stopped(node, id).await?;
    let resp = format!("Service {id:?} stopped");
    Ok(Response::new(m::ServiceStopResponse { messages: vec![m::ServiceStop { metadata: None, resp }] }))
}

pub async fn restart(node: &Node, id: &str) -> Reply<m::ServiceRestartResponse> {
    operable(node, id, "restarted")?;
    ask(node, id, false, true);
    stopped(node, id).await?;
    ask(node, id, true, false);
    let resp = format!("Service {id:?} restarted");
    Ok(Response::new(m::ServiceRestartResponse { messages: vec![m::ServiceRestart { metadata: None, resp }] }))
}

fn operable(node: &Node, id: &str, what: &str) -> Result<(), Status> {
    let spec =
        node.store.get::<ServiceSpec>(id).ok_or_else(|| Status::not_found(format!("service {id:?} not defined")))?;
    if spec.operable {
        return Ok(());
    }
    Err(Status::failed_precondition(format!("service {id:?} is part of the system and cannot be {what} by request")))
}

fn ask(node: &Node, id: &str, run: bool, again: bool) {
    let before = node.store.get::<ServiceRequest>(id).map_or(0, |request| request.restarts);
    // Nobody else writes requests.
    drop(node.store.put("", id, ServiceRequest { run, restarts: before + u64::from(again) }));
}

async fn stopped(node: &Node, id: &str) -> Result<(), Status> {
    let runs = || {
        let history = node.store.get::<ServiceHistory>(id);
        history.is_some_and(|history| matches!(history.state, ServiceState::Running | ServiceState::Stopping))
    };
    let stopped = async {
        while runs() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, stopped)
        .await
        .map_err(|_| Status::deadline_exceeded(format!("service {id:?} does not stop")))
}
