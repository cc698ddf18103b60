use serde_json::json;

use super::{GenerateError, Input};
use crate::{
    config::Config,
    defaults,
    documents::{
        Document, HostnameConfig, KubeSpanConfig, RegistryMirrorConfig, V1Alpha1,
        v1alpha1::{
            AdmissionPlugin, ApiServer, Cluster, ClusterNetwork, ControlPlane, ControllerManager, Discovery,
            DiscoveryRegistries, Etcd, Features, HostDns, Install, KubePrism, Kubelet, KubernetesRegistry, Labels,
            Machine, Object, Proxy, Scheduler,
        },
    },
    view::{MachineType, default_audit_policy},
};

impl Input {
    /// The configuration for machines of this kind.
    pub fn config(&self, kind: MachineType) -> Result<Config, GenerateError> {
        let (machine, cluster) = match kind {
            MachineType::ControlPlane => (self.control_plane_machine(), self.control_plane_cluster()),
            MachineType::Worker => (self.worker_machine(), self.worker_cluster()),
            MachineType::Init | MachineType::Unknown => return Err(GenerateError::Kind),
        };
        let main = V1Alpha1 {
            version: "v1alpha1".to_owned(),
            debug: Some(self.debug),
            persist: Some(true),
            machine: Some(Box::new(machine)),
            cluster: Some(Box::new(cluster)),
        };
        let mut documents = vec![Document::V1Alpha1(Box::new(main))];
        documents.extend(self.registry_mirrors.iter().map(|(host, urls)| mirror(host, urls)));
        documents.push(HostnameConfig { auto: Some("stable".to_owned()), hostname: String::new() }.into());
        documents.extend(
            self.kubespan
                .map(|enabled| Document::from(KubeSpanConfig { enabled: Some(enabled), ..KubeSpanConfig::default() })),
        );
        Ok(Config::new(documents))
    }

    fn control_plane_machine(&self) -> Machine {
        const EXCLUDE: &str = "node.kubernetes.io/exclude-from-external-load-balancers";
        Machine {
            kind: MachineType::ControlPlane.as_str().to_owned(),
            ca: Some(self.secrets.certs.os.clone()),
            node_labels: Labels::from([(EXCLUDE.to_owned(), String::new())]),
            ..self.any_machine()
        }
    }

    fn worker_machine(&self) -> Machine {
        Machine {
            kind: MachineType::Worker.as_str().to_owned(),
            ca: Some(self.secrets.certs.os.without_key()),
            ..self.any_machine()
        }
    }

    /// What control planes and workers have in common.
    fn any_machine(&self) -> Machine {
        Machine {
            token: self.secrets.trustdinfo.token.clone(),
            cert_sans: self.additional_sans.clone(),
            kubelet: Some(Kubelet {
                image: self.image(defaults::kubelet_image),
                default_runtime_seccomp_profile_enabled: Some(true),
                disable_manifests_directory: Some(true),
                ..Kubelet::default()
            }),
            install: Some(Install {
                disk: self.install_disk.clone(),
                image: self.install_image.clone(),
                wipe: Some(false),
                grub_use_uki_cmdline: Some(true),
                ..Install::default()
            }),
            sysctls: self.sysctls.clone(),
            features: Some(Features {
                disk_quota_support: Some(true),
                kube_prism: Some(KubePrism { enabled: Some(true), port: defaults::KUBE_PRISM_PORT }),
                host_dns: Some(HostDns {
                    enabled: Some(true),
                    forward_kube_dns_to_host: Some(true),
                    resolve_member_names: None,
                }),
                ..Features::default()
            }),
            ..Machine::default()
        }
    }

    fn control_plane_cluster(&self) -> Cluster {
        let certs = &self.secrets.certs;
        let component = |name: &str| self.image(|version| defaults::kubernetes_image(name, version));
        Cluster {
            ca: Some(certs.k8s.clone()),
            aggregator_ca: Some(certs.k8saggregator.clone()),
            service_account: Some(certs.k8sserviceaccount.clone()),
            secretbox_encryption_secret: self.secrets.secrets.secretboxencryptionsecret.clone(),
            aescbc_encryption_secret: self.secrets.secrets.aescbcencryptionsecret.clone(),
            api_server: Some(ApiServer {
                image: component("kube-apiserver"),
                cert_sans: self.additional_sans.clone(),
                admission_control: vec![pod_security()],
                audit_policy: Some(default_audit_policy()),
                ..ApiServer::default()
            }),
            controller_manager: Some(ControllerManager {
                image: component("kube-controller-manager"),
                ..ControllerManager::default()
            }),
            proxy: Some(Proxy { image: component("kube-proxy"), ..Proxy::default() }),
            scheduler: Some(Scheduler { image: component("kube-scheduler"), ..Scheduler::default() }),
            etcd: Some(Etcd { ca: Some(certs.etcd.clone()), ..Etcd::default() }),
            allow_scheduling_on_control_planes: self.allow_scheduling_on_control_planes.then_some(true),
            ..self.worker_cluster()
        }
    }

    /// What every machine knows of its cluster: no authority's key.
    fn worker_cluster(&self) -> Cluster {
        let (pods, services) = self.subnets();
        Cluster {
            id: self.secrets.cluster.id.clone(),
            secret: self.secrets.cluster.secret.clone(),
            control_plane: Some(ControlPlane { endpoint: self.endpoint.clone(), ..ControlPlane::default() }),
            cluster_name: self.cluster_name.clone(),
            network: Some(ClusterNetwork {
                cni: None,
                dns_domain: self.dns_domain.clone(),
                pod_subnets: vec![pods.to_owned()],
                service_subnets: vec![services.to_owned()],
            }),
            token: self.secrets.secrets.bootstraptoken.clone(),
            ca: Some(self.secrets.certs.k8s.without_key()),
            discovery: Some(Discovery {
                enabled: Some(self.discovery),
                registries: DiscoveryRegistries {
                    kubernetes: KubernetesRegistry { disabled: Some(true) },
                    ..DiscoveryRegistries::default()
                },
            }),
            ..Cluster::default()
        }
    }

    fn image(&self, name: impl FnOnce(&str) -> String) -> String {
        if self.kubernetes_version.is_empty() { String::new() } else { name(&self.kubernetes_version) }
    }
}

fn mirror(host: &str, urls: &[String]) -> Document {
    let endpoints = urls.iter().map(|url| crate::documents::RegistryEndpoint { url: url.clone(), override_path: None });
    RegistryMirrorConfig { name: host.to_owned(), endpoints: endpoints.collect(), skip_fallback: None }.into()
}

/// Pods are refused what the baseline forbids and warned of what the restricted profile would, except in kube-system.
fn pod_security() -> AdmissionPlugin {
    let configuration = json!({
        "apiVersion": "pod-security.admission.config.k8s.io/v1alpha1",
        "kind": "PodSecurityConfiguration",
        "defaults": {
            "audit": "restricted",
            "audit-version": "latest",
            "enforce": "baseline",
            "enforce-version": "latest",
            "warn": "restricted",
            "warn-version": "latest",
        },
        "exemptions": { "namespaces": ["kube-system"], "runtimeClasses": [], "usernames": [] },
    });
    let configuration: Object = configuration.as_object().cloned().unwrap_or_default();
    AdmissionPlugin { name: "PodSecurity".to_owned(), configuration }
}
