//! The machine configuration: every document that it may consist of.
//!
//! In comes YAML, one or more documents; out come a [`Config`] and [`Warnings`], or all [`Problems`] at once, each with its line
//! and column. A [`Config`] keeps its text, so that it is stored as it was written, and answers what controllers ask
//! (the accessors in `view/`), with defaults filled in and the old and new forms of a setting brought together.
//! [`generate`] makes new configurations, [`Config::patched`] changes one, [`Config::diff`] shows a change.
//!
//! Nothing here does I/O or reads the clock; it runs on the node, in `minosctl`, and wherever else configurations are handled.
#![forbid(unsafe_code)]

mod config;
mod defaults;
pub mod documents;
mod duration;
mod emit;
pub mod expression;
pub mod generate;
mod merge;
mod node;
mod patch;
mod plan;
mod problem;
mod read;
mod redact;
pub mod reference;
mod schema;
mod selector;
mod validate;
mod view;

pub use config::Config;
pub use defaults::{
    COREDNS_VERSION, ETCD_VERSION, KUBELET_IMAGE, KUBERNETES_VERSION, TALOS_VERSION, coredns_image, etcd_image,
    kubernetes_image,
};
pub use documents::{Document, V1Alpha1, v1alpha1};
pub use expression::{DiskExpression, LinkExpression, RankingExpression, TriggerExpression, VolumeExpression};
pub use patch::{Patch, PatchError};
pub use plan::{Change, Plan, What};
pub use problem::{Position, Problem, Problems, Warnings};
pub use schema::{Effect, HardwareAddress, Ports, RoutingTable, Size, Url};
pub use selector::{Blocked, DiskFacts, Facts, LinkFacts, Selection, SubnetError, choose_addresses};
pub use validate::Mode;
pub use view::{
    AdminKubeconfigView, ApiServerView, ClusterNetworkView, CniKind, ControllerManagerView, CoreDnsView, DiscoveryView,
    EtcdView, FeaturesView, HostnameSetting, HostsEntry, InterfaceView, KubeletView, MachineType, ProxyView,
    RegistriesView, RegistryAuthView, RegistryMirrorView, RegistryTlsView, RouteView, SchedulerView, TimeView,
};
