use std::collections::BTreeMap;

use minos_resources::k8s::{ApiServerConfig, ArgValues, ControllerManagerConfig, PodResources, SchedulerConfig};
use serde_json::{Value, json};

use super::pod::PodVersions;
use super::{api_server, controller_manager, documents, scheduler};

fn versions(files: bool) -> PodVersions {
    PodVersions { config: "c1".to_owned(), secrets: "s1".to_owned(), files: files.then(|| "f1".to_owned()) }
}

fn api_server_config() -> ApiServerConfig {
    ApiServerConfig {
        image: "registry.k8s.io/kube-apiserver:v1.36.3".to_owned(),
        control_plane_endpoint: "https://10.5.0.2:6443".to_owned(),
        etcd_servers: vec!["https://127.0.0.1:2379".to_owned()],
        local_port: 6443,
        service_cidrs: vec!["10.96.0.0/12".to_owned()],
        advertised_address: "$(POD_IP)".to_owned(),
        ..ApiServerConfig::default()
    }
}

fn extra(flag: &str, value: &str) -> BTreeMap<String, ArgValues> {
    BTreeMap::from([(flag.to_owned(), ArgValues { values: vec![value.to_owned()] })])
}

fn has(pod: &Value, arg: &str) -> bool {
    pod["spec"]["containers"][0]["command"].as_array().unwrap().iter().any(|one| one == arg)
}

#[test]
fn the_api_server() {
    insta::assert_json_snapshot!(api_server::render(&api_server_config(), &versions(true)).unwrap());
}

#[test]
fn the_controller_manager() {
    let config = ControllerManagerConfig {
        enabled: true,
        image: "registry.k8s.io/kube-controller-manager:v1.36.3".to_owned(),
        pod_cidrs: vec!["10.244.0.0/16".to_owned()],
        service_cidrs: vec!["10.96.0.0/12".to_owned()],
        environment_variables: BTreeMap::from([("PRICE".to_owned(), "1$".to_owned())]),
        resources: PodResources {
            requests: BTreeMap::new(),
            limits: BTreeMap::from([("memory".to_owned(), "1000".to_owned())]),
        },
        ..ControllerManagerConfig::default()
    };
    insta::assert_json_snapshot!(controller_manager::render(&config, &versions(false)).unwrap());
}

#[test]
fn the_scheduler() {
    let config = SchedulerConfig {
        enabled: true,
        image: "registry.k8s.io/kube-scheduler:v1.36.3".to_owned(),
        ..SchedulerConfig::default()
    };
    insta::assert_json_snapshot!(scheduler::render(&config, &versions(false)).unwrap());
}

#[test]
fn authorization_by_flags_keeps_node_and_rbac() {
    let config = ApiServerConfig { extra_args: extra("authorization-mode", "Webhook"), ..api_server_config() };
    let pod = api_server::render(&config, &versions(true)).unwrap();
    assert!(has(&pod, "--authorization-mode=Node,RBAC,Webhook"));
}

#[test]
fn the_nodes_own_flags_are_refused() {
    let config = ApiServerConfig { extra_args: extra("etcd-servers", "https://elsewhere"), ..api_server_config() };
    assert_eq!(api_server::render(&config, &versions(true)).unwrap_err().flag, "etcd-servers");
}

#[test]
fn secrets_are_encrypted_with_the_newest_key() {
    let document = documents::encryption("box", "cbc");
    let providers = document["resources"][0]["providers"].as_array().unwrap();
    let names: Vec<_> = providers.iter().map(|one| one.as_object().unwrap().keys().next().unwrap().as_str()).collect();
    assert_eq!(names, ["secretbox", "aescbc", "identity"]);
    assert_eq!(documents::encryption("", "")["resources"][0]["providers"], json!([{"identity": {}}]));
}

#[test]
fn the_scheduler_keeps_the_users_configuration() {
    let config = SchedulerConfig {
        config: json!({"profiles": [{"schedulerName": "a"}], "clientConnection": {"qps": 10}}),
        ..SchedulerConfig::default()
    };
    let document = documents::scheduler(&config);
    assert_eq!(document["clientConnection"]["qps"], 10);
    assert_eq!(document["clientConnection"]["kubeconfig"], "/system/secrets/kubernetes/kube-scheduler/kubeconfig");
    assert_eq!(document["profiles"][0]["schedulerName"], "a");
}
