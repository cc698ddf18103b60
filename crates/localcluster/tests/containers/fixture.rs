//! Clusters of small nodes.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use minos_localcluster::container::{
    self, ContainerCluster, ContainerNode, Forward, NodeStatus, Reentry, destroy, new_id, node_address, start,
};
use minos_localcluster::{LocalClusterError, free_port};
use tempfile::TempDir;

/// Generous: it ends a test that hangs, it decides nothing.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);

pub fn reentry() -> Reentry {
    Reentry { run: vec!["run".to_owned()], boot: vec!["boot".to_owned()] }
}

/// A cluster in a folder of its own.
pub struct Cluster {
    pub folder: TempDir,
    pub spec: ContainerCluster,
}

/// The system of the nodes: this program and its libraries.
pub struct Root(TempDir);

impl Root {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["etc", "usr/bin", "proc", "sys", "dev", "run", "system", "var"] {
            std::fs::create_dir_all(folder.path().join(name)).expect("made");
        }
        std::fs::write(folder.path().join("etc/resolv.conf"), "").expect("written");
        let own = std::env::current_exe().expect("this program");
        std::fs::copy(&own, folder.path().join("usr/bin/init")).expect("copied");
        for library in libraries(&own) {
            let place = folder.path().join(library.strip_prefix("/").expect("absolute"));
            std::fs::create_dir_all(place.parent().expect("a folder")).expect("made");
            std::fs::copy(&library, place).expect("copied");
        }
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

fn libraries(program: &Path) -> BTreeSet<PathBuf> {
    let output = std::process::Command::new("ldd").arg(program).output().expect("ldd is there");
    let text = String::from_utf8(output.stdout).expect("text");
    text.split_whitespace().filter(|word| word.starts_with('/')).map(PathBuf::from).collect()
}

impl Cluster {
    pub fn new(root: &Path, name: &str, nodes: u32) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let subnet = "10.5.0.0/24".parse().expect("a subnet");
        let node = |number| ContainerNode {
            name: format!("{name}-{number}"),
            address: node_address(subnet, number).expect("room"),
            ephemeral_mib: 16,
            memory_mib: Some(512),
            cpu_millis: Some(1500),
            forwards: vec![Forward { listen: any_port(), port: 50000 }],
        };
        let spec = ContainerCluster {
            name: name.to_owned(),
            id: new_id().expect("random"),
            root: root.to_owned(),
            image_cache: None,
            subnet,
            mtu: 1500,
            nameservers: Vec::new(),
            nodes: (0..nodes).map(node).collect(),
        };
        Self { folder, spec }
    }

    pub async fn start(&self) -> Result<(), LocalClusterError> {
        let configurations: Vec<_> = self.spec.nodes.iter().map(|node| format!("for: {}\n", node.name)).collect();
        start(self.folder.path(), &self.spec, &configurations, &reentry()).await
    }

    pub async fn started(root: &Path, name: &str, nodes: u32) -> Self {
        let cluster = Self::new(root, name, nodes);
        cluster.start().await.unwrap_or_else(|error| panic!("not started: {error:?}; {}", cluster.log()));
        cluster
    }

    pub async fn start_again(&self) {
        container::start_again(self.folder.path()).await.unwrap_or_else(|error| panic!("{error}; {}", self.log()));
    }

    pub async fn destroy(&self) {
        destroy(self.folder.path(), false).await.expect("destroyed");
    }

    /// Has a node do something; waits until it listens.
    pub async fn ask(&self, node: usize, line: &str) -> String {
        let address = self.spec.nodes[node].forwards[0].listen;
        let answer = async {
            loop {
                match once(address, line) {
                    Ok(answer) if !answer.is_empty() => return answer,
                    _ => tokio::time::sleep(PAUSE).await,
                }
            }
        };
        let answer = tokio::time::timeout(PATIENCE, answer).await;
        answer.unwrap_or_else(|_| panic!("no answer to {line:?}; {}", self.log()))
    }

    /// Has a node do something that ends it.
    pub fn order(&self, node: usize, line: &str) {
        let address = self.spec.nodes[node].forwards[0].listen;
        let answer = once(address, line).expect("the node listens");
        assert!(answer.is_empty(), "{line}: {answer}");
    }

    pub fn status(&self, node: usize) -> Option<NodeStatus> {
        NodeStatus::load(self.folder.path(), &self.spec.nodes[node].name)
    }

    pub async fn until(&self, node: usize, what: impl Fn(&NodeStatus) -> bool) -> NodeStatus {
        let reached = async {
            loop {
                match self.status(node) {
                    Some(status) if what(&status) => return status,
                    _ => tokio::time::sleep(PAUSE).await,
                }
            }
        };
        let reached = tokio::time::timeout(PATIENCE, reached).await;
        reached.unwrap_or_else(|_| panic!("it is {:?}; {}", self.status(node), self.log()))
    }

    pub fn console(&self, node: usize) -> String {
        let path = container::node_folder(self.folder.path(), &self.spec.nodes[node].name).join("console.log");
        std::fs::read_to_string(path).unwrap_or_default()
    }

    fn log(&self) -> String {
        let runner = std::fs::read_to_string(self.folder.path().join("runner.log")).unwrap_or_default();
        format!("runner: {runner:?}, console: {:?}", self.console(0))
    }
}

/// What a case that fails leaves is removed too.
impl Drop for Cluster {
    fn drop(&mut self) {
        let folder = self.folder.path().to_owned();
        let destroyed = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(destroy(&folder, false))
        });
        if !matches!(destroyed.join(), Ok(Ok(()))) && !std::thread::panicking() {
            panic!("the cluster {:?} was not destroyed", self.spec.name);
        }
    }
}

/// One line there, all that comes back.
fn once(address: SocketAddr, line: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(format!("{line}\n").as_bytes())?;
    let mut answer = String::new();
    match stream.read_to_string(&mut answer) {
        Err(error) if error.kind() != std::io::ErrorKind::ConnectionReset => Err(error),
        _ => Ok(answer),
    }
}

fn any_port() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, free_port(0).expect("a port")).into()
}
