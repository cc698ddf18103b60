//! What is generated: read back without a problem, valid in every mode, and the same after a round trip.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::time::SystemTime;

use minos_config::{
    CniKind, Config, HostnameSetting, MachineType, Mode, Patch,
    generate::{Contract, Input, Secrets},
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
    assert!(Contract::parse("v0.8").unwrap() == Contract::parse("v1.0").unwrap());
    assert!(Contract::parse("v1.13.9").is_ok() && Contract::parse("1.14").unwrap() == Contract::CURRENT);
    assert!(Contract::parse("v2.6").is_err() && Contract::parse("latest").is_err());
    assert!(Input::new("x", "10.5.0.2:6443", Secrets::default()).is_err());
}

#[test]
fn each_version_gets_what_it_knows() {
    let generated = |version: &str| {
        let contract = Contract::parse(version).unwrap();
        let secrets = Secrets::generate_for(contract, SystemTime::now()).unwrap();
        let mut input = Input::new("demo", "https://10.5.0.2:6443", secrets).unwrap();
        input.contract = contract;
        input.kubespan = Some(true);
        input.registry_mirrors = [("docker.io".to_owned(), vec!["https://m.example".to_owned()])].into();
        [MachineType::ControlPlane, MachineType::Worker].map(|kind| {
            let config = input.config(kind).unwrap();
            Config::load(config.encode().as_bytes(), Mode::Metal)
                .unwrap_or_else(|problems| panic!("{version}: {problems}"));
            config.encode().to_owned()
        })
    };
    // What a version brought, or no longer says, with the last version before and the first with it.
    let brought = [
        ("v1.0", "name: PodSecurity", "v1.1"),
        ("v1.1", "stableHostname: true", "v1.2"),
        ("v1.2", "secretboxEncryptionSecret", "v1.3"),
        ("v1.2", "auditPolicy", "v1.3"),
        ("v1.4", "diskQuotaSupport: true", "v1.5"),
        ("v1.5", "kubePrism", "v1.6"),
        ("v1.6", "hostDNS", "v1.7"),
        ("v1.7", "forwardKubeDNSToHost", "v1.8"),
        ("v1.11", "kind: HostnameConfig", "v1.12"),
        ("v1.11", "kind: RegistryMirrorConfig", "v1.12"),
        ("v1.12", "kind: KubeSpanConfig", "v1.13"),
    ];
    for (before, text, since) in brought {
        assert!(!generated(before)[0].contains(text), "{before} has {text}");
        assert!(generated(since)[0].contains(text), "{since} lacks {text}");
    }
    for (with, text, without) in [
        ("v1.2", "aescbcEncryptionSecret", "v1.3"),
        ("v1.2", "https://k8s.gcr.io", "v1.3"),
        ("v1.11", "disablePodSecurityPolicy", "v1.12"),
        ("v1.11", "rbac: true", "v1.12"),
        ("v1.12", "kubespan:", "v1.13"),
    ] {
        assert!(generated(with)[0].contains(text), "{with} lacks {text}");
        assert!(!generated(without)[0].contains(text), "{without} has {text}");
    }
    assert!(!generated("v1.7")[1].contains("clusterName") && generated("v1.8")[1].contains("clusterName"));
}

/// The places of a text in block style that have a value; what stands in lists is left out.
fn places(text: &str) -> Vec<String> {
    let mut path: Vec<(usize, &str)> = Vec::new();
    let mut all: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with(['-', '#'])) {
        let key = line.trim_start();
        let depth = line.len() - key.len();
        let Some((key, _)) = key.split_once(':') else { continue };
        path.retain(|(above, _)| *above < depth);
        path.push((depth, key));
        let place: String = path.iter().map(|(_, key)| format!("/{key}")).collect();
        all.retain(|above| !place.starts_with(&format!("{above}/")));
        all.push(place);
    }
    all
}

#[test]
fn every_key_of_upstreams_files_is_written_the_empty_ones_too() {
    let written = |kind| {
        let config = input().config(kind).unwrap();
        let text = config.encode().split("---\n").next().unwrap().to_owned();
        let mut all = places(&text);
        all.retain(|place| {
            !["/auditPolicy", "/nodeLabels", "/admissionControl/"].iter().any(|part| place.contains(part))
        });
        all.sort();
        all
    };
    let both = "/cluster/ca/crt /cluster/ca/key /cluster/clusterName /cluster/controlPlane/endpoint \
        /cluster/discovery/enabled /cluster/discovery/registries/kubernetes/disabled \
        /cluster/discovery/registries/service /cluster/id /cluster/network/dnsDomain /cluster/network/podSubnets \
        /cluster/network/serviceSubnets /cluster/secret /cluster/token /debug /machine/ca/crt /machine/ca/key \
        /machine/certSANs /machine/features/diskQuotaSupport /machine/features/hostDNS/enabled \
        /machine/features/hostDNS/forwardKubeDNSToHost /machine/features/kubePrism/enabled \
        /machine/features/kubePrism/port /machine/install/disk /machine/install/grubUseUKICmdline \
        /machine/install/image /machine/install/wipe /machine/kubelet/defaultRuntimeSeccompProfileEnabled \
        /machine/kubelet/disableManifestsDirectory /machine/kubelet/image /machine/token /machine/type /persist /version";
    let control_plane = "/cluster/aggregatorCA/crt /cluster/aggregatorCA/key \
        /cluster/apiServer/image /cluster/controllerManager/image /cluster/etcd/ca/crt /cluster/etcd/ca/key \
        /cluster/extraManifests /cluster/inlineManifests /cluster/proxy/image /cluster/scheduler/image \
        /cluster/secretboxEncryptionSecret /cluster/serviceAccount/key";
    let wanted = |own: &str| {
        let mut all: Vec<String> = both.split_whitespace().chain(own.split_whitespace()).map(str::to_owned).collect();
        all.sort();
        all
    };
    assert_eq!(written(MachineType::ControlPlane), wanted(control_plane));
    assert_eq!(written(MachineType::Worker), wanted("/machine/registries"));
}

