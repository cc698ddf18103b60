//! Kernel modules: the whole package's index, and the part of it that lists ask for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::digest::sha256;
use crate::pattern::PathPattern;
use crate::tools::{Tools, run};

/// A module's name as the kernel spells it, with underscores.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleName(String);

impl ModuleName {
    /// Reads a name in either spelling.
    pub fn new(name: &str) -> Self {
        Self(name.replace('-', "_"))
    }

    /// The name of the module in a file `….ko`, possibly compressed.
    fn of_file(path: &str) -> Self {
        let file = path.rsplit('/').next().unwrap_or(path);
        Self::new(file.split(".ko").next().unwrap_or(file))
    }
}

impl fmt::Display for ModuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What `depmod` knows of a kernel's modules.
#[derive(Clone, Debug, Default)]
pub struct ModuleIndex {
    /// File of each module, relative to the kernel's folder, and the files that it needs, nearest last.
    modules: BTreeMap<ModuleName, (String, Vec<String>)>,
    builtin: BTreeSet<ModuleName>,
}

impl ModuleIndex {
    /// Reads `modules.dep` and `modules.builtin`.
    pub fn parse(dependencies: &str, builtin: &str) -> Result<Self> {
        let mut modules = BTreeMap::new();
        for line in dependencies.lines().filter(|line| !line.is_empty()) {
            let (file, needs) = line.split_once(':').with_context(|| format!("modules.dep has the line {line:?}"))?;
            let needs = needs.split_whitespace().map(str::to_owned).collect();
            modules.insert(ModuleName::of_file(file), (file.to_owned(), needs));
        }
        Ok(Self { modules, builtin: builtin.lines().map(ModuleName::of_file).collect() })
    }

    /// The files of the modules that a list names and of all that they need, in an order in which they can be loaded.
    pub fn closure(&self, list: &str) -> Result<Vec<String>> {
        let mut files = Vec::new();
        let mut seen = BTreeSet::new();
        let words = list.lines().flat_map(|line| line.split('#').next().unwrap_or_default().split_whitespace());
        for word in words {
            let name = ModuleName::new(word);
            let pattern = PathPattern::new(&name.0)?;
            let mut found = self.builtin.contains(&name);
            for (_, (file, needs)) in self.modules.iter().filter(|(one, _)| pattern.matches(&one.0)) {
                found = true;
                // modules.dep has the files in the order in which they are unloaded.
                for file in needs.iter().rev().chain([file]) {
                    if seen.insert(file.clone()) {
                        files.push(file.clone());
                    }
                }
            }
            ensure!(found, "the kernel has no module {word}");
        }
        Ok(files)
    }
}

/// A folder of kernel modules below a release, with `depmod`'s files.
#[derive(Clone, Debug)]
pub struct ModuleSet {
    /// Holds `kernel/…` and `modules.*`.
    pub folder: PathBuf,
    /// The kernel's release, as `uname -r` says it.
    pub release: String,
    /// Index of the modules in the folder.
    pub index: ModuleIndex,
}

