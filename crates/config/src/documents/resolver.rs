use crate::schema::section;

section! {
    /// Which DNS servers are asked, and for what.
    pub struct ResolverConfig {
        /// The servers.
        "nameservers" => nameservers: Vec<Nameserver>,
        /// Domains that short names are looked up in.
        "searchDomains" => search_domains: Option<SearchDomains>,
    }
}

section! {
    /// A DNS server.
    pub struct Nameserver {
        /// Its address.
        "address" => address: String,
    }
}

section! {
    /// Domains that short names are looked up in.
    pub struct SearchDomains {
        /// The domains.
        "domains" => domains: Vec<String>,
        /// The machine's own domain is not among them.
        "disableDefault" => disable_default: Option<bool>,
    }
}
