use std::io::Write;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use futures_util::StreamExt as _;
use minos_api::cosi::resource::{EventType, Resource};
use tonic::Status;

use crate::exit::BadInput;
use crate::globals::{Globals, Insecure};
use crate::output::{Style, stdout};
use crate::reply::Failures;
use crate::session::Session;

mod definition;
mod writer;

use definition::Definition;
use writer::{Format, Writer};

/// Read resources
#[derive(Args)]
#[command(visible_alias = "g")]
#[command(after_help = "\
Examples:
  minosctl -n 10.5.0.2 get rd                      all kinds of resources
  minosctl -n 10.5.0.2 get members
  minosctl -n 10.5.0.2 get hostname -o yaml
  minosctl -n 10.5.0.2 get services -w             and every change as it happens
  minosctl -n 10.5.0.2 get address eth0/10.5.0.2/24 -o jsonpath='{.spec.family}'")]
pub struct Get {
    /// Kind of resource: its type or one of its short names
    #[arg(value_name = "TYPE")]
    kind: String,
    /// Only the resource with this id
    id: Option<String>,
    /// Namespace, when it is not the kind's own
    #[arg(long, value_name = "NAME")]
    namespace: Option<String>,
    /// How to print: table, yaml, json or jsonpath=TEMPLATE
    #[arg(short, long, value_name = "FORMAT", default_value = "table", value_parser = Format::parse)]
    output: Format,
    /// Go on with changes
    #[arg(short, long)]
    watch: bool,
    #[command(flatten)]
    insecure: Insecure,
}

impl Get {
    pub fn run(self, globals: &Globals) -> Result<()> {
        globals.online_or_insecure(&self.insecure, async |session: Session| {
            let (style, mut out) = (Style::stdout(), stdout());
            if self.watch {
                self.watch(&session, style, &mut out).await
            } else {
                self.read(&session, style, &mut out).await
            }
        })
    }

    fn namespace<'a>(&'a self, definition: &'a Definition) -> &'a str {
        self.namespace.as_deref().unwrap_or(&definition.default_namespace)
    }

    async fn read(&self, session: &Session, style: Style, out: &mut impl Write) -> Result<()> {
        let (mut writer, mut failures) = (None, Failures::default());
        for (node, target) in session.targets() {
            let mut state = session.state(&target);
            let read = async {
                let definition = definition::resolve(&mut state, &self.kind).await?;
                let namespace = self.namespace(&definition).to_owned();
                let resources = match &self.id {
                    Some(id) => vec![
                        state.get(&namespace, &definition.kind, id).await.with_context(|| missing(&self.kind, id))?,
                    ],
                    None => state.list(&namespace, &definition.kind).await?,
                };
                Ok::<_, anyhow::Error>((definition, resources))
            };
            match read.await {
                Ok((definition, resources)) => {
                    let writer = writer.get_or_insert_with(|| Writer::new(&self.output, &definition, false, style));
                    for resource in &resources {
                        writer.add(&node, resource, EventType::Created)?;
                    }
                }
                // One node's failure is the command's; of several, the others still count.
                Err(error) if session.targets().len() == 1 => return Err(error),
                Err(error) => failures.add(error.context(node)),
            }
        }
        if let Some(mut writer) = writer {
            writer.flush(out)?;
        }
        failures.into_result()
    }

    async fn watch(&self, session: &Session, style: Style, out: &mut impl Write) -> Result<()> {
        let targets = session.targets();
        let Some((_, first)) = targets.first() else { bail!("there is no node to watch") };
        let definition = definition::resolve(&mut session.state(first), &self.kind).await?;
        let mut events = futures_util::stream::SelectAll::new();
        for (node, target) in targets {
            let mut state = session.state(&target);
            let watch = state.watch(self.namespace(&definition), &definition.kind, self.id.as_deref()).await?;
            events.push(watch.map(move |event| (node.clone(), event)));
        }
        let mut writer = Writer::new(&self.output, &definition, true, style);
        // A whole kind begins with what is there; those rows are lined up together.
        let mut complete = self.id.is_some();
        while let Some((node, event)) = events.next().await {
            let event = event?;
            match event.event_type() {
                EventType::Errored => {
                    return Err(Status::aborted(event.error.unwrap_or_else(|| "the watch broke off".into())).into());
                }
                EventType::Bootstrapped => complete = true,
                EventType::Noop => continue,
                kind => {
                    if let Some(resource) = &event.resource {
                        writer.add(&node, resource, kind)?;
                    }
                }
            }
            if complete {
                writer.flush(out)?;
            }
        }
        Ok(writer.flush(out)?)
    }
}

fn missing(kind: &str, id: &str) -> String {
    format!("cannot read {kind} {id:?}")
}

/// The specification of a resource as a value.
pub fn spec(resource: &Resource) -> Result<serde_json::Value> {
    let yaml = resource.spec.as_ref().map_or("", |spec| spec.yaml_spec.as_str());
    if yaml.trim().is_empty() {
        return Ok(serde_json::Value::Null);
    }
    serde_saphyr::from_str(yaml)
        .map_err(|error| BadInput(format!("a resource's specification is not YAML: {error}")).into())
}

#[cfg(test)]
mod tests;
