use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::Check,
};

use std::net::IpAddr;

section! {
    /// Which DNS servers are asked, and for what.
    pub struct ResolverConfig {
        /// The servers, in the order in which they are asked. Without any, those of DHCP and of the platform are.
        "nameservers" => nameservers: Vec<Nameserver> [default("1.1.1.1 and 8.8.8.8, when nobody names any")],
        /// Domains that short names are looked up in.
        "searchDomains" => search_domains: Option<SearchDomains>,
    }
}

section! {
    /// A DNS server.
    pub struct Nameserver {
        /// Its address.
        "address" => address: Option<IpAddr> [required] [example("10.0.0.1")],
    }
}

section! {
    /// Domains that short names are looked up in.
    pub struct SearchDomains {
        /// The domains, in order.
        "domains" => domains: Vec<String> [example("[example.org]")],
        /// The machine's own domain is not among them.
        "disableDefault" => disable_default: Option<bool> [default("false")],
    }
}

impl Kind for ResolverConfig {
    const EFFECT: Effect = Effect::Live;
    const SINCE: &'static str = "v1.12";

    fn check(&self, _: &Whole<'_>, _: &mut Check) {}
}
