//! The commands, one file each. A new one is a file, its `mod` and its line in the list.

pub mod absent;
pub mod apply_config;
pub mod bootstrap;
#[cfg(test)]
mod clients;
pub mod cluster;
pub mod completion;
pub mod config;
pub mod dmesg;
pub mod docs;
pub mod edit;
pub mod etcd;
pub mod events;
pub mod explain;
pub mod generate;
pub mod get;
pub mod health;
pub mod kubeconfig;
pub mod list;
pub mod logs;
pub mod machineconfig;
pub mod memory;
pub mod migrate;
pub mod mounts;
mod node_config;
pub mod patch;
mod patches;
pub mod plan;
pub mod processes;
pub mod read;
pub mod reboot;
pub mod service;
pub mod shutdown;
mod track;
pub mod validate;
pub mod version;

use anyhow::Result;

use crate::globals::Globals;

/// The version whose contract this client keeps, with our own as build metadata.
pub const VERSION: &str = concat!("v1.13.9+minos.", env!("CARGO_PKG_VERSION"));

macro_rules! commands {
    ($($module:ident: $name:ident,)*) => {
        /// What to do.
        #[derive(clap::Subcommand)]
        pub enum Command {
            $(#[allow(missing_docs)] $name($module::$name),)*
        }

        impl Command {
            /// Does it.
            pub fn run(self, globals: &Globals) -> Result<()> {
                match self {
                    $(Command::$name(command) => command.run(globals),)*
                }
            }
        }
    };
}

commands! {
    apply_config: ApplyConfig,
    bootstrap: Bootstrap,
    cluster: Cluster,
    completion: Completion,
    config: Config,
    dmesg: Dmesg,
    docs: Docs,
    edit: Edit,
    etcd: Etcd,
    events: Events,
    explain: Explain,
    generate: Gen,
    get: Get,
    health: Health,
    kubeconfig: Kubeconfig,
    list: List,
    logs: Logs,
    machineconfig: Machineconfig,
    memory: Memory,
    migrate: Migrate,
    mounts: Mounts,
    patch: Patch,
    plan: Plan,
    processes: Processes,
    read: Read,
    reboot: Reboot,
    service: Service,
    shutdown: Shutdown,
    validate: Validate,
    version: Version,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    /// Flags that clash, bad defaults and the like.
    #[test]
    fn the_command_line_is_consistent() {
        crate::Cli::command().debug_assert();
    }

    #[test]
    fn short_forms_and_flags_before_the_command_work() {
        use clap::Parser as _;
        for line in
            ["minosctl -n 10.5.0.2 get members -o yaml", "minosctl services", "minosctl ps", "minosctl cat /x -n a,b"]
        {
            assert!(crate::Cli::try_parse_from(line.split(' ')).is_ok(), "{line}");
        }
    }
}
