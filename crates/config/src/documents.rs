//! Every kind of document: one file each, one line in the list below.

mod kind;
mod link_common;
pub mod v1alpha1;
mod volume_encryption;
mod volume_parts;

use std::fmt;

use crate::{
    node::{Entry, Node},
    problem::Position,
    schema::{Context, Decode, Effect, Shape, nearest},
    validate::Check,
};

pub(crate) use self::kind::{Kind, KindInfo, Whole};

pub use self::{registry_mirror::RegistryEndpoint, v1alpha1::V1Alpha1};

/// The only version there is.
const API_VERSION: &str = "v1alpha1";
/// Name of the document without a kind, in messages.
const MAIN: &str = "v1alpha1";

macro_rules! documents {
    ($( $module:ident :: $kind:ident ),* $(,)?) => {
        $( mod $module; pub use $module::$kind; )*

        /// One document of a configuration.
        #[allow(clippy::large_enum_variant, reason = "a configuration has few documents")]
        #[derive(Clone, Debug, PartialEq)]
        pub enum Document {
            /// The one without a kind.
            V1Alpha1(Box<V1Alpha1>),
            $( #[doc = concat!("Kind `", stringify!($kind), "`.")] $kind($kind), )*
        }

        /// What is known of every kind, the main document first.
        pub(crate) static KINDS: &[KindInfo] = &[
            KindInfo::of::<V1Alpha1>(MAIN, V1Alpha1::DOC, include_str!("../testdata/v1alpha1.yaml")),
            $( KindInfo::of::<$kind>(
                stringify!($kind),
                $kind::DOC,
                include_str!(concat!("../testdata/", stringify!($module), ".yaml")),
            ), )*
        ];

        impl Document {
            /// Its kind; `v1alpha1` for the one without.
            pub fn kind(&self) -> &'static str {
                match self {
                    Self::V1Alpha1(_) => MAIN,
                    $( Self::$kind(_) => stringify!($kind), )*
                }
            }

            /// What the values mean together, and beside those of the other documents.
            pub(crate) fn check(&self, whole: &Whole<'_>, check: &mut Check) {
                match self {
                    Self::V1Alpha1(document) => document.check(whole, check),
                    $( Self::$kind(document) => document.check(whole, check), )*
                }
            }

            fn decode_kind(kind: &str, body: &Node, cx: &mut Context) -> Option<Self> {
                match kind {
                    $( stringify!($kind) => <$kind as Decode>::decode(body, cx).map(Self::$kind), )*
                    _ => None,
                }
            }

            fn body(&self) -> Node {
                match self {
                    Self::V1Alpha1(document) => document.encode(),
                    $( Self::$kind(document) => document.encode(), )*
                }
            }
        }

        $( impl From<$kind> for Document {
            fn from(document: $kind) -> Self {
                Self::$kind(document)
            }
        } )*
    };
}

documents! {
    blackhole_route::BlackholeRouteConfig,
    bond::BondConfig,
    bridge::BridgeConfig,
    dhcpv4::DHCPv4Config,
    dhcpv6::DHCPv6Config,
    dummy_link::DummyLinkConfig,
    environment::EnvironmentConfig,
    ethernet::EthernetConfig,
    event_sink::EventSinkConfig,
    existing_volume::ExistingVolumeConfig,
    extension_service::ExtensionServiceConfig,
    external_volume::ExternalVolumeConfig,
    hcloudvip::HCloudVIPConfig,
    hostname::HostnameConfig,
    image_verification::ImageVerificationConfig,
    kmsg_log::KmsgLogConfig,
    kube_span::KubeSpanConfig,
    kube_span_endpoints::KubeSpanEndpointsConfig,
    layer2_vip::Layer2VIPConfig,
    link::LinkConfig,
    link_alias::LinkAliasConfig,
    network_default_action::NetworkDefaultActionConfig,
    network_rule::NetworkRuleConfig,
    oom::OOMConfig,
    pci_driver_rebind::PCIDriverRebindConfig,
    raw_volume::RawVolumeConfig,
    registry_auth::RegistryAuthConfig,
    registry_mirror::RegistryMirrorConfig,
    registry_tls::RegistryTLSConfig,
    resolver::ResolverConfig,
    routing_rule::RoutingRuleConfig,
    sidero_link::SideroLinkConfig,
    static_host::StaticHostConfig,
    swap_volume::SwapVolumeConfig,
    tcp_probe::TCPProbeConfig,
    time_sync::TimeSyncConfig,
    trusted_roots::TrustedRootsConfig,
    user_volume::UserVolumeConfig,
    vlan::VLANConfig,
    volume::VolumeConfig,
    vrf::VRFConfig,
    watchdog_timer::WatchdogTimerConfig,
    wireguard::WireguardConfig,
    zswap::ZswapConfig,
}

