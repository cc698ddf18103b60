use std::collections::BTreeMap;

use minos_pki::Secret;
use serde_json::json;

use super::{GenerateError, Input, contract::Since, empty};
use crate::{
    config::Config,
    defaults,
    documents::{
        Document, HostnameConfig, KubeSpanConfig, RegistryMirrorConfig, V1Alpha1,
        v1alpha1::{
            AdmissionPlugin, ApiServer, Cluster, ClusterNetwork, ControlPlane, ControllerManager, Discovery,
            DiscoveryRegistries, Etcd, Features, HostDns, Install, KubePrism, KubeSpan, Kubelet, KubernetesRegistry,
            Labels, Machine, Network, Object, Proxy, Registries, RegistryMirror, Scheduler,
        },
    },
    view::{MachineType, default_audit_policy, host_and_port},
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
        if self.contract.has(Since::Documents) {
            documents.extend(self.registry_mirrors.iter().map(|(host, urls)| mirror(host, urls)));
            documents.push(HostnameConfig { auto: Some("stable".to_owned()), hostname: String::new() }.into());
        }
        if self.contract.has(Since::KubeSpanDocument) && self.kubespan.is_some() {
            documents.push(KubeSpanConfig { enabled: self.kubespan, ..KubeSpanConfig::default() }.into());
        }
        Ok(empty::written(documents, kind))
    }

    fn control_plane_machine(&self) -> Machine {
        const EXCLUDE: &str = "node.kubernetes.io/exclude-from-external-load-balancers";
        Machine {
            kind: MachineType::ControlPlane.as_str().to_owned(),
            ca: Some(self.secrets.certs.os.clone()),
            node_labels: match self.contract.has(Since::ForwardDns) {
                true => Labels::from([(EXCLUDE.to_owned(), String::new())]),
                false => Labels::new(),
            },
            ..self.any_machine()
        }
    }

    fn worker_machine(&self) -> Machine {
        Machine {
            kind: MachineType::Worker.as_str().to_owned(),
            ca: Some(self.secrets.certs.os.without_key()),
            // Upstream's workers have this section in every version.
            registries: Some(self.registries().unwrap_or_default()),
            ..self.any_machine()
        }
    }

    /// What control planes and workers have in common.
    fn any_machine(&self) -> Machine {
        let contract = self.contract;
        Machine {
            token: self.secrets.trustdinfo.token.clone(),
            cert_sans: self.additional_sans.clone(),
            kubelet: Some(Kubelet {
                image: self.image(defaults::kubelet_image),
                default_runtime_seccomp_profile_enabled: contract.when(Since::StableNames),
                disable_manifests_directory: contract.when(Since::SafeDefaults),
                ..Kubelet::default()
            }),
            install: Some(Install {
                disk: self.install_disk.clone(),
                image: self.install_image.clone(),
                wipe: Some(false),
                grub_use_uki_cmdline: contract.when(Since::Documents),
                ..Install::default()
            }),
            sysctls: self.sysctls.clone(),
            features: Some(self.features()),
            registries: self.registries(),
            network: self.network(),
            ..Machine::default()
        }
    }

    fn features(&self) -> Features {
        let contract = self.contract;
        let documents = Since::Documents;
        Features {
            rbac: contract.until(documents),
            stable_hostname: contract.until(documents).filter(|_| contract.has(Since::StableNames)),
            apid_check_ext_key_usage: contract.until(documents).filter(|_| contract.has(Since::SafeDefaults)),
            disk_quota_support: contract.when(Since::DiskQuota),
            kube_prism: contract
                .has(Since::KubePrism)
                .then_some(KubePrism { enabled: Some(true), port: defaults::KUBE_PRISM_PORT }),
            host_dns: contract.has(Since::HostDns).then_some(HostDns {
                enabled: Some(true),
                forward_kube_dns_to_host: contract.when(Since::ForwardDns),
                resolve_member_names: None,
            }),
            ..Features::default()
        }
    }

    /// Mirrors, for versions that do not know the document.
    fn registries(&self) -> Option<Registries> {
        if self.contract.has(Since::Documents) {
            return None;
        }
        let mirror = |urls: &[String]| RegistryMirror { endpoints: urls.to_vec(), ..RegistryMirror::default() };
        let mut mirrors: BTreeMap<_, _> =
            self.registry_mirrors.iter().map(|(host, urls)| (host.clone(), mirror(urls))).collect();
        if self.contract.mirrors_old_images() {
            let homes = ["https://registry.k8s.io".to_owned(), "https://k8s.gcr.io".to_owned()];
            mirrors.entry("k8s.gcr.io".to_owned()).or_insert_with(|| mirror(&homes));
        }
        Some(Registries { mirrors, ..Registries::default() })
    }

    /// The mesh, for versions that do not know the document.
    fn network(&self) -> Option<Network> {
        let mesh = |enabled| KubeSpan { enabled: Some(enabled), ..KubeSpan::default() };
        let old = !self.contract.has(Since::KubeSpanDocument);
        old.then(|| Network { kubespan: self.kubespan.map(mesh), ..Network::default() })
    }

    fn control_plane_cluster(&self) -> Cluster {
        let (certs, contract) = (&self.secrets.certs, self.contract);
        let secretbox = contract.has(Since::SafeDefaults);
        let encryption = |mine: bool, secret: &Secret| if mine { secret.clone() } else { Secret::default() };
        let component = |name: &str| self.image(|version| defaults::kubernetes_image(name, version));
        let schedulable = self.allow_scheduling_on_control_planes.then_some(true);
        Cluster {
            ca: Some(certs.k8s.clone()),
            aggregator_ca: Some(certs.k8saggregator.clone()),
            service_account: Some(certs.k8sserviceaccount.clone()),
            secretbox_encryption_secret: encryption(secretbox, &self.secrets.secrets.secretboxencryptionsecret),
            aescbc_encryption_secret: encryption(!secretbox, &self.secrets.secrets.aescbcencryptionsecret),
            api_server: Some(ApiServer {
                image: component("kube-apiserver"),
                cert_sans: self.api_server_names(),
                admission_control: contract.has(Since::PodSecurity).then(pod_security).into_iter().collect(),
                audit_policy: contract.has(Since::SafeDefaults).then(default_audit_policy),
                disable_pod_security_policy: contract.until(Since::Documents),
                ..ApiServer::default()
            }),
            controller_manager: Some(ControllerManager {
                image: component("kube-controller-manager"),
                ..ControllerManager::default()
            }),
            proxy: Some(Proxy { image: component("kube-proxy"), ..Proxy::default() }),
            scheduler: Some(Scheduler { image: component("kube-scheduler"), ..Scheduler::default() }),
            etcd: Some(Etcd { ca: Some(certs.etcd.clone()), ..Etcd::default() }),
            allow_scheduling_on_control_planes: schedulable.filter(|_| contract.has(Since::StableNames)),
            allow_scheduling_on_masters: schedulable.filter(|_| !contract.has(Since::StableNames)),
            cluster_name: self.cluster_name.clone(),
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
            cluster_name: match self.contract.has(Since::ForwardDns) {
                true => self.cluster_name.clone(),
                false => String::new(),
            },
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
                    kubernetes: KubernetesRegistry { disabled: self.contract.when(Since::StableNames) },
                    ..DiscoveryRegistries::default()
                },
            }),
            ..Cluster::default()
        }
    }

    /// Later versions find the endpoint's host themselves.
    fn api_server_names(&self) -> Vec<String> {
        let host = host_and_port(&self.endpoint).map(|(host, _)| host);
        let host = host.filter(|_| !self.contract.has(Since::Documents));
        host.into_iter().chain(self.additional_sans.iter().cloned()).collect()
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
