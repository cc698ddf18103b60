//! The machine configuration, as far as the network reads it.

use minos_config::InterfaceView;
use minos_resources::config::MachineConfig;
use minos_resources::network::LinkStatus;
use minos_runtime::{Context, Input, Resource, StateError};

/// The configuration in effect.
pub(crate) fn input() -> Input {
    Input::of::<MachineConfig>().only(MachineConfig::ID)
}

/// The configuration in effect, once there is one.
pub(crate) fn get(cx: &Context) -> Result<Option<Resource<MachineConfig>>, StateError> {
    Ok(cx.get::<MachineConfig>(MachineConfig::ID)?.filter(Resource::is_running))
}

/// What the configuration says about interfaces, each under the name of a link: an entry that selects by properties
/// counts for every link that has them.
pub(crate) fn interfaces(config: Option<&MachineConfig>, links: &[Resource<LinkStatus>]) -> Vec<InterfaceView> {
    let Some(config) = config else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for view in config.interfaces() {
        match &view.selector {
            Some(selector) if view.name.is_empty() => {
                let matching = links.iter().filter(|link| selector.fits(&link.facts(link.id())));
                found.extend(matching.map(|link| InterfaceView { name: link.id().to_owned(), ..view.clone() }));
            }
            _ => {
                let name = resolve(&view.name, links).to_owned();
                found.push(InterfaceView { name, ..view });
            }
        }
    }
    found
}

/// The name of the link that is called `name` or has it as an alias; `name` itself when there is none.
pub(crate) fn resolve<'a>(name: &'a str, links: &'a [Resource<LinkStatus>]) -> &'a str {
    if links.iter().any(|link| link.id() == name) {
        return name;
    }
    let known = |link: &&Resource<LinkStatus>| link.alias == name || link.alt_names.iter().any(|alt| alt == name);
    links.iter().find(known).map_or(name, |link| link.id())
}
