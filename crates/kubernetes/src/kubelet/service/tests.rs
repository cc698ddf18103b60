use std::path::Path;

use minos_pki::{Algorithm, Authority, AuthorityRequest, CertificateAndKey, EncodedCertificate};
use minos_resources::config::MachineRole;
use minos_resources::network::NetworkStatus;
use minos_resources::v1alpha1::TimeStatus;
use minos_runtime::testing::Harness;

use super::*;
use crate::api::fake::FakeApiServer;
use crate::files::HostFiles;

fn authority() -> CertificateAndKey {
    let request = AuthorityRequest {
        common_name: "kubernetes".into(),
        organization: None,
        algorithm: Algorithm::EcdsaP256,
        lifetime: Duration::from_hours(1),
    };
    Authority::generate(&request, SystemTime::now()).unwrap()
}

fn node(files: &Arc<HostFiles>, ca: &CertificateAndKey, spec: KubeletSpec) -> Harness {
    let world = Harness::new().with(Box::new(KubeletService::new(files.clone(), KubeletHost::default())));
    world.put(TimeStatus::ID, TimeStatus { synced: true, epoch: 0, sync_disabled: true });
    let network =
        NetworkStatus { address_ready: true, connectivity_ready: false, hostname_ready: true, etc_files_ready: true };
    world.put(NetworkStatus::ID, network);
    let secret = KubeletSecret {
        endpoint: "https://127.0.0.1:7445".to_owned(),
        accepted_cas: vec![EncodedCertificate { crt: ca.crt.clone() }],
        ..KubeletSecret::default()
    };
    world.put(KubeletSecret::ID, secret);
    world.put(MachineType::ID, MachineType(MachineRole::ControlPlane));
    let issuing_ca = Some(ca.clone());
    world.put(KubernetesRootSecret::ID, KubernetesRootSecret { issuing_ca, ..Default::default() });
    world.put(KubeletSpec::ID, spec);
    world
}

#[tokio::test(start_paused = true)]
async fn a_new_process_leaves_a_running_kubelet_alone() {
    let (folder, ca) = (tempfile::tempdir().unwrap(), authority());
    let files = Arc::new(HostFiles::below(folder.path()));
    let world = node(&files, &ca, KubeletSpec::default());
    world.settle().await;
    let first = world.spec::<ServiceSpec>("kubelet").unwrap();
    assert!(files.read("/etc/kubernetes/bootstrap-kubeconfig").unwrap().is_some());
    drop(world);

    let serving = "/var/lib/kubelet/pki/kubelet.crt";
    files.write(serving, b"x", Access::secret(0)).unwrap();
    let world = node(&files, &ca, KubeletSpec::default());
    world.settle().await;
    assert_eq!(world.spec::<ServiceSpec>("kubelet").unwrap(), first);
    assert!(files.read(serving).unwrap().is_some(), "files of a running kubelet stay");
    drop(world);

    let world = node(&files, &ca, KubeletSpec { args: vec!["--v=2".to_owned()], ..KubeletSpec::default() });
    world.settle().await;
    assert_ne!(world.spec::<ServiceSpec>("kubelet").unwrap(), first);
    assert_eq!(files.read(serving).unwrap(), None, "another kubelet makes its own");
}

/// Field report talos#8303: the file for pods is another one than the node's own, and the kubelet sees it.
#[test]
fn talos_8303_the_kubelet_reads_the_resolvers_of_pods() {
    let spec = service(&KubeletSpec::default(), "", KubeletHost::default());
    let Runner::Container(container) = &spec.runner else { panic!("{spec:?}") };
    let mounted = |mount: &ServiceMount| mount.destination == Path::new("/system/resolved");
    assert!(container.mounts.iter().any(mounted), "{:?}", container.mounts);
    assert!(spec.conditions.contains(&Condition::PathExists("/system/resolved/resolv.conf".into())));
}

