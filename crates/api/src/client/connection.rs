use std::time::Duration;

use http::Uri;
use tonic::transport::Channel;

use super::connector::{Connector, Endpoint};
use super::error::ConnectError;
use super::state::State;
use super::talosconfig::Context;
use super::tls::{Credentials, ServerTrust, client_config};
use crate::MAX_MESSAGE_BYTES;
use crate::cluster::cluster_service_client::ClusterServiceClient;
use crate::cosi::resource::state_client::StateClient;
use crate::inspect::inspect_service_client::InspectServiceClient;
use crate::machine::image_service_client::ImageServiceClient;
use crate::machine::lifecycle_service_client::LifecycleServiceClient;
use crate::machine::machine_service_client::MachineServiceClient;
use crate::storage::storage_service_client::StorageServiceClient;
use crate::time::time_service_client::TimeServiceClient;

/// How often a node with a call under way is asked for a sign of life, and how long it may take.
const PING_INTERVAL: Duration = Duration::from_secs(20);
const PING_TIMEOUT: Duration = Duration::from_secs(20);
/// Receive windows: large enough that one stream of logs or an archive fills a fast link.
const STREAM_WINDOW: u32 = 2 << 20;
const CONNECTION_WINDOW: u32 = 4 << 20;

/// A channel to whichever endpoint answers; it connects with the first call and again when the connection is lost.
#[derive(Clone, Debug)]
pub struct Connection {
    channel: Channel,
}

macro_rules! service_clients {
    ($($(#[$doc:meta])* $name:ident: $client:ident;)*) => {
        impl Connection {
            $($(#[$doc])*
            pub fn $name(&self) -> $client<Channel> {
                $client::new(self.channel.clone()).max_decoding_message_size(MAX_MESSAGE_BYTES)
            })*
        }
    };
}

service_clients! {
    /// Operates one machine.
    machine: MachineServiceClient;
    /// Handles images.
    images: ImageServiceClient;
    /// Installs and upgrades.
    lifecycle: LifecycleServiceClient;
    /// Lists and wipes disks.
    storage: StorageServiceClient;
    /// Compares clocks.
    time: TimeServiceClient;
    /// Shows how controllers hang together.
    inspect: InspectServiceClient;
    /// Checks the cluster's health from a node.
    cluster: ClusterServiceClient;
    /// Reads resources, message by message; [`Connection::state`] is handier.
    raw_state: StateClient;
}

impl Connection {
    /// A channel to any of these endpoints. Nothing is sent before the first call.
    pub fn open(
        endpoints: &[impl AsRef<str>],
        trust: &ServerTrust,
        credentials: Option<&Credentials>,
    ) -> Result<Connection, ConnectError> {
        let parsed: Vec<_> = endpoints.iter().map(|text| Endpoint::parse(text.as_ref())).collect::<Result<_, _>>()?;
        let first = parsed.first().ok_or(ConnectError::NoEndpoints)?;
        let origin: Uri = format!("https://{}", first.authority())
            .parse()
            .map_err(|_| ConnectError::Endpoint { endpoint: endpoints[0].as_ref().into() })?;
        let connector = Connector::new(parsed, client_config(trust, credentials)?);
        // The scheme only tells the library to leave TLS to the connector; `origin` is what goes over the wire.
        let channel = Channel::from_static("http://node")
            .origin(origin)
            .user_agent(concat!("minosctl/", env!("CARGO_PKG_VERSION")))
            .expect("the user agent is plain ASCII")
            // A node that stopped says nothing; without a sign of life a call would wait without end.
            .http2_keep_alive_interval(PING_INTERVAL)
            .keep_alive_timeout(PING_TIMEOUT)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .connect_with_connector_lazy(connector);
        Ok(Connection { channel })
    }

    /// A channel as a context of the client configuration describes it; `endpoints` take the place of its own when given.
    pub fn with_context(context: &Context, endpoints: &[String]) -> Result<Connection, ConnectError> {
        let endpoints = if endpoints.is_empty() { &context.endpoints } else { endpoints };
        let credentials = context.credentials()?;
        Connection::open(endpoints, &ServerTrust::Ca(context.ca_pem()?), credentials.as_ref())
    }

    /// A channel over another transport, such as a local socket.
    pub fn from_channel(channel: Channel) -> Connection {
        Connection { channel }
    }

    /// The channel itself.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Reads and watches resources.
    pub fn state(&self) -> State {
        State::new(self.raw_state())
    }
}
