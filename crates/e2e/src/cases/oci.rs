use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, ensure};
use base64::Engine as _;
use minos_api::client::{Connection, Talosconfig};
use minos_api::machine as m;
use minos_localcluster::{ClusterFolder, container::keep_image};
use minos_sys::{MountFlags, Namespaces, make_private, mount, unmount, unshare};
use tonic::{Code, Status};

use super::up;
use crate::cluster::{Cluster, Kind, Programs};
use crate::foreign::{Bundle, Container, NODE, NodeNamespace, Running};
use crate::run::diagnosed;
use crate::traces::{self, Parameters};
use crate::wait::until;

/// The container's name, and its host name.
const NAME: &str = "minos-1";
/// What a node in a container without power over itself answers, as upstream's.
const REFUSAL: &str = "method is not supported in container mode";
/// How long Docker waits, with the documented `--stop-timeout`, before it ends a container by force.
const STOP_TIMEOUT: Duration = Duration::from_secs(30);
/// A parameter of the node's network, one of the host's, a label, and where images are: there is no registry.
const PATCH: &str = r#"
machine:
  sysctls:
    net.ipv4.tcp_keepalive_time: "1234"
    vm.max_map_count: "262143"
  nodeLabels:
    example.org/runner: runc
  features:
    imageCache:
      localEnabled: true
cluster:
  allowSchedulingOnControlPlanes: true
---
apiVersion: v1alpha1
kind: HostnameConfig
auto: "off"
"#;

/// In a thread of its own, because its mounts and its network are its own too: nothing that the case mounts or connects
/// is seen by others, and all of it ends with the thread.
pub fn run(programs: &Programs) -> Result<()> {
    let programs = programs.clone();
    std::thread::spawn(move || in_namespaces(&programs)).join().map_err(|_| anyhow!("the case panicked"))?
}

fn in_namespaces(programs: &Programs) -> Result<()> {
    let own = Namespaces { mount: true, network: true, ..Namespaces::default() };
    unshare(own).context("cannot make namespaces: the case needs root")?;
    make_private(Path::new("/"))?;
    let case = Case::new(programs)?;
    case.runs_and_stops()?;
    case.comes_back_with_what_it_kept()?;
    case.leaves_nothing()
}

struct Case {
    runc: PathBuf,
    bundle: Bundle,
    /// Finds the node for `minosctl` and `kubectl`.
    cluster: Cluster,
    image_cache: PathBuf,
    /// The name of its control groups.
    id: String,
    /// The host's kernel parameters before.
    parameters: Parameters,
    /// Holds all files.
    folder: tempfile::TempDir,
}

impl Case {
    fn new(programs: &Programs) -> Result<Self> {
        let parameters = host_parameters();
        let folder = tempfile::tempdir()?;
        let bundle = folder.path().join("bundle");
        std::fs::create_dir(&bundle)?;
        // In memory: a kubelet schedules nothing on a node whose disk, here the host's, is nearly full.
        mount("tmpfs", &bundle, "tmpfs", MountFlags::default(), "mode=0755,size=6g").context("the volumes")?;
        let bundle = Bundle::unpack(&programs.images.join("container.tar"), &bundle)?;
        let files = ClusterFolder::new(folder.path(), "oci")?;
        files.create()?;
        let image = keep_image(&files, &programs.images.join("imagecache.raw"), "imagecache")?;
        let image_cache = folder.path().join("imagecache");
        std::fs::create_dir(&image_cache)?;
        let read_only = MountFlags { read_only: true, ..MountFlags::strict() };
        mount(&image.display().to_string(), &image_cache, "erofs", read_only, "").context("the image cache")?;
        let cluster = Cluster::named(programs, folder.path(), "oci", Kind::Container);
        let case = Self {
            runc: programs.part("runc")?,
            bundle,
            cluster,
            image_cache,
            id: format!("minos-oci-{}", std::process::id()),
            parameters,
            folder,
        };
        case.generate()?;
        Ok(case)
    }

