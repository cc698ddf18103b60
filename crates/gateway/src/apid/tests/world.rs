//! Gateways on loopback, with machines behind them that only say what reached them.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use minos_api::client::{Connection, Credentials, ServerTrust, Target};
use minos_api::common::Data;
use minos_api::cosi::resource::{Event, EventType, Resource, Spec, WatchRequest, WatchResponse};
use minos_api::machine::{Version, VersionInfo, VersionResponse};
use minos_pki::{Algorithm, Authority, AuthorityRequest, CertificateAndKey, Leaf};
use prost::Message as _;
use tempfile::TempDir;
use tokio::net::UnixListener;
use tokio::sync::{mpsc, watch};
use tonic::Status;
use tower::Layer as _;

use crate::apid::body::Body;
use crate::apid::frames::{Frames, frame};
use crate::apid::{Options, serve};
use crate::authz::{AuthorizeLayer, ROLE_KEY};

pub(super) const HOUR: Duration = Duration::from_secs(3600);

/// A CA that issues for all nodes of a test.
pub(super) struct Ca {
    pub(super) pem: String,
    authority: Authority,
}

impl Ca {
    pub(super) fn new() -> Ca {
        let request = AuthorityRequest {
            common_name: String::new(),
            organization: Some("talos".into()),
            algorithm: Algorithm::Ed25519,
            lifetime: 24 * HOUR,
        };
        let pair = Authority::generate(&request, SystemTime::now() - 12 * HOUR).unwrap();
        Ca { pem: pair.crt.clone(), authority: Authority::load(&pair).unwrap() }
    }

    pub(super) fn issue(&self, leaf: &Leaf) -> CertificateAndKey {
        self.authority.issue(leaf, SystemTime::now()).unwrap()
    }

    pub(super) fn client(&self, roles: &[&str]) -> Credentials {
        credentials(self.issue(&Leaf::client("somebody", HOUR).organizations(roles.iter().copied())))
    }

    pub(super) fn expired(&self) -> Credentials {
        let leaf = Leaf::client("late", HOUR).organizations(["os:admin"]);
        credentials(self.authority.issue(&leaf, SystemTime::now() - 3 * HOUR).unwrap())
    }

    /// The resource that `machined` hands to the gateway.
    pub(super) fn resource(&self, maintenance: bool) -> String {
        let addresses = [Ipv4Addr::new(127, 0, 0, 1).into(), Ipv4Addr::new(127, 0, 0, 2).into()];
        let server = self.issue(&Leaf::server("node", HOUR).addresses(addresses));
        let client = self.issue(&Leaf::client("gateway", HOUR).organizations(["os:impersonator"]));
        let pair = |pair: &CertificateAndKey| {
            format!("crt: {}\n    key: {}", STANDARD.encode(&pair.crt), STANDARD.encode(pair.key.expose()))
        };
        format!(
            "acceptedCAs:\n    - crt: {}\nclient:\n    {}\nserver:\n    {}\nskipVerifyingClientCert: {maintenance}\n",
            STANDARD.encode(&self.pem),
            pair(&client),
            pair(&server),
        )
    }
}

pub(super) fn credentials(pair: CertificateAndKey) -> Credentials {
    Credentials { certificate: pair.crt, key: pair.key.expose().into() }
}

/// A gateway, the machine behind it, and the hand on its certificates.
pub(super) struct Node {
    pub(super) address: SocketAddr,
    pub(super) certificates: watch::Sender<String>,
    pub(super) machine: tokio::task::JoinHandle<()>,
    pub(super) dir: TempDir,
    stop: watch::Sender<bool>,
}

