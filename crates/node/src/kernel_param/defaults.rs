//! What the system wants of the kernel, whatever the configuration says.

use async_trait::async_trait;
use minos_resources::runtime::KernelParamDefaultSpec;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

/// Writes the defaults, once.
pub(crate) struct KernelParamDefaults;

/// Parameter, value, and whether a kernel may lack it.
const DEFAULTS: &[(&str, &str, bool)] = &[
    // Pods are routed through the node.
    ("proc.sys.net.ipv4.ip_forward", "1", false),
    ("proc.sys.net.ipv6.conf.default.forwarding", "1", true),
    ("proc.sys.net.ipv6.conf.default.accept_ra", "2", true),
    // The ports of the node's own API are never handed out as ephemeral ones.
    ("proc.sys.net.ipv4.ip_local_reserved_ports", "50000,50001", false),
    ("proc.sys.net.ipv4.icmp_ignore_bogus_error_responses", "1", false),
    ("proc.sys.net.ipv4.icmp_echo_ignore_broadcasts", "1", false),
    ("proc.sys.net.bridge.bridge-nf-call-iptables", "1", true),
    ("proc.sys.net.bridge.bridge-nf-call-ip6tables", "1", true),
    // Idle connections through IPVS and conntrack stay alive.
    ("proc.sys.net.ipv4.tcp_keepalive_time", "600", false),
    ("proc.sys.net.ipv4.tcp_keepalive_intvl", "60", false),
    // `init` gets a signal instead of an immediate reset.
    ("proc.sys.kernel.ctrl-alt-del", "0", false),
    ("proc.sys.kernel.pid_max", "262144", false),
    ("proc.sys.vm.overcommit_memory", "1", false),
    // The kubelet insists on these.
    ("proc.sys.kernel.panic", "10", false),
    ("proc.sys.kernel.panic_on_oops", "1", false),
    ("proc.sys.kernel.keys.root_maxkeys", "1000000", false),
    ("proc.sys.kernel.keys.root_maxbytes", "25000000", false),
    // Kernel self-protection, as the kernel hardening project recommends.
    ("proc.sys.kernel.kptr_restrict", "2", false),
    ("proc.sys.kernel.dmesg_restrict", "1", false),
    ("proc.sys.kernel.perf_event_paranoid", "3", true),
    ("proc.sys.kernel.yama.ptrace_scope", "1", true),
    ("proc.sys.kernel.unprivileged_bpf_disabled", "1", true),
    ("proc.sys.net.core.bpf_jit_harden", "1", true),
    ("proc.sys.dev.tty.ldisc_autoload", "0", true),
    ("proc.sys.vm.unprivileged_userfaultfd", "0", true),
    ("proc.sys.fs.protected_hardlinks", "1", false),
    ("proc.sys.fs.protected_symlinks", "1", false),
    ("proc.sys.fs.protected_fifos", "2", true),
    ("proc.sys.fs.protected_regular", "2", true),
];

#[async_trait]
impl Controller for KernelParamDefaults {
    fn name(&self) -> &str {
        "node.kernel-param.defaults"
    }

    fn inputs(&self) -> Vec<Input> {
        Vec::new()
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<KernelParamDefaultSpec>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        for (id, value, ignore_errors) in DEFAULTS {
            cx.write(id, KernelParamDefaultSpec { value: (*value).to_owned(), ignore_errors: *ignore_errors })?;
        }
        Ok(())
    }
}
