//! How the API server decides who may do what.

use serde_json::Value;

use crate::declare::{message, resource};

resource! {
    /// The authorizers, asked in their order.
    #[derive(Default)]
    pub struct AuthorizationConfig = "AuthorizationConfigs.kubernetes.talos.dev" in super::CONTROL_PLANE_NAMESPACE => {
        /// The API server's image, for its version.
        1 "image" => image: String,
        /// The authorizers.
        2 "config" => config: Vec<Authorizer>,
    }
    sensitive: true;
}

impl AuthorizationConfig {
    /// Id of the only one.
    pub const ID: &'static str = "authorization";
}

message! {
    /// One authorizer.
    #[derive(Default)]
    pub struct Authorizer {
        /// `Node`, `RBAC` or `Webhook`.
        1 "type" => kind: String,
        /// Its name.
        2 "name" => name: String,
        /// Configuration of a webhook.
        #[serde(with = "crate::wire::mapping")]
        3 "webhook" => webhook: Option<Value>,
    }
}
