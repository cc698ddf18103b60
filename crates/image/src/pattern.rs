//! Path patterns of the data files: `*` and `?` stay inside one folder, `**` spans folders.

use anyhow::{Context as _, Result};
use glob::{MatchOptions, Pattern};

/// One pattern of absolute paths.
#[derive(Clone, Debug)]
pub struct PathPattern(Pattern);

impl PathPattern {
    pub fn new(text: &str) -> Result<Self> {
        Pattern::new(text).map(Self).with_context(|| format!("{text:?} is no path pattern"))
    }

    pub fn matches(&self, path: &str) -> bool {
        let options = MatchOptions { require_literal_separator: true, ..MatchOptions::new() };
        self.0.matches_with(path, options)
    }

    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_know_folders() {
        let matches = |pattern: &str, path: &str| PathPattern::new(pattern).unwrap().matches(path);
        assert!(matches("/usr/lib/lib*.so.*", "/usr/lib/libm.so.6"));
        assert!(!matches("/usr/lib/*", "/usr/lib/udev/rules.d"));
        assert!(matches("/usr/lib/**/*.ko", "/usr/lib/modules/6.12/kernel/fs/xfs.ko"));
        assert!(matches("/usr/**", "/usr/lib/x"));
        assert!(PathPattern::new("/a/[").is_err());
    }
}
