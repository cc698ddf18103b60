//! `state.yaml`: the cluster in the form that tools written for upstream read.
//!
//! The fields and their names are those that upstream's provisioners write. What a cluster has not is empty there too.

use std::fmt::Write as _;

use crate::{ClusterState, MachineState, NodeKind};

/// The file's text.
pub(crate) fn render(state: &ClusterState) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write_all(&mut text, state);
    text
}

fn write_all(text: &mut String, state: &ClusterState) -> std::fmt::Result {
    writeln!(text, "provisionername: {}", state.provisioner)?;
    writeln!(text, "bridgename: \"\"\nclusterinfo:\n  clustername: {}\n  network:", state.name)?;
    let network = state.network.as_ref();
    writeln!(text, "    name: {}", network.map_or("\"\"", |network| &network.name))?;
    list(text, "    cidrs", network.map(|network| network.cidr.clone()))?;
    list(text, "    gatewayaddrs", network.map(|network| network.gateway.to_string()))?;
    writeln!(text, "    mtu: {}", network.map_or(0, |network| network.mtu))?;
    writeln!(text, "    nomasqueradecidrs: []\n  nodes:")?;
    for machine in &state.machines {
        node(text, machine)?;
    }
    let endpoint = state
        .machines
        .first()
        .map_or(String::new(), |machine| format!("https://127.0.0.1:{}", machine.kubernetes_port));
    writeln!(text, "  extranodes: []\n  kubernetesendpoint: {endpoint}\nvmcniconfig: null")
}

fn node(text: &mut String, machine: &MachineState) -> std::fmt::Result {
    let kind = match machine.kind {
        NodeKind::ControlPlane => "controlplane",
        NodeKind::Worker => "worker",
    };
    writeln!(text, "    - id: {}\n      uuid: 00000000-0000-0000-0000-000000000000", machine.name)?;
    writeln!(text, "      name: {}\n      type: {kind}", machine.name)?;
    writeln!(text, "      nanocpus: {}", machine.cpu_millis * 1_000_000)?;
    writeln!(text, "      memory: {}\n      disksize: {}", machine.memory_mib << 20, machine.disk_mib << 20)?;
    list(text, "      ips", machine.address.map(|address| address.to_string()))?;
    writeln!(text, "      apiport: {}\n      tpmstatedir: \"\"", machine.api_port)
}

fn list(text: &mut String, name: &str, one: Option<String>) -> std::fmt::Result {
    match one {
        Some(one) => writeln!(text, "{name}:\n{}- {one}", " ".repeat(name.len() - name.trim_start().len() + 2)),
        None => writeln!(text, "{name}: []"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NetworkState, Provisioner};

    /// Golden: names, order and types of the fields are upstream's.
    #[test]
    fn the_form_is_upstreams() {
        let state = ClusterState {
            name: "one".to_owned(),
            provisioner: Provisioner::Container,
            accelerator: None,
            network: Some(NetworkState {
                name: "one".to_owned(),
                cidr: "10.5.0.0/24".to_owned(),
                gateway: [10, 5, 0, 1].into(),
                mtu: 1500,
            }),
            kubernetes_version: "1.36.3".to_owned(),
            machines: vec![MachineState {
                name: "one-controlplane-1".to_owned(),
                kind: NodeKind::ControlPlane,
                pid: None,
                address: Some([10, 5, 0, 2].into()),
                cpu_millis: 2000,
                memory_mib: 2048,
                disk_mib: 1024,
                api_port: 50000,
                kubernetes_port: 6443,
            }],
        };
        let expected = "\
provisionername: container
bridgename: \"\"
clusterinfo:
  clustername: one
  network:
    name: one
    cidrs:
      - 10.5.0.0/24
    gatewayaddrs:
      - 10.5.0.1
    mtu: 1500
    nomasqueradecidrs: []
  nodes:
    - id: one-controlplane-1
      uuid: 00000000-0000-0000-0000-000000000000
      name: one-controlplane-1
      type: controlplane
      nanocpus: 2000000000
      memory: 2147483648
      disksize: 1073741824
      ips:
        - 10.5.0.2
      apiport: 50000
      tpmstatedir: \"\"
  extranodes: []
  kubernetesendpoint: https://127.0.0.1:6443
vmcniconfig: null
";
        assert_eq!(render(&state), expected);
    }
}
