//! `Reboot` and `Shutdown`.

use minos_api::machine as m;
use minos_sys::PowerAction;
use tonic::Response;

use super::Reply;
use crate::node::Node;
use crate::power::PowerRequest;
use crate::sequence;

pub fn reboot(node: &Node, request: &m::RebootRequest) -> Reply<m::RebootResponse> {
    let force = request.mode() == m::reboot_request::Mode::Force;
    let actor_id = ask(node, PowerAction::Reboot, force);
    Ok(Response::new(m::RebootResponse { messages: vec![m::Reboot { metadata: None, actor_id }] }))
}

pub fn shutdown(node: &Node) -> Reply<m::ShutdownResponse> {
    // `force` skips cordon and drain, which this version does not do.
    let actor_id = ask(node, PowerAction::Off, false);
    Ok(Response::new(m::ShutdownResponse { messages: vec![m::Shutdown { metadata: None, actor_id }] }))
}

fn ask(node: &Node, action: PowerAction, force: bool) -> String {
    let actor = sequence::actor();
    node.power.ask(PowerRequest { action, force, actor: actor.clone() });
    actor
}
