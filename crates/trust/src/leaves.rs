use std::{
    collections::BTreeMap,
    fs, io,
    io::Write as _,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use minos_pki::{CertificateAndKey, PemBlock, Secret};

/// Where issued certificates are kept, by name, so that a restarted process finds them.
pub trait Leaves: Send + Sync {
    /// The certificate with this name, if there is one that can be read as such.
    fn load(&self, name: &str) -> io::Result<Option<CertificateAndKey>>;

    /// Keeps a certificate, replacing the one that had its name.
    fn save(&self, name: &str, pair: &CertificateAndKey) -> io::Result<()>;
}

/// One file for each certificate, with its key, readable by its owner only.
#[derive(Debug)]
pub struct DirectoryLeaves(PathBuf);

/// In memory, for tests.
#[derive(Debug, Default)]
pub struct MemoryLeaves(Mutex<BTreeMap<String, CertificateAndKey>>);

impl DirectoryLeaves {
    /// In this directory, which is made when the first one is kept.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }
}

impl Leaves for DirectoryLeaves {
    fn load(&self, name: &str) -> io::Result<Option<CertificateAndKey>> {
        match fs::read_to_string(self.0.join(format!("{name}.pem"))) {
            Ok(text) => Ok(split(&text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn save(&self, name: &str, pair: &CertificateAndKey) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
        let temporary = self.0.join(format!(".{name}.new"));
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
        file.write_all(pair.crt.as_bytes())?;
        file.write_all(pair.key.expose().as_bytes())?;
        fs::rename(temporary, self.0.join(format!("{name}.pem")))
    }
}

impl Leaves for MemoryLeaves {
    fn load(&self, name: &str) -> io::Result<Option<CertificateAndKey>> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned())
    }

    fn save(&self, name: &str, pair: &CertificateAndKey) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), pair.clone());
        Ok(())
    }
}

/// Certificates first, then the key; anything else is as good as nothing.
fn split(text: &str) -> Option<CertificateAndKey> {
    let blocks = PemBlock::parse_all(text).ok()?;
    let (certificates, keys): (Vec<_>, Vec<_>) = blocks.into_iter().partition(|block| block.label == "CERTIFICATE");
    let encode =
        |blocks: &[PemBlock]| blocks.iter().map(|block| PemBlock::encode(&block.label, &block.bytes)).collect();
    let (crt, key): (String, String) = (encode(&certificates), encode(&keys));
    (!crt.is_empty() && !key.is_empty()).then(|| CertificateAndKey { crt, key: Secret::from(key) })
}

#[cfg(test)]
mod tests {
    use std::{os::unix::fs::PermissionsExt as _, time::SystemTime};

    use minos_pki::{Algorithm, Authority, AuthorityRequest};

    use super::*;

    #[test]
    fn files_are_private_and_read_back() {
        let directory = tempfile::tempdir().unwrap();
        let leaves = DirectoryLeaves::new(directory.path().join("trust"));
        assert_eq!(leaves.load("a").unwrap(), None);
        let request = AuthorityRequest {
            common_name: "a".into(),
            organization: None,
            algorithm: Algorithm::Ed25519,
            lifetime: std::time::Duration::from_secs(60),
        };
        let pair = Authority::generate(&request, SystemTime::now()).unwrap();
        leaves.save("a", &pair).unwrap();
        leaves.save("a", &pair).unwrap();
        assert_eq!(leaves.load("a").unwrap(), Some(pair));
        let mode = |path: &str| fs::metadata(directory.path().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("trust"), mode("trust/a.pem")), (0o700, 0o600));
        fs::write(directory.path().join("trust/b.pem"), "rubbish").unwrap();
        assert_eq!(leaves.load("b").unwrap(), None);
    }
}
