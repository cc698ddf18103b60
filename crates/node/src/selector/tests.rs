use std::time::Duration;

use minos_config::Config;
use minos_resources::block::Disk;
use minos_resources::config::MachineConfig;
use minos_resources::network::{AddressSortAlgorithm, LinkStatus, NodeAddress};
use minos_resources::runtime::{Diagnostic, SelectorStatus};
use minos_runtime::testing::Harness;
use minos_sys::{Mode, Runner};

use super::{SelectorReport, selector_facts};

fn config(machine: &str) -> MachineConfig {
    let text = format!("version: v1alpha1\nmachine:\n  type: controlplane\n{machine}cluster:\n  clusterName: home\n");
    MachineConfig(Config::parse(text.as_bytes()).expect("valid").0)
}

fn subnets(subnet: &str) -> MachineConfig {
    config(&format!("  kubelet: {{nodeIP: {{validSubnets: [{subnet}]}}}}\n"))
}

fn addresses(address: &str) -> NodeAddress {
    NodeAddress { addresses: vec![address.parse().expect("an address")], sort_algorithm: AddressSortAlgorithm::V1 }
}

fn world(mode: Mode) -> Harness {
    Harness::new().with(Box::new(SelectorReport::new(mode)))
}

#[tokio::test(start_paused = true)]
async fn a_diagnostic_comes_when_nothing_has_matched_for_a_while_and_goes_when_something_does() {
    let world = world(Mode::Machine);
    world.put(NodeAddress::ROUTED, addresses("10.78.0.2/24"));
    world.put(MachineConfig::ID, subnets("198.51.100.0/24"));
    world.settle().await;
    let id = "machine.kubelet.nodeIP.validSubnets";
    let status = world.spec::<SelectorStatus>(id).expect("reported at once");
    assert_eq!((status.selects.as_str(), status.matches.len()), ("198.51.100.0/24", 0));

    world.pass(Duration::from_secs(29)).await;
    assert!(world.ids::<Diagnostic>().is_empty(), "the address may still come");
    world.pass(Duration::from_secs(2)).await;
    assert_eq!(world.ids::<Diagnostic>(), ["node-ip-unmatched"]);
    let diagnostic = world.spec::<Diagnostic>("node-ip-unmatched").expect("it is listed");
    let message = format!("{id}: 198.51.100.0/24 matches no address of this node (it has 10.78.0.2/24)");
    assert_eq!(diagnostic.message, message);
    assert!(diagnostic.details[0].contains("The kubelet waits"), "{diagnostic:?}");

    world.put(NodeAddress::ROUTED, addresses("198.51.100.7/24"));
    world.settle().await;
    assert!(world.ids::<Diagnostic>().is_empty());
    let status = world.spec::<SelectorStatus>(id).expect("reported");
    assert_eq!((status.matches, status.message), (vec!["198.51.100.7".to_owned()], String::new()));
}

#[tokio::test(start_paused = true)]
async fn each_miss_has_its_own_time() {
    let world = world(Mode::Machine);
    world.put(NodeAddress::ROUTED, addresses("10.78.0.2/24"));
    world.put(MachineConfig::ID, subnets("198.51.100.0/24"));
    world.pass(Duration::from_secs(20)).await;
    world.put(MachineConfig::ID, subnets("10.78.0.0/24"));
    world.settle().await;
    world.put(MachineConfig::ID, subnets("198.51.100.0/24"));
    world.pass(Duration::from_secs(20)).await;
    assert!(world.ids::<Diagnostic>().is_empty(), "the time of the first miss does not count");
    world.pass(Duration::from_secs(11)).await;
    assert_eq!(world.ids::<Diagnostic>(), ["node-ip-unmatched"]);
    world.put(MachineConfig::ID, config(""));
    world.settle().await;
    assert!(world.ids::<Diagnostic>().is_empty() && world.ids::<SelectorStatus>().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_link_that_is_missing_is_listed_and_alarms_nobody() {
    let world = world(Mode::Machine);
    world.put("eth0", LinkStatus::default());
    world.put(MachineConfig::ID, config("  network: {interfaces: [{interface: eth0}, {interface: eth7}]}\n"));
    world.pass(Duration::from_secs(60)).await;
    let matches = |index: usize| {
        let id = format!("machine.network.interfaces[{index}].interface");
        world.spec::<SelectorStatus>(&id).expect("reported").matches
    };
    assert_eq!((matches(0), matches(1)), (vec!["eth0".to_owned()], Vec::new()));
    assert!(world.ids::<Diagnostic>().is_empty(), "nothing waits for it");
}

#[tokio::test(start_paused = true)]
async fn only_a_machine_is_asked_for_its_disks() {
    let machine = world(Mode::Machine);
    machine.put("sda", Disk { dev_path: "/dev/sda".to_owned(), ..Disk::default() });
    assert_eq!(selector_facts(&machine.store, Mode::Machine).disks.map(|disks| disks.len()), Some(1));
    assert_eq!(selector_facts(&machine.store, Mode::Container(Runner::Other)).disks, None);
    machine.put(MachineConfig::ID, config("  install: {disk: /dev/sdb}\n"));
    machine.settle().await;
    assert_eq!(machine.ids::<SelectorStatus>(), ["machine.install.disk"]);
    let container = world(Mode::Container(Runner::Other));
    container.put(MachineConfig::ID, config("  install: {disk: /dev/sdb}\n"));
    container.settle().await;
    assert!(container.ids::<SelectorStatus>().is_empty());
}
