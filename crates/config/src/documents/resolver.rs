use crate::{
    documents::{Kind, V1Alpha1, Whole, v1alpha1::Network},
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

    fn check(&self, whole: &Whole<'_>, check: &mut Check) {
        fn network(main: &V1Alpha1) -> Option<&Network> {
            main.machine.as_ref()?.network.as_ref()
        }
        let given = |of: fn(&Network) -> bool| move |main: &V1Alpha1| network(main).is_some_and(of);
        whole.exclude_old("machine.network.nameservers", given(|old| !old.nameservers.is_empty()), check);
        // Here an empty list counts as given, as upstream has it.
        let domains = |_: &V1Alpha1| whole.writes_old(&["machine", "network", "searchDomains"]);
        whole.exclude_old("machine.network.searchDomains", domains, check);
        let disabled = given(|old| old.disable_search_domain == Some(true));
        whole.exclude_old("machine.network.disableSearchDomain", disabled, check);
    }
}
