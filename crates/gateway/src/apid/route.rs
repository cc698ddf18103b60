//! Where a call goes: decided from its metadata alone.

use http::HeaderMap;
use minos_api::roles::Method;
use tonic::Status;

use super::names::LocalNames;

/// Services whose replies have room for the name of the node they came from.
const TAGGED_SERVICES: [&str; 5] = [
    "/machine.MachineService/",
    "/cluster.ClusterService/",
    "/inspect.InspectService/",
    "/storage.StorageService/",
    "/time.TimeService/",
];

/// One node, by the name that the caller gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Destination {
    /// The caller's word for it.
    pub(super) name: String,
    /// Whether that is the node we are on.
    pub(super) local: bool,
}

/// Where a call goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// To this node, untouched.
    Local,
    /// To another node, untouched.
    Remote(String),
    /// To each of these, with the node's name put into every reply.
    Each(Vec<Destination>),
}

/// The keys that steer a call; they are not passed on.
pub(super) const STEERING_KEYS: [&str; 2] = ["node", "nodes"];
/// Set on calls that one gateway makes on behalf of another, so that they are never passed on a second time.
pub(super) const LOOP_KEY: &str = "proxyfrom";

/// Decides. `method` is what the contract says of the path, if it knows it.
pub(super) fn route(
    headers: &HeaderMap,
    path: &str,
    method: Option<&Method>,
    names: &LocalNames,
    maintenance: bool,
) -> Result<Route, Status> {
    if maintenance || headers.contains_key(LOOP_KEY) {
        return Ok(Route::Local);
    }
    let values = |key: &str| -> Vec<String> {
        let values = headers.get_all(key).iter().filter_map(|value| value.to_str().ok());
        values
            .flat_map(|value| value.split(','))
            .map(|node| node.trim().to_owned())
            .filter(|node| !node.is_empty())
            .collect()
    };
    if headers.contains_key("nodes") {
        let nodes = values("nodes");
        if nodes.is_empty() {
            return Err(Status::invalid_argument("the metadata key \"nodes\" names no node"));
        }
        if !TAGGED_SERVICES.iter().any(|service| path.starts_with(service)) {
            return Err(Status::invalid_argument(format!(
                "{path} cannot be called on several nodes at once; call each with the metadata key \"node\""
            )));
        }
        if method.is_some_and(|method| method.client_streaming) && nodes.len() > 1 {
            return Err(Status::invalid_argument(format!("{path} takes a stream, which can go to one node only")));
        }
        let each = nodes.into_iter().map(|name| Destination { local: names.contains(&name), name });
        return Ok(Route::Each(each.collect()));
    }
    match values("node").as_slice() {
        [] => Ok(Route::Local),
        [node] if names.contains(node) => Ok(Route::Local),
        [node] => valid(node).map(Route::Remote),
        _ => Err(Status::invalid_argument("the metadata key \"node\" takes one node; \"nodes\" takes several")),
    }
}

/// A node is an address or a name, never with a port: all gateways listen on the same one.
fn valid(node: &str) -> Result<String, Status> {
    let with_port = node.parse::<std::net::SocketAddr>().is_ok()
        || (node.parse::<std::net::IpAddr>().is_err() && node.contains(':'));
    if with_port {
        return Err(Status::invalid_argument(format!(
            "{node:?} is not a node: expected an address or a name, without a port"
        )));
    }
    Ok(node.into())
}

#[cfg(test)]
mod tests {
    use minos_api::roles::for_method;
    use tonic::Code;

    use super::*;

    const VERSION: &str = "/machine.MachineService/Version";

    fn ask(path: &str, metadata: &[(&'static str, &str)]) -> Result<Route, Code> {
        let names = LocalNames::default();
        names.set_addresses("addresses: [10.5.0.2/24]");
        let mut headers = HeaderMap::new();
        for (key, value) in metadata {
            headers.append(*key, value.parse().unwrap());
        }
        route(&headers, path, for_method(path), &names, false).map_err(|status| status.code())
    }

    #[test]
    fn without_a_node_or_with_this_one_the_call_stays() {
        assert_eq!(ask(VERSION, &[]), Ok(Route::Local));
        assert_eq!(ask(VERSION, &[("node", "10.5.0.2")]), Ok(Route::Local));
        assert_eq!(ask(VERSION, &[("node", "10.5.0.3")]), Ok(Route::Remote("10.5.0.3".into())));
    }

    #[test]
    fn several_nodes_are_asked_each() {
        let each = Route::Each(vec![
            Destination { name: "10.5.0.2".into(), local: true },
            Destination { name: "10.5.0.3".into(), local: false },
        ]);
        assert_eq!(ask(VERSION, &[("nodes", "10.5.0.2"), ("nodes", "10.5.0.3")]), Ok(each.clone()));
        assert_eq!(ask(VERSION, &[("nodes", "10.5.0.2, 10.5.0.3")]), Ok(each));
    }

    #[test]
    fn what_cannot_be_routed_is_refused() {
        let refused = Err(Code::InvalidArgument);
        assert_eq!(ask("/cosi.resource.State/Get", &[("nodes", "10.5.0.2")]), refused);
        assert_eq!(ask(VERSION, &[("node", "10.5.0.2"), ("node", "10.5.0.3")]), refused);
        assert_eq!(ask(VERSION, &[("node", "10.5.0.3:50000")]), refused);
        assert_eq!(ask("/machine.MachineService/EtcdRecover", &[("nodes", "a,b")]), refused);
    }

    #[test]
    fn what_came_through_a_gateway_stays() {
        assert_eq!(ask(VERSION, &[("node", "10.5.0.3"), (LOOP_KEY, "10.5.0.9")]), Ok(Route::Local));
    }
}
