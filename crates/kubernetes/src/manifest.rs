//! Manifests: what a cluster starts with and what the user adds.

mod apply;
mod base;
pub(crate) mod config;
mod core_dns;
mod create;
mod flannel;
mod inventory;
mod kube_proxy;
mod make;
mod render;
mod yaml;

pub(crate) use apply::ManifestApply;
pub(crate) use make::{BootstrapManifests, ExtraManifests};
