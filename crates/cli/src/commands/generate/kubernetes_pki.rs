//! The directory in which kubeadm keeps a cluster's authorities.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Result;
use minos_config::generate::KubernetesPki;
use minos_pki::{CertificateAndKey, EncodedKey, PrivateKey};

use super::files;
use crate::exit::BadInput;

/// Reads the directory; every mistake in it is told.
pub fn read(dir: &Path, now: SystemTime) -> Result<KubernetesPki> {
    if !dir.is_dir() {
        return Err(BadInput(format!("{} is not a directory", dir.display())).into());
    }
    let mut reader = Reader { dir, now, problems: Vec::new() };
    let pki = KubernetesPki {
        k8s: reader.authority("ca"),
        etcd: reader.authority("etcd/ca"),
        aggregator: reader.authority("front-proxy-ca"),
        service_account: reader.service_account(),
    };
    if reader.problems.is_empty() {
        return Ok(pki);
    }
    Err(BadInput(format!("{} cannot be used:\n  {}", dir.display(), reader.problems.join("\n  "))).into())
}

struct Reader<'a> {
    dir: &'a Path,
    now: SystemTime,
    problems: Vec<String>,
}

impl Reader<'_> {
    fn authority(&mut self, name: &str) -> CertificateAndKey {
        let (crt_path, key_path) = (self.path(name, ".crt"), self.path(name, ".key"));
        let (Some(crt), Some(key)) = (self.text(&crt_path), self.text(&key_path)) else {
            return CertificateAndKey::default();
        };
        let pair = CertificateAndKey { crt, key: key.into() };
        if let Err(mut problems) = files::check_authority(&pair, &crt_path, &key_path, self.now) {
            self.problems.append(&mut problems);
        }
        pair
    }

    fn service_account(&mut self) -> EncodedKey {
        let path = self.path("sa", ".key");
        let Some(text) = self.text(&path) else { return EncodedKey::default() };
        if let Err(error) = PrivateKey::from_pem(&text) {
            self.problems.push(files::sentence(&path, error));
        }
        EncodedKey { key: text.into() }
    }

    fn path(&self, name: &str, extension: &str) -> PathBuf {
        files::named(self.dir.join(name), extension)
    }

    fn text(&mut self, path: &Path) -> Option<String> {
        files::read(path).map_err(|error| self.problems.push(crate::exit::describe(&error))).ok()
    }
}
