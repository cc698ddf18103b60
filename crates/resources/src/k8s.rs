//! Kubernetes on this node.

mod admission_control_config;
mod api_server_config;
mod audit_policy_config;
mod authorization_config;
mod bootstrap_manifests_config;
mod config_status;
mod controller_manager_config;
mod endpoint;
mod extra_manifests_config;
mod kube_prism;
mod kubelet_config;
mod kubelet_kubeconfig;
mod kubelet_lifecycle;
mod kubelet_spec;
mod manifest;
mod node_annotation;
mod node_cordoned;
mod node_ip;
mod node_label;
mod node_status;
mod node_taint;
mod nodename;
mod pod_part;
mod scheduler_config;
mod secrets_status;
mod static_pod;

pub use admission_control_config::{AdmissionControlConfig, AdmissionPlugin};
pub use api_server_config::ApiServerConfig;
pub use audit_policy_config::AuditPolicyConfig;
pub use authorization_config::{AuthorizationConfig, Authorizer};
pub use bootstrap_manifests_config::BootstrapManifestsConfig;
pub use config_status::ConfigStatus;
pub use controller_manager_config::ControllerManagerConfig;
pub use endpoint::Endpoint;
pub use extra_manifests_config::{ExtraManifest, ExtraManifestsConfig};
pub use kube_prism::{KubePrismConfig, KubePrismEndpoint, KubePrismEndpoints, KubePrismStatuses};
pub use kubelet_config::{ExtraMount, IdMapping, KubeletConfig};
pub use kubelet_kubeconfig::KubeletKubeconfig;
pub use kubelet_lifecycle::KubeletLifecycle;
pub use kubelet_spec::KubeletSpec;
pub use manifest::{Manifest, ManifestStatus};
pub use node_annotation::NodeAnnotationSpec;
pub use node_cordoned::NodeCordonedSpec;
pub use node_ip::{NodeIp, NodeIpConfig};
pub use node_label::NodeLabelSpec;
pub use node_status::NodeStatus;
pub use node_taint::NodeTaintSpec;
pub use nodename::Nodename;
pub use pod_part::{ArgValues, ExtraVolume, PodResources};
pub use scheduler_config::SchedulerConfig;
pub use secrets_status::SecretsStatus;
pub use static_pod::{StaticPod, StaticPodServerStatus, StaticPodStatus};

use crate::declare::definitions;

/// The namespace of what every node has.
pub const NAMESPACE: &str = "k8s";

/// The namespace of what only control plane nodes have.
pub const CONTROL_PLANE_NAMESPACE: &str = "controlplane";

definitions![
    AdmissionControlConfig,
    ApiServerConfig,
    AuditPolicyConfig,
    AuthorizationConfig,
    BootstrapManifestsConfig,
    ConfigStatus,
    ControllerManagerConfig,
    Endpoint,
    ExtraManifestsConfig,
    KubePrismConfig,
    KubePrismEndpoints,
    KubePrismStatuses,
    KubeletConfig,
    KubeletKubeconfig,
    KubeletLifecycle,
    KubeletSpec,
    Manifest,
    ManifestStatus,
    NodeAnnotationSpec,
    NodeCordonedSpec,
    NodeIp,
    NodeIpConfig,
    NodeLabelSpec,
    NodeStatus,
    NodeTaintSpec,
    Nodename,
    SchedulerConfig,
    SecretsStatus,
    StaticPod,
    StaticPodServerStatus,
    StaticPodStatus,
];
