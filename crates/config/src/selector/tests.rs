use super::*;
use crate::{
    documents::{KINDS, v1alpha1::DeviceSelector},
    schema::{Field, Shape},
};

const CONTROL_PLANE: &str = "version: v1alpha1\nmachine:\n  type: controlplane\ncluster:\n  clusterName: home\n";

fn config(text: &str) -> Config {
    Config::parse(text.as_bytes()).unwrap_or_else(|problems| panic!("{problems}")).0
}

/// A control plane with these sections added, each after its heading.
fn control_plane(machine: &str, cluster: &str) -> Config {
    config(
        &CONTROL_PLANE
            .replace("controlplane\n", &format!("controlplane\n{machine}"))
            .replace("home\n", &format!("home\n{cluster}")),
    )
}

fn document(kind: &str, fields: &str) -> Config {
    config(&format!("{CONTROL_PLANE}---\napiVersion: v1alpha1\nkind: {kind}\n{fields}"))
}

fn link(name: &str, hardware_addr: &str) -> LinkFacts {
    LinkFacts { name: name.to_owned(), hardware_addr: hardware_addr.to_owned(), physical: true, ..LinkFacts::default() }
}

fn facts() -> Facts {
    let addresses = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
    let loopback = LinkFacts { name: "lo".to_owned(), loopback: true, ..LinkFacts::default() };
    let pods = LinkFacts { name: "veth1".to_owned(), is_port: true, ..LinkFacts::default() };
    let card = LinkFacts { other_names: vec!["enx06".to_owned()], ..link("eth0", "06:00:00:00:00:01") };
    let disk = DiskFacts {
        path: "/dev/sda".to_owned(),
        size: 500_000_000_000,
        model: "ACME SSD 9".to_owned(),
        transport: "sata".to_owned(),
        writable: true,
        ..DiskFacts::default()
    };
    Facts {
        routed: addresses(&["10.78.0.2/24", "10.244.0.1/24"]),
        current: addresses(&["10.78.0.2/24", "10.244.0.1/24", "192.0.2.7/32"]),
        links: vec![card, loopback, pods],
        disks: Some(vec![disk]),
        installed: false,
    }
}

/// Each selector that matches nothing, as a person reads it.
fn complaints(config: &Config) -> Vec<String> {
    config.newly_unmatched(None, &facts()).iter().map(ToString::to_string).collect()
}

#[test]
fn a_subnet_without_an_address_of_the_node_is_named_with_those_that_it_has() {
    let valid = |subnets: &str| control_plane(&format!("  kubelet:\n    nodeIP:\n      validSubnets: {subnets}\n"), "");
    assert_eq!(
        complaints(&valid("[198.51.100.0/24]")),
        ["machine.kubelet.nodeIP.validSubnets: 198.51.100.0/24 matches no address of this node (it has 10.78.0.2/24)"],
    );
    // One of several is enough; a pod's address is not the node's, nor is one that is excluded.
    assert!(complaints(&valid("[198.51.100.0/24, 10.78.0.0/16]")).is_empty());
    assert_eq!(complaints(&valid("[10.244.0.0/24, 'fd00::/8']")).len(), 1);
    let excluded = "machine.kubelet.nodeIP.validSubnets: 10.0.0.0/8, !10.78.0.2/32 match no address of this node";
    assert!(complaints(&valid("[10.0.0.0/8, '!10.78.0.2/32']"))[0].starts_with(excluded));
}

#[test]
fn the_subnets_of_etcd_are_looked_at_where_etcd_runs() {
    let etcd = |fields: &str| control_plane("", &format!("  etcd:\n    {fields}\n"));
    // What others see the node by may be advertised, but nothing listens there.
    assert!(complaints(&etcd("{advertisedSubnets: [192.0.2.0/24], listenSubnets: [10.78.0.0/24]}")).is_empty());
    for field in ["advertisedSubnets: [198.51.100.0/24]", "subnet: 198.51.100.0/24", "listenSubnets: [192.0.2.0/24]"] {
        let found = complaints(&etcd(field));
        let place = format!("cluster.etcd.{}: ", field.split(':').next().unwrap());
        assert!(found.len() == 1 && found[0].starts_with(&place), "{field}: {found:?}");
    }
    let worker = etcd("listenSubnets: [192.0.2.0/24]").encode().replace("controlplane", "worker");
    assert!(complaints(&config(&worker)).is_empty());
}

