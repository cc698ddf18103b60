//! Asks for the kubelet as a service.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use minos_resources::config::MachineType;
use minos_resources::k8s::{ExtraMount, KubeletLifecycle, KubeletSpec};
use minos_resources::secrets::{KubeletSecret, KubernetesRootSecret};
use minos_resources::v1alpha1::{
    Condition, ContainerRunner, HealthCheck, Probe, Restart, Runner, ServiceMount, ServiceSpec,
};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use super::KubeletHost;
use super::args::CREDENTIAL_PROVIDERS_DIR;
use super::configuration::{RESOLV_CONF, RESOLV_CONF_DIR};
use super::prepare::{self, PrepareError};
use crate::CONTAINERD_SOCKET;
use crate::digest::digest;
use crate::files::{Access, Files};
use crate::readiness::{node_ready_inputs, require_node_ready};

/// What the kubelet of this boot was started with.
const RECORD: &str = "/run/minos/kubelet.digest";
/// How soon a disk that is not mounted yet is tried again.
const AGAIN: Duration = Duration::from_millis(500);
const MEBIBYTE: u64 = 1 << 20;

/// Single mounts of the kubelet's container: on the node, in the container, options.
const MOUNTS: [(&str, &str, &[&str]); 20] = [
    ("/dev", "/dev", &["rbind", "rslave", "rw"]),
    ("/sys", "/sys", &["rbind", "rslave", "rw"]),
    ("/sys/fs/cgroup", "/sys/fs/cgroup", &["rbind", "rslave", "rw"]),
    ("/usr/lib/modules", "/lib/modules", &["bind", "ro"]),
    ("/etc/kubernetes", "/etc/kubernetes", &["bind", "rw"]),
    ("/etc/machine-id", "/etc/machine-id", &["bind", "ro"]),
    ("/etc/os-release", "/etc/os-release", &["bind", "ro"]),
    ("/etc/resolv.conf", "/etc/resolv.conf", &["bind", "ro"]),
    ("/etc/hosts", "/etc/hosts", &["bind", "ro"]),
    (RESOLV_CONF_DIR, RESOLV_CONF_DIR, &["bind", "ro"]),
    ("/etc/cni", "/etc/cni", &["bind", "ro"]),
    ("/usr/libexec/kubernetes", "/usr/libexec/kubernetes", &["bind", "rw"]),
    ("/run", "/run", &["rbind", "rslave", "rw"]),
    ("/run", "/var/run", &["rbind", "rslave", "rw"]),
    ("/var/lib/containerd", "/var/lib/containerd", &["rbind", "rslave", "rw"]),
    ("/var/lib/kubelet", "/var/lib/kubelet", &["rbind", "rshared", "rw"]),
    ("/var/log/containers", "/var/log/containers", &["bind", "rw"]),
    ("/var/log/pods", "/var/log/pods", &["bind", "rw"]),
    ("/var/mnt", "/var/mnt", &["rbind", "rslave", "ro"]),
    ("/etc/ssl/certs", "/etc/ssl/certs", &["bind", "ro"]),
];

/// Those of a node that is a container. The kubelet insists on kernel parameters, which it sees only as the node sees them;
/// the kernel's log is not the node's to read.
const SHARED_KERNEL_MOUNTS: [(&str, &str, &[&str]); 2] =
    [("/proc", "/proc", &["rbind", "rslave", "rw"]), ("/dev/null", "/dev/kmsg", &["bind"])];

/// One for the node.
pub(crate) struct KubeletService {
    files: Arc<dyn Files>,
    host: KubeletHost,
}

impl KubeletService {
    pub(crate) fn new(files: Arc<dyn Files>, host: KubeletHost) -> Self {
        Self { files, host }
    }

