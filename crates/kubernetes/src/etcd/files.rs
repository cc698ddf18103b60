//! etcd's certificate files.

/// Directory of all of them.
pub(crate) const DIR: &str = "/system/secrets/etcd";
/// The authority of clients and members.
pub(crate) const CA: &str = "/system/secrets/etcd/ca.crt";
/// Certificate for clients.
pub(crate) const SERVER_CERT: &str = "/system/secrets/etcd/server.crt";
/// Its key.
pub(crate) const SERVER_KEY: &str = "/system/secrets/etcd/server.key";
/// Certificate among members.
pub(crate) const PEER_CERT: &str = "/system/secrets/etcd/peer.crt";
/// Its key.
pub(crate) const PEER_KEY: &str = "/system/secrets/etcd/peer.key";
/// The node's own client certificate.
pub(crate) const ADMIN_CERT: &str = "/system/secrets/etcd/admin.crt";
/// Its key.
pub(crate) const ADMIN_KEY: &str = "/system/secrets/etcd/admin.key";
/// User and group that etcd runs as.
pub(crate) const USER: u32 = 60;