#[test]
fn links_are_looked_for_by_name_and_by_what_they_are_like() {
    let interfaces = "  network:\n    interfaces:\n      - interface: eth0\n      - interface: enx06\n      \
                      - interface: eth7\n      - deviceSelector: {hardwareAddr: '06:*'}\n      \
                      - deviceSelector: {hardwareAddr: '03:*', driver: e1000}\n      \
                      - {interface: eth8, ignore: true}\n      - {interface: dummy0, dummy: true}\n      \
                      - interface: bond0\n        bond: {mode: active-backup, interfaces: [eth0, eth9], primary: eth9}\n      \
                      - interface: br0\n        bridge: {interfaces: [dummy0, eth0.5]}\n      \
                      - interface: eth0\n        vlans: [{vlanId: 5}]\n";
    let found = complaints(&control_plane(interfaces, ""));
    let expected = [
        "interfaces[2].interface: eth7 matches no link of this node (it has eth0)",
        "interfaces[4].deviceSelector: hardwareAddr 03:*, driver e1000 matches no link of this node (it has eth0 \
         (hardwareAddr 06:00:00:00:00:01, driver unknown))",
        "interfaces[7].bond.interfaces[1]: eth9 matches no link of this node (it has eth0)",
        "interfaces[7].bond.primary: eth9 matches no link of this node (it has eth0)",
    ];
    assert_eq!(found, expected.map(|text| format!("machine.network.{text}")));
    let members = "  network:\n    interfaces:\n      - interface: bond0\n        \
                   bond: {mode: active-backup, deviceSelectors: [{physical: true}, {busPath: '0000:*'}]}\n";
    let found = complaints(&control_plane(members, ""));
    assert!(
        found.len() == 1 && found[0].contains("bond.deviceSelectors[1]: busPath 0000:* matches no link"),
        "{found:?}"
    );
}

#[test]
fn documents_name_links_that_are_there_or_that_documents_make() {
    for (kind, fields, path) in [
        ("LinkConfig", "name: eth7\n", "name"),
        ("DHCPv4Config", "name: eth7\n", "name"),
        ("DHCPv6Config", "name: eth7\n", "name"),
        ("EthernetConfig", "name: eth7\n", "name"),
        ("BondConfig", "name: bond0\nlinks: [eth0, eth7]\nbondMode: 802.3ad\n", "links[1]"),
        ("BridgeConfig", "name: br0\nlinks: [eth7]\n", "links[0]"),
        ("VRFConfig", "name: vrf0\nlinks: [eth7]\ntable: 123\n", "links[0]"),
        ("VLANConfig", "name: eth7.5\nparent: eth7\nvlanID: 5\n", "parent"),
        ("Layer2VIPConfig", "name: 10.78.0.9\nlink: eth7\n", "link"),
        ("HCloudVIPConfig", "name: 10.78.0.9\nlink: eth7\napiToken: x\n", "link"),
        ("RoutingRuleConfig", "name: '1000'\ntable: 100\niifName: eth7\n", "iifName"),
        ("RoutingRuleConfig", "name: '1000'\ntable: 100\noifName: eth7\n", "oifName"),
    ] {
        let found = complaints(&document(kind, fields));
        let [found] = &found[..] else { panic!("{kind}: {found:?}") };
        assert!(found.starts_with(kind) && found.contains(&format!(": {path}: eth7 matches no link")), "{found}");
        let present = complaints(&document(kind, &fields.replace("eth7", "eth0")));
        assert!(present.is_empty(), "{present:?}");
    }
    let alias =
        "name: net3\n---\napiVersion: v1alpha1\nkind: LinkAliasConfig\nname: net%d\nselector: {match: 'true'}\n";
    assert!(complaints(&document("LinkConfig", alias)).is_empty());
    assert_eq!(complaints(&document("LinkConfig", &alias.replace("net3", "net"))).len(), 1);
}

