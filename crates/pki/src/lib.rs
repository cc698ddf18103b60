//! Keys, certificates, tokens and roles.
//!
//! In go random numbers and the clock that the caller passes; out come PEM texts. Authorities are generated or loaded
//! ([`Authority`]), leaf certificates are issued from a [`Leaf`] request or from a signing request, and [`Rotation`] decides,
//! without doing anything, whether a certificate still serves. Nothing here reads a file or the clock.
//!
//! Used by `config` (generated secrets), `trust` (certificates on the node), `gateway` (roles), `kubernetes` (kubeconfigs) and `cli`.
#![forbid(unsafe_code)]

mod authority;
mod certificate;
mod der;
mod encoded;
mod error;
mod key;
mod kubeconfig;
mod leaf;
mod pair;
mod pem;
mod random;
mod request;
mod role;
mod rotation;
mod secret;
mod subject;
mod token;

pub use authority::{Authority, AuthorityRequest, SigningPolicy};
pub use certificate::Certificate;
pub use encoded::{EncodedCertificate, EncodedKey};
pub use error::PkiError;
pub use key::{Algorithm, PrivateKey};
pub use kubeconfig::{Kubeconfig, KubeconfigUser};
pub use leaf::{Leaf, Usage};
pub use pair::CertificateAndKey;
pub use pem::{PemBlock, PemError};
pub use random::{random_base64, random_bytes};
pub use role::{Role, Roles};
pub use rotation::{Reissue, Rotation, Verdict, says_more};
pub use secret::Secret;
pub use subject::name_encodings;
pub use token::{Token, TokenError};
