//! The node's own row among the members, and an identity that stays.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::{sync::Arc, time::SystemTime};

use minos_config::generate::{Input, Secrets};
use minos_membership::{Deps, MemoryIdentity, controllers};
use minos_resources::{
    cluster::{Affiliate, DiscoveryConfig, Identity, Info, Member},
    config::{MachineConfig, MachineRole, MachineType},
    files::EtcFileSpec,
    k8s::{Endpoint, Nodename},
    network::{HostnameStatus, NodeAddress},
    runtime::Version,
};
use minos_runtime::testing::Harness;

fn harness(deps: &Deps) -> Harness {
    controllers(deps).into_iter().fold(Harness::new(), Harness::with)
}

fn facts(harness: &Harness) {
    let secrets = Secrets::generate(SystemTime::now()).unwrap();
    let input = Input::new("demo", "https://10.5.0.2:6443", secrets).unwrap();
    let config = input.config(minos_config::MachineType::ControlPlane).unwrap();
    harness.put(MachineConfig::ID, MachineConfig(config));
    harness.put(MachineType::ID, MachineType(MachineRole::ControlPlane));
    harness.put(HostnameStatus::ID, HostnameStatus { hostname: "n1".into(), domainname: "example".into() });
    harness.put(Version::ID, Version { name: "Minos".into(), version: "v1.13.9+minos.0.1.0".into() });
    let addresses = vec!["10.5.0.2/24".parse().unwrap()];
    harness.put("routed-no-k8s", NodeAddress { addresses, ..NodeAddress::default() });
}

#[tokio::test(start_paused = true)]
async fn the_node_is_a_member_once_it_has_its_names() {
    let deps = Deps { identity: Arc::new(MemoryIdentity::default()) };
    let harness = harness(&deps);
    facts(&harness);
    harness.settle().await;
    assert!(harness.ids::<Member>().is_empty());
    harness.put(Nodename::ID, Nodename { nodename: "n1".into(), ..Nodename::default() });
    harness.settle().await;

    let member = harness.spec::<Member>("n1").unwrap();
    assert_eq!(member.hostname, "n1.example");
    assert_eq!(member.operating_system, "Minos (v1.13.9+minos.0.1.0)");
    let identity = harness.spec::<Identity>(Identity::ID).unwrap();
    assert_eq!(harness.ids::<Affiliate>(), [identity.node_id]);
    assert_eq!(harness.spec::<Endpoint>(Endpoint::DISCOVERED_ID).unwrap().addresses, member.addresses);
    assert_eq!(harness.spec::<Info>(Info::ID).unwrap().cluster_name, "demo");
    let discovery = harness.spec::<DiscoveryConfig>(DiscoveryConfig::ID).unwrap();
    assert_eq!(discovery.service_endpoint, "discovery.talos.dev:443");
    assert_eq!(discovery.service_encryption_key.len(), 32);
}

#[tokio::test(start_paused = true)]
async fn the_identity_stays() {
    let deps = Deps { identity: Arc::new(MemoryIdentity::default()) };
    let first = harness(&deps);
    first.settle().await;
    let machine_id = first.spec::<EtcFileSpec>("machine-id").unwrap();
    assert_eq!(machine_id.contents.len(), 32);
    let second = harness(&deps);
    second.settle().await;
    assert_eq!(second.spec::<Identity>(Identity::ID), first.spec(Identity::ID));
    assert_eq!(second.spec::<EtcFileSpec>("machine-id"), Some(machine_id));
}
