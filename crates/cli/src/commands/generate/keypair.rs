use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use anyhow::Result;
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use minos_pki::{Algorithm, Authority, AuthorityRequest, PrivateKey};

use super::files::named;

const LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// Generate an Ed25519 key and its self-signed certificate, valid for a day
///
/// Writes NAME.crt and NAME.key.
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl gen keypair --organization test
  minosctl gen keypair --organization test --ip 10.5.0.2")]
pub struct Keypair {
    /// Organization in its subject, and name of the files
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    organization: String,
    /// Address that the certificate is good for
    #[arg(long, value_name = "ADDRESS")]
    ip: Option<IpAddr>,
}

impl Keypair {
    pub fn run(self, force: bool) -> Result<()> {
        let (crt, key) = (named(&self.organization, ".crt"), named(&self.organization, ".key"));
        super::check_absent([&crt, &key], force)?;
        let request = AuthorityRequest {
            common_name: String::new(),
            organization: Some(self.organization),
            algorithm: Algorithm::Ed25519,
            lifetime: LIFETIME,
        };
        let private = PrivateKey::generate(request.algorithm)?;
        let addresses: Vec<IpAddr> = self.ip.into_iter().collect();
        let certificate = Authority::self_signed(&request, &private, &addresses, SystemTime::now())?;
        let files = [(crt, certificate.to_pem()), (key, private.to_labelled_pem().expose().to_owned())];
        super::write(&files, force)
    }
}
