use std::{collections::BTreeMap, time::Duration};

use minos_pki::{CertificateAndKey, Secret};

use super::{
    ApiServer, ClusterNetwork, ControllerManager, CoreDns, Discovery, EncodedCertificate, EncodedKey, Etcd,
    ExternalCloudProvider, InlineManifest, Proxy, Scheduler, effects,
};
use crate::schema::{Effect, section};

section! {
    /// What concerns the cluster.
    pub struct Cluster {
        /// What tells it from every other cluster: 32 random bytes in base64.
        "id" => id: String [example("nB8Hq3vXy0Vw5mE2tGzL7cRk9aJdSfUoPi1Tu4Ye6Wg=")] [effect(Effect::Live)],
        /// What its machines share and never send: 32 random bytes in base64. Discovery encrypts with it.
        "secret" => secret: Secret [effect(Effect::Live)],
        /// Where its API is.
        "controlPlane" => control_plane: Option<ControlPlane>,
        /// Its name, as it stands in kubeconfigs.
        "clusterName" => cluster_name: String [example("cellar")] [effect(effects::CONTROL_PLANE)],
        /// The networks of its pods and services.
        "network" => network: Option<ClusterNetwork>,
        /// The token with which a new kubelet asks for its certificate: two parts, joined by a dot.
        "token" => token: Secret [example("w5n1rt.q8k3d0x7c2m6vb94")] [effect(effects::KUBELET)],
        /// The key that encrypts Secrets in etcd by AES-CBC, as in old clusters: 32 bytes in base64. Only on control
        /// planes.
        "aescbcEncryptionSecret" => aescbc_encryption_secret: Secret [effect(effects::CONTROL_PLANE)],
        /// The key that encrypts Secrets in etcd by secretbox: 32 bytes in base64. It counts more than
        /// `aescbcEncryptionSecret`, which then only decrypts. Only on control planes.
        "secretboxEncryptionSecret" => secretbox_encryption_secret: Secret [effect(effects::CONTROL_PLANE)],
        /// The authority that signs the certificates of Kubernetes. Only control planes have its key.
        "ca" => ca: Option<CertificateAndKey> [effect(effects::CONTROL_PLANE_AND_KUBELET)],
        /// Authorities that are accepted besides `ca`, while one takes the place of another.
        "acceptedCAs" => accepted_cas: Vec<EncodedCertificate> [effect(effects::CONTROL_PLANE_AND_KUBELET)],
        /// The authority by which API servers of extensions know the cluster's API server (aggregation layer). Only
        /// on control planes.
        "aggregatorCA" => aggregator_ca: Option<CertificateAndKey> [effect(Effect::Live)],
        /// The key that signs the tokens of service accounts. Only on control planes.
        "serviceAccount" => service_account: Option<EncodedKey> [effect(Effect::Reboot)],
        /// The API server (`kube-apiserver`).
        "apiServer" => api_server: Option<ApiServer> [effect(effects::API_SERVER)],
        /// The controller manager (`kube-controller-manager`).
        "controllerManager" => controller_manager: Option<ControllerManager> [effect(effects::CONTROLLER_MANAGER)],
        /// `kube-proxy`, which leads what is sent to services to pods. Its objects are made once, with the cluster:
        /// later changes are for an upgrade of Kubernetes to make.
        "proxy" => proxy: Option<Proxy> [effect(Effect::Bootstrap)],
        /// The scheduler (`kube-scheduler`).
        "scheduler" => scheduler: Option<Scheduler> [effect(effects::SCHEDULER)],
        /// How the machines find each other.
        "discovery" => discovery: Option<Discovery> [idle],
        /// etcd, where Kubernetes keeps its state. Only on control planes.
        "etcd" => etcd: Option<Etcd> [effect(effects::ETCD)],
        /// CoreDNS, the cluster's DNS. Its objects are made once, with the cluster: later changes are for an upgrade
        /// of Kubernetes to make.
        "coreDNS" => core_dns: Option<CoreDns> [effect(Effect::Bootstrap)],
        /// Controllers of a cloud that run beside Kubernetes' own.
        "externalCloudProvider" => external_cloud_provider: Option<ExternalCloudProvider>
            [effect(Effect::Restarts(&["kube-apiserver", "kube-controller-manager", "kubelet"]))],
        /// URLs of manifests whose objects are created.
        "extraManifests" => extra_manifests: Vec<String> [example("[\"https://example.org/storage.yaml\"]")] [idle],
        /// Headers of the requests for `extraManifests`.
        "extraManifestHeaders" => extra_manifest_headers: BTreeMap<String, Secret>
            [example("{X-Request-From: cellar}")] [idle],
        /// Manifests whose objects are created, once each: an object that was created is neither changed nor created
        /// again afterwards.
        "inlineManifests" => inline_manifests: Vec<InlineManifest> [effect(Effect::Live)],
        /// The kubeconfig that the operating system's API hands out.
        "adminKubeconfig" => admin_kubeconfig: Option<AdminKubeconfig> [effect(Effect::Live)],
        /// Old name of the next one.
        "allowSchedulingOnMasters" => allow_scheduling_on_masters: Option<bool>
            [default("false")] [deprecated("use allowSchedulingOnControlPlanes")] [effect(effects::KUBELET)],
        /// Ordinary pods run on control planes too.
        "allowSchedulingOnControlPlanes" => allow_scheduling_on_control_planes: Option<bool>
            [default("false")] [effect(effects::KUBELET)],
    }
}

section! {
    /// Where the cluster's API is.
    pub struct ControlPlane {
        /// The URL under which everybody reaches it: that of a control plane, or of what stands before all of them.
        "endpoint" => endpoint: String
            [example("\"https://cellar.example.org:6443\"")] [effect(effects::CONTROL_PLANE_AND_KUBELET)],
        /// The port that the API server listens on, on each control plane. 0 is the default.
        "localAPIServerPort" => local_api_server_port: u16
            [default("6443")] [example("6443")] [effect(effects::CONTROL_PLANE_AND_KUBELET)],
    }
}

section! {
    /// The kubeconfig that the operating system's API hands out.
    pub struct AdminKubeconfig {
        /// How long its certificate is valid.
        "certLifetime" => cert_lifetime: Option<Duration> [default("8760h")] [example("12h")],
    }
}
