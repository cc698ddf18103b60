//! `cluster create container`: nodes on this host's kernel.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use anyhow::{Context as _, Result, bail};
use minos_localcluster::container::{
    ContainerCluster, ContainerNode, Forward, Reentry, check_host, check_subnet, gateway, host_nameservers, keep_image,
    new_id, node_address, start,
};
use minos_localcluster::{ClusterFolder, ClusterState, MachineState, NetworkState, NodeKind, Provisioner, free_port};

use super::Create;
use super::bring_up::{Clock, bring_up, save, show_next, stage};
use crate::commands::cluster::config::{Kind, Wanted};
use crate::exit::BadInput;

/// Size of EPHEMERAL, in GiB, unless said: memory, used as far as it is filled.
const EPHEMERAL_GIB: u32 = 6;
/// Where a node's API listens.
const API_PORT: u16 = 50000;
/// Where name servers listen.
const DNS_PORT: u16 = 53;

pub async fn create(arguments: &Create, folder: &ClusterFolder) -> Result<()> {
    let Some(image) = &arguments.image else {
        return Err(BadInput("a container node runs a root image: --image FILE (root.erofs)".into()).into());
    };
    if !image.exists() {
        let text = format!("--image {} is no file: name the root image (root.erofs) of a build", image.display());
        return Err(BadInput(text).into());
    }
    check_host()?;
    check_subnet(arguments.cidr, 1)?;
    if arguments.nameservers.is_empty() && host_nameservers().is_empty() {
        eprintln!(
            "names outside of the cluster will not resolve: /etc/resolv.conf of this host has no server; --nameservers names one"
        );
    }
    let api_port = free_port(API_PORT).context("no port is free on this host")?;
    let kubernetes_port = free_port(6443).context("no port is free on this host")?;
    let files = stage("generating keys and configuration", async {
        let patches = arguments.patches()?;
        let version = &arguments.kubernetes_version;
        let (name, kind) = (&folder.name, Kind::Container);
        Wanted { name, kind, api_port, kubernetes_port, kubernetes_version: version, patches: &patches }.files()
    })
    .await?;
    save(folder, "local.yaml", Kind::Container.local())?;
    save(folder, "controlplane.yaml", &files.machine)?;
    save(folder, "talosconfig", &files.talosconfig)?;

    let cluster = cluster(arguments, folder, api_port, kubernetes_port)?;
    let node = &cluster.nodes[0];
    folder.save(&state(arguments, folder, &cluster, api_port, kubernetes_port))?;
    let console = folder.file("console.log");
    std::os::unix::fs::symlink(format!("nodes/{}/console.log", node.name), &console)
        .with_context(|| format!("cannot link {}", console.display()))?;

    let mut clock = Clock::started(arguments.wait_timeout);
    let reentry = super::reentry();
    stage("starting the node", async { Ok(start(&folder.path, &cluster, &[files.machine], &reentry).await?) }).await?;
    bring_up(folder, api_port, &mut clock).await?;
    show_next(folder, clock.start.elapsed());
    Ok(())
}

fn cluster(arguments: &Create, folder: &ClusterFolder, api: u16, kubernetes: u16) -> Result<ContainerCluster> {
    let image = arguments.image.as_deref().context("there is an image")?;
    let mut forwards = vec![
        Forward { listen: (Ipv4Addr::LOCALHOST, api).into(), port: API_PORT },
        Forward { listen: (Ipv4Addr::LOCALHOST, kubernetes).into(), port: kubernetes },
    ];
    for text in &arguments.exposed_ports {
        forwards.push(exposed(text, arguments.host_ip)?);
    }
    let node = ContainerNode {
        name: format!("{}-controlplane-1", folder.name),
        address: node_address(arguments.cidr, 0)?,
        ephemeral_mib: u64::from(arguments.disk.unwrap_or(EPHEMERAL_GIB)) << 10,
        memory_mib: arguments.memory_controlplanes,
        cpu_millis: arguments.cpus_controlplanes,
        forwards,
    };
    Ok(ContainerCluster {
        name: folder.name.clone(),
        id: new_id()?,
        root: keep_image(folder, image, "root")?,
        image_cache: arguments
            .image_cache_path
            .as_deref()
            .map(|cache| keep_image(folder, cache, "imagecache"))
            .transpose()?,
        subnet: arguments.cidr,
        mtu: arguments.mtu,
        nameservers: arguments.nameservers.iter().map(|server| (*server, DNS_PORT).into()).collect(),
        nodes: vec![node],
    })
}

fn state(
    arguments: &Create,
    folder: &ClusterFolder,
    cluster: &ContainerCluster,
    api_port: u16,
    kubernetes_port: u16,
) -> ClusterState {
    let machine = |node: &ContainerNode| MachineState {
        name: node.name.clone(),
        kind: NodeKind::ControlPlane,
        pid: None,
        address: Some(node.address.into()),
        cpu_millis: node.cpu_millis.unwrap_or_default(),
        memory_mib: node.memory_mib.unwrap_or_default(),
        disk_mib: node.ephemeral_mib,
        api_port,
        kubernetes_port,
    };
    ClusterState {
        name: folder.name.clone(),
        provisioner: Provisioner::Container,
        accelerator: None,
        network: Some(NetworkState {
            name: folder.name.clone(),
            cidr: cluster.subnet.to_string(),
            gateway: gateway(cluster.subnet).into(),
            mtu: cluster.mtu,
        }),
        kubernetes_version: arguments.kubernetes_version.clone(),
        machines: cluster.nodes.iter().map(machine).collect(),
    }
}

/// A port as `--exposed-ports` has it: `HOST:NODE/tcp`.
fn exposed(text: &str, host: IpAddr) -> Result<Forward> {
    let refused = || BadInput(format!("--exposed-ports {text}: a port is written HOST:NODE or HOST:NODE/tcp"));
    let (ports, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    if protocol != "tcp" {
        bail!(BadInput(format!("--exposed-ports {text}: only tcp is forwarded")));
    }
    let (outside, inside) = ports.split_once(':').ok_or_else(refused)?;
    let outside = outside.parse().map_err(|_| refused())?;
    Ok(Forward { listen: SocketAddr::new(host, outside), port: inside.parse().map_err(|_| refused())? })
}

/// How this program becomes the runner and a node's PID 1.
pub fn reentry() -> Reentry {
    let words = |last: &str| vec!["cluster".to_owned(), last.to_owned()];
    Reentry { run: words("run-containers"), boot: words("boot-container") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exposed_ports_are_read() {
        let host = IpAddr::from([127, 0, 0, 1]);
        let expected = Forward { listen: "127.0.0.1:8080".parse().unwrap(), port: 30080 };
        assert_eq!(exposed("8080:30080", host).unwrap(), expected);
        assert_eq!(exposed("8080:30080/tcp", host).unwrap(), expected);
        for bad in ["8080", "8080:30080/udp", "x:1", "1:99999"] {
            assert!(exposed(bad, host).unwrap_err().to_string().contains(bad), "{bad}");
        }
    }
}
