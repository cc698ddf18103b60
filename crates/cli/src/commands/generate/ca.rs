use std::time::SystemTime;

use anyhow::Result;
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use minos_pki::{Algorithm, Authority, AuthorityRequest, PrivateKey};

use super::files::named;

/// Generate a self-signed certificate authority
///
/// Writes NAME.crt, NAME.key, and NAME.sha256, the hash of its public key.
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl gen ca --organization home
  minosctl gen ca --organization home --hours 8760 --rsa")]
pub struct Ca {
    /// Organization in its subject, and name of the files
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    organization: String,
    /// Hours until it expires
    #[arg(long, default_value_t = 87_600, value_parser = clap::value_parser!(u32).range(1..))]
    hours: u32,
    /// Make the key RSA with 4096 bits, not Ed25519
    #[arg(long)]
    rsa: bool,
}

impl Ca {
    pub fn run(self, force: bool) -> Result<()> {
        let file = |extension| named(&self.organization, extension);
        let (crt, hash, key) = (file(".crt"), file(".sha256"), file(".key"));
        super::check_absent([&crt, &hash, &key], force)?;
        let request = AuthorityRequest {
            common_name: String::new(),
            organization: Some(self.organization.clone()),
            algorithm: if self.rsa { Algorithm::Rsa4096 } else { Algorithm::Ed25519 },
            lifetime: super::hours(self.hours),
        };
        let private = PrivateKey::generate(request.algorithm)?;
        let certificate = Authority::self_signed(&request, &private, &[], SystemTime::now())?;
        let files = [
            (crt, certificate.to_pem()),
            (hash, certificate.public_key_hash()),
            (key, private.to_labelled_pem().expose().to_owned()),
        ];
        super::write(&files, force)
    }
}