#[test]
fn disks_are_looked_for_until_a_system_is_installed() {
    let install = |fields: &str| control_plane(&format!("  install: {fields}\n"), "");
    assert!(complaints(&install("{disk: /dev/sda}")).is_empty());
    assert_eq!(
        complaints(&install("{disk: /dev/sdb}")),
        ["machine.install.disk: /dev/sdb matches no disk of this node (it has /dev/sda)"],
    );
    assert_eq!(
        complaints(&install("{disk: /dev/sdb, diskSelector: {model: 'Other*'}}")),
        [
            "machine.install.diskSelector: model Other* matches no disk of this node (it has /dev/sda (model ACME SSD 9))"
        ],
    );
    for (size, fits) in [(">= 500GB", true), ("> 500GB", false), ("< 1TB", true), ("<= 1GB", false), ("500GB", true)] {
        let found = complaints(&install(&format!("{{diskSelector: {{model: 'acme*', type: ssd, size: '{size}'}}}}")));
        assert_eq!(found.is_empty(), fits, "{size}: {found:?}");
    }
    let missing = install("{disk: /dev/sdb}");
    assert!(missing.newly_unmatched(None, &Facts { installed: true, ..facts() }).is_empty());
    assert!(missing.newly_unmatched(None, &Facts { disks: None, ..facts() }).is_empty(), "a container has no disks");
    assert!(complaints(&install("{disk: /dev/disk/by-id/ata-X}")).is_empty(), "no link to a disk is known");
    let further = control_plane("  disks:\n    - device: /dev/sdb\n", "");
    assert!(complaints(&further)[0].starts_with("machine.disks[0].device: /dev/sdb matches no disk"));
}

#[test]
fn the_mesh_announces_addresses_that_its_filter_lets_through() {
    let mesh = "enabled: true\nfilters: {endpoints: [198.51.100.0/24]}\n";
    let found = complaints(&document("KubeSpanConfig", mesh));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("KubeSpanConfig: filters.endpoints: 198.51.100.0/24 matches no address"), "{found:?}");
    assert!(complaints(&document("KubeSpanConfig", &mesh.replace("true", "false"))).is_empty());
    let old = "  network:\n    kubespan: {enabled: true, filters: {endpoints: [198.51.100.0/24]}}\n";
    assert!(complaints(&control_plane(old, ""))[0].starts_with("machine.network.kubespan.filters.endpoints: "));
}

#[test]
fn what_matched_nothing_before_is_no_news() {
    let interfaces = |items: &str| control_plane(&format!("  network:\n    interfaces:\n{items}"), "");
    let before = interfaces("      - interface: eth7\n");
    let after = interfaces("      - interface: eth8\n      - interface: eth7\n");
    let news = after.newly_unmatched(Some(&before), &facts());
    assert_eq!(news.iter().map(|one| one.asked.as_str()).collect::<Vec<_>>(), ["eth8"]);
}

#[test]
fn what_a_selector_does_follows_its_field() {
    let subnets = control_plane("  kubelet: {nodeIP: {validSubnets: [10.78.0.0/24]}}\n", "");
    let selections = subnets.selections(&facts());
    let [one] = &selections[..] else { panic!("{selections:?}") };
    assert_eq!((one.matches.clone(), one.acts()), (vec!["10.78.0.2".to_owned()], true));
    assert_eq!(one.blocks().map(|blocked| blocked.diagnostic), Some("node-ip-unmatched"));
    let idle = document("LinkConfig", "name: eth7\n");
    let selections = idle.selections(&facts());
    let [one] = &selections[..] else { panic!("{selections:?}") };
    assert_eq!((one.id(), one.acts(), one.blocks()), ("LinkConfig/eth7/name".to_owned(), false, None));
}

