use anyhow::{Error, Result};
use minos_api::common::{Data, Metadata};
use minos_api::{cluster, machine};
use tonic::{Code, Status};

use crate::exit::Several;

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
pub struct Failures(Vec<Error>);

impl Failures {
    /// Notes the error that a reply carries; false when it carries none.
    pub fn note(&mut self, node: &str, reply: &impl Reply) -> bool {
        let Some(metadata) = reply.metadata() else {
            return false;
        };
        let status = match &metadata.status {
            Some(status) if status.code != 0 => Status::new(Code::from(status.code), &status.message),
            _ if metadata.error.is_empty() => return false,
            _ => Status::unknown(&metadata.error),
        };
        self.add(Error::from(status).context(node.to_owned()));
        true
    }

    /// Notes an error.
    pub fn add(&mut self, failure: Error) {
        self.0.push(failure);
    }

    /// The error, or one with all of them, if there are any.
    pub fn into_result(mut self) -> Result<()> {
        match self.0.len() {
            0 => Ok(()),
            1 => Err(self.0.remove(0)),
            count => Err(Several::new(&format!("{count} nodes or files failed"), &self.0).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use minos_api::google::rpc;

    use super::*;
    use crate::exit::describe;

    fn failed(code: Code) -> Data {
        let status = rpc::Status { code: code as i32, message: "not here".into(), details: Vec::new() };
        let metadata = Metadata { hostname: "n".into(), error: "rpc error".into(), status: Some(status) };
        Data { metadata: Some(metadata), ..Default::default() }
    }

    #[test]
    fn one_failure_keeps_its_status() {
        let mut failures = Failures::default();
        assert!(!failures.note("n", &Data::default()));
        assert!(failures.note("n", &failed(Code::Unimplemented)));
        let error = failures.into_result().unwrap_err();
        assert_eq!(describe(&error), "n: not here");
        assert_eq!(error.downcast_ref::<Status>().unwrap().code(), Code::Unimplemented);
    }

    #[test]
    fn several_are_listed() {
        let mut failures = Failures::default();
        failures.note("a", &failed(Code::NotFound));
        failures.note("b", &failed(Code::NotFound));
        let error = failures.into_result().unwrap_err().to_string();
        assert_eq!(error, "2 nodes or files failed:\n  a: not here\n  b: not here");
    }
}
