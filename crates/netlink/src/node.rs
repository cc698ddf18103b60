//! What the network needs of the node beside the network itself: its name, and a memory that outlives the process.

use std::io;
use std::time::Duration;

use crate::NetError;

/// Sets the name that the kernel gives to those who ask for it.
pub trait Hostname: Send + Sync + 'static {
    /// The name.
    fn hostname(&self) -> String;

    /// Sets the name.
    ///
    /// # Errors
    /// When the kernel refuses.
    fn set_hostname(&self, name: &str) -> Result<(), NetError>;
}

/// Remembers small texts across restarts of the process, but not across a reboot.
pub trait Records: Send + Sync + 'static {
    /// What was saved under `name`.
    fn load(&self, name: &str) -> Option<String>;

    /// Saves `text` under `name`, wholly or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    fn save(&self, name: &str, text: &str) -> io::Result<()>;

    /// Forgets what was saved under `name`; fine when there is nothing.
    ///
    /// # Errors
    /// When it cannot be removed.
    fn forget(&self, name: &str) -> io::Result<()>;

    /// Time since boot, sleep included: a clock that goes on when the process restarts and that nobody sets.
    fn uptime(&self) -> Duration;
}
