//! The model's host name and memory.

use std::io;
use std::time::Duration;

use super::FakeKernel;
use crate::{Hostname, NetError, Records};

impl Hostname for FakeKernel {
    fn hostname(&self) -> String {
        self.lock().hostname.clone()
    }

    fn set_hostname(&self, name: &str) -> Result<(), NetError> {
        name.clone_into(&mut self.lock_to_change().hostname);
        Ok(())
    }
}

impl Records for FakeKernel {
    fn load(&self, name: &str) -> Option<String> {
        self.lock().records.get(name).cloned()
    }

    fn save(&self, name: &str, text: &str) -> io::Result<()> {
        self.lock().records.insert(name.to_owned(), text.to_owned());
        Ok(())
    }

    fn forget(&self, name: &str) -> io::Result<()> {
        self.lock().records.remove(name);
        Ok(())
    }

    fn uptime(&self) -> Duration {
        tokio::time::Instant::now().duration_since(self.lock().booted)
    }
}
