use std::collections::BTreeMap;
use std::env;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::error::{ConfigError, ConnectError};
use super::tls::Credentials;

/// The client configuration file: named contexts, one of them current.
///
/// Keys that are not known here are kept and written back.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Talosconfig {
    /// Name of the current context; empty when none is chosen.
    #[serde(default)]
    pub context: String,
    /// The contexts by name.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub contexts: BTreeMap<String, Context>,
    #[serde(flatten)]
    extra: Map<String, Value>,
    #[serde(skip)]
    path: Option<ConfigPath>,
}

/// What is needed to talk to one cluster.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Context {
    /// Older spelling of a single endpoint; read, never written.
    #[serde(default, skip_serializing)]
    target: String,
    /// Where gateways listen.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub endpoints: Vec<String>,
    /// The nodes that commands are for unless they name others.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "null_is_empty")]
    pub nodes: Vec<String>,
    /// The cluster's CA, base64 of PEM.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ca: String,
    /// The caller's certificate, base64 of PEM.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub crt: String,
    /// The caller's key, base64 of PEM.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("endpoints", &self.endpoints)
            .field("nodes", &self.nodes)
            .finish_non_exhaustive()
    }
}

/// Where a client configuration lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigPath {
    /// The file.
    pub path: PathBuf,
    /// Whether it is ours to change.
    pub writable: bool,
}

/// A context that came under another name, because its own was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// The name in the file that was merged.
    pub from: String,
    /// The name it has now.
    pub to: String,
}

