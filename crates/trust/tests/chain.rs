//! From the configuration to every certificate; a second process on the same directory issues nothing anew.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use minos_config::{
    Config,
    generate::{Input, Secrets},
};
use minos_pki::{Certificate, Role, Roles};
use minos_resources::{
    config::{MachineConfig, MachineRole, MachineType},
    network::{HostnameStatus, NetworkStatus, NodeAddress},
    secrets::*,
    v1alpha1::TimeStatus,
};
use minos_runtime::testing::Harness;
use minos_trust::{Deps, MemoryLeaves, controllers};

const NO_K8S: &str = "accumulative-no-k8s";

struct World {
    deps: Deps,
    ahead: Arc<AtomicU64>,
}

impl World {
    fn new() -> Self {
        let ahead = Arc::new(AtomicU64::new(0));
        let seconds = Arc::clone(&ahead);
        let now = Arc::new(move || SystemTime::now() + Duration::from_secs(seconds.load(Ordering::Relaxed)));
        Self { deps: Deps { leaves: Arc::new(MemoryLeaves::default()), now }, ahead }
    }

    fn harness(&self) -> Harness {
        controllers(&self.deps).into_iter().fold(Harness::new(), Harness::with)
    }
}

fn control_plane() -> Config {
    let secrets = Secrets::generate(SystemTime::now()).unwrap();
    let input = Input {
        additional_sans: vec!["api.example".into(), "192.0.2.9".into()],
        ..Input::new("demo", "https://10.5.0.2:6443", secrets).unwrap()
    };
    input.config(minos_config::MachineType::ControlPlane).unwrap()
}

fn network(harness: &Harness, addresses: &[&str]) {
    let addresses = NodeAddress {
        addresses: addresses.iter().map(|text| text.parse().unwrap()).collect(),
        ..NodeAddress::default()
    };
    harness.put(HostnameStatus::ID, HostnameStatus { hostname: "n1".into(), domainname: "example".into() });
    harness.put(NO_K8S, addresses.clone());
    harness.put(NodeAddress::ACCUMULATIVE, addresses);
    harness.put(
        NetworkStatus::ID,
        NetworkStatus { address_ready: true, hostname_ready: true, ..NetworkStatus::default() },
    );
}

fn configure(harness: &Harness, config: &Config) {
    harness.put(MachineConfig::ID, MachineConfig(config.clone()));
    harness.put(MachineType::ID, MachineType(config.machine_type().into()));
    harness.put(TimeStatus::ID, TimeStatus { synced: true, ..TimeStatus::default() });
}

#[tokio::test(start_paused = true)]
async fn a_control_plane_gets_every_certificate() {
    let (world, config) = (World::new(), control_plane());
    let harness = world.harness();
    network(&harness, &["10.5.0.2/24"]);
    harness.settle().await;
    assert_eq!(harness.spec::<ApiCertificate>(ApiCertificate::ID), None);
    configure(&harness, &config);
    harness.settle().await;

    let api = harness.spec::<ApiCertificate>(ApiCertificate::ID).unwrap();
    assert!(!api.skip_verifying_client_cert);
    let ca = config.machine_ca().unwrap().certificate().unwrap();
    let server = api.server.unwrap().certificate().unwrap();
    assert!(
        server.is_signed_by(&ca) && server.dns_names.contains("api.example") && server.dns_names.contains("n1.example")
    );
    assert!(["10.5.0.2", "192.0.2.9", "127.0.0.1"].iter().all(|ip| server.addresses.contains(&ip.parse().unwrap())));
    let client = api.client.unwrap().certificate().unwrap();
    assert_eq!(Roles::parse(&client.organizations), Role::Impersonator.into());

    let etcd = harness.spec::<EtcdSecret>(EtcdSecret::ID).unwrap();
    let etcd_ca = config.etcd().ca.unwrap().certificate().unwrap();
    for pair in [&etcd.etcd, &etcd.etcd_peer, &etcd.etcd_admin, &etcd.etcd_api_server] {
        pair.check().unwrap();
        assert!(pair.certificate().unwrap().is_signed_by(&etcd_ca));
    }
    let certs = harness.spec::<KubernetesDynamicCerts>(KubernetesDynamicCerts::ID).unwrap();
    let api_server = certs.api_server.certificate().unwrap();
    assert!(
        ["kubernetes.default.svc.cluster.local", "localhost", "n1"]
            .iter()
            .all(|name| api_server.dns_names.contains(*name))
    );
    assert!(api_server.addresses.contains(&"10.96.0.1".parse().unwrap()));
    let aggregator = Certificate::from_pem(&config.aggregator_ca().unwrap().crt).unwrap();
    assert!(certs.front_proxy.certificate().unwrap().is_signed_by(&aggregator));

    let kubeconfigs = harness.spec::<KubernetesSecret>(KubernetesSecret::ID).unwrap();
    assert!(kubeconfigs.scheduler_kubeconfig.expose().contains("server: https://127.0.0.1:7445"));
    assert!(kubeconfigs.admin_kubeconfig.expose().contains("server: https://10.5.0.2:6443"));
    let kubelet = harness.spec::<KubeletSecret>(KubeletSecret::ID).unwrap();
    assert_eq!(kubelet.endpoint, "https://127.0.0.1:7445");
    assert!(harness.spec::<TrustdCertificate>(TrustdCertificate::ID).is_some());
    assert!(harness.spec::<MaintenanceRootSecret>(MaintenanceRootSecret::ID).is_none());
}

