//! Documents beside the main one.

use std::net::IpAddr;

use super::{Check, address};
use crate::{
    config::Config,
    documents::{Document, HostnameConfig, RegistryMirrorConfig, ResolverConfig, StaticHostConfig, TimeSyncConfig},
};

pub(super) fn check(document: &Document, config: &Config, check: &mut Check) {
    match document {
        Document::HostnameConfig(document) => hostname(document, config, check),
        Document::ResolverConfig(document) => resolver(document, check),
        Document::StaticHostConfig(document) => static_host(document, check),
        Document::TimeSyncConfig(document) => time_sync(document, config, check),
        Document::RegistryMirrorConfig(document) => mirror(document, check),
        Document::RegistryAuthConfig(document) => named(&document.name, check),
        Document::RegistryTLSConfig(document) => named(&document.name, check),
        Document::V1Alpha1(_) | Document::Opaque(_) => {}
    }
}

fn named(name: &str, check: &mut Check) {
    check.require(!name.is_empty(), "name", "a name is needed");
}

fn hostname(document: &HostnameConfig, config: &Config, check: &mut Check) {
    let auto = document.auto.as_deref();
    check.require(auto.is_some() || !document.hostname.is_empty(), "", "either auto or hostname is needed");
    check.require(matches!(auto, None | Some("stable" | "off")), "auto", "wanted stable or off");
    check.require(
        auto.is_none_or(|auto| auto == "off") || document.hostname.is_empty(),
        "hostname",
        "auto and hostname exclude each other",
    );
    let name = &document.hostname;
    check.require(
        name.is_empty() || address::is_hostname(name),
        "hostname",
        "wanted a name of letters, digits, '-' and '.', each label at most 63 long",
    );
    let old = config.machine();
    let set = old.is_some_and(|machine| machine.network.as_ref().is_some_and(|network| !network.hostname.is_empty()));
    check.require(!set, "", "machine.network.hostname is set as well: keep one of the two");
    let stable = old.is_some_and(|machine| {
        machine.features.as_ref().is_some_and(|features| features.stable_hostname == Some(true))
    });
    check.require(
        !(stable && auto.is_some()),
        "",
        "machine.features.stableHostname is set as well: keep one of the two",
    );
}

fn resolver(document: &ResolverConfig, check: &mut Check) {
    for (index, server) in document.nameservers.iter().enumerate() {
        check.require(
            server.address.parse::<IpAddr>().is_ok(),
            format!("nameservers/{index}/address"),
            "wanted an IP address",
        );
    }
}

fn static_host(document: &StaticHostConfig, check: &mut Check) {
    check.require(document.name.parse::<IpAddr>().is_ok(), "name", "wanted an IP address");
    check.require(!document.hostnames.is_empty(), "hostnames", "at least one name is needed");
}

fn time_sync(document: &TimeSyncConfig, config: &Config, check: &mut Check) {
    let both = document.ntp.is_some() && document.ptp.is_some();
    check.require(!both, "ptp", "ntp and ptp exclude each other");
    let old = config.machine().is_some_and(|machine| machine.time.is_some());
    check.require(!old, "", "machine.time is set as well: keep one of the two");
}

fn mirror(document: &RegistryMirrorConfig, check: &mut Check) {
    named(&document.name, check);
    for (index, endpoint) in document.endpoints.iter().enumerate() {
        check.require(
            address::is_http_url(&endpoint.url),
            format!("endpoints/{index}/url"),
            "wanted an http or https URL",
        );
    }
}
