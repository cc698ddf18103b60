//! The root file system, put together from packages, parts and our own programs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use crate::deb::Unpacked;
use crate::digest::sha256;
use crate::elf;
use crate::modules::{ModuleSet, collect};
use crate::part::Program;
use crate::pattern::PathPattern;
use crate::recipe::Recipe;
use crate::tools::{Tools, run};
use crate::tree::{Entry, Kind, Origin, Source, Tree};

/// Everything that the root file system is made of.
#[derive(Clone, Copy, Debug)]
pub struct RootInputs<'a> {
    pub recipe: &'a Recipe,
    pub packages: &'a BTreeMap<String, Unpacked>,
    /// The name of the package that the modules come from.
    pub kernel: &'a str,
    pub modules: &'a ModuleSet,
    pub tools: &'a Tools,
    /// The folder with `files/`.
    pub data: &'a Path,
    pub programs: &'a BTreeMap<String, Program>,
    pub init: &'a Path,
    pub machined: &'a Path,
    /// With the `v` in front.
    pub version: &'a str,
    pub cache: &'a Path,
}

/// Folders that have to be there, empty or not: what the node mounts something on.
const FOLDERS: [(&str, u32); 23] = [
    ("/boot", 0o755),
    ("/dev", 0o755),
    ("/efi", 0o755),
    ("/etc/cni", 0o755),
    ("/etc/containerd", 0o755),
    ("/etc/kubernetes", 0o755),
    ("/etc/ssl/certs", 0o755),
    ("/mnt", 0o755),
    ("/opt", 0o755),
    ("/proc", 0o555),
    ("/run", 0o755),
    ("/sys", 0o555),
    ("/system", 0o755),
    ("/tmp", 0o1777),
    ("/usr/bin", 0o755),
    ("/usr/lib", 0o755),
    ("/usr/lib/firmware", 0o755),
    ("/usr/lib64", 0o755),
    ("/usr/libexec/kubernetes", 0o755),
    ("/usr/share/minos", 0o755),
    ("/usr/share/ca-certificates", 0o755),
    ("/root", 0o700),
    ("/var", 0o755),
];

const LINKS: [(&str, &str); 9] = [
    ("/bin", "usr/bin"),
    ("/sbin", "usr/bin"),
    ("/lib", "usr/lib"),
    ("/lib64", "usr/lib64"),
    ("/usr/sbin", "bin"),
    ("/usr/lib64/ld-linux-x86-64.so.2", "../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"),
    ("/usr/bin/apid", "machined"),
    ("/usr/bin/trustd", "machined"),
    ("/usr/bin/dashboard", "machined"),
];

/// Empty files that the node mounts its own over.
const PLACEHOLDERS: [&str; 5] =
    ["/etc/containerd/config.toml", "/etc/hostname", "/etc/hosts", "/etc/machine-id", "/etc/resolv.conf"];

const LIBRARIES: [&str; 2] = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu/systemd"];

/// Builds the tree of the root file system, all but the bill of materials.
pub fn root_tree(inputs: &RootInputs<'_>) -> Result<Tree> {
    let mut tree = Tree::new();
    for (path, mode) in FOLDERS {
        tree.folder(path, mode, Origin::Minos)?;
    }
    for (path, target) in LINKS {
        tree.link(path, target, Origin::Minos)?;
    }
    for path in PLACEHOLDERS {
        tree.bytes(path, [], Origin::Minos)?;
    }
    own_files(&mut tree, inputs)?;
    for part in &inputs.recipe.part {
        let program = inputs.programs.get(&part.file).map(|program| program.file.clone());
        let file = program.filter(|file| file.is_file());
        let file = file.with_context(|| format!("the program {} is missing", part.file))?;
        tree.file(&part.path, Source::File(file), 0o755, Origin::Part(part.file.clone()))?;
    }
    for taken in &inputs.recipe.root {
        let package = find(inputs.packages, &taken.package)?;
        for file in &taken.files {
            take(&mut tree, package, file)?;
        }
    }
    certificates(&mut tree, inputs)?;
    hardware_database(&mut tree, inputs)?;
    modules(&mut tree, inputs)?;
    libraries(&mut tree, inputs)?;
    Ok(tree)
}

/// The text of `os-release(5)`.
pub fn os_release(version: &str) -> String {
    let number = version.trim_start_matches('v');
    format!("NAME=\"Minos\"\nID=minos\nVERSION_ID={number}\nPRETTY_NAME=\"Minos ({version})\"\n")
}

fn own_files(tree: &mut Tree, inputs: &RootInputs<'_>) -> Result<()> {
    tree.bytes("/usr/lib/os-release", os_release(inputs.version), Origin::Minos)?;
    tree.link("/etc/os-release", "../usr/lib/os-release", Origin::Minos)?;
    for (path, file) in [("/usr/bin/init", inputs.init), ("/usr/bin/machined", inputs.machined)] {
        ensure!(file.is_file(), "the program for {path} is missing: {}", file.display());
        tree.file(path, Source::File(file.to_owned()), 0o755, Origin::Minos)?;
    }
    let folder = inputs.data.join("files");
    let mut files = Vec::new();
    collect(&folder, &mut files)?;
    for file in files {
        let path = relative(&file, &folder)?;
        tree.bytes(&format!("/{path}"), std::fs::read(&file)?, Origin::Minos)?;
    }
    Ok(())
}

fn find<'a>(packages: &'a BTreeMap<String, Unpacked>, name: &str) -> Result<&'a Unpacked> {
    packages.get(name).with_context(|| format!("the package {name} is missing"))
}

