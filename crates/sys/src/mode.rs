//! What the node runs on.

use std::path::Path;

/// A machine of its own, or a container on somebody's kernel. Decided once, by whoever composes a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// A machine: kernel, clock, devices and disks are the node's.
    #[default]
    Machine,
    /// A container: they are the host's, and the node changes none of them.
    Container(Runner),
}

/// Who runs the container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runner {
    /// The runner of Minos. It starts the node again after a reboot.
    Minos,
    /// Docker, Podman or another one.
    Other,
}

/// Names the platform; `container` means a container.
pub const PLATFORM: &str = "PLATFORM";
/// Names the runner, as systemd's container interface has it.
pub const RUNNER: &str = "container";
/// What the container image has and the image for machines has not.
const MARKER: &str = "/usr/etc/in-container";

impl Mode {
    /// The mode of this process, from its environment and the marker in the container image.
    pub fn of_this_process() -> Self {
        let variable = |name| std::env::var(name).unwrap_or_default();
        Self::new(&variable(PLATFORM), Path::new(MARKER).exists(), &variable(RUNNER))
    }

    fn new(platform: &str, marked: bool, runner: &str) -> Self {
        match (platform == "container" || marked, runner) {
            (false, _) => Mode::Machine,
            (true, "minos") => Mode::Container(Runner::Minos),
            (true, _) => Mode::Container(Runner::Other),
        }
    }

    /// Whether it is a container.
    pub const fn is_container(self) -> bool {
        matches!(self, Mode::Container(_))
    }

    /// Whether a request can turn the node off and on again.
    pub const fn has_power(self) -> bool {
        !matches!(self, Mode::Container(Runner::Other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platform_or_marker_make_a_container() {
        assert_eq!(Mode::new("", false, "minos"), Mode::Machine, "a runner's name alone says nothing");
        assert_eq!(Mode::new("metal", false, ""), Mode::Machine);
        assert_eq!(Mode::new("container", false, "minos"), Mode::Container(Runner::Minos));
        assert_eq!(Mode::new("", true, "podman"), Mode::Container(Runner::Other));
        assert_eq!(Mode::new("container", true, ""), Mode::Container(Runner::Other));
    }

    #[test]
    fn only_runners_that_start_it_again_have_power() {
        assert!(Mode::Machine.has_power());
        assert!(Mode::Container(Runner::Minos).has_power());
        assert!(!Mode::Container(Runner::Other).has_power());
    }
}
