//! Who calls: the roles that the gateway has put into the request's metadata.

use minos_api::roles::RoleSet;
use tonic::metadata::MetadataMap;

/// Metadata key under which the gateway passes on the roles of the caller's certificate.
pub const ROLES: &str = "talos-role";

/// The caller's roles.
pub fn roles(metadata: &MetadataMap) -> RoleSet {
    RoleSet::parse(metadata.get_all(ROLES).iter().filter_map(|value| value.to_str().ok()))
}