    /// The configuration of the node and that of its operators, as a person generates them.
    fn generate(&self) -> Result<()> {
        let (out, patch) = (self.cluster.file(""), self.cluster.file("patch.yaml"));
        std::fs::write(&patch, PATCH)?;
        let (out, patch) = (out.display().to_string(), format!("@{}", patch.display()));
        let endpoint = format!("https://{NODE}:6443");
        self.cluster.minosctl(&["gen", "config", "oci", &endpoint, "--output", &out, "--config-patch", &patch])?;
        self.cluster.minosctl(&["config", "endpoint", &NODE.to_string()])?;
        self.cluster.minosctl(&["config", "node", &NODE.to_string()])?;
        Ok(())
    }

    fn runs_and_stops(&self) -> Result<()> {
        let user_data = std::fs::read(self.cluster.file("controlplane.yaml"))?;
        let user_data = base64::engine::general_purpose::STANDARD.encode(user_data);
        let environment = ["PLATFORM=container".to_owned(), format!("USERDATA={user_data}")];
        self.with_node(&environment, || {
            self.is_configured()?;
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(self.refuses_what_is_the_runners())?;
            until("etcd to be bootstrapped", Duration::from_secs(120), || self.bootstrap())?;
            self.cluster.wait_until_healthy()?;
            let kubeconfig = self.cluster.file("kubeconfig").display().to_string();
            self.cluster.minosctl(&["kubeconfig", &kubeconfig])?;
            up::ready(&self.cluster)?;
            let labels = self.cluster.kubectl(&["get", "node", NAME, "--show-labels"])?;
            ensure!(labels.contains("example.org/runner=runc"), "the node's labels are {labels}");
            Ok(())
        })
    }

    fn bootstrap(&self) -> Result<()> {
        let output = self.cluster.try_minosctl(&["bootstrap"])?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        // An earlier try got through although its answer was lost.
        ensure!(output.status.success() || said.contains("AlreadyExists"), "{said}");
        Ok(())
    }

    /// Docker's `start` after its `stop`: the volumes are there. No configuration is given this time.
    fn comes_back_with_what_it_kept(&self) -> Result<()> {
        self.with_node(&["PLATFORM=container".to_owned()], || self.is_configured())
    }

    /// Runs the container, and when it has done what is to be seen, stops it as Docker does.
    fn with_node(&self, environment: &[String], act: impl FnOnce() -> Result<()>) -> Result<()> {
        let network = NodeNamespace::new()?;
        let groups = format!("/{}", self.id);
        self.bundle.configure(&Container {
            hostname: NAME,
            groups: &groups,
            network: &network.path,
            environment,
            image_cache: &self.image_cache,
        })?;
        let console = self.cluster.file("console.log");
        let mut node = Running::start(&self.runc, &self.bundle.path, &self.id, &console)?;
        // Those for users and for clocks are the host's.
        let own = traces::namespaces_of(i32::try_from(std::process::id())?);
        let namespaces = &traces::namespaces_of(node.init) - &own;
        ensure!(namespaces.len() >= 6, "the container has only {namespaces:?} to itself");
        diagnosed(&self.cluster, act())?;
        diagnosed(&self.cluster, self.stops_in_order(&mut node, &console))?;
        drop((node, network));
        until("the container's namespaces to end", Duration::from_secs(30), || {
            let left = &namespaces & &traces::namespaces();
            ensure!(left.is_empty(), "somebody is still in {left:?}");
            Ok(())
        })
    }

    fn is_configured(&self) -> Result<()> {
        until("the node's API", Duration::from_secs(60), || self.cluster.minosctl(&["version"]))?;
        until("the configuration to act", Duration::from_secs(30), || {
            let read = |path: &str| self.cluster.minosctl(&["read", path]);
            let keepalive = read("/proc/sys/net/ipv4/tcp_keepalive_time")?;
            ensure!(keepalive.trim() == "1234", "net.ipv4.tcp_keepalive_time is {keepalive}");
            let status =
                self.cluster.minosctl(&["get", "kernelparamstatus", "proc.sys.vm.max_map_count", "-o", "yaml"])?;
            ensure!(status.contains("unsupported: true"), "a parameter of the host's is {status}");
            let name = self.cluster.minosctl(&["get", "hostname", "-o", "jsonpath={.spec.hostname}"])?;
            ensure!(name.trim() == NAME, "the node's name is {name:?}");
            Ok(())
        })
    }

