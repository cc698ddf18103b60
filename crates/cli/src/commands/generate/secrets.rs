use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result};
use clap::Args;
use minos_config::Config;
use minos_config::generate::Secrets as Bundle;
use minos_pki::Token;

use super::kubernetes_pki;
use crate::exit::BadInput;

/// Generate the secrets of a cluster, from which its configurations can be made again and again
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl gen secrets
  minosctl gen secrets --from-controlplane-config controlplane.yaml -o -
  minosctl gen secrets -p /etc/kubernetes/pki -t abcdef.0123456789abcdef")]
pub struct Secrets {
    /// File to write, or - to print
    #[arg(short, long, value_name = "FILE", default_value = "secrets.yaml")]
    output_file: PathBuf,
    /// Take the secrets of this control plane configuration
    #[arg(long, value_name = "FILE")]
    from_controlplane_config: Option<PathBuf>,
    /// Take the authorities of a cluster that kubeadm made; reads ca, etcd/ca, front-proxy-ca (.crt and .key) and sa.key
    #[arg(short = 'p', long, value_name = "DIR", conflicts_with = "from_controlplane_config")]
    from_kubernetes_pki: Option<PathBuf>,
    /// Token by which that cluster lets new nodes join (default: a new one)
    #[arg(short = 't', long, value_name = "TOKEN", requires = "from_kubernetes_pki")]
    kubernetes_bootstrap_token: Option<String>,
    /// Version that the machines run, as v1.13
    #[arg(long, value_name = "VERSION")]
    talos_version: Option<String>,
}

impl Secrets {
    pub fn run(self, force: bool) -> Result<()> {
        let contract = super::contract(self.talos_version.as_deref())?;
        let now = SystemTime::now();
        let bundle = if let Some(dir) = &self.from_kubernetes_pki {
            let token = self.token()?;
            Bundle::from_kubernetes(kubernetes_pki::read(dir, now)?, token, contract, now)
        } else if let Some(path) = &self.from_controlplane_config {
            Ok(from_config(path)?)
        } else {
            Bundle::generate_for(contract, now)
        };
        let bundle = bundle.context("no secrets could be generated")?;
        super::write(&[(&self.output_file, bundle.encode())], force)
    }

    fn token(&self) -> Result<Option<Token>> {
        match self.kubernetes_bootstrap_token.as_deref() {
            None | Some("") => Ok(None),
            Some(text) => text.parse().ok().filter(Token::is_bootstrap_token).map(Some).ok_or_else(|| {
                let form = "6 characters, a dot and 16 characters, each of a-z and 0-9 (`kubeadm token list` has it)";
                BadInput(format!("--kubernetes-bootstrap-token: a token is {form}")).into()
            }),
        }
    }
}

fn from_config(path: &Path) -> Result<Bundle> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let (config, _) = Config::parse(&bytes).with_context(|| format!("{} is not a configuration", path.display()))?;
    let bundle = Bundle::from_config(&config);
    bundle.check().map_err(|problems| {
        let hint = "wanted is the configuration of a control plane node, which has them all";
        BadInput(format!("{} lacks secrets; {hint}: {problems}", path.display()))
    })?;
    Ok(bundle)
}
