//! An API server in memory, behind a real socket.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{ApiAccess, ApiClient};

/// Objects by path, and every request that changed one.
#[derive(Debug, Clone, Default)]
pub(crate) struct FakeApiServer {
    pub(crate) objects: Arc<Mutex<BTreeMap<String, Value>>>,
    pub(crate) writes: Arc<Mutex<Vec<String>>>,
    pub(crate) port: u16,
    pub(crate) guard: Arc<Mutex<Guard>>,
}

/// Who may ask; everybody without a list of tokens.
#[derive(Debug, Default)]
pub(crate) struct Guard {
    tokens: Option<Vec<String>>,
    unauthorized: usize,
}

impl FakeApiServer {
    /// Starts one that knows the kinds that manifests use.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self { port: listener.local_addr().unwrap().port(), ..Self::default() };
        let own = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let own = own.clone();
                let service = service_fn(move |request| own.clone().answer(request));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        server
    }

    pub(crate) fn access(&self) -> ApiAccess {
        ApiAccess {
            server: format!("http://127.0.0.1:{}", self.port),
            ca: String::new(),
            identity: None,
            token: None,
            server_name: None,
        }
    }

    pub(crate) fn client(&self) -> ApiClient {
        ApiClient::new(&self.access()).unwrap()
    }

    /// A kubeconfig for it.
    pub(crate) fn kubeconfig(&self) -> String {
        json!({
            "current-context": "c",
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
            "clusters": [{"name": "c", "cluster": {"server": format!("http://127.0.0.1:{}", self.port)}}],
            "users": [],
        })
        .to_string()
    }

    /// From now on refuses requests without one of these tokens.
    pub(crate) fn accept_tokens(&self, tokens: &[&str]) {
        self.guard.lock().unwrap().tokens = Some(tokens.iter().map(|token| format!("Bearer {token}")).collect());
    }

    /// How many requests had no token that is accepted.
    pub(crate) fn unauthorized(&self) -> usize {
        self.guard.lock().unwrap().unauthorized
    }

    fn is_authorized(&self, headers: &HeaderMap) -> bool {
        let mut guard = self.guard.lock().unwrap();
        let token = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let authorized = guard.tokens.as_ref().is_none_or(|tokens| tokens.iter().any(|one| one == token));
        guard.unauthorized += usize::from(!authorized);
        authorized
    }

    async fn answer(self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        let (head, body) = request.into_parts();
        let path = head.uri.path().to_owned();
        if !self.is_authorized(&head.headers) {
            let reply = json!({"kind": "Status", "message": "Unauthorized"}).to_string();
            let response = Response::builder().status(StatusCode::UNAUTHORIZED).body(Full::new(Bytes::from(reply)));
            return Ok(response.unwrap());
        }
        if head.uri.query().is_some_and(|query| query.contains("watch=true")) {
            return Ok(Response::new(Full::new(self.events(&path))));
        }
        let body = body.collect().await.unwrap().to_bytes();
        let (status, reply) = match head.method {
            Method::GET => self.read(&path),
            method => {
                self.writes.lock().unwrap().push(format!("{method} {path}"));
                self.write(path, serde_json::from_slice(&body).unwrap())
            }
        };
        let mut response = Response::new(Full::new(Bytes::from(reply.to_string())));
        *response.status_mut() = status;
        Ok(response)
    }

    /// What a watch of `path` says before the server ends it.
    fn events(&self, path: &str) -> Bytes {
        let objects = self.objects.lock().unwrap();
        let below = objects.iter().filter(|(one, _)| one.starts_with(path));
        let lines = below.map(|(_, object)| format!("{}\n", json!({"type": "ADDED", "object": object})));
        Bytes::from(lines.collect::<String>())
    }

    fn read(&self, path: &str) -> (StatusCode, Value) {
        let kinds = |kinds: &[(&str, &str, bool)]| {
            let resources: Vec<_> = kinds
                .iter()
                .map(|(kind, name, namespaced)| json!({"kind": kind, "name": name, "namespaced": namespaced}))
                .collect();
            (StatusCode::OK, json!({"kind": "APIResourceList", "resources": resources}))
        };
        match path {
            "/api/v1" => kinds(&[
                ("Namespace", "namespaces", false),
                ("ConfigMap", "configmaps", true),
                ("Secret", "secrets", true),
                ("Service", "services", true),
                ("ServiceAccount", "serviceaccounts", true),
                ("Node", "nodes", false),
            ]),
            "/apis/apps/v1" => kinds(&[("Deployment", "deployments", true), ("DaemonSet", "daemonsets", true)]),
            "/apis/rbac.authorization.k8s.io/v1" => {
                kinds(&[("ClusterRole", "clusterroles", false), ("ClusterRoleBinding", "clusterrolebindings", false)])
            }
            _ => match self.objects.lock().unwrap().get(path) {
                Some(object) => (StatusCode::OK, object.clone()),
                None => (StatusCode::NOT_FOUND, json!({"kind": "Status", "message": "not found"})),
            },
        }
    }

    fn write(&self, path: String, object: Value) -> (StatusCode, Value) {
        if object["metadata"]["name"] == "refused" {
            return (StatusCode::UNPROCESSABLE_ENTITY, json!({"kind": "Status", "message": "it is not valid"}));
        }
        self.objects.lock().unwrap().insert(path, object.clone());
        (StatusCode::OK, object)
    }
}
