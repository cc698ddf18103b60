use std::{
    fs, io,
    io::Write as _,
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

/// Where the node's id is kept for good.
pub trait IdentityFile: Send + Sync {
    /// Whether the place can be read and written: STATE is mounted.
    fn is_ready(&self) -> bool;

    /// The id, when there is one.
    fn load(&self) -> io::Result<Option<String>>;

    /// Keeps the id, so that it survives a power cut.
    fn save(&self, node_id: &str) -> io::Result<()>;
}

/// `node-identity.yaml` on STATE, as upstream writes it: one key, `nodeId`.
#[derive(Debug)]
pub struct IdentityOnState {
    directory: PathBuf,
}

/// In memory, for tests.
#[derive(Debug, Default)]
pub struct MemoryIdentity(Mutex<Option<String>>);

const FILE: &str = "node-identity.yaml";
const KEY: &str = "nodeId:";

impl IdentityOnState {
    /// In the directory that STATE is mounted on.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }
}

impl IdentityFile for IdentityOnState {
    /// True when the directory is a mount point: it lies on another device than its parent.
    fn is_ready(&self) -> bool {
        let device = |path: &std::path::Path| fs::metadata(path).map(|metadata| metadata.dev());
        match (device(&self.directory), self.directory.parent().map(device)) {
            (Ok(own), Some(Ok(parent))) => own != parent,
            _ => false,
        }
    }

    fn load(&self) -> io::Result<Option<String>> {
        match fs::read_to_string(self.directory.join(FILE)) {
            Ok(text) => Ok(text.lines().find_map(|line| line.strip_prefix(KEY)).map(|id| unquote(id).to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn save(&self, node_id: &str) -> io::Result<()> {
        let temporary = self.directory.join(format!(".{FILE}.new"));
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
        file.write_all(format!("{KEY} {node_id}\n").as_bytes())?;
        file.sync_all()?;
        fs::rename(temporary, self.directory.join(FILE))?;
        fs::File::open(&self.directory)?.sync_all()
    }
}

impl IdentityFile for MemoryIdentity {
    fn is_ready(&self) -> bool {
        true
    }

    fn load(&self) -> io::Result<Option<String>> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn save(&self, node_id: &str) -> io::Result<()> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(node_id.to_owned());
        Ok(())
    }
}

fn unquote(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_read_back_and_upstreams_form_too() {
        let directory = tempfile::tempdir().unwrap();
        let file = IdentityOnState::new(directory.path());
        assert!(!file.is_ready(), "not a mount point");
        assert!(IdentityOnState::new("/proc").is_ready());
        assert_eq!(file.load().unwrap(), None);
        file.save("abc").unwrap();
        assert_eq!(file.load().unwrap().as_deref(), Some("abc"));
        fs::write(directory.path().join(FILE), "nodeId: \"x1\"\n").unwrap();
        assert_eq!(file.load().unwrap().as_deref(), Some("x1"));
    }
}
