//! containerd's configuration file.

use toml::{Table, Value};

/// A fragment that people give is no TOML.
#[derive(Debug, thiserror::Error)]
#[error("the customisation of containerd in {path} is no TOML")]
pub struct FragmentError {
    /// The file that the machine configuration names.
    path: String,
    source: toml::de::Error,
}

/// Only what differs from containerd's own defaults. Its own badness for the out-of-memory killer is set when it starts; it
/// would not start where that is refused. No pod is asked to be better than the host allows. The image of
/// the pods' sandbox is named because the image cache has to hold it, whatever containerd's default becomes.
const BASE: &str = r#"
version = 3
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing"]

[grpc]
address = "/run/containerd/containerd.sock"

[plugins."io.containerd.cri.v1.images"]
snapshotter = "overlayfs"

[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = "registry.k8s.io/pause:3.10.1"

[plugins."io.containerd.cri.v1.images".registry]
config_path = "@HOSTS@"

[plugins."io.containerd.cri.v1.runtime"]
restrict_oom_score_adj = true
enable_unprivileged_ports = false

[plugins."io.containerd.cri.v1.runtime".containerd]
default_runtime_name = "runc"

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2-rs"

[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = ["/opt/cni/bin"]
conf_dir = "/etc/cni/net.d"

[plugins."io.containerd.transfer.v1.local"]
config_path = "@HOSTS@"
"#;

/// The configuration with people's fragments (path and text) laid over it, in order.
pub fn render<'a>(
    hosts: &str,
    fragments: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<String, FragmentError> {
    let mut config: Table = BASE.replace("@HOSTS@", hosts).parse().expect("the base is TOML");
    for (path, text) in fragments {
        let fragment: Table = text.parse().map_err(|source| FragmentError { path: path.to_owned(), source })?;
        lay_over(&mut config, fragment);
    }
    Ok(config.to_string())
}

/// Tables are merged, everything else is replaced.
fn lay_over(base: &mut Table, over: Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => lay_over(below, above),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_are_laid_over_the_base() {
        let fragment = "[plugins.\"io.containerd.cri.v1.images\".pinned_images]\nsandbox = \"here/pause:1\"\n";
        let text = render("/hosts", [("/etc/cri/conf.d/20-customization.part", fragment)]).expect("rendered");
        let config: Table = text.parse().expect("TOML");
        let images = &config["plugins"]["io.containerd.cri.v1.images"];
        assert_eq!(images["pinned_images"]["sandbox"].as_str(), Some("here/pause:1"));
        assert_eq!(images["snapshotter"].as_str(), Some("overlayfs"), "what is not named stays");
        assert_eq!(images["registry"]["config_path"].as_str(), Some("/hosts"));
    }

    #[test]
    fn containerd_starts_where_no_score_can_be_lowered() {
        let config: Table = render("/hosts", []).expect("rendered").parse().expect("TOML");
        assert!(!config.contains_key("oom_score"), "containerd ends when the kernel refuses it");
        assert_eq!(config["plugins"]["io.containerd.cri.v1.runtime"]["restrict_oom_score_adj"].as_bool(), Some(true));
    }

    #[test]
    fn the_image_cache_holds_the_image_of_the_sandbox() {
        let config: Table = render("/hosts", []).expect("rendered").parse().expect("TOML");
        let sandbox = config["plugins"]["io.containerd.cri.v1.images"]["pinned_images"]["sandbox"].as_str();
        let cached: Table = include_str!("../../../../parts/images.toml").parse().expect("TOML");
        let names = cached["image"]["pause"]["names"].as_array().expect("names");
        assert!(names.iter().any(|name| name.as_str() == sandbox), "{sandbox:?} is not among {names:?}");
    }

    #[test]
    fn a_bad_fragment_is_named() {
        let error = render("/hosts", [("/a.part", "= no")]).expect_err("no TOML");
        assert!(error.to_string().contains("/a.part"), "{error}");
    }
}
