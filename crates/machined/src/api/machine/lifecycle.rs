//! `machine.LifecycleService`: installing and upgrading, which this version does not do yet and a container never does.

use minos_api::machine as m;
use minos_sys::Mode;
use tonic::{Request, Status};

use super::{Reply, Streaming, not_built, power};

/// The service.
#[derive(Debug, Clone, Copy)]
pub struct LifecycleService {
    mode: Mode,
}

impl LifecycleService {
    /// The service of a node that runs in this mode.
    pub const fn new(mode: Mode) -> Self {
        Self { mode }
    }

    fn refuse(self, method: &str) -> Status {
        power::machine_only(self.mode).err().unwrap_or_else(|| not_built(method))
    }
}

#[tonic::async_trait]
impl m::lifecycle_service_server::LifecycleService for LifecycleService {
    type InstallStream = Streaming<m::LifecycleServiceInstallResponse>;
    type UpgradeStream = Streaming<m::LifecycleServiceUpgradeResponse>;

    async fn install(&self, _: Request<m::LifecycleServiceInstallRequest>) -> Reply<Self::InstallStream> {
        Err(self.refuse("LifecycleService.Install"))
    }

    async fn upgrade(&self, _: Request<m::LifecycleServiceUpgradeRequest>) -> Reply<Self::UpgradeStream> {
        Err(self.refuse("LifecycleService.Upgrade"))
    }
}

#[cfg(test)]
mod tests {
    use minos_sys::Runner;
    use tonic::Code;

    use super::*;

    #[test]
    fn a_container_is_neither_installed_nor_upgraded_and_says_so_in_upstream_s_words() {
        for runner in [Runner::Minos, Runner::Other] {
            let status = LifecycleService::new(Mode::Container(runner)).refuse("LifecycleService.Install");
            assert_eq!(status.code(), Code::FailedPrecondition);
            assert_eq!(status.message(), "method is not supported in container mode");
        }
        let status = LifecycleService::new(Mode::Machine).refuse("LifecycleService.Upgrade");
        assert_eq!(status.code(), Code::Unimplemented);
    }
}
