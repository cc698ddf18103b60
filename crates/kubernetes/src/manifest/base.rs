//! What every cluster starts with: tokens and the rights with which nodes join and renew their certificates.

use minos_pki::Secret;
use minos_resources::k8s::BootstrapManifestsConfig;
use serde_json::{Value, json};

pub(super) const RBAC: &str = "rbac.authorization.k8s.io/v1";
const RBAC_GROUP: &str = "rbac.authorization.k8s.io";
/// Group of kubelets that have nothing but the bootstrap token.
const BOOTSTRAPPERS: &str = "system:bootstrappers:nodes";
const NODES: &str = "system:nodes";

/// The token with which a new kubelet asks for its certificate.
pub(super) fn bootstrap_token(id: &str, secret: &Secret) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "bootstrap.kubernetes.io/token",
        "metadata": {"name": format!("bootstrap-token-{id}"), "namespace": "kube-system"},
        "stringData": {
            "token-id": id,
            "token-secret": secret.expose(),
            "usage-bootstrap-authentication": "true",
            "auth-extra-groups": BOOTSTRAPPERS,
        },
    })
}

/// Who may ask for a node's certificate.
pub(super) fn node_bootstrapper() -> Value {
    bind_groups("system-bootstrap-node-bootstrapper", "system:node-bootstrapper", &[BOOTSTRAPPERS, NODES])
}

/// Whose first request the controller manager approves.
pub(super) fn csr_approver() -> Value {
    let role = "system:certificates.k8s.io:certificatesigningrequests:nodeclient";
    bind_groups("system-bootstrap-approve-node-client-csr", role, &[BOOTSTRAPPERS])
}

/// Whose renewals the controller manager approves.
pub(super) fn csr_renewal() -> Value {
    let role = "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient";
    bind_groups("system-bootstrap-node-renewal", role, &[NODES])
}

/// How pods on the host's network reach the API server without its Service.
pub(super) fn in_cluster_kubeconfig(config: &BootstrapManifestsConfig) -> Value {
    let account = "/var/run/secrets/kubernetes.io/serviceaccount";
    let document = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{
            "name": "local",
            "cluster": {"server": config.server, "certificate-authority": format!("{account}/ca.crt")},
        }],
        "users": [{"name": "service-account", "user": {"tokenFile": format!("{account}/token")}}],
        "contexts": [{"name": "local", "context": {"cluster": "local", "user": "service-account"}}],
        "current-context": "local",
    });
    json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "kubeconfig-in-cluster", "namespace": "kube-system"},
        "data": {"kubeconfig": document.to_string()},
    })
}

/// What nodes may read besides what Kubernetes lets them: the API servers' addresses.
pub(super) fn node_role() -> [Value; 2] {
    let name = "system:talos-nodes";
    let rules = json!([
        {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": ["get", "list", "watch"]},
    ]);
    let mut binding = bind_groups(name, name, &[NODES]);
    binding["metadata"]["labels"] = json!({"kubernetes.io/bootstrapping": "rbac-defaults"});
    binding["metadata"]["annotations"] = json!({"rbac.authorization.kubernetes.io/autoupdate": "true"});
    let mut role = cluster_role(name, &rules);
    role["metadata"]["labels"] = json!({"kubernetes.io/bootstrapping": "rbac-defaults"});
    [binding, role]
}

/// The type of objects by which pods ask for credentials of the node's API.
pub(super) fn service_account_definition() -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "serviceaccounts.talos.dev"},
        "spec": {
            "conversion": {"strategy": "None"},
            "group": "talos.dev",
            "names": {
                "kind": "ServiceAccount",
                "listKind": "ServiceAccountList",
                "plural": "serviceaccounts",
                "singular": "serviceaccount",
                "shortNames": ["tsa"],
            },
            "scope": "Namespaced",
            "versions": [{
                "name": "v1alpha1",
                "served": true,
                "storage": true,
                "schema": {"openAPIV3Schema": {
                    "type": "object",
                    "properties": {
                        "spec": {
                            "type": "object",
                            "properties": {"roles": {"type": "array", "items": {"type": "string"}}},
                        },
                        "status": {"type": "object", "properties": {"failureReason": {"type": "string"}}},
                    },
                }},
            }],
        },
    })
}

pub(super) fn cluster_role(name: &str, rules: &Value) -> Value {
    json!({"apiVersion": RBAC, "kind": "ClusterRole", "metadata": {"name": name}, "rules": rules})
}

pub(super) fn service_account(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": "kube-system"}})
}

/// Gives a role to a service account of `kube-system`.
pub(super) fn bind_account(name: &str, role: &str, account: &str) -> Value {
    bind(name, role, &json!([{"kind": "ServiceAccount", "name": account, "namespace": "kube-system"}]))
}

fn bind_groups(name: &str, role: &str, groups: &[&str]) -> Value {
    let subjects: Vec<_> =
        groups.iter().map(|group| json!({"kind": "Group", "name": group, "apiGroup": RBAC_GROUP})).collect();
    bind(name, role, &json!(subjects))
}

fn bind(name: &str, role: &str, subjects: &Value) -> Value {
    json!({
        "apiVersion": RBAC,
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": RBAC_GROUP, "kind": "ClusterRole", "name": role},
        "subjects": subjects,
    })
}
