//! Requests to an API server, as far as a node needs them.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use serde_json::Value;
use tokio::sync::Mutex;

use super::connection::Connector;
use super::{ApiAccess, ApiError, ApiWatch};
use crate::files::Files;

const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
const MAX_REPLY: usize = 16 << 20;
/// Server-side apply; JSON is YAML.
const APPLY: &str = "application/apply-patch+yaml";
const JSON: &str = "application/json";
/// Who owns the fields that a node applies.
pub(crate) const FIELD_MANAGER: &str = "talos";

/// A client of one API server. Requests share one connection; watches have their own.
pub(crate) struct ApiClient {
    connector: Connector,
    authorization: Option<String>,
    idle: Mutex<Option<SendRequest<Full<Bytes>>>>,
    kinds: Mutex<HashMap<String, Vec<Kind>>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Kind {
    kind: String,
    plural: String,
    namespaced: bool,
}

impl ApiClient {
    pub(crate) fn new(access: &ApiAccess) -> Result<Self, ApiError> {
        let authorization = access.token.as_ref().map(|token| format!("Bearer {}", token.expose()));
        Ok(Self { connector: Connector::new(access)?, authorization, idle: Mutex::default(), kinds: Mutex::default() })
    }

    /// A client with the credentials of a kubeconfig.
    pub(crate) fn from_kubeconfig(text: &str, files: &dyn Files) -> Result<Self, ApiError> {
        Self::new(&ApiAccess::read(text, files)?)
    }

    /// Whether the server takes requests.
    pub(crate) async fn is_ready(&self) -> bool {
        let asking = async { self.exchange(self.request(Method::GET, "/readyz", JSON, None)?).await };
        matches!(tokio::time::timeout(REQUEST_TIMEOUT, asking).await, Ok(Ok((StatusCode::OK, _))))
    }

    /// The object at `path`, if there is one.
    pub(crate) async fn get(&self, path: &str) -> Result<Option<Value>, ApiError> {
        match self.send(Method::GET, path, JSON, None).await {
            Err(ApiError::Refused { status: StatusCode::NOT_FOUND, .. }) => Ok(None),
            other => other.map(Some),
        }
    }

    /// Creates or changes an object by server-side apply.
    pub(crate) async fn apply(&self, path: &str, object: &Value) -> Result<Value, ApiError> {
        let path = format!("{path}?fieldManager={FIELD_MANAGER}&force=true");
        self.send(Method::PATCH, &path, APPLY, Some(object)).await
    }

    /// Replaces an object, if its resource version is still the current one.
    pub(crate) async fn replace(&self, path: &str, object: &Value) -> Result<Value, ApiError> {
        self.send(Method::PUT, &format!("{path}?fieldManager={FIELD_MANAGER}"), JSON, Some(object)).await
    }

    /// Changes of the objects at `path`, current state first. `query` has at least the field selector.
    pub(crate) async fn watch(&self, path: &str, query: &str) -> Result<ApiWatch, ApiError> {
        let path = format!("{path}?watch=true&timeoutSeconds=600&{query}");
        let request = self.request(Method::GET, &path, JSON, None)?;
        let mut sender = self.connector.open().await?;
        let reply = sender.send_request(request).await?;
        if !reply.status().is_success() {
            return Err(refused(reply).await?);
        }
        Ok(ApiWatch::new(sender, reply.into_body()))
    }

    /// The path of an object by its kind; `None` when the server does not know the kind. Namespaced objects without a
    /// namespace are in `default`.
    pub(crate) async fn path_of(&self, object: &Value) -> Result<Option<ObjectPath>, ApiError> {
        let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let (version, kind, name) = (text("/apiVersion"), text("/kind"), text("/metadata/name"));
        let root = if version.contains('/') { format!("/apis/{version}") } else { format!("/api/{version}") };
        let Some(kind) = self.kind(version, kind, &root).await? else { return Ok(None) };
        let namespace = match (kind.namespaced, text("/metadata/namespace")) {
            (false, _) => None,
            (true, "") => Some("default".to_owned()),
            (true, namespace) => Some(namespace.to_owned()),
        };
        let namespaced = namespace.as_ref().map(|namespace| format!("/namespaces/{namespace}")).unwrap_or_default();
        Ok(Some(ObjectPath { path: format!("{root}{namespaced}/{}/{name}", kind.plural), namespace }))
    }