    /// Writes the kubelet's files; what it could not use is removed, but only when it starts anew anyway.
    fn prepare(
        &self,
        spec: &KubeletSpec,
        secret: &KubeletSecret,
        root: Option<&KubernetesRootSecret>,
        digest: &str,
    ) -> Result<(), PrepareError> {
        let files = self.files.as_ref();
        prepare::write(files, spec, secret)?;
        let failed = |source| PrepareError::File { path: RECORD, source };
        if files.read(RECORD).map_err(failed)?.as_deref() != Some(digest.as_bytes()) {
            let now = SystemTime::now();
            prepare::refresh(files, spec, secret, now)?;
            if let Some(root) = root {
                prepare::introduce(files, spec, secret, root, now)?;
            }
            files.write(RECORD, digest.as_bytes(), Access::secret(0)).map_err(failed)?;
        }
        for mount in &spec.extra_mounts {
            // A source may be a file that exists; a directory is made only where nothing is.
            if mount.source.starts_with("/var/") && files.read(&mount.source).is_ok_and(|found| found.is_none()) {
                let made = files.make_dir(&mount.source, Access { mode: 0o700, owner: 0 });
                made.map_err(|source| PrepareError::File { path: "an extra mount", source })?;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Controller for KubeletService {
    fn name(&self) -> &str {
        "kubernetes.kubelet.service"
    }

    fn inputs(&self) -> Vec<Input> {
        let mut inputs = vec![
            Input::of::<KubeletSpec>().to_all(),
            Input::of::<KubeletSecret>().to_all(),
            Input::of::<KubernetesRootSecret>().to_all(),
            Input::of::<MachineType>().to_all(),
        ];
        inputs.extend(node_ready_inputs());
        inputs
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<ServiceSpec>(), Output::exclusive::<KubeletLifecycle>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let Some(spec) = cx.get::<KubeletSpec>(KubeletSpec::ID)? else { return Ok(()) };
        let secret = cx.require::<KubeletSecret>(KubeletSecret::ID)?;
        require_node_ready(cx)?;
        let control_plane = cx.require::<MachineType>(MachineType::ID)?.is_control_plane();
        let root = match control_plane {
            true => Some(cx.require::<KubernetesRootSecret>(KubernetesRootSecret::ID)?),
            false => None,
        };
        let digest = digest(&(&*spec, &*secret))?;
        match self.prepare(&spec, &secret, root.as_deref(), &digest) {
            Err(error) if error.is_unmounted() => {
                cx.wake_after(AGAIN);
                return Err(ReconcileError::waiting("the disk for the kubelet's files"));
            }
            other => other?,
        }
        cx.write("kubelet", service(&spec, &digest, self.host))?;
        cx.write(KubeletLifecycle::ID, KubeletLifecycle {})?;
        Ok(())
    }
}

fn service(spec: &KubeletSpec, digest: &str, host: KubeletHost) -> ServiceSpec {
    let mount = |(source, destination, options): &(&str, &str, &[&str])| ServiceMount {
        source: source.into(),
        destination: destination.into(),
        kind: "bind".to_owned(),
        options: options.iter().map(|option| (*option).to_owned()).collect(),
    };
    let mut mounts: Vec<_> = MOUNTS.iter().map(mount).collect();
    if host.shares_kernel {
        mounts.extend(SHARED_KERNEL_MOUNTS.iter().map(mount));
    }
    if spec.credential_provider_config.is_some() {
        mounts.push(mount(&(CREDENTIAL_PROVIDERS_DIR, CREDENTIAL_PROVIDERS_DIR, &["bind", "ro"])));
    }
    mounts.extend(spec.extra_mounts.iter().map(extra_mount));
    let container = ContainerRunner {
        image: spec.image.clone(),
        args: [vec!["/usr/local/bin/kubelet".to_owned()], spec.args.clone()].concat(),
        // A change of the files that it reads only at its start makes another service of it.
        env: vec![format!("MINOS_CONFIGURATION={digest}")],
        uid: Some(0),
        mounts,
        privileged: true,
        host_pid: true,
        cgroup: "/podruntime/kubelet".to_owned(),
        memory_reservation: Some(96 * MEBIBYTE),
        oom_score_adj: -450,
        writable_root: true,
    };
    ServiceSpec {
        runner: Runner::Container(Box::new(container)),
        conditions: [CONTAINERD_SOCKET, RESOLV_CONF].map(|path| Condition::PathExists(path.into())).to_vec(),
        health: Some(HealthCheck {
            probe: Probe::Http("http://127.0.0.1:10248/healthz".to_owned()),
            period: 5,
            timeout: 3,
        }),
        restart: Restart::Always,
        operable: true,
    }
}

fn extra_mount(mount: &ExtraMount) -> ServiceMount {
    let kind = if mount.kind.is_empty() { "bind" } else { &mount.kind };
    ServiceMount {
        source: mount.source.clone().into(),
        destination: mount.destination.clone().into(),
        kind: kind.to_owned(),
        options: mount.options.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use minos_pki::{Algorithm, Authority, AuthorityRequest, CertificateAndKey, EncodedCertificate};
    use minos_resources::config::MachineRole;
    use minos_resources::network::NetworkStatus;
    use minos_resources::v1alpha1::TimeStatus;
    use minos_runtime::testing::Harness;

    use super::*;
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
        let network = NetworkStatus {
            address_ready: true,
            connectivity_ready: false,
            hostname_ready: true,
            etc_files_ready: true,
        };
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
        let certificate =
            || files.read("/var/lib/kubelet/pki/kubelet-client-current.pem").unwrap().expect("a certificate");
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
            mounts
                .map(|one| (one.source.display().to_string(), one.destination.display().to_string()))
                .collect::<Vec<_>>()
        };
        let pair = |source: &str, destination: &str| (source.to_owned(), destination.to_owned());
        for mount in [pair("/proc", "/proc"), pair("/dev/null", "/dev/kmsg")] {
            assert!(destinations(true).contains(&mount), "{mount:?}");
            assert!(!destinations(false).contains(&mount), "{mount:?}");
        }
    }
}
