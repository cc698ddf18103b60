//! What runs, kept where a new `machined` finds it.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use minos_resources::v1alpha1::Runner;
use minos_sys::ProcessId;
use serde::{Deserialize, Serialize};

/// A started service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its main process; 0 for containers, which containerd knows.
    pub pid: i32,
    /// When that started.
    pub started: u64,
    /// What it was started from.
    pub fingerprint: u64,
}

impl Record {
    /// The process.
    pub fn process(&self) -> ProcessId {
        ProcessId { pid: self.pid, started: self.started }
    }
}

/// Equal for equal runners, across restarts of `machined` of one version.
pub fn fingerprint(runner: &Runner) -> u64 {
    let mut hasher = DefaultHasher::new();
    // As text: a runner is plain data whose text is its value.
    serde_json::to_string(runner).unwrap_or_default().hash(&mut hasher);
    hasher.finish()
}

/// Reads the record of a service.
pub fn read(folder: &Path, id: &str) -> Option<Record> {
    serde_json::from_str(&std::fs::read_to_string(file(folder, id)).ok()?).ok()
}

/// Writes the record of a service.
pub fn write(folder: &Path, id: &str, record: &Record) {
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(file(folder, id), serde_json::to_string(record).unwrap_or_default()));
    if let Err(error) = written {
        tracing::warn!(service = id, %error, "cannot keep what runs; a restart of machined would not find it");
    }
}

/// Removes the record of a service.
pub fn remove(folder: &Path, id: &str) {
    // One that is not there is what was wanted.
    drop(std::fs::remove_file(file(folder, id)));
}

fn file(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.json"))
}