    async fn kind(&self, version: &str, kind: &str, root: &str) -> Result<Option<Kind>, ApiError> {
        let mut kinds = self.kinds.lock().await;
        let find = |known: &Vec<Kind>| known.iter().find(|one| one.kind == kind).cloned();
        if let Some(found) = kinds.get(version).and_then(find) {
            return Ok(Some(found));
        }
        let Some(list) = self.get(root).await? else { return Ok(None) };
        let known = list["resources"].as_array().into_iter().flatten().filter_map(|one| {
            let plural = one["name"].as_str().filter(|name| !name.contains('/'))?;
            let (kind, namespaced) = (one["kind"].as_str()?.to_owned(), one["namespaced"].as_bool()?);
            Some(Kind { kind, plural: plural.to_owned(), namespaced })
        });
        let known: Vec<_> = known.collect();
        let found = find(&known);
        kinds.insert(version.to_owned(), known);
        Ok(found)
    }

    async fn send(&self, method: Method, path: &str, kind: &str, body: Option<&Value>) -> Result<Value, ApiError> {
        let sending = tokio::time::timeout(REQUEST_TIMEOUT, self.send_now(method, path, kind, body));
        sending.await.unwrap_or_else(|_| Err(ApiError::Timeout { path: path.to_owned() }))
    }

    async fn send_now(&self, method: Method, path: &str, kind: &str, body: Option<&Value>) -> Result<Value, ApiError> {
        let request = self.request(method, path, kind, body)?;
        let (status, bytes) = self.exchange(request).await?;
        if !status.is_success() {
            return Err(refusal(status, &bytes));
        }
        serde_json::from_slice(&bytes).map_err(|_| ApiError::NotJson { path: path.to_owned() })
    }

    /// One request and its whole answer. The connection is kept for the next one: a new one costs a handshake.
    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<(StatusCode, Bytes), ApiError> {
        let idle = self.idle.lock().await.take();
        let mut sender = match ready(idle).await {
            Some(sender) => sender,
            None => self.connector.open().await?,
        };
        let reply = sender.send_request(request).await?;
        let status = reply.status();
        let bytes = read(reply.into_body()).await?;
        *self.idle.lock().await = Some(sender);
        Ok((status, bytes))
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        kind: &str,
        body: Option<&Value>,
    ) -> Result<Request<Full<Bytes>>, ApiError> {
        let body = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.connector.host)
            .header(header::ACCEPT, JSON)
            .header(header::CONTENT_TYPE, kind)
            .header(header::USER_AGENT, "minos");
        if let Some(authorization) = &self.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        request.body(Full::new(body)).map_err(|_| ApiError::Path(path.to_owned()))
    }
}

/// Where an object is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ObjectPath {
    /// Path of the URL.
    pub(crate) path: String,
    /// Its namespace, when objects of its kind have one.
    pub(crate) namespace: Option<String>,
}

/// The connection, if it can still be used.
async fn ready(idle: Option<SendRequest<Full<Bytes>>>) -> Option<SendRequest<Full<Bytes>>> {
    let mut sender = idle?;
    sender.ready().await.is_ok().then_some(sender)
}

async fn read(body: Incoming) -> Result<Bytes, ApiError> {
    Ok(Limited::new(body, MAX_REPLY).collect().await.map_err(ApiError::Body)?.to_bytes())
}

/// What the server says about a request that it refused.
async fn refused(reply: Response<Incoming>) -> Result<ApiError, ApiError> {
    let status = reply.status();
    Ok(refusal(status, &read(reply.into_body()).await?))
}

fn refusal(status: StatusCode, bytes: &[u8]) -> ApiError {
    let message = match serde_json::from_slice::<Value>(bytes) {
        Ok(reply) => reply["message"].as_str().unwrap_or_default().to_owned(),
        Err(_) => String::from_utf8_lossy(bytes).trim().chars().take(200).collect(),
    };
    ApiError::Refused { status, message }
}
