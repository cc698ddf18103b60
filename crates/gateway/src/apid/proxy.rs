//! What happens to one call.

use http::uri::{Authority, Scheme};
use http::{HeaderName, HeaderValue, Request, Response, Uri, request::Parts};
use hyper::body::Incoming;
use minos_api::roles::{RoleSet, for_method};
use rustls::ClientConfig;
use std::sync::Arc;
use tonic::Status;

use super::backend::{Backend, Nodes};
use super::body::Body;
use super::certificates::Identity;
use super::fanout::{self, Leg};
use super::names::LocalNames;
use super::peer::Peer;
use super::route::{LOOP_KEY, Route, STEERING_KEYS, route};
use crate::authz::ROLE_KEY;

/// Passes calls on. One for the whole process.
pub(super) struct Proxy {
    pub(super) local: Backend,
    pub(super) nodes: Nodes,
    pub(super) names: LocalNames,
}

/// The caller of one connection, and the certificates of its time.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) proxy: Arc<Proxy>,
    pub(super) peer: Peer,
    pub(super) identity: Identity,
}

impl Session {
    /// Answers one call; what fails becomes a status.
    pub(super) async fn answer(self, request: Request<Incoming>) -> Response<Body> {
        self.pass_on(request).await.unwrap_or_else(Status::into_http)
    }

    async fn pass_on(&self, request: Request<Incoming>) -> Result<Response<Body>, Status> {
        let (mut parts, body) = request.into_parts();
        let method = for_method(parts.uri.path());
        let streamed = method.is_some_and(|method| method.server_streaming);
        let route = route(&parts.headers, parts.uri.path(), method, &self.proxy.names, self.identity.maintenance)?;
        let roles = self.peer.roles_for(&parts.headers);
        let caller = parts.uri.authority().cloned();
        prepare(&mut parts, roles)?;
        let backend = match route {
            Route::Local => self.proxy.local.clone(),
            Route::Remote(node) => {
                mark(&mut parts, caller.as_ref());
                self.node(&node)?
            }
            Route::Each(destinations) => {
                let legs: Vec<Leg> = destinations
                    .into_iter()
                    .map(|destination| {
                        let mut parts = parts.clone();
                        let backend = if destination.local {
                            self.proxy.local.clone()
                        } else {
                            mark(&mut parts, caller.as_ref());
                            self.node(&destination.name)?
                        };
                        Ok(Leg { name: destination.name, backend, parts })
                    })
                    .collect::<Result<_, Status>>()?;
                return fanout::each(legs, body, streamed).await;
            }
        };
        let reply = backend.send(Request::from_parts(parts, Body::Request(body)), streamed).await?;
        Ok(reply.map(Body::Reply))
    }

    fn node(&self, name: &str) -> Result<Backend, Status> {
        let tls: Option<&Arc<ClientConfig>> = self.identity.client.as_ref();
        self.proxy.nodes.get(name, tls)
    }
}

/// Takes out what only steers, puts in what we vouch for.
fn prepare(parts: &mut Parts, roles: RoleSet) -> Result<(), Status> {
    for key in STEERING_KEYS {
        parts.headers.remove(key);
    }
    parts.headers.remove(ROLE_KEY);
    for role in roles.iter() {
        parts.headers.append(HeaderName::from_static(ROLE_KEY), HeaderValue::from_static(role.as_str()));
    }
    let mut uri = std::mem::take(&mut parts.uri).into_parts();
    uri.scheme = Some(Scheme::HTTP);
    uri.authority = Some(Authority::from_static("machined"));
    parts.uri = Uri::from_parts(uri).map_err(|_| Status::invalid_argument("the request has no path"))?;
    Ok(())
}

/// Notes on whose behalf we call another gateway, so that it does not pass the call on again.
fn mark(parts: &mut Parts, caller: Option<&Authority>) {
    let from = caller.and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
    parts.headers.insert(LOOP_KEY, from.unwrap_or(HeaderValue::from_static("unknown")));
}
