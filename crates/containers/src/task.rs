//! Containers and their main processes.

use async_trait::async_trait;
use containerd_client::services::v1::container::Runtime;
use containerd_client::services::v1::containers_client::ContainersClient;
use containerd_client::services::v1::namespaces_client::NamespacesClient;
use containerd_client::services::v1::snapshots::snapshots_client::SnapshotsClient;
use containerd_client::services::v1::snapshots::{MountsRequest, PrepareSnapshotRequest, RemoveSnapshotRequest};
use containerd_client::services::v1::tasks_client::TasksClient;
use containerd_client::services::v1::{
    Container, CreateContainerRequest, CreateNamespaceRequest, CreateTaskRequest, DeleteContainerRequest,
    DeleteTaskRequest, GetRequest, KillRequest, Namespace, StartRequest, WaitRequest,
};
use containerd_client::types::v1::Status as TaskStatus;
use prost_types::Any;

use crate::client::{optional, refused, within};
use crate::image::{ImageConfig, SNAPSHOTTER};
use crate::{ContainerError, ContainerSpec, Containerd, Containers, TaskState, runtime_spec};

/// The shim: containerd's own in Rust.
const RUNTIME: &str = "io.containerd.runc.v2-rs";
/// How containerd names the type of a runtime specification.
const SPEC_TYPE: &str = "types.containerd.io/opencontainers/runtime-spec/1/Spec";

#[async_trait]
impl Containers for Containerd {
    async fn pull(&self, namespace: &str, image: &str) -> Result<(), ContainerError> {
        self.ensure_namespace(namespace).await?;
        self.pull_image(namespace, image).await
    }

    async fn start(&self, namespace: &str, container: &ContainerSpec) -> Result<i32, ContainerError> {
        let id = &container.id;
        let image = self.image_config(namespace, &container.image).await?.ok_or_else(|| ContainerError::Bad {
            what: format!("container {id}"),
            reason: format!("image {} is not there", container.image),
        })?;
        self.remove(namespace, id).await?;
        self.create_container(namespace, container, &image).await?;
        let rootfs = self.prepare_root(namespace, id, &image.chain).await?;
        let output = container.output.display().to_string();
        let create = CreateTaskRequest {
            container_id: id.clone(),
            rootfs,
            stdout: output.clone(),
            stderr: output,
            ..CreateTaskRequest::default()
        };
        let mut tasks = TasksClient::new(self.channel().await?);
        let created = tasks.create(within(namespace, create)).await.map_err(refused("create the process of", id))?;
        let start = StartRequest { container_id: id.clone(), exec_id: String::new() };
        tasks.start(within(namespace, start)).await.map_err(refused("start", id))?;
        Ok(i32::try_from(created.into_inner().pid).unwrap_or_default())
    }

    async fn state(&self, namespace: &str, id: &str) -> Result<Option<TaskState>, ContainerError> {
        let mut tasks = TasksClient::new(self.channel().await?);
        let request = GetRequest { container_id: id.to_owned(), exec_id: String::new() };
        let found = optional(tasks.get(within(namespace, request)).await, "look at", id)?;
        let Some(process) = found.and_then(|found| found.into_inner().process) else { return Ok(None) };
        Ok(match process.status() {
            TaskStatus::Running | TaskStatus::Paused | TaskStatus::Pausing => {
                Some(TaskState::Running { pid: i32::try_from(process.pid).unwrap_or_default() })
            }
            TaskStatus::Stopped => Some(TaskState::Stopped { exit_code: process.exit_status }),
            TaskStatus::Created | TaskStatus::Unknown => None,
        })
    }

    async fn wait(&self, namespace: &str, id: &str) -> Result<u32, ContainerError> {
        let mut tasks = TasksClient::new(self.channel().await?);
        let request = WaitRequest { container_id: id.to_owned(), exec_id: String::new() };
        let ended = tasks.wait(within(namespace, request)).await.map_err(refused("wait for", id))?;
        Ok(ended.into_inner().exit_status)
    }

    async fn kill(&self, namespace: &str, id: &str, signal: i32) -> Result<(), ContainerError> {
        let mut tasks = TasksClient::new(self.channel().await?);
        let signal = u32::try_from(signal).unwrap_or_default();
        let request = KillRequest { container_id: id.to_owned(), signal, all: false, ..KillRequest::default() };
        optional(tasks.kill(within(namespace, request)).await, "signal", id).map(drop)
    }

    async fn remove(&self, namespace: &str, id: &str) -> Result<(), ContainerError> {
        let channel = self.channel().await?;
        let mut tasks = TasksClient::new(channel.clone());
        let request = DeleteTaskRequest { container_id: id.to_owned() };
        optional(tasks.delete(within(namespace, request)).await, "remove the process of", id)?;
        let mut containers = ContainersClient::new(channel.clone());
        let request = DeleteContainerRequest { id: id.to_owned() };
        optional(containers.delete(within(namespace, request)).await, "remove", id)?;
        let mut snapshots = SnapshotsClient::new(channel);
        let request = RemoveSnapshotRequest { snapshotter: SNAPSHOTTER.to_owned(), key: id.to_owned() };
        optional(snapshots.remove(within(namespace, request)).await, "remove the root of", id).map(drop)
    }
}

impl Containerd {
    async fn ensure_namespace(&self, name: &str) -> Result<(), ContainerError> {
        let mut client = NamespacesClient::new(self.channel().await?);
        let namespace = Namespace { name: name.to_owned(), ..Namespace::default() };
        match client.create(CreateNamespaceRequest { namespace: Some(namespace) }).await {
            Err(status) if status.code() != tonic::Code::AlreadyExists => Err(refused("make namespace", name)(status)),
            _ => Ok(()),
        }
    }

    async fn create_container(
        &self,
        namespace: &str,
        container: &ContainerSpec,
        image: &ImageConfig,
    ) -> Result<(), ContainerError> {
        let spec = runtime_spec(container, &image.entrypoint, &image.env);
        let message = Container {
            id: container.id.clone(),
            image: container.image.clone(),
            runtime: Some(Runtime { name: RUNTIME.to_owned(), options: None }),
            spec: Some(Any { type_url: SPEC_TYPE.to_owned(), value: spec.to_string().into_bytes() }),
            snapshotter: SNAPSHOTTER.to_owned(),
            snapshot_key: container.id.clone(),
            ..Container::default()
        };
        let mut containers = ContainersClient::new(self.channel().await?);
        let request = CreateContainerRequest { container: Some(message) };
        containers.create(within(namespace, request)).await.map_err(refused("create", &container.id)).map(drop)
    }

    async fn prepare_root(
        &self,
        namespace: &str,
        id: &str,
        parent: &str,
    ) -> Result<Vec<containerd_client::types::Mount>, ContainerError> {
        let mut snapshots = SnapshotsClient::new(self.channel().await?);
        let prepare = PrepareSnapshotRequest {
            snapshotter: SNAPSHOTTER.to_owned(),
            key: id.to_owned(),
            parent: parent.to_owned(),
            ..PrepareSnapshotRequest::default()
        };
        match snapshots.prepare(within(namespace, prepare)).await {
            Ok(prepared) => return Ok(prepared.into_inner().mounts),
            Err(status) if status.code() == tonic::Code::AlreadyExists => {}
            Err(status) => return Err(refused("prepare the root of", id)(status)),
        }
        let request = MountsRequest { snapshotter: SNAPSHOTTER.to_owned(), key: id.to_owned() };
        let mounts = snapshots.mounts(within(namespace, request)).await.map_err(refused("mount the root of", id))?;
        Ok(mounts.into_inner().mounts)
    }
}
