//! Measures `apid`: round trips of `version` through mutual TLS and the proxy to a local socket, on one connection.
//!
//! Starts itself twice more: as the gateway, whose memory and processor time are read, and as a machine that answers.
//! `cargo run --profile image -p minos-gateway --example roundtrips` prints one JSON object.
#![allow(clippy::print_stdout, clippy::disallowed_types, clippy::disallowed_methods, reason = "a measurement")]

use std::convert::Infallible;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::time::{Duration, Instant, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use minos_api::client::{Connection, Credentials, ServerTrust};
use minos_api::cosi::resource::{Event, EventType, Resource, Spec, WatchRequest, WatchResponse};
use minos_api::machine::{Version, VersionInfo, VersionResponse};
use minos_pki::{Algorithm, Authority, AuthorityRequest, CertificateAndKey, Leaf};
use prost::Message as _;
use tokio::net::UnixListener;

type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

const HOUR: Duration = Duration::from_secs(3600);
const SEQUENTIAL: usize = 5000;
const AT_ONCE: usize = 64;
const SPAN: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let outcome = match args.next().as_deref().and_then(|word| word.to_str()) {
        Some("apid") => return minos_gateway::apid::run(args),
        Some("machine") => block_on(machine(PathBuf::from(args.next().unwrap_or_default()))),
        _ => block_on(measure()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn block_on(work: impl Future<Output = Fallible<()>>) -> Fallible<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

async fn measure() -> Fallible<()> {
    let dir = tempfile::tempdir()?;
    let request = AuthorityRequest {
        common_name: String::new(),
        organization: Some("talos".into()),
        algorithm: Algorithm::Ed25519,
        lifetime: HOUR,
    };
    let ca = Authority::generate(&request, SystemTime::now())?;
    let authority = Authority::load(&ca)?;
    let issue = |leaf: Leaf| authority.issue(&leaf, SystemTime::now());
    let server = issue(Leaf::server("node", HOUR).addresses(["127.0.0.1".parse()?]))?;
    let pair = |pair: &CertificateAndKey| {
        format!("crt: {}\n  key: {}", STANDARD.encode(&pair.crt), STANDARD.encode(pair.key.expose()))
    };
    let resource = format!("acceptedCAs:\n- crt: {}\nserver:\n  {}\n", STANDARD.encode(&ca.crt), pair(&server));
    std::fs::write(dir.path().join("certificates.yaml"), resource)?;
    let port = std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let _machine = Process::start(&["machine", &dir.path().display().to_string()])?;
    let socket = dir.path().join("machine.sock").display().to_string();
    let gateway = Process::start(&[
        "apid",
        "--listen",
        &format!("127.0.0.1:{port}"),
        "--machined",
        &socket,
        "--runtime",
        &socket,
    ])?;

    let client = issue(Leaf::client("", HOUR).organizations(["os:admin"]))?;
    let credentials = Credentials { certificate: client.crt, key: client.key.expose().into() };
    let connection = Connection::open(&[format!("127.0.0.1:{port}")], &ServerTrust::Ca(ca.crt), Some(&credentials))?;
    for _ in 0..300 {
        if connection.machine().version(()).await.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    let mut machine = connection.machine();
    let mut times = Vec::with_capacity(SEQUENTIAL);
    for _ in 0..SEQUENTIAL {
        let start = Instant::now();
        machine.version(()).await?;
        times.push(start.elapsed());
    }
    times.sort();
    let (p50, p99) = (times[SEQUENTIAL / 2], times[SEQUENTIAL * 99 / 100]);

    let (before, start) = (gateway.cpu()?, Instant::now());
    let workers: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let mut machine = connection.machine();
            tokio::spawn(async move {
                let mut count = 0_u64;
                while start.elapsed() < SPAN {
                    machine.version(()).await?;
                    count += 1;
                }
                Ok::<_, tonic::Status>(count)
            })
        })
        .collect();
    let mut count = 0;
    for worker in workers {
        count += worker.await??;
    }
    let elapsed = start.elapsed();
    let cpu = (gateway.cpu()? - before).as_secs_f64() * 1e6 / count as f64;
    println!(
        "{{\"sequentialP50Ms\": {:.3}, \"sequentialP99Ms\": {:.3}, \"atOnce\": {AT_ONCE}, \"perSecond\": {:.0}, \"gatewayMicrosecondsPerCall\": {cpu:.1}, \"gatewayRssKiB\": {}, \"gatewayAnonymousKiB\": {}}}",
        p50.as_secs_f64() * 1e3,
        p99.as_secs_f64() * 1e3,
        count as f64 / elapsed.as_secs_f64(),
        gateway.status("VmRSS")?,
        gateway.status("RssAnon")?,
    );
    Ok(())
}

/// This program again, in another part; it ends with us.
struct Process(Child);

impl Process {
    fn start(args: &[&str]) -> Fallible<Process> {
        Ok(Process(Command::new(std::env::current_exe()?).args(args).spawn()?))
    }

    fn status(&self, key: &str) -> Fallible<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':')).ok_or("no such line")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    /// Processor time so far; the kernel counts hundredths of a second.
    fn cpu(&self) -> Fallible<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id()))?;
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks: u64 = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
        Ok(Duration::from_millis(ticks * 10))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

type Body = http_body_util::combinators::UnsyncBoxBody<Bytes, Infallible>;

/// Answers `version`, and hands out the gateway's certificates.
async fn machine(dir: PathBuf) -> Fallible<()> {
    let listener = UnixListener::bind(dir.join("machine.sock"))?;
    loop {
        let (stream, _) = listener.accept().await?;
        let dir = dir.clone();
        let service = service_fn(move |request| {
            let dir = dir.clone();
            async move { Ok::<_, Infallible>(answer(request, &dir).await) }
        });
        tokio::spawn(http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(request: Request<Incoming>, dir: &Path) -> Response<Body> {
    let watch = request.uri().path() == "/cosi.resource.State/Watch";
    let asked = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let message = if watch {
        let kind = WatchRequest::decode(asked.get(5..).unwrap_or_default()).unwrap_or_default().r#type;
        let yaml_spec = match kind.starts_with("ApiCertificates") {
            true => std::fs::read_to_string(dir.join("certificates.yaml")).unwrap_or_default(),
            false => String::new(),
        };
        let resource = Resource { metadata: None, spec: Some(Spec { yaml_spec, ..Default::default() }) };
        let event = Event { resource: Some(resource), event_type: EventType::Created as i32, ..Default::default() };
        WatchResponse { event: vec![event] }.encode_to_vec()
    } else {
        let info =
            VersionInfo { tag: "v1.13.9".into(), os: "linux".into(), arch: "amd64".into(), ..Default::default() };
        let version = Version { version: Some(info), ..Default::default() };
        VersionResponse { messages: vec![version] }.encode_to_vec()
    };
    let mut framed = vec![0];
    framed.extend((message.len() as u32).to_be_bytes());
    framed.extend(message);
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", http::HeaderValue::from_static("0"));
    let frames = [Ok::<_, Infallible>(Frame::data(Bytes::from(framed))), Ok(Frame::trailers(trailers))];
    let frames = futures_util::StreamExt::chain(
        futures_util::stream::iter(frames.into_iter().take(if watch { 1 } else { 2 })),
        futures_util::stream::poll_fn(
            move |_| {
                if watch { std::task::Poll::Pending } else { std::task::Poll::Ready(None) }
            },
        ),
    );
    let mut reply = Response::new(StreamBody::new(frames).boxed_unsync());
    reply.headers_mut().insert("content-type", http::HeaderValue::from_static("application/grpc"));
    reply
}
