//! The machine configuration, as far as the network reads it.

use minos_config::InterfaceView;
use minos_config::v1alpha1::DeviceSelector;
use minos_resources::config::MachineConfig;
use minos_resources::network::LinkStatus;
use minos_runtime::{Context, Input, Resource, StateError, Store};

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
                let matching = links.iter().filter(|link| selects(selector, link));
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

/// The interfaces of a configuration that fit no link of this machine: the place of each, and what it looks for.
pub fn unmatched_interfaces(config: &minos_config::Config, store: &Store) -> Vec<(String, String)> {
    let links = store.list::<LinkStatus>();
    let mut unmatched = Vec::new();
    for (index, view) in config.interfaces().iter().enumerate() {
        let matched = match &view.selector {
            Some(selector) if view.name.is_empty() => links.iter().any(|link| selects(selector, link)),
            _ => links.iter().any(|link| link.id() == resolve(&view.name, &links)),
        };
        // What the machine is to make is not there before.
        if !matched && !view.ignore && !view.is_virtual {
            let wanted = if view.name.is_empty() { "its selector".to_owned() } else { format!("{:?}", view.name) };
            unmatched.push((format!("machine.network.interfaces[{index}]"), wanted));
        }
    }
    unmatched
}

/// The name of the link that is called `name` or has it as an alias; `name` itself when there is none.
pub(crate) fn resolve<'a>(name: &'a str, links: &'a [Resource<LinkStatus>]) -> &'a str {
    if links.iter().any(|link| link.id() == name) {
        return name;
    }
    let known = |link: &&Resource<LinkStatus>| link.alias == name || link.alt_names.iter().any(|alt| alt == name);
    links.iter().find(known).map_or(name, |link| link.id())
}

fn selects(selector: &DeviceSelector, link: &LinkStatus) -> bool {
    let texts = [
        (selector.hardware_addr.as_str(), link.hardware_addr.as_str()),
        (&selector.permanent_addr, &link.permanent_addr),
        (&selector.bus_path, &link.bus_path),
        (&selector.pci_id, &link.pci_id),
        (&selector.driver, &link.driver),
    ];
    let said = texts.iter().any(|(pattern, _)| !pattern.is_empty()) || selector.physical.is_some();
    said && selector.physical.is_none_or(|physical| physical == link.physical())
        && texts.iter().all(|(pattern, value)| {
            pattern.is_empty() || matches(&pattern.to_ascii_lowercase(), &value.to_ascii_lowercase())
        })
}

/// Whether `text` is `pattern`, in which `*` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            (0..=text.len()).filter(|at| text.is_char_boundary(*at)).any(|at| matches(rest, &text[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        assert!(matches("0000:00:*", "0000:00:03.0"));
        assert!(matches("*:01", "02:00:00:00:00:01"));
        assert!(matches("02:*:01", "02:00:00:00:00:01"));
        assert!(!matches("02:*:02", "02:00:00:00:00:01"));
        assert!(!matches("02", "02:00"));
    }

    #[test]
    fn interfaces_that_fit_nothing_are_named() {
        let store = Store::new();
        let card = LinkStatus { hardware_addr: "02:00:00:00:00:01".to_owned(), ..LinkStatus::default() };
        store.put("", "enp0s3", card).unwrap();
        let text = "version: v1alpha1\nmachine:\n  type: worker\n  network:\n    interfaces:\n      - interface: enp0s3\n      \
                    - interface: eth7\n      - deviceSelector: {hardwareAddr: '02:*'}\n      \
                    - deviceSelector: {hardwareAddr: '03:*'}\n      - {interface: eth8, ignore: true}\n      \
                    - {interface: dummy0, dummy: true}\n";
        let (config, _) = minos_config::Config::parse(text.as_bytes()).unwrap();
        let places: Vec<_> = unmatched_interfaces(&config, &store);
        let expected =
            [("machine.network.interfaces[1]", "\"eth7\""), ("machine.network.interfaces[3]", "its selector")];
        assert_eq!(places, expected.map(|(place, wanted)| (place.to_owned(), wanted.to_owned())));
    }

    #[test]
    fn a_selector_needs_all_it_says() {
        let card = LinkStatus {
            link_type: minos_resources::network::LinkType::ETHER,
            hardware_addr: "02:00:00:00:00:01".to_owned(),
            bus_path: "0000:00:03.0".to_owned(),
            ..LinkStatus::default()
        };
        let selector = DeviceSelector { hardware_addr: "02:*".to_owned(), ..DeviceSelector::default() };
        assert!(selects(&selector, &card));
        assert!(!selects(&DeviceSelector { physical: Some(false), ..selector.clone() }, &card));
        assert!(!selects(&DeviceSelector { bus_path: "0000:01:*".to_owned(), ..selector }, &card));
        assert!(!selects(&DeviceSelector::default(), &card), "an empty one selects nothing");
    }
}
