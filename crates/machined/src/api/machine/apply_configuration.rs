//! `ApplyConfiguration`.

use std::sync::Arc;

use minos_api::machine as m;
use minos_api::machine::apply_configuration_request::Mode;
use minos_api::roles::Role;
use minos_config::{Config, Mode as Validation};
use minos_sys::PowerAction;
use tonic::{Request, Response, Status};

use super::Reply;
use crate::api::caller;
use crate::node::Node;
use crate::power::PowerRequest;
use crate::sequence;

/// How a configuration takes effect.
struct Way {
    mode: Mode,
    /// In words.
    details: String,
}

pub async fn apply(
    node: &Arc<Node>,
    request: Request<m::ApplyConfigurationRequest>,
) -> Reply<m::ApplyConfigurationResponse> {
    let Some(_applying) = node.configuration.begin() else {
        return Err(Status::failed_precondition("another configuration is being applied"));
    };
    let current = node.configuration.current();
    if current.is_some() && !caller::roles(request.metadata()).contains(Role::Admin) {
        return Err(Status::permission_denied(format!(
            "the node is configured: it takes the role {} to change it",
            Role::Admin
        )));
    }
    let request = request.into_inner();
    let (config, mut warnings) = check(&request.data)?;
    let way = choose(request.mode(), current.as_ref(), &config)?;
    if request.dry_run {
        let change =
            current.as_ref().map_or_else(|| "the node has no configuration yet".to_owned(), |old| old.diff(&config));
        let change = if change.is_empty() { "No changes.".to_owned() } else { change };
        let details = format!("Dry run summary:\n{} (skipped in dry-run).\n{change}", way.details);
        return Ok(reply(way.mode, warnings, details));
    }
    if let Err(error) = node.configuration.keep(&config) {
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        if current.is_some() {
            return Err(Status::internal(format!("{error}: {cause}")));
        }
        warnings.push(format!("the configuration is in effect, but lost with the next boot: {error}: {cause}"));
    }
    tracing::info!(mode = ?way.mode, "configuration applied");
    match way.mode {
        Mode::Reboot => {
            node.power.ask(PowerRequest { action: PowerAction::Reboot, force: false, actor: sequence::actor() });
        }
        Mode::Staged => {}
        _ => node.configuration.activate(config),
    }
    Ok(reply(way.mode, warnings, way.details))
}

/// The configuration and its warnings.
fn check(data: &[u8]) -> Result<(Config, Vec<String>), Status> {
    let bad = |problems: minos_config::Problems| Status::invalid_argument(problems.to_string());
    let (config, warnings) = Config::parse(data).map_err(bad)?;
    if config.v1alpha1().is_none() {
        return Err(Status::invalid_argument(
            "the configuration has no v1alpha1 document; to change a part of it, patch the configuration instead",
        ));
    }
    let further = config.validate(Validation::Metal).map_err(bad)?;
    Ok((config, warnings.iter().chain(further.iter()).map(ToString::to_string).collect()))
}

fn choose(asked: Mode, current: Option<&Config>, new: &Config) -> Result<Way, Status> {
    let way = |mode, details: &str| Ok(Way { mode, details: details.to_owned() });
    const NOW: &str = "Applied configuration without a reboot";
    let reboot = current.and_then(|old| needs_reboot(old, new));
    match (asked, reboot) {
        (Mode::Try, _) => {
            Err(Status::unimplemented("mode TRY is part of the API but this version of Minos does not have it yet"))
        }
        (Mode::Staged, _) => way(Mode::Staged, "Staged configuration to be applied after the next reboot"),
        (Mode::Reboot, _) if current.is_some() => way(Mode::Reboot, "Applied configuration with a reboot"),
        (Mode::NoReboot, Some(reason)) => {
            Err(Status::invalid_argument(format!("this change needs a reboot: {reason}")))
        }
        (Mode::Auto, Some(reason)) => way(Mode::Reboot, &format!("Applied configuration with a reboot: {reason}")),
        _ => way(Mode::NoReboot, NOW),
    }
}

/// Why a change cannot take effect while the node runs.
fn needs_reboot(old: &Config, new: &Config) -> Option<String> {
    let (before, after) = (old.machine_type(), new.machine_type());
    (before != after).then(|| "the machine type changes".to_owned())
}

fn reply(mode: Mode, warnings: Vec<String>, details: String) -> Response<m::ApplyConfigurationResponse> {
    let message = m::ApplyConfiguration { metadata: None, warnings, mode: mode.into(), mode_details: details };
    Response::new(m::ApplyConfigurationResponse { messages: vec![message] })
}
