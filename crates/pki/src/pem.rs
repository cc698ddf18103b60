use base64::{Engine as _, engine::general_purpose::STANDARD};
use thiserror::Error;
use zeroize::Zeroize;

/// Characters of base64 on one line, as RFC 7468 asks.
const LINE: usize = 64;

/// Why a text is not PEM (RFC 7468); never quotes the text.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum PemError {
    /// No block of the wanted kind.
    #[error("no PEM block named {wanted} ({found})")]
    Missing {
        /// The label looked for.
        wanted: &'static str,
        /// What is there instead.
        found: String,
    },
    /// A block begins and never ends.
    #[error("the PEM block {label} has no end line")]
    Unterminated {
        /// Its label.
        label: String,
    },
    /// What stands between begin and end is not base64.
    #[error("the PEM block {label} is not valid base64")]
    Base64 {
        /// Its label.
        label: String,
    },
}

/// One block of a PEM text.
#[derive(Clone, PartialEq, Eq)]
pub struct PemBlock {
    /// What stands after `BEGIN`.
    pub label: String,
    /// The decoded bytes.
    pub bytes: Vec<u8>,
}

impl PemBlock {
    /// All blocks of a text in their order; what stands between them is ignored.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, PemError> {
        let mut blocks = Vec::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let Some(label) = line.trim().strip_prefix("-----BEGIN ").and_then(|rest| rest.strip_suffix("-----"))
            else {
                continue;
            };
            blocks.push(Self::body(label, &mut lines)?);
        }
        Ok(blocks)
    }

    /// The first block with one of the labels.
    pub fn first(text: &str, labels: &[&str], wanted: &'static str) -> Result<Self, PemError> {
        let blocks = Self::parse_all(text)?;
        let found = match blocks.first() {
            None => "found no PEM block".to_owned(),
            Some(block) => format!("found {}", block.label),
        };
        blocks
            .into_iter()
            .find(|block| labels.contains(&block.label.as_str()))
            .ok_or(PemError::Missing { wanted, found })
    }

    /// The block as text, with a newline at the end.
    pub fn encode(label: &str, bytes: &[u8]) -> String {
        let mut encoded = STANDARD.encode(bytes);
        let mut text = String::with_capacity(encoded.len() + encoded.len() / LINE + 2 * label.len() + 40);
        text.push_str("-----BEGIN ");
        text.push_str(label);
        text.push_str("-----\n");
        let mut rest = encoded.as_str();
        while !rest.is_empty() {
            let (line, tail) = rest.split_at(rest.len().min(LINE));
            text.push_str(line);
            text.push('\n');
            rest = tail;
        }
        text.push_str("-----END ");
        text.push_str(label);
        text.push_str("-----\n");
        encoded.zeroize();
        text
    }

    fn body<'a>(label: &str, lines: &mut impl Iterator<Item = &'a str>) -> Result<Self, PemError> {
        let label = label.to_owned();
        let mut encoded = String::new();
        for line in lines {
            let line = line.trim();
            if line.strip_prefix("-----END ").and_then(|rest| rest.strip_suffix("-----")) == Some(label.as_str()) {
                let decoded = STANDARD.decode(&encoded);
                encoded.zeroize();
                return match decoded {
                    Ok(bytes) => Ok(Self { label, bytes }),
                    Err(_) => Err(PemError::Base64 { label }),
                };
            }
            encoded.push_str(line);
        }
        encoded.zeroize();
        Err(PemError::Unterminated { label })
    }
}

impl std::fmt::Debug for PemBlock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PemBlock")
            .field("label", &self.label)
            .field("bytes", &format_args!("{} bytes", self.bytes.len()))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_survive_a_round_trip_and_chatter_between_them() {
        let text = format!("hello\n{}\nmore\n{}", PemBlock::encode("A", &[7; 100]), PemBlock::encode("B C", &[]));
        let blocks = PemBlock::parse_all(&text).unwrap();
        assert_eq!(blocks.len(), 2);
        assert_eq!(blocks[0].bytes, vec![7; 100]);
        assert_eq!(blocks[1].label, "B C");
    }

    #[test]
    fn broken_blocks_are_named_without_their_content() {
        assert_eq!(
            PemBlock::parse_all("-----BEGIN K-----\nabc").unwrap_err(),
            PemError::Unterminated { label: "K".into() }
        );
        assert_eq!(
            PemBlock::parse_all("-----BEGIN K-----\n!!\n-----END K-----").unwrap_err(),
            PemError::Base64 { label: "K".into() }
        );
    }
}
