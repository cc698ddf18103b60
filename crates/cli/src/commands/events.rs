use std::time::Duration;

use anyhow::Result;
use clap::Args;
use minos_api::machine::{
    AddressEvent, ConfigLoadErrorEvent, ConfigValidationErrorEvent, Event, EventsRequest, MachineStatusEvent,
    PhaseEvent, RestartEvent, SequenceEvent, ServiceStateEvent, TaskEvent,
};
use prost::Message as _;

use crate::globals::Globals;
use crate::output::{Table, parse_duration};
use crate::session::Session;

/// Print what happens on nodes, as it happens
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl -n 10.5.0.2 events             from now on
  minosctl -n 10.5.0.2 events --tail -1   everything that is remembered, then go on")]
pub struct Events {
    /// Begin with this many past events; -1 for all that are remembered
    #[arg(long, value_name = "COUNT", default_value_t = 0, allow_negative_numbers = true)]
    tail: i32,
    /// Begin with the events of this time back
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    duration: Option<Duration>,
    /// Begin after the event with this id
    #[arg(long, value_name = "ID")]
    since: Option<String>,
    /// Only events caused by this actor
    #[arg(long, value_name = "ID")]
    actor_id: Option<String>,
}

impl Events {
    pub fn run(self, globals: &Globals) -> Result<()> {
        globals.online(async |session: Session| {
            let message = EventsRequest {
                tail_events: self.tail,
                tail_id: self.since.clone().unwrap_or_default(),
                tail_seconds: self.duration.map_or(0, |duration| i32::try_from(duration.as_secs()).unwrap_or(i32::MAX)),
                with_actor_id: self.actor_id.clone().unwrap_or_default(),
            };
            let replies = session.connection.machine().events(session.request(message)).await?.into_inner();
            let mut table = Table::new(["NODE", "ID", "EVENT", "ACTOR", "SOURCE", "MESSAGE"]);
            session
                .stream(replies, |node: &str, event: Event, _| {
                    if let Some(row) = row(node, &event) {
                        table.row(row);
                        table.print()?;
                    }
                    Ok(())
                })
                .await
        })
    }
}

/// The cells of an event; none for kinds that we do not know.
fn row(node: &str, event: &Event) -> Option<[String; 6]> {
    let data = event.data.as_ref()?;
    let kind = data.type_url.rsplit_once('/').map_or(data.type_url.as_str(), |(_, kind)| kind);
    let (source, message) = describe(kind, &data.value)?;
    Some([node.into(), event.id.clone(), data.type_url.clone(), event.actor_id.clone(), source, message])
}

/// Where an event comes from and what it says.
pub fn describe(kind: &str, bytes: &[u8]) -> Option<(String, String)> {
    let known = match kind {
        "machine.SequenceEvent" => {
            let event = SequenceEvent::decode(bytes).ok()?;
            let action = event.action().as_str_name().to_owned();
            let failed = event.error.as_ref().map(|error| format!("error: {}", error.message));
            (event.sequence, failed.unwrap_or(action))
        }
        "machine.PhaseEvent" => {
            let event = PhaseEvent::decode(bytes).ok()?;
            (event.phase.clone(), event.action().as_str_name().into())
        }
        "machine.TaskEvent" => {
            let event = TaskEvent::decode(bytes).ok()?;
            (event.task.clone(), event.action().as_str_name().into())
        }
        "machine.ServiceStateEvent" => {
            let event = ServiceStateEvent::decode(bytes).ok()?;
            (event.service.clone(), format!("{}: {}", event.action().as_str_name(), event.message))
        }
        "machine.RestartEvent" => ("restart".into(), RestartEvent::decode(bytes).ok()?.cmd.to_string()),
        "machine.ConfigLoadErrorEvent" => ("error".into(), ConfigLoadErrorEvent::decode(bytes).ok()?.error),
        "machine.ConfigValidationErrorEvent" => ("error".into(), ConfigValidationErrorEvent::decode(bytes).ok()?.error),
        "machine.AddressEvent" => {
            let event = AddressEvent::decode(bytes).ok()?;
            (event.hostname, format!("ADDRESSES: {}", event.addresses.join(",")))
        }
        "machine.MachineStatusEvent" => {
            let event = MachineStatusEvent::decode(bytes).ok()?;
            let status = event.status.clone().unwrap_or_default();
            let unmet: Vec<_> = status.unmet_conditions.iter().map(|condition| condition.name.as_str()).collect();
            (
                event.stage().as_str_name().into(),
                format!("ready: {}, unmet conditions: [{}]", status.ready, unmet.join(" ")),
            )
        }
        _ => return None,
    };
    Some(known)
}

#[cfg(test)]
mod tests {
    use minos_api::machine::service_state_event::Action;

    use super::*;

    #[test]
    fn known_events_are_described() {
        let event = ServiceStateEvent {
            service: "etcd".into(),
            action: Action::Running as i32,
            message: "started".into(),
            health: None,
        };
        let described = describe("machine.ServiceStateEvent", &event.encode_to_vec());
        assert_eq!(described, Some(("etcd".into(), "RUNNING: started".into())));
        assert_eq!(describe("machine.NewEvent", b""), None);
    }
}
