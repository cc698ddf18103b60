//! Coming up: devices, disks, configuration, and then the controllers do the rest.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use minos_api::machine::sequence_event::Action;
use minos_api::machine::{ConfigLoadErrorEvent, ConfigValidationErrorEvent};
use minos_config::Config;
use minos_resources::block::{VolumePhase, VolumeStatus};
use minos_resources::config::MachineConfig;
use minos_resources::runtime::{MachineStage, Version};
use minos_resources::v1alpha1::Service;
use minos_runtime::Spec;

use super::{enter, say};
use crate::node::Node;
use crate::services::UDEVD;
use crate::version;

/// How long the device manager may take to come up.
const DEVICES: Duration = Duration::from_secs(30);
/// How long STATE may take: it may have to be made and formatted.
const STATE: Duration = Duration::from_secs(180);

/// Runs once; returns when the node has a configuration and is in service.
pub async fn boot(node: Arc<Node>) {
    say(&node, "", "boot", Action::Start);
    enter(&node, MachineStage::Booting);
    let version = Version { name: "Minos".to_owned(), version: version::TAG.to_owned() };
    // Nobody else writes this resource.
    drop(node.store.put("", Version::ID, version));
    tokio::spawn(tell_api(Arc::clone(&node)));
    if !node.mode.is_container() {
        trigger_devices(&node).await;
    }
    let state = wait_for_volume(&node, "STATE").await;
    if !configured_from_state(&node, state) && !configured_from_platform(&node, state).await {
        enter(&node, MachineStage::Maintenance);
        tracing::info!("no configuration: waiting for one on port 50000");
        wait_for::<MachineConfig>(&node, MachineConfig::ID, |_| true).await;
        enter(&node, MachineStage::Booting);
    }
    wait_for_volume(&node, "EPHEMERAL").await;
    enter(&node, MachineStage::Running);
    say(&node, "", "boot", Action::Stop);
}

/// Says when the API first answers; the time of that line is the time that a machine takes to be operable.
async fn tell_api(node: Arc<Node>) {
    wait_for::<Service>(&node, "apid", |service| service.running && service.healthy).await;
    tracing::info!("the API answers on port 50000");
}

/// Has the device manager look at what was there before it.
async fn trigger_devices(node: &Arc<Node>) {
    let up = wait_for::<Service>(node, UDEVD, |service| service.running && service.healthy);
    if tokio::time::timeout(DEVICES, up).await.is_err() {
        tracing::warn!("the device manager is not up; devices that need it may be missing");
        return;
    }
    for action in [["trigger", "--type=subsystems", "--action=add"], ["trigger", "--type=devices", "--action=add"]] {
        let ran = tokio::task::spawn_blocking(move || Command::new("/usr/bin/udevadm").args(action).status()).await;
        match ran {
            Ok(Ok(status)) if status.success() => {}
            other => tracing::warn!("udevadm {}: {other:?}", action.join(" ")),
        }
    }
}

/// Whether the volume is there.
async fn wait_for_volume(node: &Arc<Node>, id: &str) -> bool {
    let settled = |status: &VolumeStatus| matches!(status.phase, VolumePhase::Ready);
    if tokio::time::timeout(STATE, wait_for::<VolumeStatus>(node, id, settled)).await.is_ok() {
        return true;
    }
    tracing::warn!(volume = id, "not ready; going on without it");
    false
}

async fn wait_for<S: Spec>(node: &Node, id: &str, holds: impl Fn(&S) -> bool) {
    let mut watch = node.store.watch::<S>();
    while !node.store.get::<S>(id).is_some_and(|resource| holds(resource.spec())) {
        if watch.next().await.is_none() {
            // The watch was too slow: begin anew.
            watch = node.store.watch::<S>();
        }
    }
}

fn configured_from_state(node: &Arc<Node>, state: bool) -> bool {
    if !state {
        return false;
    }
    match node.configuration.kept() {
        Ok(Some(bytes)) => activate(node, &bytes, "STATE").is_some(),
        Ok(None) => false,
        Err(error) => {
            load_error(node, &error);
            false
        }
    }
}

async fn configured_from_platform(node: &Arc<Node>, state: bool) -> bool {
    let bytes = match minos_node::linux_platform(node.mode).configuration().await {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return false,
        Err(error) => {
            load_error(node, &error);
            return false;
        }
    };
    let Some(config) = activate(node, &bytes, "the platform") else { return false };
    if state && let Err(error) = node.configuration.keep(&config) {
        tracing::error!(%error, "the configuration is in effect, but not kept");
    }
    true
}

/// Puts a configuration into effect if it is one.
fn activate(node: &Arc<Node>, bytes: &[u8], origin: &str) -> Option<Config> {
    match Config::load(bytes, node.config_mode()) {
        Ok((config, warnings)) => {
            tracing::info!("configuration found: {origin}");
            warnings.iter().for_each(|warning| tracing::warn!("configuration: {warning}"));
            node.configuration.activate(config.clone());
            Some(config)
        }
        Err(problems) => {
            tracing::error!("the configuration of {origin} cannot be used: {problems}");
            node.events.add("", &ConfigValidationErrorEvent { error: problems.to_string() });
            None
        }
    }
}

fn load_error(node: &Arc<Node>, error: &dyn std::error::Error) {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    tracing::error!("no configuration: {text}");
    node.events.add("", &ConfigLoadErrorEvent { error: text });
}
