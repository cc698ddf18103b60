use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use minos_pki::{Leaf, Role, Roles};

use super::files;
use crate::exit::BadInput;

/// Generate a certificate signing request for a key
///
/// Writes it beside the key: me.csr for me.key. The roles become its organizations.
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl gen csr --key me.key --ip 10.5.0.2
  minosctl gen csr --key me.key --ip 10.5.0.2 --roles os:reader,os:etcd:backup")]
pub struct Csr {
    /// Private key (Ed25519, ECDSA or RSA)
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Address that the certificate is good for
    #[arg(long, value_name = "ADDRESS")]
    ip: IpAddr,
    /// Roles to ask for
    #[arg(long, value_name = "ROLE", value_delimiter = ',', default_value = Role::Admin.as_str())]
    roles: Vec<String>,
}

impl Csr {
    pub fn run(self, force: bool) -> Result<()> {
        let roles = Roles::parse(&self.roles);
        let unknown: Vec<_> = roles.unknown().collect();
        if !unknown.is_empty() {
            let known: Vec<_> = Role::ALL.iter().map(|role| role.as_str()).collect();
            let sentence = format!("--roles: {} unknown; there are {}", unknown.join(", "), known.join(", "));
            return Err(BadInput(sentence).into());
        }
        let key = files::key(&self.key)?;
        // The lifetime is the authority's to choose and does not stand in the request.
        let leaf = Leaf::client("", Duration::ZERO).organizations(roles.names()).addresses([self.ip]);
        super::write(&[(self.key.with_extension("csr"), leaf.request_for(&key)?)], force)
    }
}
