use anyhow::{Result, bail};
use minos_api::common::{Data, Metadata};
use minos_api::{cluster, machine};

/// A message that says which node it came from.
pub trait Reply {
    /// Its origin, and the node's error if it failed there.
    fn metadata(&self) -> Option<&Metadata>;
}

macro_rules! replies {
    ($($message:ty,)*) => {
        $(impl Reply for $message {
            fn metadata(&self) -> Option<&Metadata> {
                self.metadata.as_ref()
            }
        })*
    };
}

replies! {
    Data,
    cluster::HealthCheckProgress,
    machine::ApplyConfiguration,
    machine::Bootstrap,
    machine::EtcdMembers,
    machine::EtcdStatus,
    machine::Event,
    machine::FileInfo,
    machine::Memory,
    machine::Mounts,
    machine::Process,
    machine::Reboot,
    machine::ServiceList,
    machine::ServiceRestart,
    machine::ServiceStart,
    machine::ServiceStop,
    machine::Shutdown,
    machine::Version,
}

/// What went wrong on single nodes while the others answered.
#[derive(Default)]
pub struct Failures(Vec<String>);

impl Failures {
    /// Notes the error that a reply carries; false when it carries none.
    pub fn note(&mut self, node: &str, reply: &impl Reply) -> bool {
        let Some(metadata) = reply.metadata() else {
            return false;
        };
        let message = match &metadata.status {
            Some(status) if status.code != 0 => &status.message,
            _ => &metadata.error,
        };
        if message.is_empty() && metadata.error.is_empty() {
            return false;
        }
        self.add(format!("{node}: {message}"));
        true
    }

    /// Notes an error.
    pub fn add(&mut self, failure: String) {
        self.0.push(failure);
    }

    /// An error with all of them, if there are any.
    pub fn into_result(self) -> Result<()> {
        match self.0.as_slice() {
            [] => Ok(()),
            [one] => bail!("{one}"),
            several => bail!(
                "{} nodes or files failed:\n  {}",
                several.len(),
                several.join("\n  ")
            ),
        }
    }
}
