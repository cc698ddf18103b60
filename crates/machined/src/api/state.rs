//! `cosi.resource.State`: reading and watching the node's resources. Writing is refused, as the contract says.

mod access;
mod bookmark;
mod convert;
mod watch;

#[cfg(test)]
mod tests;

use std::pin::Pin;

use minos_api::cosi::resource as wire;
use minos_runtime::{Query, Store};
use tokio_stream::Stream;
use tonic::{Request, Response, Status};

pub use access::Access;
pub use convert::timestamp;

/// The service on one store, for one kind of caller.
#[derive(Debug, Clone)]
pub struct StateService {
    store: Store,
    access: Access,
}

type Streaming<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

impl StateService {
    /// The service; `access` decides what a caller may read.
    pub fn new(store: Store, access: Access) -> Self {
        Self { store, access }
    }
}

#[tonic::async_trait]
impl wire::state_server::State for StateService {
    type ListStream = Streaming<wire::ListResponse>;
    type WatchStream = Streaming<wire::WatchResponse>;

    async fn get(&self, request: Request<wire::GetRequest>) -> Result<Response<wire::GetResponse>, Status> {
        let definition = self.access.check(&request, &request.get_ref().r#type, &request.get_ref().namespace)?;
        let secrets = self.access.secrets(&request);
        let request = request.into_inner();
        let object = self.store.get_object(definition.type_name, &request.namespace, &request.id).ok_or_else(|| {
            let wire::GetRequest { namespace, r#type, id, .. } = &request;
            Status::not_found(format!("resource {type}({namespace}/{id}@undefined) doesn't exist"))
        })?;
        Ok(Response::new(wire::GetResponse { resource: Some(convert::resource(&object, secrets)?) }))
    }

    async fn list(&self, request: Request<wire::ListRequest>) -> Result<Response<Self::ListStream>, Status> {
        let definition = self.access.check(&request, &request.get_ref().r#type, &request.get_ref().namespace)?;
        let secrets = self.access.secrets(&request);
        let request = request.into_inner();
        let options = request.options.unwrap_or_default();
        let query = Query { labels: convert::label_queries(options.label_query)? };
        let ids = convert::id_query(options.id_query)?;
        let objects = self.store.list_objects(definition.type_name, &request.namespace, &query);
        let replies = objects
            .into_iter()
            .filter(move |object| ids.matches(&object.metadata().id))
            .map(move |object| Ok(wire::ListResponse { resource: Some(convert::resource(&object, secrets)?) }));
        Ok(Response::new(Box::pin(tokio_stream::iter(replies))))
    }

    async fn watch(&self, request: Request<wire::WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let definition = self.access.check(&request, &request.get_ref().r#type, &request.get_ref().namespace)?;
        let secrets = self.access.secrets(&request);
        watch::start(&self.store, definition, request.into_inner(), secrets).map(Response::new)
    }

    async fn create(&self, _: Request<wire::CreateRequest>) -> Result<Response<wire::CreateResponse>, Status> {
        Err(read_only())
    }

    async fn update(&self, _: Request<wire::UpdateRequest>) -> Result<Response<wire::UpdateResponse>, Status> {
        Err(read_only())
    }

    async fn destroy(&self, _: Request<wire::DestroyRequest>) -> Result<Response<wire::DestroyResponse>, Status> {
        Err(read_only())
    }

    async fn teardown(&self, _: Request<wire::TeardownRequest>) -> Result<Response<wire::TeardownResponse>, Status> {
        Err(read_only())
    }

    async fn teardown_and_destroy(
        &self,
        _: Request<wire::TeardownAndDestroyRequest>,
    ) -> Result<Response<wire::TeardownAndDestroyResponse>, Status> {
        Err(read_only())
    }
}

fn read_only() -> Status {
    Status::permission_denied(
        "write access is not allowed: resources are written by controllers; apply a configuration instead",
    )
}
