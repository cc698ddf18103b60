use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

/// What a caller of the API may do; stands in the client certificate's Organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Everything.
    #[serde(rename = "os:admin")]
    Admin,
    /// Reads, and reboots, restarts, shuts down; takes etcd snapshots.
    #[serde(rename = "os:operator")]
    Operator,
    /// Reads what holds no secrets.
    #[serde(rename = "os:reader")]
    Reader,
    /// Takes etcd snapshots.
    #[serde(rename = "os:etcd:backup")]
    EtcdBackup,
    /// May speak for another caller: only `apid` of another node, never a person.
    #[serde(rename = "os:impersonator")]
    Impersonator,
}

impl Role {
    /// Every role there is.
    pub const ALL: [Self; 5] = [Self::Admin, Self::Operator, Self::Reader, Self::EtcdBackup, Self::Impersonator];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "os:admin",
            Self::Operator => "os:operator",
            Self::Reader => "os:reader",
            Self::EtcdBackup => "os:etcd:backup",
            Self::Impersonator => "os:impersonator",
        }
    }

    /// The role with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of roles, by name: names unknown to this version are kept, they merely grant nothing here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Roles(BTreeSet<String>);

impl Roles {
    /// Reads role names, skipping empty ones (old client certificates carry an empty Organization).
    pub fn parse<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> Self {
        Self(names.into_iter().map(|name| name.as_ref().trim().to_owned()).filter(|name| !name.is_empty()).collect())
    }

    /// True when the role is in the set.
    pub fn includes(&self, role: Role) -> bool {
        self.0.contains(role.as_str())
    }

    /// True when one of `wanted` is in the set.
    pub fn includes_any(&self, wanted: &[Role]) -> bool {
        wanted.iter().any(|role| self.includes(*role))
    }

    /// The names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Names that no role of this version has.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        self.names().filter(|name| Role::parse(name).is_none())
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<T: IntoIterator<Item = Role>>(roles: T) -> Self {
        Self(roles.into_iter().map(|role| role.as_str().to_owned()).collect())
    }
}

impl From<Role> for Roles {
    fn from(role: Role) -> Self {
        Self::from_iter([role])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_names_are_kept_and_grant_nothing() {
        let roles = Roles::parse(["os:reader", "", " os:admin ", "os:future"]);
        assert!(roles.includes(Role::Admin) && roles.includes(Role::Reader));
        assert!(!roles.includes_any(&[Role::Operator, Role::Impersonator]));
        assert_eq!(roles.unknown().collect::<Vec<_>>(), ["os:future"]);
    }
}
