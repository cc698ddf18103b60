//! Asks for etcd as a service.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use minos_resources::etcd::{EtcdBootstrap, EtcdSpec, PkiStatus};
use minos_resources::v1alpha1::{
    Condition, ContainerRunner, HealthCheck, Probe, Restart, Runner, ServiceMount, ServiceSpec,
};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use super::args::{DATA_DIR, Start, render};
use super::files;
use super::start::{StartRecord, decide};
use crate::CONTAINERD_SOCKET;
use crate::files::{Access, Files};
use crate::readiness::{node_ready_inputs, once_mounted, require_node_ready};

/// As what etcd was started in this boot.
const RECORD: &str = "/run/minos/etcd-start.json";
/// How often data is looked for before there is some.
const AGAIN: Duration = Duration::from_secs(1);
const MEBIBYTE: u64 = 1 << 20;
/// What etcd offers to clients and members that speak TLS 1.2.
const CIPHER_SUITES: &str = "ETCD_CIPHER_SUITES=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,\
    TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,\
    TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305,\
    TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305";

/// One for the node.
pub(crate) struct EtcdService {
    files: Arc<dyn Files>,
}

impl EtcdService {
    pub(crate) fn new(files: Arc<dyn Files>) -> Self {
        Self { files }
    }

    /// Decides as what etcd starts and remembers it.
    fn start(&self, cx: &Context) -> Result<Option<Start>, ReconcileError> {
        let record = self.files.read(RECORD)?.and_then(|text| serde_json::from_slice::<StartRecord>(&text).ok());
        let has_data = !self.files.is_empty_dir(DATA_DIR)?;
        let asked = cx.get::<EtcdBootstrap>(EtcdBootstrap::ID)?.is_some();
        let Some(start) = decide(has_data, asked, record.as_ref()) else { return Ok(None) };
        let record = serde_json::to_vec(&StartRecord { start: start.clone() })?;
        self.files.write(RECORD, &record, Access::secret(0))?;
        Ok(Some(start))
    }
}

#[async_trait]
impl Controller for EtcdService {
    fn name(&self) -> &str {
        "kubernetes.etcd.service"
    }

    fn inputs(&self) -> Vec<Input> {
        let mut inputs = vec![
            Input::of::<EtcdSpec>().to_all(),
            Input::of::<PkiStatus>().to_all(),
            Input::of::<EtcdBootstrap>().to_all(),
        ];
        inputs.extend(node_ready_inputs());
        inputs
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<ServiceSpec>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let Some(spec) = cx.get::<EtcdSpec>(EtcdSpec::ID)? else { return Ok(()) };
        cx.require::<PkiStatus>(PkiStatus::ID)?;
        require_node_ready(cx)?;
        let Some(start) = self.start(cx)? else {
            cx.wake_after(AGAIN);
            return Err(ReconcileError::waiting("data of etcd, or a bootstrap"));
        };
        let directory = Access { mode: 0o700, owner: files::USER };
        once_mounted(cx, DATA_DIR, self.files.make_dir(DATA_DIR, directory))?;
        cx.write("etcd", service(&spec.image, render(&spec, &start)?))?;
        Ok(())
    }
}

fn service(image: &str, args: Vec<String>) -> ServiceSpec {
    let container = ContainerRunner {
        image: image.to_owned(),
        args: [vec!["/usr/local/bin/etcd".to_owned()], args].concat(),
        env: vec![CIPHER_SUITES.to_owned()],
        uid: Some(files::USER),
        mounts: vec![ServiceMount::same(files::DIR, &["ro"]), ServiceMount::same(DATA_DIR, &["rw"])],
        cgroup: "/podruntime/etcd".to_owned(),
        memory_reservation: Some(256 * MEBIBYTE),
        oom_score_adj: -998,
        ..ContainerRunner::default()
    };
    ServiceSpec {
        runner: Runner::Container(Box::new(container)),
        conditions: vec![Condition::PathExists(CONTAINERD_SOCKET.into())],
        health: Some(HealthCheck { probe: Probe::Tcp("127.0.0.1:2379".to_owned()), period: 5, timeout: 3 }),
        restart: Restart::Always,
        operable: false,
    }
}

#[cfg(test)]
mod tests {
    use minos_resources::network::NetworkStatus;
    use minos_resources::v1alpha1::TimeStatus;
    use minos_runtime::testing::Harness;

    use super::*;
    use crate::files::HostFiles;

    fn node(files: &Arc<HostFiles>) -> Harness {
        let world = Harness::new().with(Box::new(EtcdService::new(files.clone())));
        world.put(PkiStatus::ID, PkiStatus { ready: true, version: "1".to_owned() });
        world.put(TimeStatus::ID, TimeStatus { synced: true, epoch: 0, sync_disabled: true });
        let network = NetworkStatus {
            address_ready: true,
            connectivity_ready: true,
            hostname_ready: true,
            etc_files_ready: true,
        };
        world.put(NetworkStatus::ID, network);
        world.put(EtcdSpec::ID, EtcdSpec { name: "n".to_owned(), ..EtcdSpec::default() });
        world
    }

    fn args(world: &Harness) -> Option<Vec<String>> {
        match world.spec::<ServiceSpec>("etcd")?.runner {
            Runner::Container(container) => Some(container.args),
            Runner::Process(_) => None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_process_asks_for_the_same_etcd() {
        let folder = tempfile::tempdir().unwrap();
        let files = Arc::new(HostFiles::below(folder.path()));
        let world = node(&files);
        world.pass(Duration::from_secs(3)).await;
        assert_eq!(args(&world), None);
        world.put(EtcdBootstrap::ID, EtcdBootstrap::default());
        world.settle().await;
        let founder = args(&world).unwrap();
        assert!(founder.contains(&"--initial-cluster-state=new".to_owned()));
        drop(world);

        files.write("/var/lib/etcd/member", b"", Access::secret(0)).unwrap();
        let world = node(&files);
        world.settle().await;
        assert_eq!(args(&world).unwrap(), founder);
        drop(world);

        files.remove(RECORD).unwrap();
        let world = node(&files);
        world.settle().await;
        assert!(!args(&world).unwrap().contains(&"--initial-cluster-state=new".to_owned()), "after a reboot");
    }
}