/// How a document in the text is told from others: its kind, and its name for kinds of which there may be several.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    pub kind: String,
    pub name: Option<String>,
}

impl Identity {
    /// From a document in the text; a text without a kind is the main document.
    pub fn of(node: &Node) -> Self {
        let text = |key| node.get(key).and_then(Node::as_text).map(str::to_owned);
        match text("kind") {
            None => Self { kind: MAIN.to_owned(), name: None },
            Some(kind) => Self { kind, name: text("name") },
        }
    }

    /// The shape of such a document; anything goes when it is not known.
    pub fn shape(&self) -> &'static Shape {
        KindInfo::find(&self.kind).map_or(&Shape::Any, |kind| kind.shape)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            None => f.write_str(&self.kind),
            Some(name) => write!(f, "{} {name:?}", self.kind),
        }
    }
}

impl Document {
    /// Reads one document.
    pub(crate) fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if node.get("kind").is_none() {
            return Self::decode_main(node, cx);
        }
        let Identity { kind, .. } = Identity::of(node);
        let version = node.get("apiVersion");
        if version.and_then(Node::as_text) != Some(API_VERSION) {
            let at = version.map_or(node.at, |version| version.at);
            cx.in_key("apiVersion", |cx| cx.problem(at, format!("wanted {API_VERSION:?}")));
            return None;
        }
        let body = without_identity(node);
        match KindInfo::find(&kind) {
            Some(info) if kind != MAIN && info.effect == Effect::Idle => {
                cx.notice(place(node), format!("documents of kind {kind} are checked, but nothing acts on them yet"));
                return cx.quietly(|cx| Self::decode_kind(&kind, &body, cx));
            }
            Some(_) if kind != MAIN => return Self::decode_kind(&kind, &body, cx),
            _ => {}
        }
        let at = node.get("kind").map_or(node.at, |kind| kind.at);
        let known = || KINDS.iter().skip(1).map(|kind| kind.name);
        let hint = nearest(&kind, known()).map(|near| format!(", did you mean {near:?}?")).unwrap_or_default();
        cx.in_key("kind", |cx| {
            cx.problem(at, format!("unknown kind{hint} Known: {}", known().collect::<Vec<_>>().join(", ")));
        });
        None
    }

    fn decode_main(node: &Node, cx: &mut Context) -> Option<Self> {
        // Old files go without a version; any of these keys tells what they are.
        const TELLING: [&str; 4] = ["machine", "cluster", "debug", "persist"];
        let version = node.get("version");
        let told = version.is_none() && TELLING.iter().any(|key| node.get(key).is_some());
        let wrong = version.and_then(Node::as_text) != Some(API_VERSION);
        if wrong && !told && matches!(node.value, crate::node::Value::Map(_)) {
            let at = version.map_or(node.at, |version| version.at);
            cx.in_key("version", |cx| cx.problem(at, format!("wanted {API_VERSION:?}, or apiVersion and kind")));
        }
        let mut document = V1Alpha1::decode(node, cx)?;
        // Written again it says so, whatever is left of the sections that told it.
        MAIN.clone_into(&mut document.version);
        Some(Self::V1Alpha1(Box::new(document)))
    }

    /// Its name, when it has one.
    pub(crate) fn name(&self) -> Option<String> {
        self.body().get("name").and_then(Node::as_text).map(str::to_owned)
    }

    /// Writes one document.
    pub(crate) fn encode(&self) -> Node {
        let body = self.body();
        if matches!(self, Self::V1Alpha1(_)) {
            return body;
        }
        let head = [("apiVersion", Node::text(API_VERSION)), ("kind", Node::text(self.kind()))];
        let rest = body.entries().iter().map(|entry| (entry.key.as_str(), entry.value.clone()));
        Node::map(head.into_iter().chain(rest))
    }
}

fn without_identity(node: &Node) -> Node {
    let keep = |entry: &&Entry| !["apiVersion", "kind"].contains(&entry.key.as_str());
    let entries = node.entries().iter().filter(keep).cloned().collect();
    Node { at: node.at, value: crate::node::Value::Map(entries) }
}

/// Where the kind of a document stands, else its beginning.
pub(crate) fn place(node: &Node) -> Position {
    node.get("kind").map_or(node.at, |kind| kind.at)
}
