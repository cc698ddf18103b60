use anyhow::Result;
use clap::Args;
use minos_api::machine::{ServiceInfo, ServiceRestartRequest, ServiceStartRequest, ServiceStopRequest};
use serde_json::{Value, json};

use crate::exit::BadInput;
use crate::globals::{Globals, Insecure};
use crate::output::{Table, duration, since, timestamp};
use crate::session::Session;

/// List services, show one, or start, stop and restart it
#[derive(Args)]
#[command(visible_alias = "services")]
#[command(after_help = "\
Examples:
  minosctl -n 10.5.0.2 services
  minosctl -n 10.5.0.2 service kubelet            its state and latest events
  minosctl -n 10.5.0.2 service kubelet restart")]
pub struct Service {
    /// The service
    id: Option<String>,
    /// What to do with it
    #[arg(value_parser = ["status", "start", "stop", "restart"], default_value = "status", requires = "id")]
    action: String,
    /// How to print the list
    #[arg(short, long, value_parser = ["table", "json"], default_value = "table")]
    output: String,
    #[command(flatten)]
    insecure: Insecure,
}

impl Service {
    pub fn run(self, globals: &Globals) -> Result<()> {
        globals.online_or_insecure(&self.insecure, async |session: Session| match (&self.id, self.action.as_str()) {
            (Some(id), "start") => {
                let request = session.request(ServiceStartRequest { id: id.clone() });
                let replies = session.connection.machine().service_start(request).await?.into_inner();
                answers(&session, replies.messages, |reply| reply.resp)
            }
            (Some(id), "stop") => {
                let request = session.request(ServiceStopRequest { id: id.clone() });
                let replies = session.connection.machine().service_stop(request).await?.into_inner();
                answers(&session, replies.messages, |reply| reply.resp)
            }
            (Some(id), "restart") => {
                let request = session.request(ServiceRestartRequest { id: id.clone() });
                let replies = session.connection.machine().service_restart(request).await?.into_inner();
                answers(&session, replies.messages, |reply| reply.resp)
            }
            (id, _) => self.show(&session, id.as_deref()).await,
        })
    }

    async fn show(&self, session: &Session, id: Option<&str>) -> Result<()> {
        let replies = session.connection.machine().service_list(session.request(())).await?.into_inner();
        let mut table = Table::new(["NODE", "SERVICE", "STATE", "HEALTH", "LAST CHANGE", "LAST EVENT"]);
        let (mut one, mut list, mut found) = (Table::without_head(), Vec::new(), false);
        let outcome = session.each(replies.messages, |node, reply| {
            for service in reply.services.iter().filter(|service| id.is_none_or(|id| service.id == id)) {
                found = true;
                list.push(as_json(node, service));
                table.row(row(node, service));
                details(&mut one, node, service);
            }
            Ok(())
        });
        match id {
            Some(id) if !found && outcome.is_ok() => {
                let text = format!("service {id:?} is not registered on any nodes; `minosctl services` lists them");
                return Err(BadInput(text).into());
            }
            _ if self.output == "json" => println!("{}", serde_json::to_string_pretty(&list)?),
            Some(_) => one.print()?,
            None => table.print()?,
        }
        outcome
    }
}

fn answers<R: crate::reply::Reply>(session: &Session, replies: Vec<R>, text: impl Fn(R) -> String) -> Result<()> {
    let mut table = Table::new(["NODE", "RESPONSE"]);
    let outcome = session.each(replies, |node, reply| {
        table.row([node.to_owned(), text(reply)]);
        Ok(())
    });
    table.print()?;
    outcome
}

fn health(service: &ServiceInfo) -> &'static str {
    match &service.health {
        None => "?",
        Some(health) if health.unknown => "?",
        Some(health) if health.healthy => "OK",
        Some(_) => "Fail",
    }
}

fn row(node: &str, service: &ServiceInfo) -> [String; 6] {
    let last = service.events.as_ref().and_then(|events| events.events.last());
    let change = last.and_then(|event| event.ts.as_ref()).map(|ts| format!("{} ago", duration(since(ts))));
    [
        node.into(),
        service.id.clone(),
        service.state.clone(),
        health(service).into(),
        change.unwrap_or_else(|| "ago".into()),
        last.map_or("<none>", |event| &event.msg).into(),
    ]
}

fn details(table: &mut Table, node: &str, service: &ServiceInfo) {
    table.row(["NODE", node]);
    table.row(["ID", &service.id]);
    table.row(["STATE", &service.state]);
    table.row(["HEALTH", health(service)]);
    if let Some(health) = service.health.as_ref().filter(|health| !health.last_message.is_empty()) {
        table.row(["LAST HEALTH MESSAGE", &health.last_message]);
    }
    let events = service.events.iter().flat_map(|events| events.events.iter().rev());
    for (i, event) in events.enumerate() {
        let ago = event.ts.as_ref().map(|ts| duration(since(ts))).unwrap_or_default();
        let head = if i == 0 { "EVENTS" } else { "" };
        table.row([head.to_owned(), format!("[{}]: {} ({ago} ago)", event.state, event.msg)]);
    }
}

fn as_json(node: &str, service: &ServiceInfo) -> Value {
    let events = service.events.iter().flat_map(|events| &events.events);
    let event = |ts: &Option<prost_types::Timestamp>| ts.as_ref().map(timestamp);
    json!({
        "node": node,
        "id": service.id,
        "state": service.state,
        "health": service.health.as_ref().map(|health| json!({
            "unknown": health.unknown,
            "healthy": health.healthy,
            "lastMessage": health.last_message,
            "lastChange": event(&health.last_change),
        })),
        "events": events.map(|e| json!({"state": e.state, "message": e.msg, "time": event(&e.ts)})).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use minos_api::machine::{ServiceEvent, ServiceEvents, ServiceHealth};

    use super::*;
    use crate::output::Style;

    fn service() -> ServiceInfo {
        let event = |state: &str, msg: &str| ServiceEvent { state: state.into(), msg: msg.into(), ts: None };
        ServiceInfo {
            id: "etcd".into(),
            state: "Running".into(),
            events: Some(ServiceEvents { events: vec![event("Preparing", "pulling"), event("Running", "started")] }),
            health: Some(ServiceHealth { healthy: false, last_message: "no leader".into(), ..Default::default() }),
        }
    }

    #[test]
    fn a_row_shows_the_last_event() {
        let expected = ["n", "etcd", "Running", "Fail", "ago", "started"];
        assert_eq!(row("n", &service()), expected.map(String::from));
    }

    #[test]
    fn details_begin_with_the_latest_event() {
        let mut table = Table::without_head();
        details(&mut table, "n", &service());
        let expected = "\
NODE                  n
ID                    etcd
STATE                 Running
HEALTH                Fail
LAST HEALTH MESSAGE   no leader
EVENTS                [Running]: started ( ago)
                      [Preparing]: pulling ( ago)
";
        assert_eq!(table.render(Style::plain()), expected);
    }
}
