//! Kubernetes on the node: etcd, the kubelet, the control plane's static pods, the manifests that a cluster starts with,
//! KubePrism, and the node's labels and taints.
//!
//! In go the machine configuration, the network's addresses and the certificates of `trust`; out come requests for
//! services (`etcd`, `kubelet`), files below `/system` and `/etc/kubernetes`, and objects in the cluster. What is
//! decided is decided by pure functions; files and etcd are behind traits ([`Files`], [`Etcd`]).
//!
//! What runs is left alone when this process starts anew: what a service or the kubelet was told in this boot is kept
//! in `/run/minos`, and everything that it is made from is compared by content.
#![forbid(unsafe_code)]

mod api;
mod args;
mod control_plane;
mod controllers;
mod digest;
mod endpoint;
mod etcd;
mod files;
mod from_config;
mod kube_prism;
mod kubeconfig;
mod kubelet;
mod manifest;
mod node;
mod quantity;
mod readiness;
mod static_pod;
mod version;

pub use api::ApiError;
pub use args::ArgsError;
pub use controllers::{Deps, controllers};
pub use etcd::{BootstrapError, Etcd, EtcdError, EtcdMemberInfo, EtcdMemberStatus, LocalEtcd, request_bootstrap};
pub use files::{Access, Files, HostFiles};
pub use kubeconfig::{AdminIdentity, KubeconfigError, admin_kubeconfig};
pub use kubelet::KubeletHost;

/// The container runtime's socket, there once it can run containers.
const CONTAINERD_SOCKET: &str = "/run/containerd/containerd.sock";
