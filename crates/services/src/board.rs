//! What the supervisors have to say, until the controller writes it into the store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use minos_resources::v1alpha1::{Service, ServiceEvent, ServiceHistory, ServiceState};
use minos_runtime::Waker;

/// How many events of a service are kept.
const EVENTS: usize = 20;

/// The histories of all services. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub struct Board {
    histories: Arc<Mutex<HashMap<String, ServiceHistory>>>,
}

/// The place of one service on the board.
#[derive(Clone)]
pub struct Notes {
    id: String,
    board: Board,
    waker: Waker,
}

impl Board {
    /// The history of a service.
    pub fn get(&self, id: &str) -> Option<ServiceHistory> {
        self.histories.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// The place of a service.
    pub fn notes(&self, id: &str, waker: Waker) -> Notes {
        Notes { id: id.to_owned(), board: self.clone(), waker }
    }

    /// Forgets a service.
    pub fn forget(&self, id: &str) {
        self.histories.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

impl Notes {
    /// The service enters a state, or something happens in the one it has.
    pub fn event(&self, state: ServiceState, message: impl Into<String>) {
        let message = message.into();
        let mut changed = false;
        self.change(|history| {
            let last = history.events.last();
            if last.is_some_and(|last| last.state == state && last.message == message) {
                return;
            }
            changed = true;
            if history.events.len() == EVENTS {
                history.events.remove(0);
            }
            history.events.push(ServiceEvent { at: SystemTime::now(), state, message: message.clone() });
            history.state = state;
            let running = state == ServiceState::Running;
            if running != history.health.running {
                history.health = Service { running, healthy: false, unknown: true };
                history.health_message.clear();
            }
            if !running && state != ServiceState::Stopping {
                history.pid = 0;
            }
        });
        if changed {
            tracing::info!(service = %self.id, state = state.as_str(), "{message}");
        }
    }

    /// The service's main process.
    pub fn pid(&self, pid: i32) {
        self.change(|history| history.pid = pid);
    }

    /// The answer to a health check.
    pub fn health(&self, answer: Result<(), String>) {
        self.change(|history| {
            let healthy = answer.is_ok();
            if history.health.unknown || history.health.healthy != healthy {
                let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                history.health_changed = now.as_secs();
            }
            history.health = Service { running: history.health.running, healthy, unknown: false };
            history.health_message = answer.err().unwrap_or_default();
        });
    }

    /// The answer to a health check, of which an event tells when it is another than before.
    pub fn checked(&self, answer: Result<(), String>) {
        let message = match &answer {
            Ok(()) => "Health check successful".to_owned(),
            Err(reason) => format!("Health check failed: {reason}"),
        };
        let health = self.board.get(&self.id).unwrap_or_default().health;
        let news = health.unknown || health.healthy != answer.is_ok();
        self.health(answer);
        if news && health.running {
            self.event(ServiceState::Running, message);
        }
    }

    fn change(&self, change: impl FnOnce(&mut ServiceHistory)) {
        let mut histories = self.board.histories.lock().unwrap_or_else(PoisonError::into_inner);
        let history = histories.entry(self.id.clone()).or_default();
        let before = history.clone();
        change(history);
        let changed = *history != before;
        drop(histories);
        if changed {
            self.waker.wake(self.id.as_str());
        }
    }
}
