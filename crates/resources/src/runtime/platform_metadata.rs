//! What the platform says about the machine.

use std::collections::BTreeMap;

use crate::declare::resource;

resource! {
    /// Facts from the platform (cloud, hypervisor, bare metal). Absent facts are empty.
    #[derive(Default, Eq)]
    pub struct PlatformMetadata = "PlatformMetadatas.talos.dev" in super::NAMESPACE => {
        /// Name of the platform.
        1 "platform" => platform: String [omitempty],
        /// Name that the platform gives the machine.
        2 "hostname" => hostname: String [omitempty],
        /// Region.
        3 "region" => region: String [omitempty],
        /// Zone.
        4 "zone" => zone: String [omitempty],
        /// Kind of machine.
        5 "instanceType" => instance_type: String [omitempty],
        /// The platform's id of the machine.
        6 "instanceId" => instance_id: String [omitempty],
        /// Id for the Kubernetes cloud provider.
        7 "providerId" => provider_id: String [omitempty],
        /// Whether the platform may take the machine away at any time.
        8 "spot" => spot: bool [omitempty],
        /// Name inside the platform.
        9 "internalDNS" => internal_dns: String [omitempty],
        /// Name outside the platform.
        10 "externalDNS" => external_dns: String [omitempty],
        /// Tags.
        11 "tags" => tags: BTreeMap<String, String> [omitempty],
    }
    columns: ["Platform" => "{.platform}", "Type" => "{.instanceType}", "Region" => "{.region}", "Zone" => "{.zone}"];
}

impl PlatformMetadata {
    /// Id of the only one.
    pub const ID: &'static str = "platformmetadata";
}
