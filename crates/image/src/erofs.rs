//! The root file system's image.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::tools::{Tools, run};
use crate::tree::Tree;

/// How small the image gets, and how long that takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// None: for contents that are compressed already.
    None,
    /// Seconds, for development.
    Fast,
    /// A minute or two, for what others download.
    Small,
}

impl Compression {
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::Fast => &["-zzstd,level=3", "-C131072"],
            // Fragments and deduplication were tried: with zstd they took ten times as long and made it larger.
            Self::Small => &["-zzstd,level=15", "-C524288"],
        }
    }
}

const UUID: &str = "6d696e6f-7300-4000-8000-65726f667300";

/// Writes a tree as an EROFS image; equal trees give equal bytes.
pub fn write_erofs(tree: &Tree, compression: Compression, tools: &Tools, out: &Path) -> Result<()> {
    let folder = out.parent().unwrap_or(Path::new("."));
    let archive = tempfile::Builder::new().prefix(".root-").suffix(".tar").tempfile_in(folder)?;
    tree.write_tar(BufWriter::with_capacity(1 << 20, archive.as_file()))
        .context("cannot stage the root file system")?;
    let mut command = tools.command("/usr/bin/mkfs.erofs")?;
    // Made anew, as an image on the place of an older one would keep the older one's tail.
    File::create(out).with_context(|| format!("cannot write {}", out.display()))?;
    command.args(["--quiet", "--tar=f", "--all-root", "-T0", "-x-1", "-U", UUID]).args(compression.arguments());
    command.arg(out).arg(archive.path());
    run(&mut command, "mkfs.erofs").map(drop)
}
