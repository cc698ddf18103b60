//! The kernel's host name and records in files.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use rustix::time::ClockId;

use super::LinuxNetwork;
use crate::{Hostname, NetError, Records};

/// Records as files of one directory, which should vanish at a reboot (`/run/minos/network`).
#[derive(Debug, Clone)]
pub struct FileRecords {
    directory: PathBuf,
}

impl FileRecords {
    /// Records in `directory`, which is made when first needed.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }

    fn path(&self, name: &str) -> PathBuf {
        // Link names may hold anything but a slash; ours join their parts with one.
        self.directory.join(name.replace('/', "_"))
    }
}

impl Hostname for LinuxNetwork {
    fn hostname(&self) -> String {
        rustix::system::uname().nodename().to_string_lossy().into_owned()
    }

    fn set_hostname(&self, name: &str) -> Result<(), NetError> {
        rustix::system::sethostname(name.as_bytes())
            .map_err(|error| NetError::new(format!("set the host name {name:?}"), error))
    }
}

impl Records for FileRecords {
    fn load(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }

    fn save(&self, name: &str, text: &str) -> io::Result<()> {
        fs::create_dir_all(&self.directory)?;
        let path = self.path(name);
        let written = path.with_extension("new");
        fs::write(&written, text)?;
        fs::rename(written, path)
    }

    fn forget(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.path(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn uptime(&self) -> Duration {
        let now = rustix::time::clock_gettime(ClockId::Boottime);
        Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_kept_and_forgotten() {
        let directory = std::env::temp_dir().join(format!("minos-records-{}", std::process::id()));
        let records = FileRecords::new(&directory);
        assert_eq!(records.load("dhcp4/eth0"), None);
        records.save("dhcp4/eth0", "one").expect("saved");
        records.save("dhcp4/eth0", "two").expect("saved");
        assert_eq!(FileRecords::new(&directory).load("dhcp4/eth0").as_deref(), Some("two"));
        records.forget("dhcp4/eth0").expect("forgotten");
        records.forget("dhcp4/eth0").expect("nothing to forget is fine");
        assert_eq!(records.load("dhcp4/eth0"), None);
        assert!(records.uptime() <= records.uptime());
        fs::remove_dir_all(directory).expect("removed");
    }
}
