use crate::{
    documents::{Kind, Whole},
    schema::{Effect, HardwareAddress, section},
    validate::Check,
};

section! {
    /// A link asks for its IPv6 address.
    pub struct DHCPv6Config {
        /// The link's name; it can be an alias.
        "name" => name: String [required] [example("enp0s3")],
        /// Priority of the routes that the server names; smaller wins.
        "routeMetric" => route_metric: u32 [default("1024")] [example("2048")],
        /// A host name that the server gives is not taken.
        "ignoreHostname" => ignore_hostname: Option<bool> [default("false")],
        /// Who we say that we are: the link's hardware address, an identifier of our own, or nobody.
        "clientIdentifier" => client_identifier: String [values(&["none", "mac", "duid"])] [default("mac")],
        /// The identifier, with `clientIdentifier: duid`.
        "duidRaw" => duid_raw: Option<HardwareAddress> [example("00:01:00:01:2f:3a:4b:5c:02:00:5e:10:00:01")],
    }
}

impl Kind for DHCPv6Config {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.12";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        let duid = self.client_identifier == "duid";
        check.require(!duid || self.duid_raw.is_some(), "duidRaw", "clientIdentifier: duid needs the identifier");
        check.require(duid || self.duid_raw.is_none(), "duidRaw", "only with clientIdentifier: duid");
    }
}
