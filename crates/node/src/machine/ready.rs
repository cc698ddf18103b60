//! Whether everything that the stage needs is there: pure.

use minos_resources::k8s::{NodeStatus, Nodename};
use minos_resources::network::NetworkStatus;
use minos_resources::runtime::{MachineStage, Readiness, UnmetCondition};
use minos_resources::v1alpha1::{Service, TimeStatus};
use serde_json::Value;

/// What is known of the machine.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) stage: MachineStage,
    pub(crate) control_plane: bool,
    pub(crate) time: Option<TimeStatus>,
    pub(crate) network: Option<NetworkStatus>,
    pub(crate) services: Vec<(String, Service)>,
    pub(crate) static_pods: Vec<(String, Value)>,
    pub(crate) nodename: Option<Nodename>,
    pub(crate) node: Option<NodeStatus>,
}

impl Facts {
    /// Which conditions are not met. Only a machine that comes up or is in service has conditions.
    pub(crate) fn readiness(&self) -> Readiness {
        if !matches!(self.stage, MachineStage::Booting | MachineStage::Running) {
            return Readiness { ready: true, unmet_conditions: Vec::new() };
        }
        let conditions = [
            ("time", self.time()),
            ("network", self.network()),
            ("services", self.services()),
            ("staticPods", self.static_pods()),
            ("nodeReady", self.node_ready()),
        ];
        let unmet: Vec<UnmetCondition> = conditions
            .into_iter()
            .filter_map(|(name, reason)| Some(UnmetCondition { name: name.to_owned(), reason: reason? }))
            .collect();
        Readiness { ready: unmet.is_empty(), unmet_conditions: unmet }
    }

    fn time(&self) -> Option<String> {
        let synced = self.time.as_ref().is_some_and(|time| time.synced);
        (!synced).then(|| "time is not synced".to_owned())
    }

    fn network(&self) -> Option<String> {
        let status = self.network.clone().unwrap_or_default();
        let parts = [
            (status.address_ready, "address"),
            (status.connectivity_ready, "connectivity"),
            (status.etc_files_ready, "etc-files"),
            (status.hostname_ready, "hostname"),
        ];
        let waiting: Vec<&str> = parts.into_iter().filter(|(ready, _)| !ready).map(|(_, name)| name).collect();
        (!waiting.is_empty()).then(|| format!("waiting on: {}", waiting.join(", ")))
    }

    fn services(&self) -> Option<String> {
        let required: &[&str] = if self.control_plane { &["apid", "kubelet", "etcd"] } else { &["apid", "kubelet"] };
        let mut problems = Vec::new();
        for (name, service) in &self.services {
            if !service.running {
                problems.push(format!("{name} not running"));
            } else if !service.healthy && !service.unknown {
                problems.push(format!("{name} not healthy"));
            }
        }
        for name in required {
            if !self.services.iter().any(|(service, _)| service == name) {
                problems.push(format!("{name} not running"));
            }
        }
        joined(problems)
    }

    fn static_pods(&self) -> Option<String> {
        joined(self.static_pods.iter().filter_map(|(name, status)| pod_problem(name, status)).collect())
    }

    fn node_ready(&self) -> Option<String> {
        let nodename = self.nodename.as_ref().filter(|nodename| !nodename.skip_node_registration)?;
        let name = &nodename.nodename;
        match &self.node {
            None => Some(format!("node {name:?} status is not available yet")),
            Some(node) if !node.node_ready => Some(format!("node {name:?} is not ready")),
            Some(_) => None,
        }
    }
}

fn joined(problems: Vec<String>) -> Option<String> {
    (!problems.is_empty()).then(|| problems.join(", "))
}

fn pod_problem(name: &str, status: &Value) -> Option<String> {
    match status["phase"].as_str().unwrap_or_default() {
        "Running" => {
            let ready = status["conditions"].as_array().is_some_and(|conditions| {
                conditions.iter().any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
            });
            (!ready).then(|| format!("{name} not ready"))
        }
        phase @ ("Pending" | "Failed" | "Unknown") => Some(format!("{name} {}", phase.to_lowercase())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn running(name: &str) -> (String, Service) {
        (name.to_owned(), Service { running: true, healthy: true, unknown: false })
    }

    fn ready() -> Facts {
        Facts {
            stage: MachineStage::Running,
            control_plane: true,
            time: Some(TimeStatus { synced: true, ..TimeStatus::default() }),
            network: Some(NetworkStatus {
                address_ready: true,
                connectivity_ready: true,
                hostname_ready: true,
                etc_files_ready: true,
            }),
            services: vec![running("apid"), running("kubelet"), running("etcd")],
            ..Facts::default()
        }
    }

    #[test]
    fn a_machine_with_everything_is_ready() {
        assert_eq!(ready().readiness(), Readiness { ready: true, unmet_conditions: Vec::new() });
    }

    #[test]
    fn a_machine_with_nothing_says_what_it_lacks() {
        let facts = Facts { stage: MachineStage::Booting, ..Facts::default() };
        let names: Vec<String> = facts.readiness().unmet_conditions.into_iter().map(|unmet| unmet.name).collect();
        assert_eq!(names, ["time", "network", "services"]);
        assert!(Facts { stage: MachineStage::Maintenance, ..Facts::default() }.readiness().ready);
    }

    #[test]
    fn services_are_told_apart() {
        let mut facts = ready();
        facts.services[2].1.healthy = false;
        facts.services.remove(1);
        assert_eq!(facts.services().as_deref(), Some("etcd not healthy, kubelet not running"));
        facts.services[1].1.unknown = true;
        facts.control_plane = false;
        assert_eq!(facts.services().as_deref(), Some("kubelet not running"));
    }

    #[test]
    fn pods_and_node_count() {
        let mut facts = ready();
        let status = json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "False"}]});
        facts.static_pods = vec![("kube-system/a".to_owned(), status), ("b".to_owned(), json!({"phase": "Pending"}))];
        assert_eq!(facts.static_pods().as_deref(), Some("kube-system/a not ready, b pending"));
        facts.nodename = Some(Nodename { nodename: "n1".to_owned(), ..Nodename::default() });
        assert_eq!(facts.node_ready().as_deref(), Some("node \"n1\" status is not available yet"));
        facts.node = Some(NodeStatus { node_ready: true, ..NodeStatus::default() });
        assert_eq!(facts.node_ready(), None);
    }
}
