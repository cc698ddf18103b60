use minos_pki::Secret;

use crate::schema::section;

section! {
    /// An address that one of the control planes holds at a time.
    pub struct Vip {
        /// The address.
        "ip" => ip: String [example("192.0.2.100")],
        /// The address belongs to Equinix Metal, which is told where it is.
        "equinixMetal" => equinix_metal: Option<EquinixVip>,
        /// The address belongs to Hetzner Cloud, which is told where it is.
        "hcloud" => hcloud: Option<HcloudVip>,
    }
}

section! {
    /// Access to Equinix Metal.
    pub struct EquinixVip {
        /// The token for its API.
        "apiToken" => api_token: Secret,
    }
}

section! {
    /// Access to Hetzner Cloud.
    pub struct HcloudVip {
        /// The token for its API.
        "apiToken" => api_token: Secret,
    }
}
