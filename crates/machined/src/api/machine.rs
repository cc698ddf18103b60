//! `machine.MachineService`: one module per call or family of calls; this file only says which answers what.

mod apply_configuration;
mod bootstrap;
mod disk_stats;
mod disk_usage;
mod dmesg;
mod etcd;
mod events;
mod generate_client_configuration;
mod hostname;
mod kubeconfig;
mod lifecycle;
mod list;
mod load_avg;
mod logs;
mod memory;
mod mounts;
mod power;
mod processes;
mod read;
mod services;
mod version;

use std::pin::Pin;
use std::sync::Arc;

use minos_api::common::Data;
use minos_api::machine as m;
use tokio_stream::Stream;
use tonic::{Request, Response, Status};

use crate::node::Node;

pub use lifecycle::LifecycleService;

/// The service.
#[derive(Debug, Clone)]
pub struct MachineService {
    node: Arc<Node>,
}

/// What a method returns.
pub(crate) type Reply<T> = Result<Response<T>, Status>;
/// The stream of a streaming method.
pub(crate) type Streaming<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

impl MachineService {
    /// The service of this node.
    pub fn new(node: Arc<Node>) -> Self {
        Self { node }
    }
}

fn not_built(method: &str) -> Status {
    Status::unimplemented(format!("{method} is part of the API but this version of Minos does not have it yet"))
}

#[tonic::async_trait]
impl m::machine_service_server::MachineService for MachineService {
    type EventsStream = Streaming<m::Event>;
    type LogsStream = Streaming<Data>;
    type DmesgStream = Streaming<Data>;
    type ListStream = Streaming<m::FileInfo>;
    type ReadStream = Streaming<Data>;
    type KubeconfigStream = Streaming<Data>;
    type DiskUsageStream = Streaming<m::DiskUsageInfo>;
    type CopyStream = Streaming<Data>;
    type PacketCaptureStream = Streaming<Data>;
    type ImageListStream = Streaming<m::ImageListResponse>;
    type EtcdSnapshotStream = Streaming<Data>;

    async fn version(&self, _: Request<()>) -> Reply<m::VersionResponse> {
        version::get(&self.node)
    }

    async fn hostname(&self, _: Request<()>) -> Reply<m::HostnameResponse> {
        hostname::get(&self.node)
    }

    async fn apply_configuration(
        &self,
        request: Request<m::ApplyConfigurationRequest>,
    ) -> Reply<m::ApplyConfigurationResponse> {
        apply_configuration::apply(&self.node, request).await
    }

    async fn reboot(&self, request: Request<m::RebootRequest>) -> Reply<m::RebootResponse> {
        power::reboot(&self.node, request.get_ref())
    }

    async fn shutdown(&self, _: Request<m::ShutdownRequest>) -> Reply<m::ShutdownResponse> {
        power::shutdown(&self.node)
    }

    async fn events(&self, request: Request<m::EventsRequest>) -> Reply<Self::EventsStream> {
        events::stream(&self.node, request.into_inner())
    }

    async fn service_list(&self, _: Request<()>) -> Reply<m::ServiceListResponse> {
        services::list(&self.node)
    }

    async fn service_start(&self, request: Request<m::ServiceStartRequest>) -> Reply<m::ServiceStartResponse> {
        services::start(&self.node, &request.get_ref().id).await
    }

    async fn service_stop(&self, request: Request<m::ServiceStopRequest>) -> Reply<m::ServiceStopResponse> {
        services::stop(&self.node, &request.get_ref().id).await
    }

    async fn service_restart(&self, request: Request<m::ServiceRestartRequest>) -> Reply<m::ServiceRestartResponse> {
        services::restart(&self.node, &request.get_ref().id).await
    }

    async fn logs(&self, request: Request<m::LogsRequest>) -> Reply<Self::LogsStream> {
        logs::stream(&self.node, request.into_inner()).await
    }

