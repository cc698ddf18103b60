use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use minos_api::client::{Connection, ServerTrust, Talosconfig};
use minos_api::machine::apply_configuration_request::Mode;
use minos_api::machine::{ApplyConfigurationRequest, BootstrapRequest};
use minos_config::Patch;
use minos_localcluster::{
    Accelerator, ClusterFolder, ClusterState, MachineSpec, choose, find_firmware, find_qemu, free_port, start,
};
use tokio::time::{Instant, sleep, timeout};
use tonic::Code;

use super::config::{EMULATED, LOCAL, Wanted};
use crate::commands::generate::config::patch;
use crate::commands::health::Health;
use crate::commands::kubeconfig::fetch;
use crate::output::{duration, parse_duration};
use crate::session::Session;

/// Create a cluster of one machine, and wait until it is healthy
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl cluster create --disk-image-path minos.qcow2 --image-cache-path images.img
  minosctl cluster create --name second --memory 6144 --config-patch @patch.yaml --disk-image-path minos.qcow2")]
pub struct Create {
    /// What runs the machines
    #[arg(value_parser = ["qemu"], default_value = "qemu")]
    provisioner: String,
    /// Disk image that the machine starts from; it is not changed
    #[arg(long, value_name = "FILE")]
    disk_image_path: PathBuf,
    /// Disk with container images
    #[arg(long, value_name = "FILE")]
    image_cache_path: Option<PathBuf>,
    /// Virtual processors
    #[arg(long, default_value_t = 2)]
    cpus: u32,
    /// Memory, in MiB
    #[arg(long, default_value_t = 4096)]
    memory: u32,
    /// Disk, in GiB
    #[arg(long, default_value_t = 12)]
    disk: u32,
    /// Change the configuration: YAML or JSON, or @FILE
    #[arg(long, value_name = "PATCH")]
    config_patch: Vec<String>,
    /// Kubernetes to run
    #[arg(long, value_name = "VERSION", default_value = minos_config::KUBERNETES_VERSION)]
    kubernetes_version: String,
    /// Run the machine on the processor or translate it; without this, a probe decides
    #[arg(long, value_enum)]
    accelerator: Option<AcceleratorName>,
    /// More words for the kernel's command line
    #[arg(long, value_name = "WORDS")]
    extra_boot_kernel_args: Option<String>,
    /// Keep the disk intact even if this host crashes, at a price
    #[arg(long)]
    durable: bool,
    /// How long the cluster may take to become healthy
    #[arg(long, value_name = "TIME", default_value = "20m0s", value_parser = parse_duration)]
    wait_timeout: Duration,
}

#[derive(Clone, Copy, ValueEnum)]
enum AcceleratorName {
    Kvm,
    Tcg,
}

/// How often we look whether the machine has got further.
const PAUSE: Duration = Duration::from_millis(200);
/// How long it may take to answer one question.
const PATIENCE: Duration = Duration::from_secs(2);

impl Create {
    pub async fn run(self, folder: &ClusterFolder) -> Result<()> {
        folder.create()?;
        match self.create(folder).await {
            Ok(()) => Ok(()),
            Err(error) => {
                tell_console(folder);
                let name = &folder.name;
                Err(error.context(format!("the cluster {name:?} was not created; `minosctl cluster destroy --name {name}` removes what there is")))
            }
        }
    }

    async fn create(&self, folder: &ClusterFolder) -> Result<()> {
        let (qemu, firmware) = (find_qemu()?, find_firmware()?);
        let forced = self.accelerator.map(|name| match name {
            AcceleratorName::Kvm => Accelerator::Kvm,
            AcceleratorName::Tcg => Accelerator::Tcg,
        });
        let choice = choose(&qemu, forced).await?;
        eprintln!("accelerator: {} ({})", choice.accelerator, choice.reason);

        let emulated = choice.accelerator == Accelerator::Tcg;
        let api_port = free_port(50000).context("no port is free on this host")?;
        let kubernetes_port = free_port(6443).context("no port is free on this host")?;
        let files = stage("generating keys and configuration", async {
            let patches: Vec<Patch> = self.config_patch.iter().map(|text| patch(text)).collect::<Result<_>>()?;
            let wanted = Wanted {
                name: &folder.name,
                api_port,
                kubernetes_port,
                kubernetes_version: &self.kubernetes_version,
                emulated,
                patches: &patches,
            };
            wanted.files()
        })
        .await?;
        save(folder, "local.yaml", LOCAL)?;
        if emulated {
            save(folder, "emulated.yaml", EMULATED)?;
        }
        save(folder, "controlplane.yaml", &files.machine)?;
        save(folder, "talosconfig", &files.talosconfig)?;

        let spec = MachineSpec {
            name: format!("{}-controlplane-1", folder.name),
            accelerator: choice.accelerator,
            processors: self.cpus,
            memory_mib: self.memory,
            disk_gib: self.disk,
            image: self.disk_image_path.clone(),
            image_cache: self.image_cache_path.clone(),
            mac: "52:54:00:6d:69:01".into(),
            api_port,
            kubernetes_port,
            kernel_arguments: self.extra_boot_kernel_args.clone(),
            durable: self.durable,
        };
        let power_on = Instant::now();
        let machine =
            stage("starting the machine", async { Ok(start(&qemu, &firmware, folder, &spec).await?) }).await?;
        folder.save(&ClusterState {
            name: folder.name.clone(),
            accelerator: choice.accelerator,
            kubernetes_version: self.kubernetes_version.clone(),
            machines: vec![machine],
        })?;

        let deadline = power_on + self.wait_timeout;
        let endpoint = format!("127.0.0.1:{api_port}");
        let unsigned = || Ok(Connection::open(&[&endpoint], &ServerTrust::Anybody, None)?);
        stage("waiting for the machine to ask for its configuration", until_it_answers(deadline, unsigned)).await?;
        let answers = power_on.elapsed();
        let unsigned = unsigned()?;
        stage("applying the configuration", async { Ok(apply(&unsigned, files.machine.clone()).await?) }).await?;

        let talosconfig = Talosconfig::open(Some(&folder.file("talosconfig")))?;
        let context = talosconfig.select(None)?;
        let signed = || Ok(Connection::with_context(context, &[])?);
        stage("waiting for the machine to take it", until_it_answers(deadline, signed)).await?;
        let connection = signed()?;
        stage("bootstrapping etcd", until(deadline, async || bootstrap(&connection).await)).await?;
        let session = Session::new(connection, Vec::new(), vec![endpoint]);
        stage("waiting for the cluster to be healthy", async {
            Health::within(deadline.saturating_duration_since(Instant::now())).here(&session).await
        })
        .await?;
        let kubeconfig = fetch(&session, session.single("kubeconfig", ())?).await?;
        save(folder, "kubeconfig", &kubeconfig)?;
        let timings = serde_json::json!({
            "powerOnToApiSeconds": answers.as_secs_f64(),
            "powerOnToHealthySeconds": power_on.elapsed().as_secs_f64(),
        });
        save(folder, "timings.json", &timings.to_string())?;
        tell_next(folder, power_on.elapsed());
        Ok(())
    }
}

