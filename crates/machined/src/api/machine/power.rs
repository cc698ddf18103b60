//! `Reboot` and `Shutdown`, and what a container cannot do.

use minos_api::machine as m;
use minos_sys::{Mode, PowerAction};
use tonic::{Response, Status};

use super::Reply;
use crate::node::Node;
use crate::power::PowerRequest;
use crate::sequence;

pub fn reboot(node: &Node, request: &m::RebootRequest) -> Reply<m::RebootResponse> {
    powered(node.mode)?;
    let force = request.mode() == m::reboot_request::Mode::Force;
    let actor_id = ask(node, PowerAction::Reboot, force);
    Ok(Response::new(m::RebootResponse { messages: vec![m::Reboot { metadata: None, actor_id }] }))
}

pub fn shutdown(node: &Node) -> Reply<m::ShutdownResponse> {
    powered(node.mode)?;
    // `force` skips cordon and drain, which this version does not do.
    let actor_id = ask(node, PowerAction::Off, false);
    Ok(Response::new(m::ShutdownResponse { messages: vec![m::Shutdown { metadata: None, actor_id }] }))
}

/// Refuses what only a node with power over itself can do.
pub fn powered(mode: Mode) -> Result<(), Status> {
    if mode.has_power() { Ok(()) } else { Err(unsupported()) }
}

/// Refuses what no container can do, whoever runs it: it has no disk of its own to install on.
pub fn machine_only(mode: Mode) -> Result<(), Status> {
    if mode.is_container() { Err(unsupported()) } else { Ok(()) }
}

/// In upstream's words.
fn unsupported() -> Status {
    Status::failed_precondition("method is not supported in container mode")
}

fn ask(node: &Node, action: PowerAction, force: bool) -> String {
    let actor = sequence::actor();
    node.power.ask(PowerRequest { action, force, actor: actor.clone() });
    actor
}

#[cfg(test)]
mod tests {
    use minos_sys::Runner;
    use tonic::Code;

    use super::*;

    #[test]
    fn a_container_refuses_in_upstream_s_words() {
        let (own, other) = (Mode::Container(Runner::Minos), Mode::Container(Runner::Other));
        let refused = [powered(other), machine_only(own), machine_only(other)];
        for status in refused.map(|result| result.expect_err("refused")) {
            assert_eq!(status.code(), Code::FailedPrecondition);
            assert_eq!(status.message(), "method is not supported in container mode");
        }
        for allowed in [powered(own), powered(Mode::Machine), machine_only(Mode::Machine)] {
            allowed.expect("allowed");
        }
    }
}
