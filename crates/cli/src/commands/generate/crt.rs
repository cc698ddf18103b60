use std::path::PathBuf;
use std::time::SystemTime;

use anyhow::Result;
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use minos_pki::{SigningPolicy, Usage};

use super::files::{self, bad, named};
use crate::output::warn;

/// Sign a certificate signing request: a client's certificate
///
/// Writes NAME.crt. Subject and addresses are the request's.
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl gen crt --ca home --csr me.csr --name me
  minosctl gen crt --ca home --csr me.csr --name me --hours 720")]
pub struct Crt {
    /// Name of the file, without .crt
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    name: String,
    /// Authority that signs: path of its .crt and .key, without them
    #[arg(long, value_name = "PATH", value_parser = NonEmptyStringValueParser::new())]
    ca: String,
    /// Certificate signing request
    #[arg(long, value_name = "FILE")]
    csr: PathBuf,
    /// Hours until it expires
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..))]
    hours: u32,
}

impl Crt {
    pub fn run(self, force: bool) -> Result<()> {
        let now = SystemTime::now();
        let (crt, key) = self.authority_files();
        let authority = files::authority(&crt, &key, now)?;
        let request = files::read(&self.csr)?;
        let policy =
            SigningPolicy { usages: vec![Usage::Client], organizations: None, lifetime: super::hours(self.hours) };
        let certificate = authority.sign(&request, &policy, now).map_err(|error| bad(&self.csr, error))?;
        if certificate.not_after > authority.certificate().not_after {
            warn(format_args!("{} expires before the certificate that it signed", crt.display()));
        }
        super::write(&[(named(self.name, ".crt"), certificate.to_pem())], force)
    }
    /// Upstream wants the path without an extension; the certificate's own path is understood as well.
    fn authority_files(&self) -> (PathBuf, PathBuf) {
        let base = match self.ca.strip_suffix(".crt") {
            Some(base) if !named(&self.ca, ".crt").exists() => base,
            _ => &self.ca,
        };
        (named(base, ".crt"), named(base, ".key"))
    }
}