/// Takes one file or link of a package; a link to a library takes the library under the link's name.
fn take(tree: &mut Tree, package: &Unpacked, path: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let name = &package.package.name;
    let file = package.path(path);
    let what = file.symlink_metadata().with_context(|| format!("the package {name} has no {path}"))?;
    let origin = Origin::Package(name.clone());
    let place = path.strip_prefix("/usr/sbin/").map_or_else(|| path.to_owned(), |rest| format!("/usr/bin/{rest}"));
    let library = place.contains(".so");
    if what.is_symlink() && !library {
        let target = std::fs::read_link(&file)?;
        let target = target.to_str().with_context(|| format!("the link {path} of {name} is not UTF-8"))?;
        return tree.link(&place, target, origin);
    }
    let file = file.canonicalize().with_context(|| format!("{path} of {name} leads nowhere"))?;
    let mode = file.metadata()?.permissions().mode() & 0o7777;
    tree.insert(&place, Entry { kind: Kind::File(Source::File(file)), mode, origin })
}

/// All certificate authorities in one file, as the package's own script would have written it.
fn certificates(tree: &mut Tree, inputs: &RootInputs<'_>) -> Result<()> {
    let taken = &inputs.recipe.certificates;
    let package = find(inputs.packages, &taken.package)?;
    let pattern = PathPattern::new(&taken.files)?;
    let mut files = Vec::new();
    collect(&package.root, &mut files)?;
    let mut bundle = Vec::new();
    for file in files {
        if pattern.matches(&format!("/{}", relative(&file, &package.root)?)) {
            bundle.extend(std::fs::read(&file)?);
            if bundle.last() != Some(&b'\n') {
                bundle.push(b'\n');
            }
        }
    }
    ensure!(!bundle.is_empty(), "the package {} has no certificates", taken.package);
    let origin = Origin::Package(taken.package.clone());
    tree.bytes("/etc/ssl/certs/ca-certificates.crt", bundle, origin)
}

fn hardware_database(tree: &mut Tree, inputs: &RootInputs<'_>) -> Result<()> {
    let taken = &inputs.recipe.hwdb;
    let package = find(inputs.packages, &taken.package)?;
    let mut key = vec!["hwdb".to_owned(), package.package.digest.to_string()];
    key.extend(taken.files.iter().cloned());
    let folder = inputs.cache.join("hwdb");
    let compiled = folder.join(&sha256(key).to_string()[..32]);
    if !compiled.exists() {
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let work = tempfile::Builder::new().prefix(".partial-").tempdir_in(&folder)?;
        let sources = work.path().join("usr/lib/udev/hwdb.d");
        std::fs::create_dir_all(&sources)?;
        for file in &taken.files {
            let name = file.rsplit('/').next().unwrap_or(file);
            std::fs::copy(package.path(file), sources.join(name))
                .with_context(|| format!("the package {} has no {file}", taken.package))?;
        }
        let mut command = inputs.tools.command("/usr/bin/systemd-hwdb")?;
        command.arg("update").arg("--usr").arg("--strict").arg("--root").arg(work.path());
        run(&mut command, "systemd-hwdb")?;
        std::fs::rename(work.path().join("usr/lib/udev/hwdb.bin"), &compiled).context("systemd-hwdb made no file")?;
    }
    let origin = Origin::Package(taken.package.clone());
    tree.file("/usr/lib/udev/hwdb.bin", Source::File(compiled), 0o444, origin)
}

fn modules(tree: &mut Tree, inputs: &RootInputs<'_>) -> Result<()> {
    let set = inputs.modules;
    for file in set.files()? {
        let path = format!("/usr/lib/modules/{}/{file}", set.release);
        let origin = Origin::Package(inputs.kernel.to_owned());
        tree.file(&path, Source::File(set.folder.join(&file)), 0o644, origin)?;
    }
    Ok(())
}

/// Adds every shared library that something in the tree needs.
fn libraries(tree: &mut Tree, inputs: &RootInputs<'_>) -> Result<()> {
    let packages: Vec<_> = inputs.recipe.libraries.packages.iter().collect();
    let mut open: Vec<(String, Source)> = tree
        .files()
        .filter(|(path, ..)| !path.ends_with(".ko"))
        .map(|(path, _, s)| (path.to_owned(), s.clone()))
        .collect();
    let mut seen: BTreeSet<String> =
        open.iter().filter_map(|(path, _)| Some(path.rsplit('/').next()?.to_owned())).collect();
    while let Some((user, source)) = open.pop() {
        if source.head(4)? != *b"\x7fELF" {
            continue;
        }
        let data = source.read()?;
        for library in elf::needed(&data).with_context(|| format!("cannot examine {user}"))? {
            if !seen.insert(library.clone()) {
                continue;
            }
            let Some((package, path)) = find_library(&library, &packages, inputs.packages)? else {
                bail!("{user} needs {library}, which no package has that packages.toml lists under libraries");
            };
            take(tree, package, &path)?;
            let Some(Entry { kind: Kind::File(source), .. }) = tree.get(&path) else {
                bail!("{path} is no file");
            };
            open.push((path, source.clone()));
        }
    }
    Ok(())
}

fn find_library<'a>(
    library: &str,
    names: &[&String],
    packages: &'a BTreeMap<String, Unpacked>,
) -> Result<Option<(&'a Unpacked, String)>> {
    for name in names {
        let package = find(packages, name)?;
        for folder in LIBRARIES {
            let path = format!("{folder}/{library}");
            if package.path(&path).exists() {
                return Ok(Some((package, path)));
            }
        }
    }
    Ok(None)
}

fn relative(file: &Path, folder: &Path) -> Result<String> {
    let path: Option<PathBuf> = file.strip_prefix(folder).ok().map(Path::to_owned);
    path.and_then(|path| path.to_str().map(str::to_owned)).with_context(|| format!("{} is not UTF-8", file.display()))
}
