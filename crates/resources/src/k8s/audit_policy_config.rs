//! The API server's audit policy.

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The audit policy.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AuditPolicyConfig {
    /// The policy document.
    pub config: Value,
}

impl AuditPolicyConfig {
    /// Id of the only one.
    pub const ID: &'static str = "audit-policy";
}

impl Spec for AuditPolicyConfig {
    const TYPE: &'static str = "AuditPolicyConfigs.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::CONTROL_PLANE_NAMESPACE;
    const SENSITIVE: bool = true;
}
