use tonic::Request;
use tonic::metadata::MetadataValue;

/// Which node behind the endpoint a call is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// The node that answers at the endpoint.
    #[default]
    Endpoint,
    /// One node; its answer comes back as it is.
    Node(String),
    /// Several nodes at once; each reply's metadata names its node. Only the older services take this.
    Nodes(Vec<String>),
}

impl Target {
    /// The call's message with the metadata that routes it. Names that are not ASCII cannot be nodes and are left out.
    pub fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        let (key, nodes) = match self {
            Target::Endpoint => return request,
            Target::Node(node) => ("node", std::slice::from_ref(node)),
            Target::Nodes(nodes) => ("nodes", nodes.as_slice()),
        };
        for node in nodes {
            if let Ok(value) = MetadataValue::try_from(node.as_str()) {
                request.metadata_mut().append(key, value);
            }
        }
        request
    }
}
