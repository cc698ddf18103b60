use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use tonic::Status;
use tonic::transport::Channel;

use super::target::Target;
use crate::cosi::resource::state_client::StateClient;
use crate::cosi::resource::{Event, GetRequest, ListRequest, Resource, WatchOptions, WatchRequest};

/// Reads and watches the resources of a node.
#[derive(Clone, Debug)]
pub struct State {
    client: StateClient<Channel>,
    target: Target,
}

impl State {
    pub(super) fn new(client: StateClient<Channel>) -> State {
        State { client, target: Target::Endpoint }
    }

    /// The same, for another node.
    pub fn on(mut self, target: Target) -> State {
        self.target = target;
        self
    }

    /// One resource; `NOT_FOUND` when there is none.
    pub async fn get(&mut self, namespace: &str, kind: &str, id: &str) -> Result<Resource, Status> {
        let request = GetRequest {
            namespace: namespace.into(),
            r#type: kind.into(),
            id: id.into(),
            options: Some(Default::default()),
        };
        let reply = self.client.get(self.target.request(request)).await?.into_inner();
        reply.resource.ok_or_else(|| Status::internal("the reply holds no resource"))
    }

    /// All resources of a kind.
    pub async fn list(&mut self, namespace: &str, kind: &str) -> Result<Vec<Resource>, Status> {
        let request =
            ListRequest { namespace: namespace.into(), r#type: kind.into(), options: Some(Default::default()) };
        let replies = self.client.list(self.target.request(request)).await?.into_inner();
        replies.try_filter_map(|reply| async move { Ok(reply.resource) }).try_collect().await
    }

    /// Changes of one resource, or of a whole kind when there is no id. With a kind, what is there already comes first,
    /// then an event that says so.
    pub async fn watch(
        &mut self,
        namespace: &str,
        kind: &str,
        id: Option<&str>,
    ) -> Result<impl Stream<Item = Result<Event, Status>> + Send + Unpin + 'static, Status> {
        let request = WatchRequest {
            namespace: namespace.into(),
            r#type: kind.into(),
            id: id.map(Into::into),
            options: Some(WatchOptions { bootstrap_contents: id.is_none(), ..Default::default() }),
            api_version: 1,
        };
        let replies = self.client.watch(self.target.request(request)).await?.into_inner();
        let events = replies.flat_map(|reply| {
            let events: Vec<Result<Event, Status>> = match reply {
                Ok(reply) => reply.event.into_iter().map(Ok).collect(),
                Err(status) => vec![Err(status)],
            };
            futures_util::stream::iter(events)
        });
        Ok(Box::pin(events))
    }
}
