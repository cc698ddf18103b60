use std::net::Ipv4Addr;
use std::time::Duration;

use minos_api::client::{Connection, ServerTrust, Target};
use minos_api::machine::{DmesgRequest, ReadRequest, RebootRequest};
use minos_pki::Leaf;
use tokio_stream::StreamExt as _;
use tonic::Code;

use self::world::{Ca, HOUR, Node, credentials, free_port, machine, roles_seen};

mod world;

const HERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 1);
const THERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

async fn node(ca: &Ca) -> Node {
    Node::start(HERE, free_port(), ca.resource(false)).await
}

#[tokio::test]
async fn roles_of_the_certificate_reach_the_machine() {
    let ca = Ca::new();
    let node = node(&ca).await;
    for roles in [&["os:admin"][..], &["os:reader"], &["os:operator", "os:etcd:backup"]] {
        let connection = node.connect(&ca, Some(&ca.client(roles)));
        let version = roles_seen(&connection, &Target::Endpoint).await.unwrap().version.unwrap();
        assert_eq!(version.tag, roles.join(","));
        assert_eq!(version.sha, "127.0.0.1");
    }
}

#[tokio::test]
async fn strangers_do_not_get_through_the_handshake() {
    let (ca, other) = (Ca::new(), Ca::new());
    let node = node(&ca).await;
    let server = credentials(ca.issue(&Leaf::server("pretender", HOUR).organizations(["os:admin"])));
    let both = credentials(ca.issue(&Leaf::peer("both", HOUR).organizations(["os:admin"])));
    let cases = [
        ("none", None),
        ("another CA's", Some(other.client(&["os:admin"]))),
        ("an expired one", Some(ca.expired())),
        ("a server's", Some(server)),
        ("one for servers too", Some(both)),
    ];
    for (what, credentials) in cases {
        let connection = node.connect(&ca, credentials.as_ref());
        let status = roles_seen(&connection, &Target::Endpoint).await.expect_err(what);
        assert!(matches!(status.code(), Code::Unavailable | Code::Unknown), "{what}: {status}");
    }
}

#[tokio::test]
async fn roles_limit_what_may_be_called() {
    let ca = Ca::new();
    let node = node(&ca).await;
    let reader = node.connect(&ca, Some(&ca.client(&["os:reader"])));
    let status = reader.machine().reboot(RebootRequest::default()).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    assert!(status.message().contains("os:operator"), "{status}");

    let nobody = node.connect(&ca, Some(&ca.client(&["system:masters"])));
    let status = roles_seen(&nobody, &Target::Endpoint).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);

    let admin = node.connect(&ca, Some(&ca.client(&["os:admin"])));
    assert_eq!(admin.machine().reboot(RebootRequest::default()).await.unwrap_err().code(), Code::Unimplemented);
}

#[tokio::test]
async fn nobody_but_a_gateway_may_claim_other_roles() {
    let ca = Ca::new();
    let node = node(&ca).await;
    let claim = |roles| {
        let connection = node.connect(&ca, Some(&ca.client(roles)));
        async move {
            let mut request = tonic::Request::new(());
            request.metadata_mut().append("talos-role", "os:admin".parse().unwrap());
            let reply = connection.machine().version(request).await.unwrap().into_inner();
            reply.messages[0].version.clone().unwrap().tag
        }
    };
    assert_eq!(claim(&["os:reader"]).await, "os:reader");
    assert_eq!(claim(&["os:impersonator"]).await, "os:admin");
}

#[tokio::test]
async fn statuses_and_long_messages_pass_unchanged() {
    let ca = Ca::new();
    let node = node(&ca).await;
    let admin = node.connect(&ca, Some(&ca.client(&["os:admin"])));
    let status = admin.machine().hostname(()).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::NotFound, "it has no name"));

    let path = "x".repeat(3 << 20);
    let mut reply = admin.machine().read(ReadRequest { path }).await.unwrap().into_inner();
    let data = reply.next().await.unwrap().unwrap();
    assert!(data.bytes.len() > 3 << 20);
    assert!(reply.next().await.is_none());
}

#[tokio::test]
async fn replies_name_their_node_when_nodes_are_named() {
    let ca = Ca::new();
    let node = node(&ca).await;
    let admin = node.connect(&ca, Some(&ca.client(&["os:admin"])));
    let target = Target::Nodes(vec!["here".into()]);
    let version = roles_seen(&admin, &target).await.unwrap();
    assert_eq!(version.metadata.unwrap().hostname, "here");
    assert_eq!(version.version.unwrap().go_version, "", "the steering keys are not passed on");

    let request = target.request(DmesgRequest::default());
    let mut lines = admin.machine().dmesg(request).await.unwrap().into_inner();
    for line in 0..3 {
        let data = lines.next().await.unwrap().unwrap();
        assert_eq!(data.bytes, format!("127.0.0.1 {line}"));
        assert_eq!(data.metadata.unwrap().hostname, "here");
    }
    assert!(lines.next().await.is_none());

    let status = admin.machine().hostname(target.request(())).await.unwrap().into_inner();
    let metadata = status.messages[0].metadata.clone().unwrap();
    assert_eq!(metadata.status.unwrap().code, 5);
}

