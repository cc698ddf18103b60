//! Laying one generated configuration over another does what the rules say, and loses nothing else.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;

use minos_config::{
    Config, Document, Patch, V1Alpha1,
    documents::StaticHostConfig,
    v1alpha1::{AdmissionPlugin, ApiServer, Cluster, ClusterNetwork, Interface, Labels, Machine, Network},
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// What is generated: a part of each kind of field that merges in its own way.
#[derive(Clone, Debug, Default)]
struct Model {
    /// Free keys: merged key by key.
    sysctls: Labels,
    /// A list: appended.
    names: Vec<String>,
    /// A list that replaces.
    pods: Vec<String>,
    /// Items with a key: merged item by item.
    interfaces: BTreeMap<String, (Option<u32>, Vec<String>)>,
    /// The same, holding anything.
    plugins: BTreeMap<String, Labels>,
    /// Documents with a name: merged document by document.
    hosts: BTreeMap<String, Vec<String>>,
}

fn words() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[a-z]{1,6}", 0..3)
}

fn labels() -> impl Strategy<Value = Labels> {
    prop::collection::btree_map("[a-d]\\.[a-d]", "[ -~]{0,8}", 0..4)
}

fn models() -> impl Strategy<Value = Model> {
    let interface = (prop::option::of(1_u32..9000), prop::collection::vec("10\\.[0-9]\\.0\\.[1-9]/24", 0..3));
    (
        labels(),
        words(),
        prop::collection::vec("10\\.[0-9]\\.0\\.0/16", 0..3),
        prop::collection::btree_map("eth[0-3]", interface, 0..3),
        prop::collection::btree_map("[A-C]", labels(), 0..3),
        prop::collection::btree_map("10\\.0\\.0\\.[1-4]", prop::collection::vec("[a-z]{1,6}", 1..3), 0..3),
    )
        .prop_map(|(sysctls, names, pods, interfaces, plugins, hosts)| Model {
            sysctls,
            names,
            pods,
            interfaces,
            plugins,
            hosts,
        })
}

impl Model {
    fn config(&self) -> Config {
        let interface = |(name, (mtu, addresses)): (&String, &(Option<u32>, Vec<String>))| Interface {
            name: name.clone(),
            mtu: mtu.unwrap_or_default(),
            addresses: addresses.clone(),
            ..Interface::default()
        };
        let text = |(key, value): (&String, &String)| (key.clone(), Value::from(value.as_str()));
        let plugin = |(name, labels): (&String, &Labels)| AdmissionPlugin {
            name: name.clone(),
            configuration: Map::from_iter([("values".to_owned(), labels.iter().map(text).collect())]),
        };
        let network = Network { interfaces: self.interfaces.iter().map(interface).collect(), ..Network::default() };
        let machine = Machine {
            kind: "worker".to_owned(),
            sysctls: self.sysctls.clone(),
            cert_sans: self.names.clone(),
            network: Some(network),
            ..Machine::default()
        };
        let api_server =
            ApiServer { admission_control: self.plugins.iter().map(plugin).collect(), ..ApiServer::default() };
        let network = ClusterNetwork { pod_subnets: self.pods.clone(), ..ClusterNetwork::default() };
        let cluster = Cluster { api_server: Some(api_server), network: Some(network), ..Cluster::default() };
        let main = V1Alpha1 {
            version: "v1alpha1".to_owned(),
            machine: Some(Box::new(machine)),
            cluster: Some(Box::new(cluster)),
            ..V1Alpha1::default()
        };
        let host = |(name, hostnames): (&String, &Vec<String>)| {
            Document::from(StaticHostConfig { name: name.clone(), hostnames: hostnames.clone() })
        };
        Config::new([Document::V1Alpha1(Box::new(main))].into_iter().chain(self.hosts.iter().map(host)))
    }

