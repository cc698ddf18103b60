//! The kubelet.

mod args;
pub(crate) mod config;
mod configuration;
mod first_certificate;
mod host;
mod kubeconfig;
mod prepare;
mod service;
mod spec;
mod token;

pub(crate) use args::KUBECONFIG;
pub use host::KubeletHost;
pub(crate) use kubeconfig::KubeletKubeconfigStatus;
pub(crate) use service::KubeletService;
pub(crate) use spec::KubeletSpecMake;
