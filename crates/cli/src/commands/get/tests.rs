use std::io;
use std::pin::Pin;

use clap::Parser as _;
use futures_util::Stream;
use hyper_util::rt::TokioIo;
use minos_api::client::Connection;
use minos_api::cosi::resource::state_server::{State, StateServer};
use minos_api::cosi::resource::*;
use tokio::net::{UnixListener, UnixStream};
use tokio_stream::wrappers::UnixListenerStream;
use tonic::transport::{Endpoint, Server};
use tonic::{Request, Response};

use super::*;
use crate::output::Style;

/// Two definitions and two resources.
struct Node;

const MEMBERS: &str = "Members.cluster.talos.dev";
const DEFINITIONS: &str = "ResourceDefinitions.meta.cosi.dev";

fn resource(kind: &str, id: &str, yaml: &str) -> minos_api::cosi::resource::Resource {
    let metadata = Metadata {
        namespace: "cluster".into(),
        r#type: kind.into(),
        id: id.into(),
        version: "1".into(),
        ..Default::default()
    };
    let spec = Spec { yaml_spec: yaml.into(), ..Default::default() };
    minos_api::cosi::resource::Resource { metadata: Some(metadata), spec: Some(spec) }
}

fn member(id: &str, addresses: &str) -> minos_api::cosi::resource::Resource {
    resource(MEMBERS, id, &format!("hostname: {id}\naddresses: {addresses}\n"))
}

fn definition(kind: &str, display: &str, aliases: &str) -> minos_api::cosi::resource::Resource {
    let yaml = format!(
        "type: {kind}\ndisplayType: {display}\ndefaultNamespace: cluster\nallAliases: {aliases}\n\
         printColumns:\n- name: Addresses\n  jsonPath: \"{{.addresses}}\"\n"
    );
    resource(DEFINITIONS, &kind.to_lowercase(), &yaml)
}

type Replies<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl State for Node {
    type ListStream = Replies<ListResponse>;
    type WatchStream = Replies<WatchResponse>;

    async fn get(&self, request: Request<GetRequest>) -> Result<Response<GetResponse>, Status> {
        match request.into_inner().id.as_str() {
            "one" => Ok(Response::new(GetResponse { resource: Some(member("one", "[a]")) })),
            id => Err(Status::not_found(format!("there is no {id}"))),
        }
    }

    async fn list(&self, request: Request<ListRequest>) -> Result<Response<Self::ListStream>, Status> {
        let found = match request.into_inner().r#type.as_str() {
            DEFINITIONS => vec![
                definition(MEMBERS, "Member", "[member, members]"),
                definition("Affiliates.cluster.talos.dev", "Affiliate", "[affiliate, members.old]"),
                definition("Others.cluster.talos.dev", "Other", "[affiliate]"),
            ],
            MEMBERS => vec![member("one", "[a]"), member("two", "[b, c]")],
            kind => return Err(Status::permission_denied(kind.to_owned())),
        };
        let replies = found.into_iter().map(|resource| Ok(ListResponse { resource: Some(resource) }));
        Ok(Response::new(Box::pin(futures_util::stream::iter(replies))))
    }

    async fn watch(&self, request: Request<WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let request = request.into_inner();
        assert!(request.options.unwrap_or_default().bootstrap_contents);
        let event =
            |event_type: EventType, resource| Event { resource, event_type: event_type as i32, ..Default::default() };
        let events = [
            event(EventType::Created, Some(member("one", "[a]"))),
            event(EventType::Bootstrapped, None),
            event(EventType::Updated, Some(member("one", "[a, b]"))),
            event(EventType::Destroyed, Some(member("one", "[a, b]"))),
        ];
        let replies = events.map(|event| Ok(WatchResponse { event: vec![event] }));
        Ok(Response::new(Box::pin(futures_util::stream::iter(replies))))
    }

    async fn create(&self, _: Request<CreateRequest>) -> Result<Response<CreateResponse>, Status> {
        Err(Status::permission_denied("read-only"))
    }

    async fn update(&self, _: Request<UpdateRequest>) -> Result<Response<UpdateResponse>, Status> {
        Err(Status::permission_denied("read-only"))
    }

    async fn destroy(&self, _: Request<DestroyRequest>) -> Result<Response<DestroyResponse>, Status> {
        Err(Status::permission_denied("read-only"))
    }

    async fn teardown(&self, _: Request<TeardownRequest>) -> Result<Response<TeardownResponse>, Status> {
        Err(Status::permission_denied("read-only"))
    }

    async fn teardown_and_destroy(
        &self,
        _: Request<TeardownAndDestroyRequest>,
    ) -> Result<Response<TeardownAndDestroyResponse>, Status> {
        Err(Status::permission_denied("read-only"))
    }
}

/// Runs `minosctl get …` against the node above.
async fn get(line: &str) -> Result<String> {
    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        get: Get,
    }
    let dir = tempfile::tempdir()?;
    let socket = dir.path().join("socket");
    let listener = UnixListenerStream::new(UnixListener::bind(&socket)?);
    let server = tokio::spawn(Server::builder().add_service(StateServer::new(Node)).serve_with_incoming(listener));
    let connect = tower::service_fn(move |_| {
        let socket = socket.clone();
        async move { Ok::<_, io::Error>(TokioIo::new(UnixStream::connect(socket).await?)) }
    });
    let channel = Endpoint::from_static("http://node").connect_with_connector_lazy(connect);
    let session = Session::new(Connection::from_channel(channel), Vec::new(), vec!["10.5.0.2:50000".into()]);
    let command = Line::try_parse_from(["get"].into_iter().chain(line.split(' ')))?.get;
    let mut out = Vec::new();
    let outcome = if command.watch {
        command.watch(&session, Style::plain(), &mut out).await
    } else {
        command.read(&session, Style::plain(), &mut out).await
    };
    server.abort();
    outcome?;
    Ok(String::from_utf8(out)?)
}

#[tokio::test]
async fn kinds_go_by_their_short_names() {
    let expected = "\
NODE       NAMESPACE   TYPE     ID    VERSION   ADDRESSES
10.5.0.2   cluster     Member   one   1         [\"a\"]
10.5.0.2   cluster     Member   two   1         [\"b\",\"c\"]
";
    assert_eq!(get("Members").await.unwrap(), expected);
    assert_eq!(get("members.cluster.talos.dev").await.unwrap(), expected);
    assert_eq!(get("member one -o jsonpath={.spec.addresses[0]}").await.unwrap(), "a\n");
}

#[tokio::test]
async fn what_cannot_be_read_is_explained() {
    let unknown = get("nonsense").await.unwrap_err().to_string();
    assert!(unknown.contains("minosctl get rd"), "{unknown}");
    let ambiguous = get("affiliate").await.unwrap_err().to_string();
    assert!(ambiguous.contains("Others.cluster.talos.dev"), "{ambiguous}");
    let missing = format!("{:#}", get("members three").await.unwrap_err());
    assert!(missing.contains("there is no three"), "{missing}");
}

#[tokio::test]
async fn a_watch_shows_what_is_there_and_then_each_change() {
    let expected = "\
NODE       *   NAMESPACE   TYPE     ID    VERSION   ADDRESSES
10.5.0.2   +   cluster     Member   one   1         [\"a\"]
10.5.0.2       cluster     Member   one   1         [\"a\",\"b\"]
10.5.0.2   -   cluster     Member   one   1         [\"a\",\"b\"]
";
    assert_eq!(get("members -w").await.unwrap(), expected);
}
