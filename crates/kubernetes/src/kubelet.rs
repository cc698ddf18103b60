//! The kubelet.

mod args;
pub(crate) mod config;
mod configuration;
mod kubeconfig;
mod prepare;
mod spec;

pub(crate) use args::KUBECONFIG;
pub(crate) use kubeconfig::KubeletKubeconfigStatus;
pub(crate) use spec::KubeletSpecMake;