    /// A runner that does not say that it starts the node again is not asked to, and there is no disk to install on.
    #[expect(deprecated, reason = "clients still call the older Upgrade")]
    async fn refuses_what_is_the_runners(&self) -> Result<()> {
        let talosconfig = Talosconfig::open(Some(&self.cluster.file("talosconfig")))?;
        let connection = Connection::with_context(talosconfig.select(None)?, &[])?;
        let (mut machine, mut lifecycle) = (connection.machine(), connection.lifecycle());
        refused("Reboot", machine.reboot(m::RebootRequest::default()).await)?;
        refused("Shutdown", machine.shutdown(m::ShutdownRequest::default()).await)?;
        refused("Rollback", machine.rollback(m::RollbackRequest::default()).await)?;
        refused("Upgrade", machine.upgrade(m::UpgradeRequest::default()).await)?;
        refused("MetaWrite", machine.meta_write(m::MetaWriteRequest::default()).await)?;
        refused("MetaDelete", machine.meta_delete(m::MetaDeleteRequest::default()).await)?;
        refused("Install", lifecycle.install(m::LifecycleServiceInstallRequest::default()).await)?;
        refused("Upgrade", lifecycle.upgrade(m::LifecycleServiceUpgradeRequest::default()).await)?;
        for command in ["reboot", "shutdown"] {
            let output = self.cluster.try_minosctl(&[command])?;
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            ensure!(!output.status.success() && said.contains(REFUSAL), "minosctl {command} says {said}");
        }
        Ok(())
    }

    fn stops_in_order(&self, node: &mut Running, console: &Path) -> Result<()> {
        let from = std::fs::read(console)?.len();
        let begin = Instant::now();
        node.kill(self.bundle.stop_signal()?)?;
        let status = node.ended_within(STOP_TIMEOUT)?;
        println!("    stopped in {:.1} s", begin.elapsed().as_secs_f64());
        let said = std::fs::read(console)?;
        let said = String::from_utf8_lossy(said.get(from..).unwrap_or_default()).into_owned();
        ensure!(status.success(), "the container ended with {status}: {said}");
        ensure!(said.contains("init: power off"), "the node did not end in order: {said}");
        ensure!(!said.contains("does not stop in time"), "a service was ended by force: {said}");
        Ok(())
    }

    fn leaves_nothing(self) -> Result<()> {
        unmount(&self.image_cache, false).context("the image cache is still in use")?;
        unmount(&self.bundle.path, false).context("the volumes are still in use")?;
        let folder = self.folder.path().display().to_string();
        let mounts: Vec<_> = traces::mounts().into_iter().filter(|mount| mount.contains(&folder)).collect();
        ensure!(mounts.is_empty(), "mounts are left: {mounts:#?}");
        let groups: Vec<_> = traces::groups().into_iter().filter(|path| path.ends_with(&self.id)).collect();
        ensure!(groups.is_empty(), "control groups are left: {groups:#?}");
        let changed = traces::changed(&self.parameters, &host_parameters());
        ensure!(changed.is_empty(), "the host's kernel parameters changed: {changed:#?}");
        Ok(())
    }
}

impl Drop for Case {
    fn drop(&mut self) {
        // When the case has failed; the folder cannot be removed before.
        drop(unmount(&self.image_cache, true));
        drop(unmount(&self.bundle.path, true));
    }
}

/// Those that are not of a network, which is the container's own.
fn host_parameters() -> Parameters {
    traces::parameters(&["fs", "kernel", "vm"])
}

fn refused<T>(method: &str, reply: Result<T, Status>) -> Result<()> {
    let status = reply.err().with_context(|| format!("{method} was accepted"))?;
    ensure!(
        status.code() == Code::FailedPrecondition && status.message() == REFUSAL,
        "{method}: {:?} {:?}, wanted {:?} {REFUSAL:?}",
        status.code(),
        status.message(),
        Code::FailedPrecondition,
    );
    Ok(())
}