async fn apply(connection: &Connection, config: String) -> Result<(), tonic::Status> {
    let message = ApplyConfigurationRequest { data: config.into(), mode: Mode::Auto as i32, ..Default::default() };
    connection.machine().apply_configuration(message).await.map(drop)
}

async fn bootstrap(connection: &Connection) -> Result<(), tonic::Status> {
    match connection.machine().bootstrap(BootstrapRequest::default()).await {
        // An earlier try got through although its answer was lost.
        Err(status) if status.code() == Code::AlreadyExists => Ok(()),
        reply => reply.map(drop),
    }
}

/// Asks for the version on a new connection each time: a machine without a network yet leaves connections hanging.
async fn until_it_answers(deadline: Instant, connect: impl Fn() -> Result<Connection>) -> Result<()> {
    let ask = async || {
        let connection = connect().map_err(|error| tonic::Status::internal(format!("{error:#}")))?;
        match timeout(PATIENCE, connection.machine().version(())).await {
            Ok(reply) => reply.map(drop),
            Err(_) => Err(tonic::Status::deadline_exceeded("the machine does not answer")),
        }
    };
    until(deadline, ask).await
}

/// Asks until it works. What will not change by asking again is an error at once.
async fn until(deadline: Instant, ask: impl AsyncFn() -> Result<(), tonic::Status>) -> Result<()> {
    loop {
        let Err(status) = ask().await else {
            return Ok(());
        };
        let passing = matches!(
            status.code(),
            Code::Unavailable | Code::FailedPrecondition | Code::Unknown | Code::DeadlineExceeded
        );
        if !passing || Instant::now() > deadline {
            return Err(status.into());
        }
        sleep(PAUSE).await;
    }
}

/// Does something and says how long it took.
async fn stage<T>(what: &str, work: impl Future<Output = Result<T>>) -> Result<T> {
    let start = Instant::now();
    eprintln!("{what} …");
    let done = Box::pin(work).await.with_context(|| format!("{what} failed"))?;
    eprintln!("{what}: {:.1}s", start.elapsed().as_secs_f64());
    Ok(done)
}

fn save(folder: &ClusterFolder, name: &str, text: &str) -> Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;

    let path = folder.file(name);
    let failed = || format!("cannot write {}", path.display());
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&path).with_context(failed)?;
    file.write_all(text.as_bytes()).with_context(failed)
}

/// The end of the machine's console, for who wants to know why it got no further.
fn tell_console(folder: &ClusterFolder) {
    let Ok(console) = fs::read(folder.file("console.log")) else {
        return;
    };
    let console = String::from_utf8_lossy(&console);
    let lines: Vec<_> = console.lines().collect();
    let from = lines.len().saturating_sub(25);
    eprintln!("the machine's console ({}) ends with:", folder.file("console.log").display());
    for line in &lines[from..] {
        eprintln!("  {}", line.trim_end());
    }
}

fn tell_next(folder: &ClusterFolder, elapsed: Duration) {
    let file = |name: &str| folder.file(name).display().to_string();
    println!("The cluster {:?} is healthy, {} after power on. Go on with:", folder.name, duration(elapsed));
    println!(
        "  export TALOSCONFIG={} KUBECONFIG={}",
        quoted(&folder.file("talosconfig")),
        quoted(&folder.file("kubeconfig"))
    );
    println!("  minosctl services");
    println!("  kubectl get nodes");
    println!("Its console is in {}.", file("console.log"));
}

fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    if plain { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