#[test]
fn json_patches_find_the_lists_that_are_empty() {
    // JSON patches are for configurations of one document, which versions before v1.12 have.
    let contract = Contract::parse("v1.11").unwrap();
    let input = Input { contract, ..input() };
    let patched = |kind, patch: &str| {
        let patch = Patch::parse(patch).unwrap();
        input.config(kind).unwrap().patched(&[patch]).map(|(config, _)| config)
    };
    let name = r#"[{"op": "add", "path": "/machine/certSANs/0", "value": "a.example.org"}]"#;
    for kind in [MachineType::ControlPlane, MachineType::Worker] {
        assert_eq!(patched(kind, name).unwrap().machine_cert_sans(), ["a.example.org"]);
    }
    let manifest = r#"[{"op": "add", "path": "/cluster/inlineManifests/-", "value": {"name": "a", "contents": ""}}]"#;
    assert_eq!(patched(MachineType::ControlPlane, manifest).unwrap().inline_manifests().len(), 1);
    let url = r#"[{"op": "add", "path": "/cluster/extraManifests/-", "value": "https://example.org/a.yaml"}]"#;
    assert!(patched(MachineType::ControlPlane, url).is_ok());
    let service = r#"[{"op": "add", "path": "/cluster/discovery/registries/service/disabled", "value": true}]"#;
    assert!(patched(MachineType::Worker, service).unwrap().discovery().service.is_none());
}

/// With every flag that writes something: nothing in a generated file is a mistake, a private key in its place least of all.
#[test]
fn no_version_is_generated_with_warnings_for_any_mode() {
    for minor in 0..=13 {
        let contract = Contract::parse(&format!("v1.{minor}")).unwrap();
        let secrets = Secrets::generate_for(contract, SystemTime::now()).unwrap();
        let mut input = Input::new("demo", "https://10.5.0.2:6443", secrets).unwrap();
        input.contract = contract;
        input.kubespan = Some(true);
        input.registry_mirrors = [("docker.io".to_owned(), vec!["https://m.example".to_owned()])].into();
        for kind in [MachineType::ControlPlane, MachineType::Worker] {
            let text = input.config(kind).unwrap().encode().to_owned();
            for mode in [Mode::Cloud, Mode::Metal, Mode::Container] {
                let loaded = Config::load(text.as_bytes(), mode);
                // Containers need the host's DNS behind the cluster's, which v1.8 brought; upstream refuses these as well.
                if mode == Mode::Container && minor < 8 {
                    assert!(loaded.unwrap_err().iter().all(|problem| problem.path.contains("hostDNS")));
                    continue;
                }
                let (_, warnings) = loaded.unwrap_or_else(|problems| panic!("v1.{minor} {kind} {mode}: {problems}"));
                let serious: Vec<_> = warnings.serious().map(ToString::to_string).collect();
                assert!(serious.is_empty(), "v1.{minor} {kind} {mode}: {serious:?}");
            }
        }
    }
}

/// Where everybody may read the configuration, a key is still warned of, inside a section that nothing acts on as well.
#[test]
fn a_private_key_in_the_open_is_warned_of() {
    let key = "-----BEGIN PRIVATE KEY-----\\nMC4=\\n-----END PRIVATE KEY-----\\n";
    for text in [
        format!("machine: {{type: worker, env: {{KEY: \"{key}\"}}}}\n"),
        format!("machine: {{type: worker, sysctls: {{a: \"{key}\"}}}}\n"),
    ] {
        let (_, warnings) = Config::parse(text.as_bytes()).unwrap();
        let serious: Vec<_> = warnings.serious().map(ToString::to_string).collect();
        assert!(serious.len() == 1 && serious[0].contains("a private key stands here"), "{text}: {serious:?}");
    }
    let encoded = "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1DND0KLS0tLS1FTkQgUFJJVkFURSBLRVktLS0tLQo=";
    let text = format!("machine: {{type: worker, acceptedCAs: [{{crt: {encoded}}}]}}\n");
    let problems = Config::parse(text.as_bytes()).unwrap_err().to_string();
    assert!(problems.contains("where the certificate belongs"), "{problems}");
}