#[test]
fn a_selector_by_properties_needs_all_that_it_says() {
    let card = LinkFacts { bus_path: "0000:00:03.0".to_owned(), ..link("eth0", "02:00:00:00:00:01") };
    let selector = DeviceSelector { hardware_addr: "02:*:01".to_owned(), ..DeviceSelector::default() };
    assert!(selector.fits(&card));
    assert!(!DeviceSelector { physical: Some(false), ..selector.clone() }.fits(&card));
    assert!(DeviceSelector { bus_path: "0000:00:*".to_owned(), ..selector.clone() }.fits(&card));
    assert!(!DeviceSelector { bus_path: "0000:01:*".to_owned(), ..selector.clone() }.fits(&card));
    assert!(
        !DeviceSelector { hardware_addr: "02:00".to_owned(), ..selector.clone() }.fits(&card),
        "without * it is all"
    );
    assert!(!DeviceSelector::default().fits(&card), "an empty one selects nothing");
}

/// Fields whose names sound like selectors, and that are none of this kind.
const OTHERS: &[&str] = &[
    // Sections around selectors, and options beside them.
    "v1alpha1 machine.network.interfaces",
    "v1alpha1 machine.network.interfaces[].bond.primaryReselect",
    "v1alpha1 machine.network.interfaces[].bond.minLinks",
    "v1alpha1 machine.disks",
    "v1alpha1 machine.systemDiskEncryption",
    "v1alpha1 machine.features.diskQuotaSupport",
    "BondConfig primaryReselect",
    "BondConfig minLinks",
    // Networks of others.
    "v1alpha1 cluster.network.podSubnets",
    "v1alpha1 cluster.network.serviceSubnets",
    "NetworkRuleConfig portSelector",
    "NetworkRuleConfig ingress[].subnet",
    // Expressions.
    "ExistingVolumeConfig discovery.volumeSelector",
    "LinkAliasConfig selector",
    "RawVolumeConfig provisioning.diskSelector",
    "SwapVolumeConfig provisioning.diskSelector",
    "UserVolumeConfig provisioning.diskSelector",
    "VolumeConfig provisioning.diskSelector",
    // Device files, of which the node reports nothing.
    "TimeSyncConfig ptp.devices",
    "WatchdogTimerConfig device",
];

/// Parts of names of fields that choose.
const SOUNDS: &[&str] = &["subnet", "interface", "link", "device", "disk", "selector", "ifname", "parent", "primary"];

fn fields(path: &str, shape: &Shape, out: &mut Vec<String>) {
    match shape {
        Shape::Section(all) => {
            for Field { key, shape, .. } in *all {
                let path = if path.is_empty() { (*key).to_owned() } else { format!("{path}.{key}") };
                out.push(path.clone());
                fields(&path, shape, out);
            }
        }
        Shape::List(items) => fields(&format!("{path}[]"), items, out),
        Shape::Map(values) => fields(&format!("{path}.*"), values, out),
        _ => {}
    }
}

#[test]
fn every_field_that_sounds_like_a_selector_is_one_or_is_known_to_be_none() {
    let mut unknown = Vec::new();
    let mut all = Vec::new();
    for kind in KINDS {
        let mut paths = Vec::new();
        fields("", kind.shape, &mut paths);
        all.extend(paths.iter().map(|path| (kind.name, path.clone())));
    }
    for (kind, path) in &all {
        let last = path.rsplit('.').next().unwrap_or(path).to_lowercase();
        let listed = |selector: &&Selector| selector.document == *kind && selector.path.trim_end_matches("[]") == path;
        let named = format!("{kind} {path}");
        if SOUNDS.iter().any(|sound| last.contains(sound))
            && !SELECTORS.iter().any(|one| listed(&one))
            && !OTHERS.contains(&named.as_str())
        {
            unknown.push(named);
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
    for selector in SELECTORS {
        let path = selector.path.trim_end_matches("[]");
        assert!(
            all.iter().any(|(kind, field)| *kind == selector.document && field == path),
            "{selector:?} is no field"
        );
    }
}
