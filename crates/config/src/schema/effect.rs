use std::fmt;

/// When a change of a value takes effect on a running machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// At once, and nothing is restarted.
    Live,
    /// At once; these services and static pods are restarted.
    Restarts(&'static [&'static str]),
    /// With the next boot.
    Reboot,
    /// When a system is installed or upgraded.
    Install,
    /// When the cluster is bootstrapped; of no effect afterwards.
    Bootstrap,
    /// Not at all: nothing acts on it yet.
    Idle,
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Live => f.write_str("acts at once"),
            Self::Restarts(what) => write!(f, "acts at once, restarts {}", what.join(", ")),
            Self::Reboot => f.write_str("acts with the next boot"),
            Self::Install => f.write_str("acts with the next installation or upgrade"),
            Self::Bootstrap => f.write_str("acts when the cluster is bootstrapped"),
            Self::Idle => f.write_str("has no effect yet"),
        }
    }
}