    /// What the rules say.
    fn under(&self, over: &Self) -> Self {
        let mut merged = self.clone();
        merged.sysctls.extend(over.sysctls.clone());
        merged.names.extend(over.names.clone());
        if !over.pods.is_empty() {
            merged.pods.clone_from(&over.pods);
        }
        for (name, (mtu, addresses)) in &over.interfaces {
            let mine = merged.interfaces.entry(name.clone()).or_default();
            mine.0 = mtu.or(mine.0);
            mine.1.extend(addresses.clone());
        }
        for (name, labels) in &over.plugins {
            merged.plugins.entry(name.clone()).or_default().extend(labels.clone());
        }
        for (name, hostnames) in &over.hosts {
            merged.hosts.entry(name.clone()).or_default().extend(hostnames.clone());
        }
        merged
    }
}

/// A configuration as what it says, in an order of its own.
fn said(config: &Config) -> Value {
    let main = config.v1alpha1().unwrap();
    let (machine, cluster) = (main.machine.as_ref().unwrap(), main.cluster.as_ref().unwrap());
    let interfaces: BTreeMap<_, _> = machine
        .network
        .iter()
        .flat_map(|network| &network.interfaces)
        .map(|one| (one.name.clone(), json!([one.mtu, one.addresses])))
        .collect();
    let plugins: BTreeMap<_, _> = cluster
        .api_server
        .iter()
        .flat_map(|server| &server.admission_control)
        .map(|one| (one.name.clone(), one.configuration.clone()))
        .collect();
    let hosts: BTreeMap<_, _> = config
        .documents()
        .iter()
        .filter_map(|document| match document {
            Document::StaticHostConfig(host) => Some((host.name.clone(), host.hostnames.clone())),
            _ => None,
        })
        .collect();
    let pods = cluster.network.as_ref().map(|network| network.pod_subnets.clone());
    json!({
        "type": machine.kind, "sysctls": machine.sysctls, "names": machine.cert_sans, "pods": pods,
        "interfaces": interfaces, "plugins": plugins, "hosts": hosts,
    })
}

proptest! {
    #[test]
    fn written_configurations_are_read_back(model in models()) {
        let config = model.config();
        let (again, _) = Config::parse(config.encode().as_bytes()).unwrap();
        prop_assert_eq!(again.documents(), config.documents());
    }

    #[test]
    fn merging_does_what_the_rules_say(base in models(), over in models()) {
        let patch = Patch::parse(over.config().encode()).unwrap();
        let (merged, _) = base.config().patched(&[patch]).unwrap();
        prop_assert_eq!(said(&merged), said(&base.under(&over).config()));
    }

    #[test]
    fn a_patch_leaves_alone_what_it_does_not_name(base in models(), key in "[e-h]\\.[e-h]", value in "[ -~]{0,8}") {
        let quoted = serde_json::to_string(&value).unwrap();
        let patch = Patch::parse(&format!("machine:\n  sysctls:\n    {key}: {quoted}\n")).unwrap();
        let (patched, _) = base.config().patched(&[patch]).unwrap();
        let mut expected = base.clone();
        expected.sysctls.insert(key, value);
        prop_assert_eq!(said(&patched), said(&expected.config()));
    }

    #[test]
    fn json_operations_change_only_their_place(base in models(), value in "[a-z]{1,8}") {
        let base = Model { hosts: BTreeMap::new(), ..base };
        let operations = json!([{"op": "add", "path": "/cluster/clusterName", "value": value}]).to_string();
        let (patched, _) = base.config().patched(&[Patch::parse(&operations).unwrap()]).unwrap();
        prop_assert_eq!(patched.v1alpha1().unwrap().cluster.as_ref().unwrap().cluster_name.as_str(), value);
        prop_assert_eq!(said(&patched), said(&base.config()));
    }

    #[test]
    fn a_plan_names_every_difference(base in models(), over in models()) {
        let (one, other) = (base.config(), over.config());
        prop_assert_eq!(one.plan(&other).is_empty(), one.documents() == other.documents());
        prop_assert_eq!(one.plan(&one).changes, []);
    }
}