    async fn logs_containers(&self, _: Request<()>) -> Reply<m::LogsContainersResponse> {
        logs::containers(&self.node)
    }

    async fn dmesg(&self, request: Request<m::DmesgRequest>) -> Reply<Self::DmesgStream> {
        dmesg::stream(&self.node, request.get_ref()).await
    }

    async fn list(&self, request: Request<m::ListRequest>) -> Reply<Self::ListStream> {
        list::stream(request.into_inner())
    }

    async fn disk_usage(&self, request: Request<m::DiskUsageRequest>) -> Reply<Self::DiskUsageStream> {
        disk_usage::stream(request.into_inner())
    }

    async fn read(&self, request: Request<m::ReadRequest>) -> Reply<Self::ReadStream> {
        read::stream(request.into_inner()).await
    }

    async fn mounts(&self, _: Request<()>) -> Reply<m::MountsResponse> {
        mounts::get()
    }

    async fn processes(&self, _: Request<()>) -> Reply<m::ProcessesResponse> {
        processes::get().await
    }

    async fn memory(&self, _: Request<()>) -> Reply<m::MemoryResponse> {
        memory::get()
    }

    async fn load_avg(&self, _: Request<()>) -> Reply<m::LoadAvgResponse> {
        load_avg::get()
    }

    async fn disk_stats(&self, _: Request<()>) -> Reply<m::DiskStatsResponse> {
        disk_stats::get()
    }

    async fn bootstrap(&self, request: Request<m::BootstrapRequest>) -> Reply<m::BootstrapResponse> {
        bootstrap::bootstrap(&self.node, request.get_ref())
    }

    async fn kubeconfig(&self, _: Request<()>) -> Reply<Self::KubeconfigStream> {
        kubeconfig::stream(&self.node)
    }

    async fn generate_client_configuration(
        &self,
        request: Request<m::GenerateClientConfigurationRequest>,
    ) -> Reply<m::GenerateClientConfigurationResponse> {
        generate_client_configuration::issue(&self.node, request.get_ref())
    }

    async fn etcd_member_list(&self, _: Request<m::EtcdMemberListRequest>) -> Reply<m::EtcdMemberListResponse> {
        etcd::members(&self.node).await
    }

    async fn etcd_status(&self, _: Request<()>) -> Reply<m::EtcdStatusResponse> {
        etcd::status(&self.node).await
    }

    // What follows is part of the contract and not built yet.

    async fn reset(&self, _: Request<m::ResetRequest>) -> Reply<m::ResetResponse> {
        Err(not_built("Reset"))
    }

    async fn rollback(&self, _: Request<m::RollbackRequest>) -> Reply<m::RollbackResponse> {
        power::machine_only(self.node.mode)?;
        Err(not_built("Rollback"))
    }

    async fn upgrade(&self, _: Request<m::UpgradeRequest>) -> Reply<m::UpgradeResponse> {
        power::machine_only(self.node.mode)?;
        Err(not_built("Upgrade"))
    }

    async fn copy(&self, _: Request<m::CopyRequest>) -> Reply<Self::CopyStream> {
        Err(not_built("Copy"))
    }

    async fn system_stat(&self, _: Request<()>) -> Reply<m::SystemStatResponse> {
        Err(not_built("SystemStat"))
    }

    async fn cpu_info(&self, _: Request<()>) -> Reply<m::CpuInfoResponse> {
        Err(not_built("CPUInfo"))
    }

    async fn cpu_freq_stats(&self, _: Request<()>) -> Reply<m::CpuFreqStatsResponse> {
        Err(not_built("CPUFreqStats"))
    }

    async fn network_device_stats(&self, _: Request<()>) -> Reply<m::NetworkDeviceStatsResponse> {
        Err(not_built("NetworkDeviceStats"))
    }

    async fn packet_capture(&self, _: Request<m::PacketCaptureRequest>) -> Reply<Self::PacketCaptureStream> {
        Err(not_built("PacketCapture"))
    }

