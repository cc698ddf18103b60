use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use minos_api::client::Talosconfig;
use minos_api::machine::GenerateClientConfigurationRequest;
use minos_api::roles::Role;

use crate::exit::BadInput;
use crate::globals::Globals;
use crate::session::Session;

/// Writes the client configuration that a node makes.
pub fn run(globals: &Globals, path: &Path, roles: Vec<String>, ttl: Duration) -> Result<()> {
    if let Some(unknown) = roles.iter().find(|role| Role::parse(role).is_none()) {
        let known: Vec<_> = Role::ALL.iter().map(|role| role.as_str()).collect();
        return Err(BadInput(format!("{unknown:?} is not a role; there are {}", known.join(", "))).into());
    }
    if path.exists() {
        return Err(BadInput(format!("{} exists already; name another file", path.display())).into());
    }
    globals.online(async |session: Session| {
        let message = GenerateClientConfigurationRequest {
            roles: roles.clone(),
            crt_ttl: prost_types::Duration::try_from(ttl).ok(),
        };
        let request = session.single("config new", message)?;
        let replies = session.connection.machine().generate_client_configuration(request).await?.into_inner();
        let reply = replies.messages.into_iter().next().context("the node's reply is empty")?;
        let text = std::str::from_utf8(&reply.talosconfig).context("the node's reply is not text")?;
        let mut config = Talosconfig::parse(text).context("the node's reply is not a client configuration")?;
        config.select_mut(None)?.endpoints = session.endpoints().to_vec();
        Ok(config.save_as(path)?)
    })
}
