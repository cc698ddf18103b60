//! Asking for the machine to go off or to come up again.

use minos_sys::PowerAction;
use tokio::sync::mpsc;

/// A request to turn the machine off or on again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PowerRequest {
    /// What.
    pub action: PowerAction,
    /// Skip the orderly stop of services.
    pub force: bool,
    /// Who asked: marks the events of the sequence.
    pub actor: String,
}

/// Where requests go. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Power {
    requests: mpsc::UnboundedSender<PowerRequest>,
}

impl Power {
    /// A sender and the end at which the sequence listens.
    pub fn new() -> (Self, mpsc::UnboundedReceiver<PowerRequest>) {
        let (requests, receiver) = mpsc::unbounded_channel();
        (Self { requests }, receiver)
    }

    /// Asks.
    pub fn ask(&self, request: PowerRequest) {
        // Nobody listens any more only when the machine is going down already.
        drop(self.requests.send(request));
    }
}