#[tokio::test(start_paused = true)]
async fn a_control_plane_s_kubelet_has_a_certificate_from_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let files = Arc::new(HostFiles::below(folder.path()));
    let ca = authority();
    let spec = KubeletSpec { expected_nodename: "minos-1".to_owned(), ..KubeletSpec::default() };
    node(&files, &ca, spec.clone()).settle().await;
    let certificate = || files.read("/var/lib/kubelet/pki/kubelet-client-current.pem").unwrap().expect("a certificate");
    let kubeconfig = files.read("/etc/kubernetes/kubeconfig-kubelet").unwrap().expect("a kubeconfig");
    let kubeconfig = String::from_utf8_lossy(&kubeconfig);
    assert!(kubeconfig.contains("client-key: /var/lib/kubelet/pki/kubelet-client-current.pem"), "{kubeconfig}");
    let first = certificate();
    let leaf = minos_pki::Certificate::all_from_pem(&String::from_utf8_lossy(&first)).unwrap().remove(0);
    assert_eq!(leaf.common_name, "system:node:minos-1");

    let spec = KubeletSpec { args: vec!["--v=2".to_owned()], ..spec };
    node(&files, &ca, spec.clone()).settle().await;
    assert!(certificate() == first, "a kubelet that has one keeps it");
    let spec = KubeletSpec { expected_nodename: "minos-2".to_owned(), ..spec };
    node(&files, &ca, spec).settle().await;
    assert!(certificate() != first, "under another name it gets another one");
}

#[test]
fn a_kubelet_in_a_container_sees_the_node_s_processes_and_no_kernel_log() {
    let destinations = |shares_kernel| {
        let spec = service(&KubeletSpec::default(), "", KubeletHost { shares_kernel, ..KubeletHost::default() });
        let Runner::Container(container) = spec.runner else { panic!("the kubelet is a container") };
        let mounts = container.mounts.into_iter();
        mounts.map(|one| (one.source.display().to_string(), one.destination.display().to_string())).collect::<Vec<_>>()
    };
    let pair = |source: &str, destination: &str| (source.to_owned(), destination.to_owned());
    for mount in [pair("/proc", "/proc"), pair("/dev/null", "/dev/kmsg")] {
        assert!(destinations(true).contains(&mount), "{mount:?}");
        assert!(!destinations(false).contains(&mount), "{mount:?}");
    }
}

/// A worker whose API server is `server`.
fn worker(files: &Arc<HostFiles>, server: &FakeApiServer) -> Harness {
    let world = node(files, &authority(), KubeletSpec::default());
    world.put(MachineType::ID, MachineType(MachineRole::Worker));
    let secret = KubeletSecret {
        endpoint: server.access().server,
        bootstrap_token_id: "abcdef".to_owned(),
        bootstrap_token_secret: "0123456789abcdef".into(),
        ..KubeletSecret::default()
    };
    world.put(KubeletSecret::ID, secret);
    world
}

#[tokio::test]
async fn a_worker_s_kubelet_starts_when_the_cluster_knows_its_token() {
    let folder = tempfile::tempdir().unwrap();
    let files = Arc::new(HostFiles::below(folder.path()));
    let server = FakeApiServer::start().await;
    server.accept_tokens(&[]);
    let world = worker(&files, &server);
    while server.unauthorized() < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(world.ids::<ServiceSpec>().len(), 0, "it would meet 401 and back off");
    server.accept_tokens(&["abcdef.0123456789abcdef"]);
    while world.ids::<ServiceSpec>().is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(world);

    let asked = server.unauthorized();
    server.accept_tokens(&[]);
    let world = worker(&files, &server);
    world.settle().await;
    assert_eq!(world.ids::<ServiceSpec>(), ["kubelet"], "one that runs is left alone");
    assert_eq!(server.unauthorized(), asked);
}

#[tokio::test]
async fn a_worker_s_kubelet_that_has_a_certificate_needs_no_token() {
    let folder = tempfile::tempdir().unwrap();
    let files = Arc::new(HostFiles::below(folder.path()));
    let server = FakeApiServer::start().await;
    server.accept_tokens(&[]);
    let ca = authority();
    let leaf = minos_pki::Leaf::client("system:node:a", Duration::from_hours(1));
    let pair = Authority::load(&ca).unwrap().issue(&leaf, SystemTime::now()).unwrap();
    let certificate = "/var/lib/kubelet/pki/kubelet-client-current.pem";
    files.write(certificate, format!("{}{}", pair.crt, pair.key.expose()).as_bytes(), Access::secret(0)).unwrap();
    let world = worker(&files, &server);
    let mut secret = world.spec::<KubeletSecret>(KubeletSecret::ID).unwrap();
    secret.accepted_cas = vec![EncodedCertificate { crt: ca.crt.clone() }];
    world.put(KubeletSecret::ID, secret);
    world.settle().await;
    assert_eq!(world.ids::<ServiceSpec>(), ["kubelet"]);
}
