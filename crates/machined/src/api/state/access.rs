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

impl Access {
    /// The definition of the type asked for, if the caller may read it.
    pub fn check<T>(
        self,
        request: &Request<T>,
        type_name: &str,
        namespace: &str,
    ) -> Result<&'static Definition, Status> {
        let definition = definitions::find(type_name)
            .ok_or_else(|| Status::permission_denied(format!("resource type {type_name:?} is not supported")))?;
        if !definitions::has_namespace(namespace) {
            return Err(Status::permission_denied(format!("namespace {namespace:?} is not supported")));
        }
        match self {
            Access::Only(types) if types.contains(&definition.type_name) => Ok(definition),
            Access::Only(_) => Err(Status::permission_denied(format!("this process may not read {type_name}"))),
            Access::ByRole if !definition.sensitive => Ok(definition),
            Access::ByRole if caller::roles(request.metadata()).contains(Role::Admin) => Ok(definition),
            Access::ByRole => {
                Err(Status::permission_denied(format!("{type_name} is sensitive: it takes the role {}", Role::Admin)))
            }
        }
    }
}
