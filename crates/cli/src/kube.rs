//! Kubernetes as far as this program needs it: kubeconfig files, and reading a few objects.

pub mod client;
pub mod config;
pub mod merge;
