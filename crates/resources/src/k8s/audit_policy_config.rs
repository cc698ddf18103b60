//! The API server's audit policy.

use serde_json::Value;

use crate::declare::resource;

resource! {
    /// The audit policy.
    #[derive(Default)]
    pub struct AuditPolicyConfig = "AuditPolicyConfigs.kubernetes.talos.dev" in super::CONTROL_PLANE_NAMESPACE => {
        /// The policy document.
        #[serde(with = "crate::wire::mapping")]
        1 "config" => config: Value,
    }
    sensitive: true;
}

impl AuditPolicyConfig {
    /// Id of the only one.
    pub const ID: &'static str = "audit-policy";
}