    async fn netstat(&self, _: Request<m::NetstatRequest>) -> Reply<m::NetstatResponse> {
        Err(not_built("Netstat"))
    }

    async fn containers(&self, _: Request<m::ContainersRequest>) -> Reply<m::ContainersResponse> {
        Err(not_built("Containers"))
    }

    async fn restart(&self, _: Request<m::RestartRequest>) -> Reply<m::RestartResponse> {
        Err(not_built("Restart"))
    }

    async fn stats(&self, _: Request<m::StatsRequest>) -> Reply<m::StatsResponse> {
        Err(not_built("Stats"))
    }

    async fn image_list(&self, _: Request<m::ImageListRequest>) -> Reply<Self::ImageListStream> {
        Err(not_built("ImageList"))
    }

    async fn image_pull(&self, _: Request<m::ImagePullRequest>) -> Reply<m::ImagePullResponse> {
        Err(not_built("ImagePull"))
    }

    async fn etcd_leave_cluster(&self, _: Request<m::EtcdLeaveClusterRequest>) -> Reply<m::EtcdLeaveClusterResponse> {
        Err(not_built("EtcdLeaveCluster"))
    }

    async fn etcd_remove_member_by_id(
        &self,
        _: Request<m::EtcdRemoveMemberByIdRequest>,
    ) -> Reply<m::EtcdRemoveMemberByIdResponse> {
        Err(not_built("EtcdRemoveMemberByID"))
    }

    async fn etcd_forfeit_leadership(
        &self,
        _: Request<m::EtcdForfeitLeadershipRequest>,
    ) -> Reply<m::EtcdForfeitLeadershipResponse> {
        Err(not_built("EtcdForfeitLeadership"))
    }

    async fn etcd_snapshot(&self, _: Request<m::EtcdSnapshotRequest>) -> Reply<Self::EtcdSnapshotStream> {
        Err(not_built("EtcdSnapshot"))
    }

    async fn etcd_recover(&self, _: Request<tonic::Streaming<Data>>) -> Reply<m::EtcdRecoverResponse> {
        Err(not_built("EtcdRecover"))
    }

    async fn etcd_alarm_list(&self, _: Request<()>) -> Reply<m::EtcdAlarmListResponse> {
        Err(not_built("EtcdAlarmList"))
    }

    async fn etcd_alarm_disarm(&self, _: Request<()>) -> Reply<m::EtcdAlarmDisarmResponse> {
        Err(not_built("EtcdAlarmDisarm"))
    }

    async fn etcd_defragment(&self, _: Request<()>) -> Reply<m::EtcdDefragmentResponse> {
        Err(not_built("EtcdDefragment"))
    }

    async fn etcd_downgrade_validate(
        &self,
        _: Request<m::EtcdDowngradeValidateRequest>,
    ) -> Reply<m::EtcdDowngradeValidateResponse> {
        Err(not_built("EtcdDowngradeValidate"))
    }

    async fn etcd_downgrade_enable(
        &self,
        _: Request<m::EtcdDowngradeEnableRequest>,
    ) -> Reply<m::EtcdDowngradeEnableResponse> {
        Err(not_built("EtcdDowngradeEnable"))
    }

    async fn etcd_downgrade_cancel(&self, _: Request<()>) -> Reply<m::EtcdDowngradeCancelResponse> {
        Err(not_built("EtcdDowngradeCancel"))
    }

    async fn meta_write(&self, _: Request<m::MetaWriteRequest>) -> Reply<m::MetaWriteResponse> {
        power::machine_only(self.node.mode)?;
        Err(not_built("MetaWrite"))
    }

    async fn meta_delete(&self, _: Request<m::MetaDeleteRequest>) -> Reply<m::MetaDeleteResponse> {
        power::machine_only(self.node.mode)?;
        Err(not_built("MetaDelete"))
    }
}
