//! Who is at the other end of a connection.

use http::HeaderMap;
use minos_api::roles::{Role, RoleSet};
use rustls_pki_types::CertificateDer;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

use crate::authz::{ROLE_KEY, roles_in};

/// What a connection's certificate entitles to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Peer {
    roles: RoleSet,
}

impl Peer {
    /// In maintenance mode nobody has a certificate, and everybody may read.
    pub(super) fn maintenance() -> Peer {
        Peer { roles: RoleSet::of(&[Role::Reader]) }
    }

    /// The roles are the Organization fields of the certificate.
    pub(super) fn of(certificate: &CertificateDer<'_>) -> Peer {
        let Ok((_, parsed)) = X509Certificate::from_der(certificate) else {
            return Peer { roles: RoleSet::EMPTY };
        };
        let organizations = parsed.subject().iter_organization().filter_map(|field| field.as_str().ok());
        Peer { roles: RoleSet::parse(organizations) }
    }

    /// The roles for one call: the certificate's, or those that an impersonator passes on for its own caller.
    pub(super) fn roles_for(self, headers: &HeaderMap) -> RoleSet {
        if self.roles.contains(Role::Impersonator) && headers.contains_key(ROLE_KEY) {
            return roles_in(headers);
        }
        self.roles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_impersonators_may_pass_roles_on() {
        let mut headers = HeaderMap::new();
        headers.append(ROLE_KEY, "os:admin".parse().unwrap());
        let reader = Peer::maintenance();
        assert_eq!(reader.roles_for(&headers), RoleSet::of(&[Role::Reader]));
        let gateway = Peer { roles: RoleSet::of(&[Role::Impersonator]) };
        assert_eq!(gateway.roles_for(&headers), RoleSet::of(&[Role::Admin]));
        assert_eq!(gateway.roles_for(&HeaderMap::new()), RoleSet::of(&[Role::Impersonator]));
    }
}