#[tokio::test(start_paused = true)]
async fn a_second_process_issues_nothing_anew_while_addresses_come_back() {
    let (world, config) = (World::new(), control_plane());
    let first = world.harness();
    network(&first, &["10.5.0.2/24", "10.6.0.2/24"]);
    configure(&first, &config);
    first.settle().await;

    let second = world.harness();
    configure(&second, &config);
    network(&second, &["10.5.0.2/24"]);
    second.settle().await;
    assert_eq!(second.spec::<ApiCertificate>(ApiCertificate::ID), first.spec(ApiCertificate::ID));
    assert_eq!(second.spec::<EtcdSecret>(EtcdSecret::ID), first.spec(EtcdSecret::ID));
    assert_eq!(
        second.spec::<KubernetesDynamicCerts>(KubernetesDynamicCerts::ID),
        first.spec(KubernetesDynamicCerts::ID)
    );
    assert_eq!(second.spec::<KubernetesSecret>(KubernetesSecret::ID), first.spec(KubernetesSecret::ID));

    network(&second, &["10.5.0.2/24", "10.7.0.2/24"]);
    second.settle().await;
    let server = second.spec::<ApiCertificate>(ApiCertificate::ID).unwrap().server.unwrap().certificate().unwrap();
    assert!(server.addresses.contains(&"10.7.0.2".parse().unwrap()));
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_removed_leaves_the_certificates_within_seconds() {
    let (world, config) = (World::new(), control_plane());
    let harness = world.harness();
    network(&harness, &["10.5.0.2/24"]);
    configure(&harness, &config);
    harness.settle().await;
    let served = || {
        let api = harness.spec::<ApiCertificate>(ApiCertificate::ID).unwrap().server.unwrap();
        let kubernetes = harness.spec::<KubernetesDynamicCerts>(KubernetesDynamicCerts::ID).unwrap().api_server;
        [api, kubernetes].map(|pair| pair.certificate().unwrap())
    };
    let removed = "192.0.2.9".parse().unwrap();
    assert!(served().iter().all(|one| one.dns_names.contains("api.example") && one.addresses.contains(&removed)));

    let text = config.encode().replace("- api.example\n", "- other.example\n").replace("192.0.2.9", "192.0.2.8");
    let (smaller, _) = Config::parse(text.as_bytes()).unwrap();
    assert_ne!(smaller, config);
    configure(&harness, &smaller);
    harness.settle().await;
    let names = text.replace("- other.example\n", "- n1.example\n").replace("192.0.2.8", "10.5.0.2");
    configure(&harness, &Config::parse(names.as_bytes()).unwrap().0);
    harness.pass(Duration::from_secs(10)).await;
    for certificate in served() {
        for gone in ["api.example", "other.example"] {
            assert!(!certificate.dns_names.contains(gone), "{:?}", certificate.dns_names);
        }
        assert!(!certificate.addresses.contains(&removed), "{:?}", certificate.addresses);
        assert!(certificate.dns_names.contains("n1.example"), "{:?}", certificate.dns_names);
    }
}

#[tokio::test(start_paused = true)]
async fn certificates_are_renewed_before_they_expire() {
    let (world, config) = (World::new(), control_plane());
    let harness = world.harness();
    network(&harness, &["10.5.0.2/24"]);
    configure(&harness, &config);
    harness.settle().await;
    let before = harness.spec::<ApiCertificate>(ApiCertificate::ID).unwrap();
    let kubernetes = harness.spec::<KubernetesDynamicCerts>(KubernetesDynamicCerts::ID);

    harness.pass(Duration::from_secs(2 * 3600)).await;
    assert_eq!(harness.spec::<ApiCertificate>(ApiCertificate::ID).unwrap(), before);
    world.ahead.store(13 * 3600, Ordering::Relaxed);
    harness.pass(Duration::from_secs(2 * 3600)).await;
    assert_ne!(harness.spec::<ApiCertificate>(ApiCertificate::ID).unwrap().server, before.server);
    assert_eq!(harness.spec::<KubernetesDynamicCerts>(KubernetesDynamicCerts::ID), kubernetes);
}

#[tokio::test(start_paused = true)]
async fn maintenance_has_its_own_authority_and_asks_nobody_for_a_certificate() {
    let world = World::new();
    let harness = world.harness();
    network(&harness, &["10.5.0.2/24"]);
    harness.settle().await;
    assert_eq!(
        harness.spec::<ApiCertificate>(ApiCertificate::ID),
        None,
        "nothing is decided before the machine type is known"
    );
    harness.put(MachineType::ID, MachineType(MachineRole::Unknown));
    harness.settle().await;
    let api = harness.spec::<ApiCertificate>(ApiCertificate::ID).unwrap();
    assert!(api.skip_verifying_client_cert && api.client.is_none());
    let server = api.server.unwrap().certificate().unwrap();
    assert_eq!(server.common_name, "maintenance-service.talos.dev");
    assert!(server.addresses.contains(&"10.5.0.2".parse().unwrap()));

    configure(&harness, &control_plane());
    harness.settle().await;
    assert!(!harness.spec::<ApiCertificate>(ApiCertificate::ID).unwrap().skip_verifying_client_cert);
    assert_eq!(harness.spec::<MaintenanceRootSecret>(MaintenanceRootSecret::ID), None);
}

#[tokio::test(start_paused = true)]
async fn years_wait_for_the_right_time() {
    let (world, config) = (World::new(), control_plane());
    let harness = world.harness();
    network(&harness, &["10.5.0.2/24"]);
    configure(&harness, &config);
    harness.put(TimeStatus::ID, TimeStatus::default());
    harness.settle().await;
    assert!(harness.spec::<ApiCertificate>(ApiCertificate::ID).is_some());
    assert!(harness.spec::<EtcdSecret>(EtcdSecret::ID).is_none());
}

#[tokio::test(start_paused = true)]
async fn a_worker_knows_no_authoritys_key() {
    let world = World::new();
    let secrets = Secrets::generate(SystemTime::now()).unwrap();
    let worker = Input::new("demo", "https://10.5.0.2:6443", secrets)
        .unwrap()
        .config(minos_config::MachineType::Worker)
        .unwrap();
    let harness = world.harness();
    network(&harness, &["10.5.0.3/24"]);
    configure(&harness, &worker);
    harness.settle().await;
    let root = harness.spec::<OsRootSecret>(OsRootSecret::ID).unwrap();
    assert!(root.issuing_ca.is_none() && root.accepted_cas.len() == 1 && !root.token.is_empty());
    assert!(harness.spec::<KubeletSecret>(KubeletSecret::ID).is_some());
    assert!(harness.spec::<KubernetesRootSecret>(KubernetesRootSecret::ID).is_none());
    assert!(harness.spec::<EtcdRootSecret>(EtcdRootSecret::ID).is_none());
    assert!(harness.spec::<ApiCertificate>(ApiCertificate::ID).is_none());
}
