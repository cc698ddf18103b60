//! Questions to the etcd beside us.

use std::sync::Arc;

use async_trait::async_trait;
use etcd_client::{Certificate, Client, ConnectOptions, Identity, TlsOptions};
use thiserror::Error;

use super::files;
use crate::files::Files;

/// etcd on this node.
const LOCAL: &str = "https://127.0.0.1:2379";

/// A member of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EtcdMemberInfo {
    /// Its id.
    pub id: u64,
    /// Its name; empty before it has started.
    pub name: String,
    /// Where other members reach it.
    pub peer_urls: Vec<String>,
    /// Where clients reach it.
    pub client_urls: Vec<String>,
    /// Whether it only listens so far.
    pub is_learner: bool,
}

/// The state of the member on this node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EtcdMemberStatus {
    /// Its id.
    pub member_id: u64,
    /// Version of the program.
    pub version: String,
    /// Version of the format of its data.
    pub storage_version: String,
    /// Size of its data, in bytes.
    pub db_size: i64,
    /// Size of what of it is in use, in bytes.
    pub db_size_in_use: i64,
    /// Id of the leader.
    pub leader: u64,
    /// Index of raft.
    pub raft_index: u64,
    /// Term of raft.
    pub raft_term: u64,
    /// Index of raft that is applied.
    pub raft_applied_index: u64,
    /// What is wrong.
    pub errors: Vec<String>,
    /// Whether it only listens so far.
    pub is_learner: bool,
}

/// etcd does not answer as it should.
#[derive(Debug, Error)]
pub enum EtcdError {
    /// Its certificates are not there.
    #[error("reading {path}")]
    Files {
        /// The file.
        path: &'static str,
        /// Why not; nothing when it is not there.
        source: Option<std::io::Error>,
    },
    /// It answered with an error or not at all.
    #[error("asking etcd for {what}")]
    Request {
        /// What was asked.
        what: &'static str,
        /// Why not.
        source: Box<etcd_client::Error>,
    },
}

/// What the node asks etcd.
#[async_trait]
pub trait Etcd: Send + Sync {
    /// The members of the cluster, and the id of the one on this node.
    async fn members(&self) -> Result<(u64, Vec<EtcdMemberInfo>), EtcdError>;

    /// The state of the member on this node.
    async fn status(&self) -> Result<EtcdMemberStatus, EtcdError>;
}

/// The etcd on this node, asked with the node's own certificate.
#[derive(Clone)]
pub struct LocalEtcd {
    files: Arc<dyn Files>,
}

impl LocalEtcd {
    /// Certificates are read through `files`, at every question.
    pub fn new(files: Arc<dyn Files>) -> Self {
        Self { files }
    }

    fn read(&self, path: &'static str) -> Result<Vec<u8>, EtcdError> {
        let content = self.files.read(path).map_err(|source| EtcdError::Files { path, source: Some(source) })?;
        content.ok_or(EtcdError::Files { path, source: None })
    }

    async fn connect(&self) -> Result<Client, EtcdError> {
        let identity = Identity::from_pem(self.read(files::ADMIN_CERT)?, self.read(files::ADMIN_KEY)?);
        let tls = TlsOptions::new().ca_certificate(Certificate::from_pem(self.read(files::CA)?)).identity(identity);
        let options = ConnectOptions::new()
            .with_tls(tls)
            .with_connect_timeout(std::time::Duration::from_secs(5))
            .with_timeout(std::time::Duration::from_secs(10));
        Client::connect([LOCAL], Some(options)).await.map_err(request("a connection"))
    }
}

fn request(what: &'static str) -> impl Fn(etcd_client::Error) -> EtcdError {
    move |source| EtcdError::Request { what, source: Box::new(source) }
}

#[async_trait]
impl Etcd for LocalEtcd {
    async fn members(&self) -> Result<(u64, Vec<EtcdMemberInfo>), EtcdError> {
        let mut client = self.connect().await?;
        let reply = client.member_list().await.map_err(request("its members"))?;
        let own = reply.header().map_or(0, |header| header.member_id());
        let members = reply.members().iter().map(|member| EtcdMemberInfo {
            id: member.id(),
            name: member.name().to_owned(),
            peer_urls: member.peer_urls().to_vec(),
            client_urls: member.client_urls().to_vec(),
            is_learner: member.is_learner(),
        });
        Ok((own, members.collect()))
    }

    async fn status(&self) -> Result<EtcdMemberStatus, EtcdError> {
        let mut client = self.connect().await?;
        let reply = client.status().await.map_err(request("its status"))?;
        Ok(EtcdMemberStatus {
            member_id: reply.header().map_or(0, |header| header.member_id()),
            version: reply.version().to_owned(),
            storage_version: String::new(),
            db_size: reply.db_size(),
            db_size_in_use: reply.raft_used_db_size(),
            leader: reply.leader(),
            raft_index: reply.raft_index(),
            raft_term: reply.raft_term(),
            raft_applied_index: reply.raft_applied_index(),
            errors: reply.errors().to_vec(),
            is_learner: reply.is_learner(),
        })
    }
}
