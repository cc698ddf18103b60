//! The life of one service: waits for its conditions, adopts or starts it, watches its health, starts it again, stops it
//! when it is not wanted any more.

use std::time::Duration;

use minos_resources::v1alpha1::{Restart, ServiceSpec, ServiceState};
use minos_runtime::Store;
use tokio::sync::watch;

use crate::board::Notes;
use crate::unit::Unit;
use crate::{Deps, conditions, health};

/// What is wanted of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The spec; `None` when there is none any more.
    pub spec: Option<ServiceSpec>,
    /// People want it to run.
    pub run: bool,
    /// Rises with every request to restart it.
    pub restarts: u64,
}

/// The first pause before a restart; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// A run of this length starts the pauses anew.
const LONG_RUN: Duration = Duration::from_secs(60);
/// How often conditions are looked at.
const LOOK: Duration = Duration::from_millis(100);

/// One service's supervisor.
pub struct Supervisor {
    pub id: String,
    pub deps: Deps,
    pub store: Store,
    pub notes: Notes,
    pub wanted: watch::Receiver<Wanted>,
}

/// Why a run is over.
enum Over {
    /// It ended; how.
    Ended(Result<(), String>),
    /// It is not wanted any more, or differently.
    Changed,
}

impl Supervisor {
    /// Lives as long as there is somebody who can want something.
    pub async fn run(mut self) {
        let mut pause = FIRST_PAUSE;
        loop {
            let wanted = self.wanted.borrow_and_update().clone();
            let spec = match (wanted.spec, wanted.run) {
                (Some(spec), true) => spec,
                (Some(_), false) => {
                    if !self.idle(ServiceState::Finished, "stopped as asked").await {
                        return;
                    }
                    continue;
                }
                (None, _) => return,
            };
            let begin = tokio::time::Instant::now();
            match self.one_run(&spec).await {
                Over::Changed => pause = FIRST_PAUSE,
                Over::Ended(outcome) => {
                    if begin.elapsed() > LONG_RUN {
                        pause = FIRST_PAUSE;
                    }
                    let over = match (&outcome, spec.restart) {
                        (Ok(()), Restart::UntilSuccess | Restart::Never) => Some(ServiceState::Finished),
                        (Err(_), Restart::Never) => Some(ServiceState::Failed),
                        _ => None,
                    };
                    let how = outcome.err().unwrap_or_else(|| "ended successfully".to_owned());
                    if let Some(state) = over {
                        if !self.idle(state, &how).await {
                            return;
                        }
                        continue;
                    }
                    self.notes.event(ServiceState::Failed, format!("{how}; starting again in {} s", pause.as_secs()));
                    if self.changes_within(pause).await {
                        pause = FIRST_PAUSE;
                    } else {
                        pause = (pause * 2).min(LONGEST_PAUSE);
                    }
                }
            }
        }
    }

    async fn one_run(&mut self, spec: &ServiceSpec) -> Over {
        let unit = match Unit::adopt(&self.deps, &self.id, &spec.runner).await {
            Some((unit, pid)) => {
                self.notes.event(ServiceState::Running, format!("found running, process {pid}"));
                self.notes.pid(pid);
                unit
            }
            None => match self.bring_up(spec).await {
                Ok(Some(unit)) => unit,
                Ok(None) => return Over::Changed,
                Err(reason) => return Over::Ended(Err(reason)),
            },
        };
        let checks = self.watch_health(spec);
        let over = tokio::select! {
            outcome = unit.ended() => Over::Ended(outcome),
            changed = self.wanted.changed() => {
                // Nobody is left who could want something: `machined` ends, and the service stays.
                if changed.is_err() {
                    checks.abort();
                    return Over::Changed;
                }
                Over::Changed
            }
        };
        checks.abort();
        if let Over::Changed = over {
            self.notes.event(ServiceState::Stopping, "stopping");
            unit.stop().await;
        }
        over
    }

    /// Conditions, image, start. `None` when something else is wanted meanwhile.
    async fn bring_up(&mut self, spec: &ServiceSpec) -> Result<Option<Unit>, String> {
        loop {
            let unmet = conditions::unmet(&spec.conditions, &self.store);
            if unmet.is_empty() {
                break;
            }
            self.notes.event(ServiceState::Waiting, format!("waiting for {unmet}"));
            if self.changes_within(LOOK).await {
                return Ok(None);
            }
        }
        self.notes.event(ServiceState::Preparing, "preparing");
        tokio::select! {
            prepared = Unit::prepare(&self.deps, &spec.runner) => prepared?,
            _ = self.wanted.changed() => return Ok(None),
        }
        self.notes.event(ServiceState::Starting, "starting");
        let (unit, pid) = Unit::start(&self.deps, &self.id, &spec.runner).await?;
        self.notes.event(ServiceState::Running, format!("started, process {pid}"));
        self.notes.pid(pid);
        Ok(Some(unit))
    }

    fn watch_health(&self, spec: &ServiceSpec) -> tokio::task::JoinHandle<()> {
        let (notes, health) = (self.notes.clone(), spec.health.clone());
        tokio::spawn(async move {
            let Some(health) = health else {
                notes.health(Ok(()));
                return;
            };
            let mut healthy = false;
            loop {
                let answer = health::check(&health).await;
                // A service that has just started and does not answer yet is not unhealthy but unknown.
                if healthy || answer.is_ok() {
                    healthy = true;
                    notes.health(answer);
                    tokio::time::sleep(Duration::from_secs(health.period.into())).await;
                } else {
                    tokio::time::sleep(Duration::from_millis(250)).await;
                }
            }
        })
    }

    /// Stays in a state until something else is wanted; whether there is somebody who can want something.
    async fn idle(&mut self, state: ServiceState, message: &str) -> bool {
        self.notes.event(state, message);
        self.wanted.changed().await.is_ok()
    }

    async fn changes_within(&mut self, time: Duration) -> bool {
        matches!(tokio::time::timeout(time, self.wanted.changed()).await, Ok(Ok(())))
    }
}
