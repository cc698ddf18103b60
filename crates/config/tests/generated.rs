//! What is generated: read back without a problem, valid in every mode, and the same after a round trip.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::time::SystemTime;

use minos_config::{
    CniKind, Config, HostnameSetting, MachineType, Mode, Patch,
    generate::{Input, Secrets},
};
use minos_pki::{Certificate, Role, Roles};

fn input() -> Input {
    Input::new("demo", "https://10.5.0.2:6443", Secrets::generate(SystemTime::now()).unwrap()).unwrap()
}

#[test]
fn both_kinds_are_read_back_and_valid() {
    let input = input();
    for kind in [MachineType::ControlPlane, MachineType::Worker] {
        let config = input.config(kind).unwrap();
        let (parsed, _) = Config::parse(config.encode().as_bytes()).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(parsed.documents(), config.documents());
        assert_eq!(parsed.machine_type(), kind);
        for mode in [Mode::Cloud, Mode::Metal, Mode::Container] {
            parsed.validate(mode).unwrap_or_else(|problems| panic!("{kind} {mode}: {problems}"));
        }
    }
}

#[test]
fn a_worker_gets_no_authoritys_key() {
    let input = input();
    let worker = input.config(MachineType::Worker).unwrap();
    let certs = &input.secrets.certs;
    assert!(!worker.machine_ca().unwrap().has_key());
    assert!(!worker.cluster_ca().unwrap().has_key());
    assert!(worker.aggregator_ca().is_none() && worker.service_account_key().is_none() && worker.etcd().ca.is_none());
    assert!(worker.secretbox_encryption_secret().is_none());
    for key in [&certs.os.key, &certs.k8s.key, &certs.etcd.key] {
        assert!(!worker.encode().contains(key.expose().lines().nth(1).unwrap()));
    }
}

#[test]
fn views_fill_in_defaults() {
    let config = input().config(MachineType::ControlPlane).unwrap();
    assert_eq!(config.kubelet().image, "ghcr.io/siderolabs/kubelet:v1.36.3");
    assert_eq!(config.api_server().image, "registry.k8s.io/kube-apiserver:v1.36.3");
    assert_eq!(config.etcd().image, "registry.k8s.io/etcd:v3.6.12");
    assert_eq!(config.core_dns().image, "registry.k8s.io/coredns/coredns:v1.14.6");
    assert_eq!(config.local_api_server_port(), 6443);
    assert_eq!(config.cluster_endpoint_host(), Some(("10.5.0.2".to_owned(), 6443)));
    let network = config.cluster_network();
    assert!(matches!(network.cni, CniKind::Flannel { .. }));
    assert_eq!(network.api_server_ips(), ["10.96.0.1".parse::<std::net::IpAddr>().unwrap()]);
    assert_eq!(network.dns_service_ips(), ["10.96.0.10".parse::<std::net::IpAddr>().unwrap()]);
    assert_eq!(config.hostname(), HostnameSetting::Stable);
    assert_eq!(config.features().kube_prism_port, Some(7445));
    assert!(config.time().enabled && config.runs_scheduler() && config.discovery().service.is_some());
    assert_eq!(config.node_labels().len(), 1);
}

#[test]
fn secrets_survive_a_round_trip_and_are_found_in_a_configuration() {
    let input = input();
    let text = input.secrets.encode();
    assert!(text.contains("k8sserviceaccount:") && text.contains("bootstraptoken:"));
    assert_eq!(Secrets::parse(text.as_bytes()).unwrap(), input.secrets);
    let control_plane = input.config(MachineType::ControlPlane).unwrap();
    assert_eq!(Secrets::from_config(&control_plane), input.secrets);
    let problems = Secrets::parse(text.replace("k8saggregator", "k8sagregator").as_bytes()).unwrap_err().to_string();
    assert!(problems.contains("did you mean \"k8saggregator\"?"), "{problems}");
}

#[test]
fn talosconfig_names_the_cluster_and_holds_an_administrators_certificate() {
    let input = Input { endpoints: vec!["10.5.0.2".into()], ..input() };
    let text = input.talosconfig(SystemTime::now()).unwrap();
    assert!(text.starts_with("context: demo\ncontexts:\n  demo:\n    endpoints:\n"), "{text}");
    let pair = input
        .secrets
        .client_certificate(&Role::Admin.into(), std::time::Duration::from_secs(60), SystemTime::now())
        .unwrap();
    let certificate = pair.certificate().unwrap();
    assert_eq!(Roles::parse(&certificate.organizations), Role::Admin.into());
    assert!(certificate.is_signed_by(&Certificate::from_pem(&input.secrets.certs.os.crt).unwrap()));
}

#[test]
fn display_hides_every_secret() {
    let input = input();
    let config = input.config(MachineType::ControlPlane).unwrap();
    let shown = [config.redacted(), format!("{config:?}"), format!("{input:?}")];
    let secrets = &input.secrets;
    let hidden = [
        &secrets.cluster.secret,
        &secrets.trustdinfo.token,
        &secrets.secrets.bootstraptoken,
        &secrets.secrets.secretboxencryptionsecret,
    ];
    for text in &shown {
        for secret in hidden {
            assert!(!text.contains(secret.expose()), "{text}");
        }
        assert!(!text.contains("PRIVATE"), "{text}");
    }
    assert!(shown[0].contains("token: \"******\""), "{}", shown[0]);
    let (parsed, _) = Config::parse(shown[0].as_bytes()).unwrap();
    assert_eq!(parsed.machine().unwrap().ca.as_ref().unwrap().key.expose(), "******");
}

#[test]
fn diff_shows_changes_and_hides_secrets() {
    let input = input();
    let old = input.config(MachineType::ControlPlane).unwrap();
    assert_eq!(old.diff(&old), "");
    let patch =
        Patch::parse("machine:\n  token: aaaaaa.bbbbbbbbbbbbbbbb\n  sysctls:\n    vm.swappiness: \"10\"\n").unwrap();
    let (new, _) = old.patched(&[patch]).unwrap();
    let diff = old.diff(&new);
    assert!(diff.contains("+    vm.swappiness: \"10\""), "{diff}");
    assert!(diff.contains("-  token: \"******\"") && diff.contains("+  token: \"****** (changed)\""), "{diff}");
    assert!(!diff.contains("aaaaaa"), "{diff}");
}

#[test]
fn only_recent_contracts_are_generated() {
    assert!(Input::check_contract("v1.13.9").is_ok() && Input::check_contract("1.14").is_ok());
    assert!(Input::check_contract("v1.6").is_err() && Input::check_contract("latest").is_err());
    assert!(Input::new("x", "10.5.0.2:6443", Secrets::default()).is_err());
}
