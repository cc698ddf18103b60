use anyhow::Result;
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use minos_pki::{Algorithm, PrivateKey};

use super::files::named;

/// Generate an Ed25519 private key
///
/// Writes NAME.key.
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl gen key --name me
  minosctl gen key --name me && minosctl gen csr --key me.key --ip 10.5.0.2")]
pub struct Key {
    /// Name of the file, without .key
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    name: String,
}

impl Key {
    pub fn run(self, force: bool) -> Result<()> {
        let private = PrivateKey::generate(Algorithm::Ed25519)?;
        super::write(&[(named(self.name, ".key"), private.to_labelled_pem().expose().to_owned())], force)
    }
}