impl ModuleSet {
    /// All modules of a kernel package, uncompressed; made once per package and kept in the cache.
    ///
    /// `modules` is the package's `lib/modules`, `key` identifies the package.
    pub fn of_package(modules: &Path, key: &str, tools: &Tools, cache: &Path) -> Result<Self> {
        let releases = entries(modules)?;
        ensure!(releases.len() == 1, "{} has {} kernel releases, not one", modules.display(), releases.len());
        let release = releases[0].file_name().and_then(|name| name.to_str()).context("the release is not UTF-8")?;
        let key = sha256(["all", key, release]).to_string();
        Self::cached(cache, &key, release, tools, |folder| {
            for name in ["modules.order", "modules.builtin", "modules.builtin.modinfo"] {
                std::fs::copy(releases[0].join(name), folder.join(name)).with_context(|| format!("no {name}"))?;
            }
            let mut files = Vec::new();
            collect(&releases[0].join("kernel"), &mut files)?;
            let (first, second) = files.split_at(files.len() / 2);
            let decompress = |files: &[PathBuf]| -> Result<()> {
                for file in files {
                    let relative = file.strip_prefix(&releases[0]).expect("the file was found below");
                    decompress_module(file, &folder.join(relative).with_extension(""))?;
                }
                Ok(())
            };
            std::thread::scope(|scope| {
                let other = scope.spawn(|| decompress(first));
                decompress(second)?;
                other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
        })
    }

    /// The part of this set that a list asks for, with `depmod`'s files of its own; kept in the cache too.
    pub fn select(&self, list: &str, key: &str, tools: &Tools, cache: &Path) -> Result<Self> {
        let files = self.index.closure(list)?;
        let mut parts = vec!["selected", key];
        parts.extend(files.iter().map(String::as_str));
        let key = sha256([parts.join("\n")]).to_string();
        Self::cached(cache, &key, &self.release, tools, |folder| {
            for name in ["modules.order", "modules.builtin", "modules.builtin.modinfo"] {
                std::fs::copy(self.folder.join(name), folder.join(name))?;
            }
            for file in &files {
                let to = folder.join(file);
                std::fs::create_dir_all(to.parent().expect("it lies in the folder"))?;
                std::fs::copy(self.folder.join(file), &to).with_context(|| format!("cannot copy {file}"))?;
            }
            Ok(())
        })
    }

    /// Takes the set of this key from the cache, or fills a new one and runs `depmod` on it.
    fn cached(
        cache: &Path,
        key: &str,
        release: &str,
        tools: &Tools,
        fill: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<Self> {
        let parent = cache.join("modules");
        let root = parent.join(&key[..32]);
        let folder = root.join("lib/modules").join(release);
        if !root.exists() {
            std::fs::create_dir_all(&parent).with_context(|| format!("cannot make {}", parent.display()))?;
            let partial = tempfile::Builder::new().prefix(".partial-").tempdir_in(&parent)?;
            let inner = partial.path().join("lib/modules").join(release);
            std::fs::create_dir_all(&inner)?;
            fill(&inner).with_context(|| format!("cannot gather the modules of {release}"))?;
            let mut depmod = tools.command("/usr/sbin/depmod")?;
            depmod.arg("-b").arg(partial.path()).arg(release);
            run(&mut depmod, "depmod")?;
            if let Err(error) = std::fs::rename(partial.path(), &root) {
                ensure!(root.exists(), "cannot move the modules to {}: {error}", root.display());
            }
        }
        let read = |name: &str| {
            let path = folder.join(name);
            std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
        };
        let index = ModuleIndex::parse(&read("modules.dep")?, &read("modules.builtin")?)?;
        Ok(Self { folder, release: release.to_owned(), index })
    }

    /// All files of the set, relative to its folder.
    pub fn files(&self) -> Result<Vec<String>> {
        let mut files = Vec::new();
        collect(&self.folder, &mut files)?;
        let relative = files.iter().map(|file| file.strip_prefix(&self.folder).ok()?.to_str().map(str::to_owned));
        relative.collect::<Option<_>>().context("a module's path is not UTF-8")
    }
}

fn decompress_module(from: &Path, to: &Path) -> Result<()> {
    let failed = || format!("cannot unpack {}", from.display());
    ensure!(from.extension().is_some_and(|extension| extension == "xz"), "{}: it is no .xz file", failed());
    std::fs::create_dir_all(to.parent().expect("it lies in a folder")).with_context(failed)?;
    let mut input = liblzma::read::XzDecoder::new(BufReader::new(File::open(from).with_context(failed)?));
    io::copy(&mut input, &mut File::create(to).with_context(failed)?).with_context(failed)?;
    Ok(())
}

/// The entries of a folder, sorted.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let list = || -> io::Result<Vec<PathBuf>> { std::fs::read_dir(folder)?.map(|one| Ok(one?.path())).collect() };
    let mut entries = list().with_context(|| format!("cannot list {}", folder.display()))?;
    entries.sort();
    Ok(entries)
}

/// All regular files below a folder, sorted.
pub fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for path in entries(folder)? {
        let kind = path.symlink_metadata().with_context(|| format!("cannot examine {}", path.display()))?;
        if kind.is_dir() {
            collect(&path, files)?;
        } else if kind.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEPENDENCIES: &str = "\
kernel/net/netfilter/nf_conntrack.ko: kernel/net/ipv4/nf_defrag_ipv4.ko kernel/lib/libcrc32c.ko
kernel/net/netfilter/nf_nat.ko: kernel/net/netfilter/nf_conntrack.ko kernel/net/ipv4/nf_defrag_ipv4.ko kernel/lib/libcrc32c.ko
kernel/net/netfilter/nft_nat.ko: kernel/net/netfilter/nf_nat.ko kernel/net/netfilter/nf_conntrack.ko kernel/net/ipv4/nf_defrag_ipv4.ko kernel/lib/libcrc32c.ko
kernel/net/ipv4/nf_defrag_ipv4.ko:
kernel/lib/libcrc32c.ko:
kernel/drivers/md/dm-mod.ko:
";

    fn closure(list: &str) -> Result<Vec<String>> {
        let index = ModuleIndex::parse(DEPENDENCIES, "kernel/drivers/virtio/virtio_pci.ko\n").unwrap();
        let files = index.closure(list)?;
        Ok(files.iter().map(|file| file.rsplit('/').next().unwrap().to_owned()).collect())
    }

    #[test]
    fn needs_come_first_and_once() {
        let files = closure("nf_nat nft_nat").unwrap();
        assert_eq!(files, ["libcrc32c.ko", "nf_defrag_ipv4.ko", "nf_conntrack.ko", "nf_nat.ko", "nft_nat.ko"]);
    }

    #[test]
    fn spelling_comments_patterns_and_built_in_modules() {
        assert_eq!(closure("dm_mod # the mapper\n").unwrap(), ["dm-mod.ko"]);
        assert_eq!(closure("dm-mod virtio-pci\n").unwrap(), ["dm-mod.ko"]);
        assert_eq!(closure("nf_defrag*").unwrap(), ["nf_defrag_ipv4.ko"]);
    }

    #[test]
    fn an_unknown_module_is_named() {
        assert_eq!(closure("dm_mod nothing").unwrap_err().to_string(), "the kernel has no module nothing");
    }
}
