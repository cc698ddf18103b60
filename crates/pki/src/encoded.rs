//! PEM texts as the contract writes them: in base64.

use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// A certificate alone; serialises as `crt` in base64.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncodedCertificate {
    /// The PEM text.
    #[serde(with = "text")]
    pub crt: String,
}

/// A private key alone; serialises as `key` in base64.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncodedKey {
    /// The PEM text.
    #[serde(with = "secret")]
    pub key: Secret,
}

pub(crate) mod text {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(text))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD.decode(text).map_err(|_| D::Error::custom("wanted base64"))?;
        String::from_utf8(bytes).map_err(|_| D::Error::custom("wanted a PEM text in base64"))
    }
}

pub(crate) mod secret {
    use serde::{Deserializer, Serializer};

    use super::text;
    use crate::secret::Secret;

    pub fn serialize<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
        text::serialize(secret.expose(), serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
        text::deserialize(deserializer).map(Secret::from)
    }
}
