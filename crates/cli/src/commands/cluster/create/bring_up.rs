//! From nodes that answer to a cluster that is healthy; the same for machines and containers.

use std::fs;
use std::future::Future;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use minos_api::client::{Connection, Talosconfig};
use minos_api::machine::BootstrapRequest;
use minos_localcluster::ClusterFolder;
use tokio::time::{Instant, sleep, timeout};
use tonic::Code;

use crate::commands::health::Health;
use crate::commands::kubeconfig::fetch;
use crate::output::duration;
use crate::session::Session;

/// How often we look whether the machine has got further.
const PAUSE: Duration = Duration::from_millis(200);
/// How long it may take to answer one question.
const PATIENCE: Duration = Duration::from_secs(2);

/// The moments of a start that are written down.
pub struct Clock {
    /// When the power went on.
    pub start: Instant,
    /// When it has to be healthy.
    pub deadline: Instant,
    /// How long it took until the API answered.
    pub answers: Option<Duration>,
}

impl Clock {
    pub fn started(limit: Duration) -> Self {
        let start = Instant::now();
        Self { start, deadline: start + limit, answers: None }
    }

    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

/// Bootstraps a cluster whose first control plane has its configuration, and waits until it is healthy.
pub async fn bring_up(folder: &ClusterFolder, api_port: u16, clock: &mut Clock) -> Result<()> {
    let endpoint = format!("127.0.0.1:{api_port}");
    let talosconfig = Talosconfig::open(Some(&folder.file("talosconfig")))?;
    let context = talosconfig.select(None)?;
    let signed = || Ok(Connection::with_context(context, &[])?);
    stage("waiting for the node's API", until_it_answers(clock.deadline, signed)).await?;
    clock.answers.get_or_insert(clock.start.elapsed());
    let connection = signed()?;
    stage("bootstrapping etcd", until(clock.deadline, async || bootstrap(&connection).await)).await?;
    let session = Session::new(connection, Vec::new(), vec![endpoint]);
    stage("waiting for the cluster to be healthy", async { Health::within(clock.left()).here(&session).await }).await?;
    let kubeconfig = fetch(&session, session.single("kubeconfig", ())?).await?;
    save(folder, "kubeconfig", &kubeconfig)?;
    let timings = serde_json::json!({
        "powerOnToApiSeconds": clock.answers.map(|answers| answers.as_secs_f64()),
        "powerOnToHealthySeconds": clock.start.elapsed().as_secs_f64(),
    });
    save(folder, "timings.json", &timings.to_string())
}

async fn bootstrap(connection: &Connection) -> Result<(), tonic::Status> {
    match connection.machine().bootstrap(BootstrapRequest::default()).await {
        // An earlier try got through although its answer was lost.
        Err(status) if status.code() == Code::AlreadyExists => Ok(()),
        reply => reply.map(drop),
    }
}

/// Asks for the version on a new connection each time: a machine without a network yet leaves connections hanging.
pub async fn until_it_answers(deadline: Instant, connect: impl Fn() -> Result<Connection>) -> Result<()> {
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
pub async fn stage<T>(what: &str, work: impl Future<Output = Result<T>>) -> Result<T> {
    let start = Instant::now();
    eprintln!("{what} …");
    let done = Box::pin(work).await.with_context(|| format!("{what} failed"))?;
    eprintln!("{what}: {:.1}s", start.elapsed().as_secs_f64());
    Ok(done)
}

pub fn save(folder: &ClusterFolder, name: &str, text: &str) -> Result<()> {
    save_as(&folder.file(name), text)
}

/// Writes a file that only its owner may read.
pub fn save_as(path: &Path, text: &str) -> Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;

    let failed = || format!("cannot write {}", path.display());
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(path).with_context(failed)?;
    file.write_all(text.as_bytes()).with_context(failed)
}

/// The end of the first node's console, for who wants to know why it got no further.
pub fn show_console(folder: &ClusterFolder) {
    let Ok(console) = fs::read(folder.file("console.log")) else {
        return;
    };
    let console = String::from_utf8_lossy(&console);
    let lines: Vec<_> = console.lines().collect();
    let from = lines.len().saturating_sub(25);
    eprintln!("the node's console ({}) ends with:", folder.file("console.log").display());
    for line in &lines[from..] {
        eprintln!("  {}", line.trim_end());
    }
}

pub fn show_next(folder: &ClusterFolder, elapsed: Duration) {
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
