//! The sequences: coming up and going down, as small steps in order.

mod boot;
mod down;

use std::sync::Arc;
use std::time::SystemTime;

use minos_api::machine::SequenceEvent;
use minos_api::machine::sequence_event::Action;
use minos_resources::runtime::{MachineStage, MachineStageSpec};

use crate::node::Node;

pub use boot::boot;
pub use down::down;

/// Enters a stage.
fn enter(node: &Node, stage: MachineStage) {
    tracing::info!(stage = stage.as_str(), "machine");
    // Nobody else writes this resource.
    drop(node.store.put("", MachineStageSpec::ID, MachineStageSpec { stage }));
}

/// Says that a sequence begins or ends.
fn say(node: &Arc<Node>, actor: &str, sequence: &str, action: Action) {
    let event = SequenceEvent { sequence: sequence.to_owned(), action: action.into(), error: None };
    node.events.add(actor, &event);
}

/// An id for the events of one request: sorts by time.
pub fn actor() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!("{:x}-{:x}", since.as_micros(), std::process::id())
}
