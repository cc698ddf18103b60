//! etcd.

mod args;
mod bootstrap;
mod client;
pub(crate) mod config;
mod files;
mod member;
mod pki;
mod service;
mod spec;
mod start;

pub use bootstrap::{BootstrapError, request_bootstrap};
pub use client::{Etcd, EtcdError, EtcdMemberInfo, EtcdMemberStatus, LocalEtcd};
pub(crate) use member::EtcdMemberStatusOf;
pub(crate) use pki::EtcdPki;
pub(crate) use service::EtcdService;
pub(crate) use spec::EtcdSpecMake;
