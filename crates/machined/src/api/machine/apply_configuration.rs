//! `ApplyConfiguration`.

use std::sync::Arc;

use minos_api::machine as m;
use minos_api::machine::apply_configuration_request::Mode;
use minos_api::roles::Role;
use minos_config::{Change, Config, Mode as Validation, Plan, Selection};
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
    let (config, mut warnings) = check(&request.data, node.config_mode())?;
    let plan = current.as_ref().map(|old| old.plan(&config));
    let way = choose(request.mode(), current.as_ref(), plan.as_ref())?;
    let facts = minos_node::selector_facts(&node.store, node.mode);
    let unmatched = config.newly_unmatched(current.as_ref(), &facts);
    if request.dry_run {
        let summary = foretell(current.as_ref(), plan.as_ref(), &config, &unmatched);
        let details = format!("Dry run summary:\n{} (skipped in dry-run).\n{summary}", way.details);
        return Ok(reply(way.mode, warnings, details));
    }
    if way.mode == Mode::Reboot && !node.mode.has_power() {
        return Err(Status::failed_precondition(
            "this change takes a restart, which only the runner of the container can do: apply it with mode staged, then restart the container",
        ));
    }
    // What is missing may come later, as a link that is plugged in: this is no reason to refuse the configuration.
    warnings.extend(unmatched.iter().map(ToString::to_string));
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
fn check(data: &[u8], mode: Validation) -> Result<(Config, Vec<String>), Status> {
    let bad = |problems: minos_config::Problems| Status::invalid_argument(problems.to_string());
    let (config, warnings) = Config::load(data, mode).map_err(bad)?;
    if config.v1alpha1().is_none() {
        return Err(Status::invalid_argument(
            "the configuration has no v1alpha1 document; to change a part of it, patch the configuration instead",
        ));
    }
    Ok((config, warnings.lines()))
}

/// What the change would do, for a person: the difference, what each part of it means, and which selectors of it match
/// nothing on this node.
fn foretell(current: Option<&Config>, plan: Option<&Plan>, new: &Config, unmatched: &[Selection]) -> String {
    let misses: String = unmatched.iter().map(|one| format!("  ! {one}\n")).collect();
    let (Some(current), Some(plan)) = (current, plan) else {
        return format!("The node has no configuration yet: all of it acts at once.\n{misses}").trim_end().to_owned();
    };
    let diff = current.diff(new);
    if diff.is_empty() {
        return "No changes.".to_owned();
    }
    let mut text = format!("{diff}\nPlan:\n");
    if plan.is_empty() {
        text.push_str("  nothing: the same is only written differently\n");
    }
    for change in &plan.changes {
        text.push_str(&format!("  {change}\n"));
    }
    text + &misses
}

fn choose(asked: Mode, current: Option<&Config>, plan: Option<&Plan>) -> Result<Way, Status> {
    let way = |mode, details: &str| Ok(Way { mode, details: details.to_owned() });
    const NOW: &str = "Applied configuration without a reboot";
    let waiting: Vec<String> = plan.into_iter().flat_map(Plan::reboots).map(Change::place).collect();
    match asked {
        Mode::Try => {
            Err(Status::unimplemented("mode TRY is part of the API but this version of Minos does not have it yet"))
        }
        Mode::Staged => way(Mode::Staged, "Staged configuration to be applied after the next reboot"),
        Mode::Reboot if current.is_some() => way(Mode::Reboot, "Applied configuration with a reboot"),
        Mode::NoReboot if !waiting.is_empty() => {
            Err(Status::invalid_argument(format!("this change needs a reboot: {}", waiting.join(", "))))
        }
        Mode::Auto if !waiting.is_empty() => {
            way(Mode::Reboot, &format!("Applied configuration with a reboot: {}", waiting.join(", ")))
        }
        _ => way(Mode::NoReboot, NOW),
    }
}

fn reply(mode: Mode, warnings: Vec<String>, details: String) -> Response<m::ApplyConfigurationResponse> {
    let message = m::ApplyConfiguration { metadata: None, warnings, mode: mode.into(), mode_details: details };
    Response::new(m::ApplyConfigurationResponse { messages: vec![message] })
}
