//! `imager`: composes the operating system and looks into what was composed.
#![forbid(unsafe_code)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, Parser, Subcommand};
use minos_image::{
    BuildOptions, Package, Recipe, Tools, build, locate, packages_in, unpack, verify_disk,
    write_image_cache,
};

/// Compose the Minos operating system.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compose root file system, kernel image, disk images, bill of materials and manifest.
    Build(Build),
    /// Write a disk that holds container images for nodes without a registry.
    Cache {
        #[command(flatten)]
        inputs: Inputs,
        /// The OCI layout.
        #[arg(long)]
        layout: PathBuf,
        /// The raw disk image to write.
        #[arg(long, default_value = "out/imagecache.raw")]
        out: PathBuf,
    },
    /// Check every block of a disk image's root against the root hash in its kernel image.
    Verify {
        /// The raw disk image.
        disk: PathBuf,
    },
    /// Print where on a disk image the first block of a file of the root lies, in bytes.
    Locate {
        #[command(flatten)]
        inputs: Inputs,
        /// The raw disk image.
        #[arg(long, default_value = "out/disk.raw")]
        disk: PathBuf,
        /// Absolute path of the file on the node.
        #[arg(long)]
        file: String,
    },
}

/// Where the build finds what it does not make.
#[derive(Debug, Args)]
struct Inputs {
    /// Folder of the recipe, the lists and the files.
    #[arg(long, default_value = "image")]
    data: PathBuf,
    /// Folder of Debian packages to use instead of fetching them.
    #[arg(long)]
    packages: Option<PathBuf>,
    /// Folder in which what can be used again is kept [default: the user's cache folder].
    #[arg(long, env = "MINOS_CACHE_DIR")]
    cache: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Build {
    #[command(flatten)]
    inputs: Inputs,
    /// The static program that starts as PID 1.
    #[arg(long)]
    init: PathBuf,
    /// The node's daemon.
    #[arg(long)]
    machined: PathBuf,
    /// Folder of the parts' programs: containerd, its shim, runc, network plugins.
    #[arg(long)]
    parts: PathBuf,
    /// Folder of the outputs.
    #[arg(long, default_value = "out")]
    out: PathBuf,
    /// Version of the operating system.
    #[arg(long = "os-version", default_value = concat!("v", env!("CARGO_PKG_VERSION")))]
    version: String,
    /// The platform that the kernel command line names.
    #[arg(long, default_value = "metal")]
    platform: String,
    /// A word to append to the kernel command line; may be given several times.
    #[arg(long)]
    append: Vec<String>,
    /// Size of the disk image in MiB [default: the least that holds the partitions].
    #[arg(long)]
    disk_size: Option<u64>,
    /// Compress for size: takes minutes instead of seconds.
    #[arg(long)]
    release: bool,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(text) => {
            let _ = writeln!(std::io::stdout(), "{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "imager: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<String> {
    match command {
        Command::Build(options) => run_build(options),
        Command::Cache {
            inputs,
            layout,
            out,
        } => {
            write_image_cache(&layout, &inputs.tools()?, &out)?;
            Ok(format!("wrote {}", out.display()))
        }
        Command::Verify { disk } => {
            let hash = verify_disk(&disk)
                .with_context(|| format!("{} does not verify", disk.display()))?;
            Ok(format!(
                "{}: every block agrees with root hash {hash}",
                disk.display()
            ))
        }
        Command::Locate { inputs, disk, file } => {
            Ok(locate(&disk, &file, &inputs.tools()?)?.to_string())
        }
    }
}

fn run_build(options: Build) -> Result<String> {
    let recipe = Recipe::read(&options.inputs.data)?;
    let out = options.out.clone();
    let stages = build(&BuildOptions {
        packages: options.inputs.fetch(&recipe.suites, &recipe.packages())?,
        cache: options.inputs.cache()?,
        data: options.inputs.data,
        parts: options.parts,
        part_versions: Default::default(),
        init: options.init,
        machined: options.machined,
        out: options.out,
        version: options.version,
        platform: options.platform,
        append: options.append,
        disk_size: options.disk_size.map(|size| size << 20),
        release: options.release,
    })?;
    Ok(format!(
        "{}\nthe image is in {}",
        stages.table(),
        out.display()
    ))
}

impl Inputs {
    fn cache(&self) -> Result<PathBuf> {
        let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache/minos"));
        let shared = || Some(PathBuf::from(std::env::var_os("XDG_CACHE_HOME")?).join("minos"));
        let folder = self
            .cache
            .clone()
            .or_else(shared)
            .or_else(home)
            .context("there is no cache folder: give --cache")?;
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(folder)
    }

    fn fetch(&self, _suites: &[String], _names: &[String]) -> Result<Vec<Package>> {
        packages_in(self.packages.as_deref().unwrap_or(Path::new("packages")))
    }

    fn tools(&self) -> Result<Tools> {
        let recipe = Recipe::read(&self.data)?;
        let (names, cache) = (recipe.tool_packages(), self.cache()?);
        let packages = self.fetch(&recipe.suites, names)?;
        let packages = packages
            .iter()
            .filter(|package| names.contains(&package.name));
        Ok(Tools::new(
            packages
                .map(|package| unpack(package, &cache))
                .collect::<Result<_>>()?,
        ))
    }
}
