//! Between the store and the supervisors.

use std::collections::HashMap;

use async_trait::async_trait;
use minos_resources::v1alpha1::{Service, ServiceHistory, ServiceRequest, ServiceSpec};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Resource, Store};
use tokio::sync::watch;

use crate::Deps;
use crate::board::Board;
use crate::supervisor::{Supervisor, Wanted};

/// Keyed by service.
pub struct ServiceRun {
    deps: Deps,
    board: Board,
    wanted: HashMap<String, watch::Sender<Wanted>>,
}

impl ServiceRun {
    pub fn new(deps: Deps) -> Self {
        Self { deps, board: Board::default(), wanted: HashMap::new() }
    }

    /// Tells the service's supervisor what is wanted; starts one when there is none.
    fn want(&mut self, cx: &Context, store: Store, id: &str, wanted: Wanted) {
        if let Some(sender) = self.wanted.get(id).filter(|sender| !sender.is_closed()) {
            sender.send_if_modified(|now| {
                let differs = *now != wanted;
                *now = wanted;
                differs
            });
            return;
        }
        if wanted.spec.is_none() {
            return;
        }
        let (sender, receiver) = watch::channel(wanted);
        self.wanted.insert(id.to_owned(), sender);
        let supervisor = Supervisor {
            id: id.to_owned(),
            deps: self.deps.clone(),
            store,
            notes: self.board.notes(id, cx.waker()),
            wanted: receiver,
        };
        cx.run_task(&id, |_| supervisor.run());
    }
}

#[async_trait]
impl Controller for ServiceRun {
    fn name(&self) -> &str {
        "services.service.run"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<ServiceSpec>(), Input::of::<ServiceRequest>()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<Service>(), Output::exclusive::<ServiceHistory>()]
    }

    async fn reconcile(&mut self, cx: &Context, key: &Key) -> Result<(), ReconcileError> {
        let id = key.as_str();
        let spec = cx.get::<ServiceSpec>(id)?;
        let request = cx.get::<ServiceRequest>(id)?;
        let wanted = Wanted {
            spec: spec.as_ref().filter(|spec| spec.is_running()).map(|spec| spec.spec().clone()),
            run: request.as_ref().is_none_or(|request| request.run),
            restarts: request.as_ref().map_or(0, |request| request.restarts),
        };
        let gone = wanted.spec.is_none();
        self.want(cx, cx.store(), id, wanted);
        if gone {
            self.wanted.remove(id);
            self.board.forget(id);
            return Ok(());
        }
        if let Some(spec) = spec.filter(Resource::is_running) {
            let history = self.board.get(id).unwrap_or_default();
            if history.health.running {
                cx.write(id, history.health.clone())?;
            }
            cx.write(spec.id(), history)?;
        }
        Ok(())
    }
}
