//! What this process can give to processes that it has started.

use std::io::Result;

/// Bounds for children. The kernel refuses whatever goes beyond them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most open files.
    pub open_files: u64,
    /// The lowest badness for the out-of-memory killer.
    pub oom_score_adj: i32,
    /// Capabilities, one bit for each by its number.
    pub capabilities: u64,
}

/// Raises every limit (capabilities(7)).
const CAP_SYS_RESOURCE: u32 = 24;
/// The kernel's own bound of open files, for processes that may raise their limit.
const MOST_FILES: &str = "/proc/sys/fs/nr_open";

impl Limits {
    /// The bounds of a process that has every right.
    pub const NONE: Self = Self { open_files: u64::MAX, oom_score_adj: -1000, capabilities: u64::MAX };

    /// The bounds of this process.
    ///
    /// # Errors
    /// When `/proc` cannot be read.
    pub fn current() -> Result<Self> {
        let status = std::fs::read_to_string("/proc/self/status")?;
        let score = std::fs::read_to_string("/proc/self/oom_score_adj")?;
        let most = std::fs::read_to_string(MOST_FILES)?;
        let files = rustix::process::getrlimit(rustix::process::Resource::Nofile).maximum;
        Ok(Self::new(&status, files.unwrap_or(u64::MAX), most.trim().parse().unwrap_or(u64::MAX), &score))
    }

    fn new(status: &str, files: u64, most_files: u64, score: &str) -> Self {
        let bits = |name: &str| {
            let value = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            value.and_then(|value| u64::from_str_radix(value.trim(), 16).ok())
        };
        let unlimited = bits("CapEff").unwrap_or_default() >> CAP_SYS_RESOURCE & 1 == 1;
        Self {
            open_files: if unlimited { most_files } else { files },
            oom_score_adj: if unlimited { -1000 } else { score.trim().parse().unwrap_or_default() },
            capabilities: bits("CapBnd").unwrap_or(u64::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_may_raise_limits_goes_beyond_its_own() {
        let status = "Name:\tx\nCapEff:\t000001ffffffffff\nCapBnd:\t000001ffffffffff\n";
        let all = Limits::new(status, 1024, 1 << 20, "100\n");
        assert_eq!(all, Limits { open_files: 1 << 20, oom_score_adj: -1000, capabilities: 0x1ff_ffff_ffff });
        let status = "CapEff:\t000001fffeffffff\nCapBnd:\t000001fffcffffff\n";
        let bound = Limits::new(status, 1024, 1 << 20, "100\n");
        assert_eq!(bound, Limits { open_files: 1024, oom_score_adj: 100, capabilities: 0x1ff_fcff_ffff });
    }

    #[test]
    fn this_process_has_bounds() {
        let limits = Limits::current().expect("readable");
        assert!(limits.open_files > 0);
        assert!((-1000..=1000).contains(&limits.oom_score_adj));
    }
}
