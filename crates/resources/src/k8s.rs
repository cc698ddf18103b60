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
pub use kubelet_config::{ExtraMount, KubeletConfig};
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

use minos_runtime::Definition;

/// The namespace of what every node has.
pub const NAMESPACE: &str = "k8s";

/// The namespace of what only control plane nodes have.
pub const CONTROL_PLANE_NAMESPACE: &str = "controlplane";

/// The types of this domain.
pub const DEFINITIONS: &[Definition] = &[
    Definition::of::<AdmissionControlConfig>(),
    Definition::of::<ApiServerConfig>(),
    Definition::of::<AuditPolicyConfig>(),
    Definition::of::<AuthorizationConfig>(),
    Definition::of::<BootstrapManifestsConfig>(),
    Definition::of::<ConfigStatus>(),
    Definition::of::<ControllerManagerConfig>(),
    Definition::of::<Endpoint>(),
    Definition::of::<ExtraManifestsConfig>(),
    Definition::of::<KubePrismConfig>(),
    Definition::of::<KubePrismEndpoints>(),
    Definition::of::<KubePrismStatuses>(),
    Definition::of::<KubeletConfig>(),
    Definition::of::<KubeletKubeconfig>(),
    Definition::of::<KubeletLifecycle>(),
    Definition::of::<KubeletSpec>(),
    Definition::of::<Manifest>(),
    Definition::of::<ManifestStatus>(),
    Definition::of::<NodeAnnotationSpec>(),
    Definition::of::<NodeCordonedSpec>(),
    Definition::of::<NodeIp>(),
    Definition::of::<NodeIpConfig>(),
    Definition::of::<NodeLabelSpec>(),
    Definition::of::<NodeStatus>(),
    Definition::of::<NodeTaintSpec>(),
    Definition::of::<Nodename>(),
    Definition::of::<SchedulerConfig>(),
    Definition::of::<SecretsStatus>(),
    Definition::of::<StaticPod>(),
    Definition::of::<StaticPodServerStatus>(),
    Definition::of::<StaticPodStatus>(),
];
