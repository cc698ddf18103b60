//! The machine configuration: the one in effect, as a resource, and the one on STATE.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use minos_config::Config;
use minos_resources::config::MachineConfig;
use minos_runtime::Store;

/// Where the configuration is kept.
const FILE: &str = "config.yaml";
/// How many earlier ones are kept beside it.
const HISTORY: usize = 10;

/// The configuration could not be kept.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {path}")]
pub struct PersistError {
    action: &'static str,
    path: PathBuf,
    source: std::io::Error,
}

/// The node's configuration.
#[derive(Debug)]
pub struct Configuration {
    store: Store,
    folder: PathBuf,
    applying: AtomicBool,
}

/// The right to apply: at most one at a time.
#[derive(Debug)]
pub struct Applying<'a>(&'a AtomicBool);

impl Drop for Applying<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Configuration {
    /// The configuration of the node with this store, kept in `folder` (STATE).
    pub fn new(store: Store, folder: impl Into<PathBuf>) -> Self {
        Self { store, folder: folder.into(), applying: AtomicBool::new(false) }
    }

    /// The one in effect.
    pub fn current(&self) -> Option<Config> {
        self.store.get::<MachineConfig>(MachineConfig::ID).map(|resource| resource.spec().0.clone())
    }

    /// Begins to apply; `None` while somebody else does.
    pub fn begin(&self) -> Option<Applying<'_>> {
        let free = self.applying.compare_exchange(false, true, Ordering::AcqRel, Ordering::Acquire);
        free.ok().map(|_| Applying(&self.applying))
    }

    /// The bytes on STATE, if there are any.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn kept(&self) -> Result<Option<Vec<u8>>, PersistError> {
        let path = self.folder.join(FILE);
        match std::fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(PersistError { action: "read", path, source }),
        }
    }

    /// Keeps a configuration on STATE, whole or not at all, and the one before it as history.
    ///
    /// # Errors
    /// When it cannot be written; the old one is still there then.
    pub fn keep(&self, config: &Config) -> Result<(), PersistError> {
        let path = self.folder.join(FILE);
        if std::fs::read(&path).is_ok_and(|old| old == config.encode().as_bytes()) {
            return Ok(());
        }
        self.remember();
        let partial = self.folder.join(".config.yaml.partial");
        let written =
            std::fs::File::options().write(true).create(true).truncate(true).open(&partial).and_then(|mut file| {
                use std::os::unix::fs::PermissionsExt as _;
                file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
                file.write_all(config.encode().as_bytes())?;
                file.sync_all()?;
                std::fs::rename(&partial, &path)?;
                std::fs::File::open(&self.folder)?.sync_all()
            });
        written.map_err(|source| PersistError { action: "write", path, source })
    }

    /// Puts a configuration into effect.
    pub fn activate(&self, config: Config) {
        // Nobody else writes this resource, and it is never torn down.
        drop(self.store.put("", MachineConfig::ID, MachineConfig(config)));
    }

    /// Moves what is kept now into the history, which is bounded.
    fn remember(&self) {
        let history = self.folder.join("config-history");
        let name = |number: usize| history.join(format!("{number}.yaml"));
        if std::fs::create_dir_all(&history).is_err() {
            return;
        }
        for number in (1..HISTORY).rev() {
            // A gap in the history is no reason not to go on.
            drop(std::fs::rename(name(number), name(number + 1)));
        }
        drop(std::fs::copy(self.folder.join(FILE), name(1)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(name: &str) -> Config {
        let text = format!(
            "version: v1alpha1\nmachine:\n  type: worker\n  token: a.b\n  network:\n    hostname: {name}\ncluster:\n  controlPlane:\n    endpoint: https://a:6443\n"
        );
        Config::parse(text.as_bytes()).expect("it parses").0
    }

    #[test]
    fn what_is_kept_is_found_and_the_one_before_is_remembered() {
        let folder = tempfile::tempdir().expect("a folder");
        let configuration = Configuration::new(Store::new(), folder.path());
        assert!(configuration.kept().expect("readable").is_none());
        for name in ["one", "two"] {
            configuration.keep(&config(name)).expect("kept");
        }
        assert_eq!(configuration.kept().expect("readable").as_deref(), Some(config("two").encode().as_bytes()));
        let before = std::fs::read_to_string(folder.path().join("config-history/1.yaml")).expect("remembered");
        assert_eq!(before, config("one").encode());
    }

    #[test]
    fn one_at_a_time() {
        let configuration = Configuration::new(Store::new(), "/nonexistent");
        let first = configuration.begin().expect("free");
        assert!(configuration.begin().is_none());
        drop(first);
        assert!(configuration.begin().is_some());
    }
}
