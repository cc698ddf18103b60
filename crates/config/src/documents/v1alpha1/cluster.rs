use std::time::Duration;

use minos_pki::{CertificateAndKey, Secret};

use super::{ApiServer, ControllerManager, Discovery, EncodedCertificate, EncodedKey, Etcd, Labels, Proxy, Scheduler};
use crate::schema::section;

section! {
    /// What concerns the cluster.
    pub struct Cluster {
        /// Its id, 32 bytes in base64.
        "id" => id: String,
        /// What its members share, 32 bytes in base64.
        "secret" => secret: Secret,
        /// Where its API is.
        "controlPlane" => control_plane: Option<ControlPlane>,
        /// Its name.
        "clusterName" => cluster_name: String,
        /// Its networks.
        "network" => network: Option<ClusterNetwork>,
        /// The bootstrap token, `id.secret`.
        "token" => token: Secret,
        /// Encrypts Secrets in etcd (old clusters).
        "aescbcEncryptionSecret" => aescbc_encryption_secret: Secret,
        /// Encrypts Secrets in etcd.
        "secretboxEncryptionSecret" => secretbox_encryption_secret: Secret,
        /// Kubernetes' authority; its key only on control planes.
        "ca" => ca: Option<CertificateAndKey>,
        /// Further authorities that Kubernetes' clients may be signed by.
        "acceptedCAs" => accepted_cas: Vec<EncodedCertificate>,
        /// The aggregation layer's authority.
        "aggregatorCA" => aggregator_ca: Option<CertificateAndKey>,
        /// Signs service account tokens.
        "serviceAccount" => service_account: Option<EncodedKey>,
        /// The API server.
        "apiServer" => api_server: Option<ApiServer>,
        /// The controller manager.
        "controllerManager" => controller_manager: Option<ControllerManager>,
        /// kube-proxy.
        "proxy" => proxy: Option<Proxy>,
        /// The scheduler.
        "scheduler" => scheduler: Option<Scheduler>,
        /// How nodes find each other.
        "discovery" => discovery: Option<Discovery> [idle],
        /// etcd.
        "etcd" => etcd: Option<Etcd>,
        /// The cluster's DNS.
        "coreDNS" => core_dns: Option<CoreDns>,
        /// A cloud's controllers.
        "externalCloudProvider" => external_cloud_provider: Option<ExternalCloudProvider>,
        /// URLs of manifests to apply.
        "extraManifests" => extra_manifests: Vec<String>,
        /// Headers of the requests for them.
        "extraManifestHeaders" => extra_manifest_headers: Labels,
        /// Manifests to apply.
        "inlineManifests" => inline_manifests: Vec<InlineManifest>,
        /// The administrator's kubeconfig.
        "adminKubeconfig" => admin_kubeconfig: Option<AdminKubeconfig>,
        /// Old name of the next one.
        "allowSchedulingOnMasters" => allow_scheduling_on_masters: Option<bool> [deprecated("use allowSchedulingOnControlPlanes")],
        /// Ordinary pods run on control planes.
        "allowSchedulingOnControlPlanes" => allow_scheduling_on_control_planes: Option<bool>,
    }
}

section! {
    /// Where the cluster's API is.
    pub struct ControlPlane {
        /// Its URL for everyone.
        "endpoint" => endpoint: String,
        /// The port on each control plane, 6443 when 0.
        "localAPIServerPort" => local_api_server_port: u16,
    }
}

section! {
    /// The cluster's networks.
    pub struct ClusterNetwork {
        /// What connects pods.
        "cni" => cni: Option<Cni>,
        /// The domain of services.
        "dnsDomain" => dns_domain: String,
        /// Networks of pods.
        "podSubnets" => pod_subnets: Vec<String> [replace],
        /// Networks of services.
        "serviceSubnets" => service_subnets: Vec<String> [replace],
    }
}

section! {
    /// What connects pods.
    pub struct Cni {
        /// `flannel`, `custom` or `none`.
        "name" => name: String,
        /// URLs of manifests, for `custom`.
        "urls" => urls: Vec<String>,
        /// For `flannel`.
        "flannel" => flannel: Option<FlannelCni>,
    }
}

section! {
    /// Settings of flannel.
    pub struct FlannelCni {
        /// Arguments of its daemon.
        "extraArgs" => extra_args: Vec<String>,
        /// Network policies are enforced.
        "kubeNetworkPoliciesEnabled" => kube_network_policies_enabled: Option<bool>,
    }
}

section! {
    /// The cluster's DNS.
    pub struct CoreDns {
        /// True switches it off.
        "disabled" => disabled: Option<bool>,
        /// Its image.
        "image" => image: String,
    }
}

section! {
    /// A cloud's controllers.
    pub struct ExternalCloudProvider {
        /// Whether there are some.
        "enabled" => enabled: Option<bool>,
        /// URLs of their manifests.
        "manifests" => manifests: Vec<String>,
    }
}

section! {
    /// A manifest to apply.
    pub struct InlineManifest {
        /// Its name.
        "name" => name: String,
        /// What it says: YAML, one or more documents.
        "contents" => contents: String,
    }
}

section! {
    /// The administrator's kubeconfig.
    pub struct AdminKubeconfig {
        /// How long its certificate is valid.
        "certLifetime" => cert_lifetime: Option<Duration>,
    }
}
