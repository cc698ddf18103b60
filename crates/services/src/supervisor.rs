//! The life of one service: waits for its conditions, adopts or starts it, watches its health, starts it again, stops it
//! when it is not wanted any more.

use std::time::Duration;

use minos_resources::v1alpha1::{Restart, Runner, ServiceSpec, ServiceState};
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

/// The first pause before a restart; it doubles with each further one. What a service fails for is often about to be there,
/// as a worker's bootstrap token: the longest pause is upstream's, which is the only one there.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How long a service that had to be started again runs before its health counts. One that keeps ending is never healthy,
/// though it may answer in the seconds in which it runs.
const PROBATION: Duration = Duration::from_secs(10);
/// A run of this length starts the pauses anew.
const LONG_RUN: Duration = Duration::from_secs(60);
/// How often conditions are looked at.
const LOOK: Duration = Duration::from_millis(100);

/// What an event says of a service that ended as it should. Scripts match on this and on the texts below: they are upstream's.
const FINISHED: &str = "Service finished successfully";

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
        let mut ended_before = false;
        loop {
            let wanted = self.wanted.borrow_and_update().clone();
            let spec = match (wanted.spec, wanted.run) {
                (Some(spec), true) => spec,
                (Some(_), false) => {
                    if !self.idle(ServiceState::Finished, FINISHED).await {
                        return;
                    }
                    continue;
                }
                (None, _) => return,
            };
            let begin = tokio::time::Instant::now();
            match self.one_run(&spec, ended_before).await {
                Over::Changed => (pause, ended_before) = (FIRST_PAUSE, false),
                Over::Ended(outcome) => {
                    ended_before = true;
                    if begin.elapsed() > LONG_RUN {
                        pause = FIRST_PAUSE;
                    }
                    let over = match (&outcome, spec.restart) {
                        (Ok(()), Restart::UntilSuccess | Restart::Never) => Some(ServiceState::Finished),
                        (Err(_), Restart::Never) => Some(ServiceState::Failed),
                        _ => None,
                    };
                    if let Some(state) = over {
                        let how = outcome.err().unwrap_or_else(|| FINISHED.to_owned());
                        if !self.idle(state, &how).await {
                            return;
                        }
                        ended_before = false;
                        continue;
                    }
                    self.notes.event(ServiceState::Waiting, will_restart(&self.id, &spec, outcome));
                    if self.changes_within(pause).await {
                        (pause, ended_before) = (FIRST_PAUSE, false);
                    } else {
                        pause = (pause * 2).min(LONGEST_PAUSE);
                    }
                }
            }
        }
    }

    async fn one_run(&mut self, spec: &ServiceSpec, ended_before: bool) -> Over {
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
        let checks = self.watch_health(spec, ended_before);
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
            self.notes.event(ServiceState::Stopping, format!("Sending SIGTERM to {}", runner(&self.id, spec)));
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
            self.notes.event(ServiceState::Waiting, format!("Waiting for {unmet}"));
            if self.changes_within(LOOK).await {
                return Ok(None);
            }
        }
        self.notes.event(ServiceState::Preparing, "Running pre state");
        tokio::select! {
            prepared = Unit::prepare(&self.deps, &spec.runner) => prepared?,
            _ = self.wanted.changed() => return Ok(None),
        }
        self.notes.event(ServiceState::Preparing, "Creating service runner");
        self.notes.event(ServiceState::Starting, "Starting service");
        let (unit, pid) = Unit::start(&self.deps, &self.id, &spec.runner).await?;
        self.notes.event(ServiceState::Running, started(&self.id, spec, pid));
        self.notes.pid(pid);
        Ok(Some(unit))
    }

    fn watch_health(&self, spec: &ServiceSpec, ended_before: bool) -> tokio::task::JoinHandle<()> {
        let (notes, health) = (self.notes.clone(), spec.health.clone());
        tokio::spawn(async move {
            if ended_before {
                tokio::time::sleep(PROBATION).await;
            }
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
                    notes.checked(answer);
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

/// What runs a service, as events name it.
fn runner(id: &str, spec: &ServiceSpec) -> String {
    match &spec.runner {
        Runner::Process(process) => {
            let words: Vec<String> = process.argv.iter().map(|word| format!("{word:?}")).collect();
            format!("Process([{}])", words.join(" "))
        }
        Runner::Container(_) => format!("Containerd({id})"),
    }
}

fn started(id: &str, spec: &ServiceSpec, pid: i32) -> String {
    match &spec.runner {
        Runner::Process(_) => format!("Process {} started with PID {pid}", runner(id, spec)),
        Runner::Container(_) => format!("Started task {id} (PID {pid}) for container {id}"),
    }
}

fn will_restart(id: &str, spec: &ServiceSpec, outcome: Result<(), String>) -> String {
    let runner = runner(id, spec);
    match (outcome, spec.restart) {
        (Ok(()), _) => format!("Runner {runner} exited without error, going to restart it"),
        (Err(how), Restart::UntilSuccess) => {
            format!("Error running {runner}, going to restart until it succeeds: {how}")
        }
        (Err(how), _) => format!("Error running {runner}, going to restart forever: {how}"),
    }
}

#[cfg(test)]
mod tests;
