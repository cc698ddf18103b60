//! The parts, as data.

/// How a part is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// From the Go module in `parts/<name>`.
    Go {
        /// Packages to build and the programs they become; `.` is our own `main`.
        programs: &'static [(&'static str, &'static str)],
        /// Build tags.
        tags: &'static str,
        /// Links C, statically.
        cgo: bool,
    },
    /// From a crate.
    Crate {
        /// Its name.
        name: &'static str,
        /// Its version.
        version: &'static str,
        /// The program that it gives, and the name that it gets.
        program: (&'static str, &'static str),
        /// The compiler's `opt-level`.
        optimized: &'static str,
    },
}

/// Something that is built from others' packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Its name, and the folder in `parts/`.
    pub name: &'static str,
    /// How.
    pub how: How,
    /// It goes into the operating system's image.
    pub in_system: bool,
}

const fn go(name: &'static str, programs: &'static [(&'static str, &'static str)]) -> Part {
    Part { name, how: How::Go { programs, tags: "", cgo: false }, in_system: false }
}

/// All parts, the slowest first.
pub const PARTS: &[Part] = &[
    go("kubernetes", &[(".", "kubernetes")]),
    Part {
        name: "containerd",
        how: How::Go { programs: &[(".", "containerd")], tags: "no_btrfs no_zfs no_devmapper", cgo: false },
        in_system: true,
    },
    Part {
        name: "runc",
        how: How::Go {
            programs: &[("github.com/opencontainers/runc", "runc")],
            tags: "seccomp netgo osusergo",
            cgo: true,
        },
        in_system: true,
    },
    Part {
        name: "cni",
        how: How::Go {
            programs: &[
                ("github.com/containernetworking/plugins/plugins/main/bridge", "bridge"),
                ("github.com/containernetworking/plugins/plugins/ipam/host-local", "host-local"),
                ("github.com/containernetworking/plugins/plugins/main/loopback", "loopback"),
                ("github.com/containernetworking/plugins/plugins/meta/portmap", "portmap"),
            ],
            tags: "",
            cgo: false,
        },
        in_system: true,
    },
    Part {
        name: "shim",
        how: How::Crate {
            name: "containerd-runc-shim",
            version: "0.2.0",
            program: ("containerd-shim-runc-v2-rs", "containerd-shim-runc-v2-rs"),
            // A process for each pod that waits most of the time: for size, which also takes 13 % less time to build.
            optimized: "s",
        },
        in_system: true,
    },
    // Its program has the name under which CNI configurations call it.
    Part { name: "flannel-cni", how: How::Go { programs: &[(".", "flannel")], tags: "", cgo: false }, in_system: true },
    go("coredns", &[(".", "coredns")]),
    go("flannel", &[(".", "flanneld")]),
    go("etcd", &[(".", "etcd")]),
    go("kubectl", &[("k8s.io/kubernetes/cmd/kubectl", "kubectl")]),
    go("demo", &[(".", "demo")]),
    go("pause", &[(".", "pause")]),
    go("cp", &[(".", "cp")]),
];

impl Part {
    /// The part of that name.
    pub fn find(name: &str) -> Option<&'static Part> {
        PARTS.iter().find(|part| part.name == name)
    }

    /// The programs that it gives.
    pub fn programs(&self) -> Vec<&'static str> {
        match self.how {
            How::Go { programs, .. } => programs.iter().map(|(_, program)| *program).collect(),
            How::Crate { program, .. } => vec![program.1],
        }
    }
}
