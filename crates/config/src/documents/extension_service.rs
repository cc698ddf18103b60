use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// What a service of a system extension reads: files and environment variables.
    pub struct ExtensionServiceConfig {
        /// The service.
        "name" => name: String [required] [example("frr")],
        /// Files that the service sees.
        "configFiles" => config_files: Vec<ExtensionServiceFile> [keyed(&["mountPath"])],
        /// Environment variables, each as `NAME=value`.
        "environment" => environment: Vec<String> [example("[LEVEL=debug]")],
    }
}

section! {
    /// A file that a service sees.
    pub struct ExtensionServiceFile {
        /// What is in it.
        "content" => content: String [required],
        /// Where the service sees it.
        "mountPath" => mount_path: String [required] [example("/etc/frr/frr.conf")],
    }
}

impl Kind for ExtensionServiceConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.7";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        let empty = self.config_files.is_empty() && self.environment.is_empty();
        check.require(!empty, "", "either configFiles or environment is needed");
        for (index, file) in self.config_files.iter().enumerate() {
            check.require(!file.content.is_empty(), format!("configFiles/{index}/content"), "a content is needed");
            check.require(!file.mount_path.is_empty(), format!("configFiles/{index}/mountPath"), "a path is needed");
        }
    }
}