#[tokio::test]
async fn calls_reach_other_nodes() {
    let ca = Ca::new();
    let port = free_port();
    let one = Node::start(HERE, port, ca.resource(false)).await;
    let _two = Node::start(THERE, port, ca.resource(false)).await;
    let reader = one.connect(&ca, Some(&ca.client(&["os:reader"])));

    let there = roles_seen(&reader, &Target::Node("127.0.0.2".into())).await.unwrap();
    let version = there.version.unwrap();
    assert_eq!((version.sha.as_str(), version.tag.as_str()), ("127.0.0.2", "os:reader"));
    assert!(version.built.contains("127.0.0.1"), "on behalf of: {}", version.built);

    let both = Target::Nodes(vec!["127.0.0.1".into(), "127.0.0.2".into(), "127.0.0.3".into()]);
    let reply = reader.machine().version(both.request(())).await.unwrap().into_inner();
    let names: Vec<_> =
        reply.messages.iter().map(|message| message.metadata.as_ref().unwrap().hostname.as_str()).collect();
    assert_eq!(names, ["127.0.0.1", "127.0.0.2", "127.0.0.3"]);
    assert_eq!(reply.messages[1].version.as_ref().unwrap().sha, "127.0.0.2");
    let failed = reply.messages[2].metadata.as_ref().unwrap();
    assert_eq!(failed.status.as_ref().unwrap().code, Code::Unavailable as i32);

    let mut lines = reader.machine().dmesg(both.request(DmesgRequest::default())).await.unwrap().into_inner();
    let mut seen = Vec::new();
    while let Some(data) = lines.next().await {
        seen.push(data.unwrap().metadata.unwrap().hostname);
    }
    seen.sort();
    assert_eq!(seen.iter().filter(|name| *name == "127.0.0.2").count(), 3);
    assert_eq!(seen.len(), 7, "{seen:?}");
}

#[tokio::test]
async fn in_maintenance_everybody_reads_until_the_node_has_its_ca() {
    let ca = Ca::new();
    let node = Node::start(HERE, free_port(), ca.resource(true)).await;
    let open = || Connection::open(&[node.address.to_string()], &ServerTrust::Anybody, None).unwrap();
    let anybody = open();
    let target = Target::Node("10.9.9.9".into());
    assert_eq!(roles_seen(&anybody, &target).await.unwrap().version.unwrap().tag, "os:reader");
    let status = anybody.machine().reboot(RebootRequest::default()).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);

    node.certificates.send_replace(ca.resource(false));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(roles_seen(&anybody, &Target::Endpoint).await.is_err());
    assert!(roles_seen(&open(), &Target::Endpoint).await.is_err());
    let admin = node.connect(&ca, Some(&ca.client(&["os:admin"])));
    assert_eq!(roles_seen(&admin, &Target::Endpoint).await.unwrap().version.unwrap().tag, "os:admin");
}

#[tokio::test]
async fn new_certificates_serve_new_connections() {
    let (old, new) = (Ca::new(), Ca::new());
    let node = node(&old).await;
    let before = node.connect(&old, Some(&old.client(&["os:admin"])));
    roles_seen(&before, &Target::Endpoint).await.unwrap();

    node.certificates.send_replace(new.resource(false));
    tokio::time::sleep(Duration::from_millis(300)).await;
    roles_seen(&before, &Target::Endpoint).await.expect("a connection outlives the certificates it was made with");
    let after = node.connect(&new, Some(&new.client(&["os:admin"])));
    roles_seen(&after, &Target::Endpoint).await.unwrap();

    node.certificates.send_replace("server: nonsense".into());
    tokio::time::sleep(Duration::from_millis(300)).await;
    let after = node.connect(&new, Some(&new.client(&["os:admin"])));
    roles_seen(&after, &Target::Endpoint).await.expect("bad certificates change nothing");
}

#[tokio::test]
async fn the_machine_may_go_and_come_back() {
    let ca = Ca::new();
    let node = node(&ca).await;
    let admin = node.connect(&ca, Some(&ca.client(&["os:admin"])));
    roles_seen(&admin, &Target::Endpoint).await.unwrap();

    node.machine.abort();
    tokio::time::sleep(Duration::from_millis(50)).await;
    std::fs::remove_file(node.socket()).unwrap();
    let status = roles_seen(&admin, &Target::Endpoint).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status}");

    machine(&node.socket(), "again".into());
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(roles_seen(&admin, &Target::Endpoint).await.unwrap().version.unwrap().sha, "again");
}
