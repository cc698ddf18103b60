//! `imager`: composes the operating system and looks into what was composed.
#![forbid(unsafe_code)]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, Parser, Subcommand};
use minos_image::{
    BuildOptions, Package, Recipe, Tools, build, build_programs, fetch_packages, locate, locate_hash_tree, packages_in,
    programs_in, unpack, verify_disk, write_guest, write_image_cache,
};
use minos_parts::debian::{Archive, Request};

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
    /// Print where on a disk image the first block of a file of the root lies, or the hash tree, in bytes.
    Locate {
        #[command(flatten)]
        inputs: Inputs,
        /// The raw disk image.
        #[arg(long, default_value = "out/disk.raw")]
        disk: PathBuf,
        /// Absolute path of the file on the node.
        #[arg(long, required_unless_present = "hash_tree")]
        file: Option<String>,
        /// The hash tree instead of a file.
        #[arg(long, conflicts_with = "file")]
        hash_tree: bool,
    },
    /// Write the kernel of a kernel image and its initial RAM disk with more programs, for a test that starts one of them.
    Guest {
        /// The kernel image.
        #[arg(long, default_value = "out/minos.efi")]
        uki: PathBuf,
        /// A program, and its name in the root of the RAM disk; may be given several times.
        #[arg(long, value_name = "NAME=FILE", value_parser = named_file)]
        program: Vec<(String, PathBuf)>,
        /// The folder to write `kernel` and `initrd` to.
        #[arg(long)]
        out: PathBuf,
    },
}

fn named_file(text: &str) -> Result<(String, PathBuf)> {
    let (name, file) = text.split_once('=').context("it is written NAME=FILE")?;
    Ok((name.to_owned(), file.into()))
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
    /// Refuse packages that are not the locked ones (`debian.lock` beside the recipe).
    #[arg(long)]
    locked: bool,
    /// Debian's archive, to use instead of the one that this host's apt uses.
    #[arg(long)]
    archive: Option<String>,
    /// Folder in which what can be used again is kept [default: MINOS_CACHE_DIR or the user's cache folder].
    #[arg(long)]
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
    /// Folder of the parts' sources; what is not in the cache is built.
    #[arg(long, default_value = "parts")]
    parts: PathBuf,
    /// Folder of ready programs to use instead of building parts.
    #[arg(long)]
    programs: Option<PathBuf>,
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
        Command::Cache { inputs, layout, out } => {
            write_image_cache(&layout, &inputs.tools()?, &out)?;
            Ok(format!("wrote {}", out.display()))
        }
        Command::Verify { disk } => {
            let hash = verify_disk(&disk).with_context(|| format!("{} does not verify", disk.display()))?;
            Ok(format!("{}: every block agrees with root hash {hash}", disk.display()))
        }
        Command::Locate { inputs, disk, file, .. } => match file {
            Some(file) => Ok(locate(&disk, &file, &inputs.tools()?)?.to_string()),
            None => Ok(locate_hash_tree(&disk)?.to_string()),
        },
        Command::Guest { uki, program, out } => {
            write_guest(&uki, &program, &out)?;
            Ok(format!("kernel and initrd are in {}", out.display()))
        }
    }
}

fn run_build(options: Build) -> Result<String> {
    let recipe = Recipe::read(&options.inputs.data)?;
    let (out, cache) = (options.out.clone(), options.inputs.cache()?);
    let programs = match &options.programs {
        Some(folder) => programs_in(&recipe, folder),
        None => build_programs(&recipe, &options.parts, &cache, &say)?,
    };
    let stages = build(&BuildOptions {
        packages: options.inputs.fetch(&recipe, &recipe.packages())?,
        cache,
        data: options.inputs.data,
        programs,
        init: options.init,
        machined: options.machined,
        out: options.out,
        version: options.version,
        platform: options.platform,
        append: options.append,
        disk_size: options.disk_size.map(|size| size << 20),
        release: options.release,
    })?;
    Ok(format!("{}\nthe image is in {}", stages.table(), out.display()))
}

impl Inputs {
    fn cache(&self) -> Result<PathBuf> {
        let Some(folder) = &self.cache else {
            return minos_parts::cache_folder();
        };
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(folder.clone())
    }

    fn fetch(&self, recipe: &Recipe, names: &[String]) -> Result<Vec<Package>> {
        if let Some(folder) = &self.packages {
            return packages_in(folder);
        }
        let archive = |main: &String| {
            let main = main.trim_end_matches('/').to_owned();
            Archive { security: format!("{main}-security"), main }
        };
        let lock = self.data.join("debian.lock");
        let (suites, archive) = (&recipe.suites[..], self.archive.as_ref().map(archive));
        let request = Request { suites, names, lock: &lock, locked: self.locked, archive };
        fetch_packages(&request, &self.cache()?, &say)
    }

    fn tools(&self) -> Result<Tools> {
        let recipe = Recipe::read(&self.data)?;
        let (names, cache) = (recipe.tool_packages(), self.cache()?);
        let packages = self.fetch(&recipe, names)?;
        let packages = packages.iter().filter(|package| names.contains(&package.name));
        Ok(Tools::new(packages.map(|package| unpack(package, &cache)).collect::<Result<_>>()?))
    }
}

/// Progress goes to standard error, so that results can be read from standard output.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
