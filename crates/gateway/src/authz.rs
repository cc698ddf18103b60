//! Lets a call through when its roles suffice for its method.
//!
//! The gateway has put the caller's roles into the metadata; the rule stands beside the method in the contract. Handlers
//! that need to know more find the [`RoleSet`] in the request's extensions.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{HeaderMap, Request, Response};
use minos_api::roles::{Access, RoleSet, for_method};
use tonic::Status;
use tower::{Layer, Service};

/// Metadata key under which roles travel, one value per role.
pub const ROLE_KEY: &str = "talos-role";

/// The roles that the metadata names.
pub fn roles_in(headers: &HeaderMap) -> RoleSet {
    let values = headers.get_all(ROLE_KEY).iter().filter_map(|value| value.to_str().ok());
    RoleSet::parse(values.flat_map(|value| value.split(',')))
}

/// Whether somebody with these roles may call the method of that path; if not, the status that says why.
pub fn authorize(path: &str, roles: RoleSet) -> Result<(), Status> {
    let Some(method) = for_method(path) else {
        return Err(Status::unimplemented(format!("there is no method {path} on this node")));
    };
    if method.allows(roles) {
        return Ok(());
    }
    let held = if roles.is_empty() { "none".into() } else { roles.to_string() };
    Err(Status::permission_denied(match method.access {
        Access::AnyOf(wanted) => {
            format!("{path} needs one of the roles {wanted}; the caller has {held}")
        }
        Access::Token => format!("{path} is for machines that join, not for holders of a role"),
    }))
}

/// Puts [`authorize`] in front of a service.
#[derive(Clone, Copy, Debug, Default)]
pub struct AuthorizeLayer;

impl<S> Layer<S> for AuthorizeLayer {
    type Service = Authorize<S>;

    fn layer(&self, inner: S) -> Authorize<S> {
        Authorize { inner }
    }
}

/// The service that [`AuthorizeLayer`] makes.
#[derive(Clone, Debug)]
pub struct Authorize<S> {
    inner: S,
}

impl<S, B, R> Service<Request<B>> for Authorize<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
    S::Error: 'static,
    R: Default + 'static,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let roles = roles_in(request.headers());
        if let Err(status) = authorize(request.uri().path(), roles) {
            return Box::pin(async move { Ok(status.into_http()) });
        }
        request.extensions_mut().insert(roles);
        Box::pin(self.inner.call(request))
    }
}

#[cfg(test)]
mod tests {
    use minos_api::roles::{METHODS, Role};
    use tonic::Code;

    use super::*;

    /// Every method with every single role: allowed exactly when the contract names the role.
    #[test]
    fn method_by_role() {
        let mut allowed = 0;
        for method in METHODS {
            for role in Role::ALL {
                let expected = match method.access {
                    Access::AnyOf(roles) => roles.contains(role),
                    Access::Token => false,
                };
                let verdict = authorize(method.path, RoleSet::of(&[role]));
                assert_eq!(verdict.is_ok(), expected, "{} as {role}", method.path);
                if let Err(status) = verdict {
                    assert_eq!(status.code(), Code::PermissionDenied);
                    assert!(status.message().contains(method.path), "{}", status.message());
                }
                allowed += usize::from(expected);
            }
            assert_eq!(authorize(method.path, RoleSet::EMPTY).unwrap_err().code(), Code::PermissionDenied);
        }
        assert!(allowed > METHODS.len());
    }

    #[test]
    fn a_method_that_does_not_exist_is_unimplemented() {
        let status = authorize("/machine.MachineService/Dance", RoleSet::of(&[Role::Admin])).unwrap_err();
        assert_eq!(status.code(), Code::Unimplemented);
    }

    #[test]
    fn roles_come_from_the_metadata() {
        let mut headers = HeaderMap::new();
        assert!(roles_in(&headers).is_empty());
        headers.append(ROLE_KEY, "os:reader".parse().unwrap());
        headers.append(ROLE_KEY, "os:operator".parse().unwrap());
        assert_eq!(roles_in(&headers), RoleSet::of(&[Role::Reader, Role::Operator]));
    }

    #[tokio::test]
    async fn the_layer_answers_itself_or_passes_on() {
        let inner = tower::service_fn(|request: Request<()>| async move {
            assert!(request.extensions().get::<RoleSet>().unwrap().contains(Role::Reader));
            Ok::<_, std::convert::Infallible>(Response::new(()))
        });
        let mut service = AuthorizeLayer.layer(inner);
        let request = |path: &str| Request::builder().uri(path).header(ROLE_KEY, "os:reader").body(()).unwrap();
        let reply = service.call(request("/machine.MachineService/Version")).await.unwrap();
        assert!(reply.headers().get("grpc-status").is_none());
        let reply = service.call(request("/machine.MachineService/Reboot")).await.unwrap();
        assert_eq!(reply.headers()["grpc-status"], "7");
    }
}
