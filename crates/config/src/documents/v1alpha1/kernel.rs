use crate::schema::{Effect, section};

section! {
    /// The kernel.
    pub struct Kernel {
        /// Modules to load. One that is left out again stays loaded until the next boot.
        "modules" => modules: Vec<KernelModule>,
    }
}

section! {
    /// A module to load.
    pub struct KernelModule {
        /// Its name. A module that the image lacks is told in the log.
        "name" => name: String [example("nf_conntrack")],
        /// Its parameters. One that is loaded already keeps those that it has until the next boot.
        "parameters" => parameters: Vec<String> [example("[hashsize=131072]")] [effect(Effect::Reboot)],
    }
}
