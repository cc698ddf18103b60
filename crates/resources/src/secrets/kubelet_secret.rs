//! What the kubelet starts with.

use minos_pki::{EncodedCertificate, Secret};

use crate::declare::resource;
use crate::wire::Url;

resource! {
    /// How the kubelet gets its first certificate.
    #[derive(Default, Eq)]
    pub struct KubeletSecret = "KubeletSecrets.secrets.talos.dev" in super::NAMESPACE => {
        /// URL of the API server.
        #[serde(with = "crate::wire::url")]
        1 "endpoint" as Url => endpoint: String,
        /// Authorities of the API server and of its clients.
        5 "acceptedCAs" => accepted_cas: Vec<EncodedCertificate>,
        /// Public part of the bootstrap token.
        3 "bootstrapTokenID" => bootstrap_token_id: String,
        /// Secret part of the bootstrap token.
        4 "bootstrapTokenSecret" => bootstrap_token_secret: Secret,
    }
    sensitive: true;
}

impl KubeletSecret {
    /// Id of the only one.
    pub const ID: &'static str = "kubelet";
}
