//! What the kernel's command line tells `init`.

use std::fmt::Display;

/// The root that the command line names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootArguments {
    /// Root hash of the hash tree.
    pub hash: Vec<u8>,
    /// Where the tree's superblock begins on the partition, in bytes.
    pub offset: u64,
}

/// The command line does not name a root that can be verified.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandLineError {
    /// An argument is missing.
    #[error("the kernel's command line lacks {0}=")]
    Missing(&'static str),
    /// An argument is no value of its kind.
    #[error("the kernel's command line has a bad {name}={value}: {reason}")]
    Bad {
        /// Which.
        name: &'static str,
        /// What it says.
        value: String,
        /// What is wrong.
        reason: String,
    },
}

const HASH: &str = "minos.verity.hash";
const OFFSET: &str = "minos.verity.offset";

impl RootArguments {
    /// Reads them from the text of `/proc/cmdline`; the first of several equal arguments counts, as it comes from the
    /// signed image.
    ///
    /// # Errors
    /// When one is missing or bad.
    pub fn parse(text: &str) -> Result<Self, CommandLineError> {
        let (hash, offset) = (value(text, HASH)?, value(text, OFFSET)?);
        let bytes = hex::decode(hash).map_err(|error| bad(HASH, hash, &error))?;
        if bytes.len() != 32 {
            return Err(bad(HASH, hash, &"a sha256 hash has 64 digits"));
        }
        let offset = offset.parse().map_err(|error: std::num::ParseIntError| bad(OFFSET, offset, &error))?;
        Ok(Self { hash: bytes, offset })
    }
}

fn value<'a>(text: &'a str, name: &'static str) -> Result<&'a str, CommandLineError> {
    let mut words = text.split_whitespace().filter_map(|word| word.split_once('='));
    words.find(|(key, _)| *key == name).map(|(_, value)| value).ok_or(CommandLineError::Missing(name))
}

fn bad(name: &'static str, value: &str, reason: &dyn Display) -> CommandLineError {
    CommandLineError::Bad { name, value: value.to_owned(), reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_read() {
        let hash = "ab".repeat(32);
        let text = format!("console=ttyS0 minos.verity.hash={hash} minos.verity.offset=4096 minos.verity.offset=0\n");
        let root = RootArguments::parse(&text).expect("complete");
        assert_eq!(root, RootArguments { hash: vec![0xab; 32], offset: 4096 });
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(RootArguments::parse("quiet"), Err(CommandLineError::Missing(HASH)));
        let error = RootArguments::parse("minos.verity.hash=abc minos.verity.offset=1").expect_err("odd");
        assert!(error.to_string().contains("minos.verity.hash=abc"), "{error}");
    }
}