fn null_is_empty<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// The files that are tried when none is named: `$TALOSCONFIG`, the one in the home directory, a pod's service account.
pub fn default_paths() -> Vec<ConfigPath> {
    let mut paths = Vec::new();
    if let Some(path) = env::var_os("TALOSCONFIG") {
        paths.push(ConfigPath { path: path.into(), writable: true });
    }
    let home = env::var_os("TALOS_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".talos")));
    if let Some(home) = home {
        paths.push(ConfigPath { path: home.join("config"), writable: true });
    }
    paths.push(ConfigPath { path: "/var/run/secrets/talos.dev/config".into(), writable: false });
    paths
}

impl Talosconfig {
    /// A file with one context that is the current one.
    pub fn with_context(name: &str, context: Context) -> Talosconfig {
        Talosconfig { context: name.into(), contexts: [(name.into(), context)].into(), ..Default::default() }
    }

    /// Reads the named file, or the first that exists among the default ones. A file that does not exist reads as empty.
    pub fn open(path: Option<&Path>) -> Result<Talosconfig, ConfigError> {
        let at = match path {
            Some(path) => ConfigPath { path: path.into(), writable: true },
            None => {
                let paths = default_paths();
                let existing = paths.iter().find(|at| at.path.exists());
                existing.or_else(|| paths.iter().find(|at| at.writable)).cloned().ok_or(ConfigError::NoPath)?
            }
        };
        let text = match fs::read_to_string(&at.path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(source) => {
                return Err(ConfigError::Read { path: at.path, source });
            }
        };
        let mut config = Talosconfig::parse(&text)
            .map_err(|reason| ConfigError::Parse { path: at.path.clone(), reason: reason.to_string() })?;
        config.path = Some(at);
        Ok(config)
    }

    /// Reads the text of a file.
    pub fn parse(text: &str) -> Result<Talosconfig, serde_saphyr::Error> {
        if text.trim().is_empty() {
            return Ok(Talosconfig::default());
        }
        let options = serde_saphyr::options! { with_snippet: false };
        let mut config: Talosconfig = serde_saphyr::from_str_with_options(text, options)?;
        for context in config.contexts.values_mut() {
            if !context.target.is_empty() {
                context.endpoints.push(std::mem::take(&mut context.target));
            }
        }
        Ok(config)
    }

    /// The text of the file.
    pub fn to_yaml(&self) -> String {
        let options = serde_saphyr::ser_options! {
            indent_step: 4,
            compact_list_indent: false,
            prefer_block_scalars: false,
        };
        serde_saphyr::to_string_with_options(self, options).expect("maps of strings can always be written")
    }

    /// Where it was read from.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_ref().map(|at| at.path.as_path())
    }

    /// Writes it back to where it was read from, readable by its owner only.
    pub fn save(&self) -> Result<(), ConfigError> {
        let at = self.path.as_ref().ok_or(ConfigError::NoPath)?;
        if !at.writable {
            return Err(ConfigError::ReadOnly { path: at.path.clone() });
        }
        self.save_as(&at.path)
    }

    /// Writes it to a file, readable by its owner only. A reader sees the old or the new file, never half of one.
    pub fn save_as(&self, path: &Path) -> Result<(), ConfigError> {
        let failed = |source| ConfigError::Write { path: path.into(), source };
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir).map_err(failed)?;
        }
        let mut temporary = path.as_os_str().to_owned();
        temporary.push(".new");
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary).map_err(failed)?;
        file.write_all(self.to_yaml().as_bytes()).map_err(failed)?;
        fs::rename(&temporary, path).map_err(failed)
    }

    /// The named context, or the current one.
    pub fn select(&self, name: Option<&str>) -> Result<&Context, ConfigError> {
        let path = || self.path().unwrap_or(Path::new("the client configuration")).to_owned();
        let name = match name {
            Some(name) => name,
            None if self.context.is_empty() => {
                return Err(ConfigError::NoCurrentContext { path: path() });
            }
            None => &self.context,
        };
        self.contexts.get(name).ok_or_else(|| ConfigError::NoContext { name: name.into(), path: path() })
    }

    /// The named context, or the current one, to be changed.
    pub fn select_mut(&mut self, name: Option<&str>) -> Result<&mut Context, ConfigError> {
        self.select(name)?;
        let name = name.unwrap_or(&self.context).to_owned();
        Ok(self.contexts.entry(name).or_default())
    }

    /// Takes over the contexts of another file and its current one. A name that is taken gets a number.
    pub fn merge(&mut self, other: Talosconfig) -> Vec<Rename> {
        let mut renames = Vec::new();
        for (name, context) in other.contexts {
            let mut free = name.clone();
            let mut number = 0;
            while self.contexts.contains_key(&free) {
                number += 1;
                free = format!("{name}-{number}");
            }
            if other.context == name {
                self.context.clone_from(&free);
            }
            if free != name {
                renames.push(Rename { from: name, to: free.clone() });
            }
            self.contexts.insert(free, context);
        }
        renames
    }
}

impl Context {
    /// A context from PEM parts.
    pub fn new(endpoints: Vec<String>, ca: &str, certificate: &str, key: &str) -> Context {
        Context {
            endpoints,
            ca: STANDARD.encode(ca),
            crt: STANDARD.encode(certificate),
            key: STANDARD.encode(key),
            ..Default::default()
        }
    }

    /// The cluster's CA as PEM.
    pub fn ca_pem(&self) -> Result<String, ConnectError> {
        decode("CA", &self.ca)
    }

    /// The caller's certificate and key as PEM, if the context has them.
    pub fn credentials(&self) -> Result<Option<Credentials>, ConnectError> {
        if self.crt.is_empty() && self.key.is_empty() {
            return Ok(None);
        }
        Ok(Some(Credentials { certificate: decode("certificate", &self.crt)?, key: decode("key", &self.key)? }))
    }
}

fn decode(what: &'static str, text: &str) -> Result<String, ConnectError> {
    let bad = |reason: String| ConnectError::Credentials { what, reason };
    if text.is_empty() {
        return Err(bad("it is missing from the client configuration".into()));
    }
    let bytes = STANDARD.decode(text.trim()).map_err(|error| bad(format!("not base64: {error}")))?;
    String::from_utf8(bytes).map_err(|_| bad("not PEM".into()))
}

#[cfg(test)]
mod tests;
