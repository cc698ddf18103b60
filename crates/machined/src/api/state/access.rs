//! What a caller may read.

use minos_api::roles::Role;
use minos_runtime::Definition;
use tonic::{Request, Status};

use crate::api::caller;
use crate::definitions;

/// A rule about reading resources.
#[derive(Debug, Clone, Copy)]
pub enum Access {
    /// People: by role; sensitive types only for administrators.
    ByRole,
    /// A process of the node: only these types.
    Only(&'static [&'static str]),
}

/// Whether a caller sees the secrets in types that are not sensitive as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    Shown,
    Hidden,
}

impl Access {
    /// What a caller sees of secrets: only administrators, and processes of the node, see them.
    pub fn secrets<T>(self, request: &Request<T>) -> Secrets {
        match self {
            Access::ByRole if !caller::roles(request.metadata()).contains(Role::Admin) => Secrets::Hidden,
            Access::ByRole | Access::Only(_) => Secrets::Shown,
        }
    }

    /// The definition of the type asked for, if the caller may read it.
    pub fn check<T>(
        self,
        request: &Request<T>,
        type_name: &str,
        namespace: &str,
    ) -> Result<&'static Definition, Status> {
        let definition = definitions::find(type_name)
            .ok_or_else(|| Status::permission_denied(format!("resource type {type_name:?} is not supported")))?;
        match self {
            Access::Only(types) if types.contains(&definition.type_name) => {}
            Access::Only(_) => {
                return Err(Status::permission_denied(format!("this process may not read {type_name}")));
            }
            Access::ByRole if !definition.sensitive => {}
            Access::ByRole if caller::roles(request.metadata()).contains(Role::Admin) => {}
            Access::ByRole => {
                let text = format!("not authorized: {type_name} is sensitive, which takes the role {}", Role::Admin);
                return Err(Status::permission_denied(text));
            }
        }
        if !definitions::has_namespace(namespace) {
            return Err(Status::permission_denied(format!("namespace {namespace:?} is not supported")));
        }
        Ok(definition)
    }
}
