use std::env;
use std::fs;
use std::io::{self, Read as _, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use futures_util::StreamExt as _;
use tonic::Request;

use crate::exit::BadInput;
use crate::globals::Globals;
use crate::kube::merge::{Conflict, merge};
use crate::output::{Style, stdout};
use crate::session::Session;

/// Fetch an administrator's kubeconfig
///
/// It is merged into $KUBECONFIG or ~/.kube/config, or into FILE. With --merge=false it is written to ./kubeconfig or FILE.
/// With `-` for FILE it is printed.
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl -n 10.5.0.2 kubeconfig                          merge, and make it the current context
  minosctl -n 10.5.0.2 kubeconfig -                        print it")]
pub struct Kubeconfig {
    /// File or directory, or - to print
    #[arg(value_name = "FILE")]
    path: Option<PathBuf>,
    /// Replace what has the same name
    #[arg(short, long)]
    force: bool,
    /// Name of the merged context
    #[arg(long, value_name = "NAME")]
    force_context_name: Option<String>,
    /// Merge into an existing file
    #[arg(short, long, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    merge: bool,
}

impl Kubeconfig {
    pub fn run(self, globals: &Globals) -> Result<()> {
        let path = self.destination()?;
        if !self.is_printed() && path.exists() && !self.merge && !self.force {
            return Err(BadInput(format!("kubeconfig file already exists, use --force to overwrite: {path:?}")).into());
        }
        globals.online(async |session: Session| self.deliver(&session, &path, &mut stdout()).await)
    }

    fn is_printed(&self) -> bool {
        self.path.as_deref() == Some(Path::new("-"))
    }

    async fn deliver(&self, session: &Session, path: &Path, out: &mut impl Write) -> Result<()> {
        let fetched = fetch(session, session.single("kubeconfig", ())?).await?;
        if self.is_printed() {
            return Ok(out.write_all(fetched.as_bytes())?);
        }
        let text = if self.merge && path.exists() { self.merged(path, &fetched)? } else { fetched };
        write(path, &text).with_context(|| format!("cannot write {}", path.display()))
    }

    fn destination(&self) -> Result<PathBuf> {
        let path = match &self.path {
            Some(path) => path.clone(),
            None if self.merge => default_path()?,
            None => env::current_dir()?,
        };
        Ok(if path.is_dir() { path.join("kubeconfig") } else { path })
    }

    fn merged(&self, path: &Path, fetched: &str) -> Result<String> {
        let existing = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let decide = |what: &str, name: &str| {
            if self.force {
                Ok(Conflict::Overwrite)
            } else if Style::stdout().is_terminal() {
                ask(what, name)
            } else {
                Ok(Conflict::Rename)
            }
        };
        let merged = merge(&existing, fetched, self.force_context_name.as_deref(), decide)
            .with_context(|| format!("cannot merge into {}", path.display()))?;
        // On standard output, where upstream's client has them: the names are what a script goes on with.
        for rename in &merged.renames {
            println!("{rename}");
        }
        Ok(merged.text)
    }
}

/// Where kubectl looks first.
fn default_path() -> Result<PathBuf> {
    if let Some(paths) = env::var_os("KUBECONFIG")
        && let Some(first) = env::split_paths(&paths).find(|path| !path.as_os_str().is_empty())
    {
        return Ok(first);
    }
    match env::var_os("HOME") {
        Some(home) => Ok(PathBuf::from(home).join(".kube/config")),
        None => bail!("no place for the kubeconfig: set HOME or KUBECONFIG, or name a file"),
    }
}

fn ask(what: &str, name: &str) -> io::Result<Conflict> {
    loop {
        eprint!("{what} {name:?} already exists [(r)ename/(o)verwrite]: ");
        let mut answer = String::new();
        if io::stdin().read_line(&mut answer)? == 0 {
            return Ok(Conflict::Rename);
        }
        match answer.trim() {
            "r" | "rename" => return Ok(Conflict::Rename),
            "o" | "overwrite" => return Ok(Conflict::Overwrite),
            _ => {}
        }
    }
}

/// Fetches the kubeconfig from the node that the call is for.
pub async fn fetch(session: &Session, request: Request<()>) -> Result<String> {
    let mut chunks =
        session.connection.machine().kubeconfig(request).await.context("the kubeconfig was not given")?.into_inner();
    let mut archive = Vec::new();
    while let Some(chunk) = chunks.next().await {
        archive.extend_from_slice(&chunk.context("the kubeconfig was not given")?.bytes);
    }
    unpack(&archive)
}

/// The file named kubeconfig in a gzipped tar archive.
fn unpack(archive: &[u8]) -> Result<String> {
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    for entry in archive.entries().context("the node did not send an archive")? {
        let mut entry = entry.context("the node's archive is broken")?;
        if entry.path().is_ok_and(|path| path.file_name() == Some("kubeconfig".as_ref())) {
            let mut text = String::new();
            entry.read_to_string(&mut text).context("the node's archive is broken")?;
            return Ok(text);
        }
    }
    bail!("the node's archive holds no kubeconfig")
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    // A link stays a link.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir)?;
    }
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
    file.write_all(text.as_bytes())?;
    fs::rename(&temporary, path)
}

#[cfg(test)]
mod tests {
    use minos_api::common::Data;
    use prost::Message as _;

    use super::*;
    use crate::fake_node::FakeNode;

    /// As a node sends it.
    fn archive() -> Vec<u8> {
        let mut builder = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
        let mut header = tar::Header::new_gnu();
        header.set_size(4);
        header.set_cksum();
        builder.append_data(&mut header, "kubeconfig", &b"text"[..]).unwrap();
        builder.into_inner().unwrap().finish().unwrap()
    }

    #[test]
    fn the_archive_is_opened() {
        assert_eq!(unpack(&archive()).unwrap(), "text");
        assert!(unpack(b"nonsense").is_err());
    }

    #[tokio::test]
    async fn a_dash_prints_it_and_writes_no_file() {
        let chunk = Data { metadata: None, bytes: archive().into() }.encode_to_vec();
        let node = FakeNode::start(move |_| Ok(vec![chunk.clone()]));
        for merge in [true, false] {
            let command = Kubeconfig { path: Some("-".into()), force: false, force_context_name: None, merge };
            let (path, mut out) = (command.destination().unwrap(), Vec::new());
            command.deliver(&node.session, &path, &mut out).await.unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), "text", "--merge={merge}");
            assert!(!path.exists(), "--merge={merge} wrote a file");
        }
    }
}
