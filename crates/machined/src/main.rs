//! The node's daemons in one binary, told apart by the name they are started with: `machined` and `apid`.

#![forbid(unsafe_code)]

mod api;
mod compose;
mod configuration;
mod definitions;
mod events;
mod happenings;
mod init_line;
mod logging;
mod node;
mod power;
mod power_button;
mod sequence;
mod server;
mod services;
mod time;
mod version;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use minos_services::Exits;
use minos_sys::Mode;
use minos_sys::pid1::ToInit;

use crate::init_line::InitLine;

/// A life of this length is a good one: `init` forgets earlier deaths.
const SETTLED: Duration = Duration::from_secs(30);
/// How often logs are looked at.
const TRIM: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    let program = arguments.next().unwrap_or_default();
    let name = Path::new(&program).file_name().and_then(|name| name.to_str()).unwrap_or_default();
    // One provider of cryptography for everything in this process; the first call decides.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    match name {
        "apid" => minos_gateway::apid::run(arguments),
        _ => machined(),
    }
}

fn machined() -> ExitCode {
    let mode = Mode::of_this_process();
    logging::start(mode, Path::new(compose::LOGS));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = runtime.context("cannot start the runtime").and_then(|runtime| runtime.block_on(run(mode)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(mode: Mode) -> Result<()> {
    tracing::info!(version = version::TAG, "starting");
    let init = Arc::new(InitLine::open().context("machined is started by init; there is no line to it")?);
    let (node, requests) = compose::node(mode);
    let exits = Exits::default();
    let listener = tokio::spawn({
        let (init, exits, power) = (Arc::clone(&init), exits.clone(), node.power.clone());
        async move { init.listen(&exits, &power).await }
    });
    services::announce_own(&node);
    compose::start_controllers(&node, &exits)?;
    tokio::spawn(sequence::boot(Arc::clone(&node)));
    tokio::spawn(sequence::down(Arc::clone(&node), requests, Arc::clone(&init)));
    tokio::spawn(happenings::report(Arc::clone(&node)));
    if !mode.is_container() {
        tokio::spawn(power_button::listen(Arc::clone(&node)));
    }
    tokio::spawn(keep_house(Arc::clone(&node), init));
    tokio::select! {
        served = server::serve_machine(Arc::clone(&node)) => served,
        served = server::serve_apid(node) => served,
        _ = listener => anyhow::bail!("init is gone"),
    }
}

/// What is done now and then.
async fn keep_house(node: Arc<node::Node>, init: Arc<InitLine>) {
    tokio::time::sleep(SETTLED).await;
    init.tell(ToInit::Settled);
    loop {
        node.logs.trim();
        tokio::time::sleep(TRIM).await;
    }
}