impl Drop for Node {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

/// A port that is free on every loopback address.
pub(super) fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

impl Node {
    pub(super) async fn start(address: Ipv4Addr, port: u16, certificates: String) -> Node {
        let dir = tempfile::tempdir().unwrap();
        let (certificates, watched) = watch::channel(certificates);
        let options = Options {
            listen: Some((address, port).into()),
            machined: dir.path().join("machine.sock"),
            runtime: dir.path().join("runtime.sock"),
            peer_port: port,
        };
        let runtime = options.runtime.clone();
        let machine = machine(&options.machined, address.to_string());
        tokio::spawn(listen(runtime, move |request| state(request, watched.clone(), address)));
        let (stop, stopped) = watch::channel(false);
        let address = (address, port).into();
        tokio::spawn(async move { serve(options, stopped).await.unwrap() });
        for _ in 0..500 {
            if std::net::TcpStream::connect_timeout(&address, Duration::from_millis(100)).is_ok() {
                return Node { address, certificates, machine, dir, stop };
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the gateway does not listen on {address}");
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.dir.path().join("machine.sock")
    }

    pub(super) fn connect(&self, ca: &Ca, credentials: Option<&Credentials>) -> Connection {
        Connection::open(&[self.address.to_string()], &ServerTrust::Ca(ca.pem.clone()), credentials).unwrap()
    }
}

/// Asks for the version; the fake answers with the roles that reached it.
pub(super) async fn roles_seen(connection: &Connection, target: &Target) -> Result<Version, Status> {
    let reply = connection.machine().version(target.request(())).await?.into_inner();
    Ok(reply.messages.into_iter().next().unwrap())
}

/// The machine's API on a socket. What its replies say is in `answer`.
pub(super) fn machine(path: &Path, name: String) -> tokio::task::JoinHandle<()> {
    let _ = std::fs::remove_file(path);
    let path = path.to_owned();
    tokio::spawn(async move {
        listen(path, move |request| {
            let name = name.clone();
            async move { answer(request, name).await }
        })
        .await;
    })
}

async fn listen<F, A>(path: PathBuf, answer: F)
where
    F: Fn(Request<Incoming>) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = Response<Body>> + Send + 'static,
{
    let listener = UnixListener::bind(path).unwrap();
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let answer = answer.clone();
        let service = AuthorizeIfMachine(tower::service_fn(move |request| {
            let reply = answer(request);
            async move { Ok::<_, Infallible>(reply.await) }
        }));
        let service = TowerToHyperService::new(service);
        connections.spawn(async move {
            let _ = http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// The resource socket knows no roles; everything else is authorized as in `machined`.
#[derive(Clone)]
struct AuthorizeIfMachine<S>(S);

impl<S> tower::Service<Request<Incoming>> for AuthorizeIfMachine<S>
where
    S: tower::Service<Request<Incoming>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Infallible>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        if request.uri().path().starts_with("/cosi.") {
            return Box::pin(self.0.call(request));
        }
        AuthorizeLayer.layer(self.0.clone()).call(request)
    }
}

async fn answer(request: Request<Incoming>, name: String) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let headers: HashMap<String, Vec<String>> =
        request.headers().iter().fold(HashMap::new(), |mut map, (key, value)| {
            map.entry(key.to_string()).or_default().push(value.to_str().unwrap().to_owned());
            map
        });
    let of = |key: &str| headers.get(key).map(|values| values.join(",")).unwrap_or_default();
    match path.as_str() {
        "/machine.MachineService/Version" => {
            let version = VersionInfo {
                tag: of(ROLE_KEY),
                sha: name,
                built: of("proxyfrom"),
                go_version: of("nodes") + &of("node"),
                ..Default::default()
            };
            let reply = VersionResponse { messages: vec![Version { version: Some(version), ..Default::default() }] };
            ok(Body::Message(frame(&reply.encode_to_vec())))
        }
        "/machine.MachineService/Dmesg" => {
            let (send, receive) = mpsc::channel(1);
            tokio::spawn(async move {
                for line in 0..3 {
                    let data = Data { metadata: None, bytes: format!("{name} {line}").into() };
                    let _ = send.send(frame(&data.encode_to_vec())).await;
                }
            });
            ok(Body::Stream(receive))
        }
        // Everything that the caller sends comes back.
        "/machine.MachineService/Read" => {
            let bytes = request.into_body().collect().await.unwrap().to_bytes();
            ok(Body::Message(frame(&Data { metadata: None, bytes }.encode_to_vec())))
        }
        "/machine.MachineService/Hostname" => Status::not_found("it has no name").into_http(),
        _ => Status::unimplemented("not in this test").into_http(),
    }
}

fn ok(body: Body) -> Response<Body> {
    Response::builder().header("content-type", "application/grpc").body(body).unwrap()
}

async fn state(
    request: Request<Incoming>,
    mut certificates: watch::Receiver<String>,
    address: Ipv4Addr,
) -> Response<Body> {
    let mut frames = Frames::default();
    frames.push(&request.into_body().collect().await.unwrap().to_bytes());
    let request = WatchRequest::decode(frames.next().unwrap().unwrap()).unwrap();
    let (send, receive) = mpsc::channel::<Bytes>(4);
    tokio::spawn(async move {
        loop {
            let yaml = match request.r#type.as_str() {
                "ApiCertificates.secrets.talos.dev" => certificates.borrow_and_update().clone(),
                "NodeAddresses.net.talos.dev" => format!("addresses: [{address}/8]"),
                _ => "hostname: here".to_string(),
            };
            let spec = Some(Spec { yaml_spec: yaml, ..Default::default() });
            let resource = Some(Resource { metadata: None, spec });
            let event = Event { resource, event_type: EventType::Updated as i32, ..Default::default() };
            let _ = send.send(frame(&WatchResponse { event: vec![event] }.encode_to_vec())).await;
            if certificates.changed().await.is_err() {
                return;
            }
        }
    });
    ok(Body::Stream(receive))
}
