//! Roles, and which of them each method asks for.
//!
//! A caller's roles are the Organization fields of its certificate. A method's roles stand beside it in `proto/`; the build
//! turns them into [`METHODS`] and refuses a method that has none.

use std::fmt;

/// What a certificate entitles its holder to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Everything.
    Admin,
    /// Reading, and the acts of daily operation.
    Operator,
    /// Reading what is not secret.
    Reader,
    /// Backups of etcd and what they need.
    EtcdBackup,
    /// Asking whether an image is trusted.
    ImageVerifier,
    /// Writing tags of META.
    MetaWriter,
    /// Passing on the roles of somebody else; held by the gateways of nodes.
    Impersonator,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 7] = [
        Role::Admin,
        Role::Operator,
        Role::Reader,
        Role::EtcdBackup,
        Role::ImageVerifier,
        Role::MetaWriter,
        Role::Impersonator,
    ];

    /// The role's name in certificates and metadata.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Admin => "os:admin",
            Role::Operator => "os:operator",
            Role::Reader => "os:reader",
            Role::EtcdBackup => "os:etcd:backup",
            Role::ImageVerifier => "os:image:verifier",
            Role::MetaWriter => "os:meta:writer",
            Role::Impersonator => "os:impersonator",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of roles.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct RoleSet(u8);

impl RoleSet {
    /// No role at all.
    pub const EMPTY: RoleSet = RoleSet(0);

    /// The set of these roles.
    pub const fn of(roles: &[Role]) -> RoleSet {
        let (mut bits, mut i) = (0, 0);
        while i < roles.len() {
            bits |= 1 << roles[i] as u8;
            i += 1;
        }
        RoleSet(bits)
    }

    /// The roles among `names`; names that are no role are passed over.
    pub fn parse<'a>(names: impl IntoIterator<Item = &'a str>) -> RoleSet {
        names.into_iter().filter_map(|name| Role::parse(name.trim())).collect()
    }

    /// Whether the role is in the set.
    pub const fn contains(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }

    /// Whether the sets have a role in common.
    pub const fn intersects(self, other: RoleSet) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether there is no role in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles, in the order of [`Role::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.contains(*role))
    }
}

impl FromIterator<Role> for RoleSet {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        RoleSet(roles.into_iter().fold(0, |bits, role| bits | 1 << role as u8))
    }
}

impl fmt::Display for RoleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, role) in self.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{role}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for RoleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// How a caller proves that it may call a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// By holding one of these roles.
    AnyOf(RoleSet),
    /// By the machine token; only on the service that joining machines talk to.
    Token,
}

/// What the contract says of one method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Method {
    /// `/package.Service/Method`, as in the request line.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// Whether the caller sends a stream.
    pub client_streaming: bool,
    /// Whether the reply is a stream.
    pub server_streaming: bool,
}

impl Method {
    /// Whether somebody with these roles may call it.
    pub fn allows(&self, roles: RoleSet) -> bool {
        match self.access {
            Access::AnyOf(wanted) => wanted.intersects(roles),
            Access::Token => false,
        }
    }
}

/// Every method of the contract, sorted by path.
pub const METHODS: &[Method] = include!(concat!(env!("OUT_DIR"), "/methods.rs"));

/// The method of that path, if the contract has one.
pub fn for_method(path: &str) -> Option<&'static Method> {
    METHODS.binary_search_by(|method| method.path.cmp(path)).ok().map(|at| &METHODS[at])
}

#[cfg(test)]
mod tests;
