//! How the API server decides who may do what.

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The authorizers, asked in their order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AuthorizationConfig {
    /// The API server's image, for its version.
    pub image: String,
    /// The authorizers.
    pub config: Vec<Authorizer>,
}

impl AuthorizationConfig {
    /// Id of the only one.
    pub const ID: &'static str = "authorization";
}

impl Spec for AuthorizationConfig {
    const TYPE: &'static str = "AuthorizationConfigs.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::CONTROL_PLANE_NAMESPACE;
    const SENSITIVE: bool = true;
}

/// One authorizer.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Authorizer {
    /// `Node`, `RBAC` or `Webhook`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Configuration of a webhook.
    #[serde(default)]
    pub webhook: Option<Value>,
}
