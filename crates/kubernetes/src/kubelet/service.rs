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
use super::token::TokenWait;
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
    token: TokenWait,
}

/// Whether a kubelet can start with its files as they are.
enum Prepared {
    /// It runs with them already, or has a certificate.
    Ready,
    /// It will have to introduce itself with the bootstrap token.
    Stranger,
}

impl KubeletService {
    pub(crate) fn new(files: Arc<dyn Files>, host: KubeletHost) -> Self {
        Self { files, host, token: TokenWait::default() }
    }

    /// Writes the kubelet's files; what it could not use is removed, but only when it starts anew anyway.
    fn prepare(
        &self,
        spec: &KubeletSpec,
        secret: &KubeletSecret,
        root: Option<&KubernetesRootSecret>,
        digest: &str,
    ) -> Result<Prepared, PrepareError> {
        let files = self.files.as_ref();
        prepare::write(files, spec, secret)?;
        let mut prepared = Prepared::Ready;
        if files.read(RECORD).map_err(record_failed)?.as_deref() != Some(digest.as_bytes()) {
            let now = SystemTime::now();
            prepare::refresh(files, spec, secret, now)?;
            match root {
                Some(root) => prepare::introduce(files, spec, secret, root, now)?,
                // On a control plane node there is no cluster to wait for before its kubelet runs.
                None if !prepare::is_introduced(files)? => prepared = Prepared::Stranger,
                None => {}
            }
        }
        for mount in &spec.extra_mounts {
            // A source may be a file that exists; a directory is made only where nothing is.
            if mount.source.starts_with("/var/") && files.read(&mount.source).is_ok_and(|found| found.is_none()) {
                let made = files.make_dir(&mount.source, Access { mode: 0o700, owner: 0 });
                made.map_err(|source| PrepareError::File { path: "an extra mount", source })?;
            }
        }
        Ok(prepared)
    }

    /// Remembers what the kubelet of this boot is started with.
    fn record(&self, digest: &str) -> Result<(), PrepareError> {
        self.files.write(RECORD, digest.as_bytes(), Access::secret(0)).map(drop).map_err(record_failed)
    }
}

fn record_failed(source: std::io::Error) -> PrepareError {
    PrepareError::File { path: RECORD, source }
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
        let prepared = match self.prepare(&spec, &secret, root.as_deref(), &digest) {
            Err(error) if error.is_unmounted() => {
                cx.wake_after(AGAIN);
                return Err(ReconcileError::waiting("the disk for the kubelet's files"));
            }
            other => other?,
        };
        if let Prepared::Stranger = prepared
            && let Some(pause) = self.token.next(&secret, &prepare::authorities(&secret)).await
        {
            cx.wake_after(pause);
            return Err(ReconcileError::waiting("the cluster to accept the bootstrap token"));
        }
        self.record(&digest)?;
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
mod tests;
