//! One build from beginning to end.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::allow::AllowList;
use crate::container::write_container_image;
use crate::deb::{Unpacked, unpack};
use crate::digest::{sha256, sha256_file};
use crate::disk::{DiskContents, write_disk};
use crate::erofs::{Compression, write_erofs};
use crate::initrd::initrd;
use crate::manifest::{Component, ComponentKind, Manifest, OutputFile};
use crate::modules::ModuleSet;
use crate::package::Package;
use crate::part::Program;
use crate::qcow2::write_qcow2;
use crate::recipe::Recipe;
use crate::root::{RootInputs, os_release, root_tree};
use crate::sbom::sbom;
use crate::sparse::replace;
use crate::stages::Stages;
use crate::tools::Tools;
use crate::tree::{Origin, Source, Tree};
use crate::uki::{Section, assemble};
use crate::verify::{HASH_KEY, OFFSET_KEY};
use crate::verity::{Verity, append_verity};

/// What to build.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// The folder of the committed data: recipe, lists, files.
    pub data: PathBuf,
    /// Every Debian package that the recipe names.
    pub packages: Vec<Package>,
    /// Every program that the recipe names, by file name.
    pub programs: BTreeMap<String, Program>,
    /// The program that starts as PID 1.
    pub init: PathBuf,
    /// The node's daemon.
    pub machined: PathBuf,
    /// Where the outputs go.
    pub out: PathBuf,
    /// Where what can be used again is kept.
    pub cache: PathBuf,
    /// Version of the operating system, with the `v` in front.
    pub version: String,
    /// The platform that the kernel command line names.
    pub platform: String,
    /// More of the kernel command line.
    pub append: Vec<String>,
    /// Size of the disk image in bytes; by default the least that holds the partitions.
    pub disk_size: Option<u64>,
    /// Small rather than quickly.
    pub release: bool,
}

/// Builds everything into the output folder and tells how long each stage took.
pub fn build(options: &BuildOptions) -> Result<Stages> {
    let mut stages = Stages::default();
    let out = &options.out;
    std::fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    let recipe = Recipe::read(&options.data)?;
    let inputs = stages.run("unpack", || Inputs::gather(options, &recipe))?;
    stages.note(format!("{} packages", inputs.packages.len()));
    let modules = stages.run("modules", || inputs.modules(options))?;
    let (tree, components) = stages.run("root", || inputs.root(options, &recipe, &modules))?;
    stages.note(format!("{} files", tree.files().count()));
    let root = out.join("root.erofs");
    let compression = if options.release { Compression::Small } else { Compression::Fast };
    let verity = root_image(&mut stages, &tree, compression, &inputs, &root)?;
    stages.note(format!("{:.1} MB, root hash {}", megabytes(verity.size), verity.root_hash));
    let ram_disk = stages.run("initrd", || {
        let level = if options.release { 19 } else { 3 };
        initrd(&options.init, &modules, &list(options, "initrd-modules.list")?, level)
    })?;
    stages.note(format!("{:.1} MB", megabytes(ram_disk.len() as u64)));
    let line = format!("{} {HASH_KEY}={} {OFFSET_KEY}={}", options.command_line(), verity.root_hash, verity.offset);
    let uki = stages.run("uki", || inputs.uki(&line, &os_release(&options.version), &modules.release, &ram_disk))?;
    stages.note(format!("{:.1} MB", megabytes(uki.len() as u64)));
    std::fs::write(out.join("minos.efi"), &uki).context("cannot write minos.efi")?;
    stages.run("disk", || {
        let loader = inputs.boot_file("systemd-bootx64.efi")?;
        let contents = DiskContents { loader: &loader, uki: &uki, root: &root, version: &options.version };
        write_disk(&contents, options.disk_size, &out.join("disk.raw"))
    })?;
    stages.run("qcow2", || write_qcow2(&out.join("disk.raw"), &out.join("disk.qcow2")))?;
    stages.run("container", || write_container_image(&tree, &options.version, &out.join(CONTAINER_IMAGE)))?;
    let document = tree.get(SBOM_PATH).context("the tree has no bill of materials")?;
    if let crate::tree::Kind::File(source) = &document.kind {
        std::fs::write(out.join("sbom.spdx.json"), source.read()?).context("cannot write sbom.spdx.json")?;
    }
    stages.run("manifest", || {
        let mut manifest = Manifest::new(&options.version, &modules.release, &line, verity, components);
        // The raw disk is two gibibytes of holes: the qcow2 stands for it.
        for name in ["root.erofs", "minos.efi", "disk.qcow2", CONTAINER_IMAGE, "sbom.spdx.json"] {
            manifest.outputs.push(OutputFile::read(out, name)?);
        }
        let mut text = serde_json::to_string_pretty(&manifest)?;
        text.push('\n');
        std::fs::write(out.join("manifest.json"), text).context("cannot write manifest.json")
    })?;
    Ok(stages)
}

/// Writes the root image with its hash tree, unless the one that is there was made of the same.
fn root_image(
    stages: &mut Stages,
    tree: &Tree,
    compression: Compression,
    inputs: &Inputs,
    root: &Path,
) -> Result<Verity> {
    let made_of = root.with_extension("key");
    let tools: Vec<_> = inputs.tools.packages().map(|package| package.digest.to_string()).collect();
    let key = sha256([tree.digest()?.to_string(), format!("{compression:?}"), tools.join(" ")]).to_string();
    let old = stages.run("compare", || Verity::read(&made_of, root, &key));
    if let Some(verity) = old {
        stages.note("the root image is up to date");
        return Ok(verity);
    }
    // The note must not outlive the image that it speaks of.
    let _ = std::fs::remove_file(&made_of);
    // A cluster of container nodes runs from a second name of the old one.
    let verity = replace(root, |root| {
        stages.run("erofs", || write_erofs(tree, compression, &inputs.tools, root))?;
        stages.run("verity", || append_verity(root))
    })?;
    verity.write(&made_of, &key)?;
    Ok(verity)
}

/// The container image among the outputs.
const CONTAINER_IMAGE: &str = "container.tar";
const SBOM_PATH: &str = "/usr/share/minos/sbom.spdx.json";
/// What every node is started with. A kernel panic reboots; AppArmor has no profiles here, so it is off.
const COMMAND_LINE: &str = "console=tty0 console=ttyS0 loglevel=6 panic=10 printk.devkmsg=on consoleblank=0 apparmor=0 transparent_hugepage=madvise";

impl BuildOptions {
    fn command_line(&self) -> String {
        let mut line = format!("{COMMAND_LINE} talos.platform={}", self.platform);
        for word in &self.append {
            line.push(' ');
            line.push_str(word);
        }
        line
    }
}

fn list(options: &BuildOptions, name: &str) -> Result<String> {
    let path = options.data.join(name);
    std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// The unpacked packages.
struct Inputs {
    packages: BTreeMap<String, Unpacked>,
    tools: Tools,
    /// The name of the package that has the kernel.
    kernel: String,
    boot: String,
}

impl Inputs {
    fn gather(options: &BuildOptions, recipe: &Recipe) -> Result<Self> {
        let mut packages = BTreeMap::new();
        for package in &options.packages {
            packages.insert(package.name.clone(), unpack(package, &options.cache)?);
        }
        let missing: Vec<_> = recipe.packages().into_iter().filter(|name| !packages.contains_key(name)).collect();
        if let [first, ..] = &missing[..]
            && *first != recipe.kernel.package
        {
            bail!("packages are missing: {}", missing.join(" "));
        }
        let kernels: Vec<_> = packages.values().filter(|one| one.path("/usr/lib/modules").is_dir()).collect();
        let [kernel] = kernels[..] else {
            bail!("one package must have a kernel, not {}", kernels.len());
        };
        let kernel = kernel.package.name.clone();
        let tools = recipe.tool_packages().iter().filter_map(|name| packages.get(name).cloned()).collect();
        Ok(Self { kernel, boot: recipe.boot.package.clone(), tools: Tools::new(tools), packages })
    }

    fn kernel(&self) -> &Unpacked {
        &self.packages[&self.kernel]
    }

    fn modules(&self, options: &BuildOptions) -> Result<ModuleSet> {
        let key = self.kernel().package.digest.to_string();
        let folder = self.kernel().path("/usr/lib/modules");
        let all = ModuleSet::of_package(&folder, &key, &self.tools, &options.cache)?;
        let wanted = format!("{}\n{}", list(options, "modules.list")?, list(options, "initrd-modules.list")?);
        all.select(&wanted, &key, &self.tools, &options.cache)
    }

    fn root(&self, options: &BuildOptions, recipe: &Recipe, modules: &ModuleSet) -> Result<(Tree, Vec<Component>)> {
        let mut tree = root_tree(&RootInputs {
            recipe,
            packages: &self.packages,
            kernel: &self.kernel,
            modules,
            tools: &self.tools,
            data: &options.data,
            programs: &options.programs,
            init: &options.init,
            machined: &options.machined,
            version: &options.version,
            cache: &options.cache,
        })?;
        let components = self.components(options, recipe, &tree)?;
        let document = sbom(&tree, &components, &options.version)?;
        tree.bytes(SBOM_PATH, document, Origin::Minos)?;
        let (offences, idle) = AllowList::parse(&list(options, "allow.list")?).context("allow.list")?.check(&tree)?;
        if !offences.is_empty() {
            let lines: Vec<_> = offences.iter().map(|offence| format!("  {offence}")).collect();
            bail!("these files must not be in the image:\n{}", lines.join("\n"));
        }
        if !idle.is_empty() {
            bail!("these lines of allow.list allow nothing, remove them:\n  {}", idle.join("\n  "));
        }
        Ok((tree, components))
    }

    /// What of the inputs is in the image: packages of which it has a file, the kernel, the boot loader, the parts.
    fn components(&self, options: &BuildOptions, recipe: &Recipe, tree: &Tree) -> Result<Vec<Component>> {
        let mut names: Vec<&str> = vec![&self.kernel, &self.boot];
        names.extend(tree.files().filter_map(|(_, entry, _)| match &entry.origin {
            Origin::Package(name) => Some(name.as_str()),
            Origin::Part(_) | Origin::Minos => None,
        }));
        names.sort_unstable();
        names.dedup();
        let mut components = Vec::new();
        for name in names {
            let package = self.packages.get(name).with_context(|| format!("the package {name} is missing"))?;
            components.push(Component::debian(&package.package));
        }
        for part in &recipe.part {
            let program = options.programs.get(&part.file);
            let program = program.with_context(|| format!("the program {} is missing", part.file))?;
            components.push(Component {
                kind: ComponentKind::Part,
                name: part.file.clone(),
                version: program.version.clone(),
                digest: sha256_file(&program.file)?,
            });
        }
        Ok(components)
    }

    fn boot_file(&self, name: &str) -> Result<Vec<u8>> {
        let package = self.packages.get(&self.boot).context("the package of the boot loader is missing")?;
        let path = package.path("/usr/lib/systemd/boot/efi").join(name);
        std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
    }

    fn uki(&self, line: &str, os_release: &str, release: &str, ram_disk: &[u8]) -> Result<Vec<u8>> {
        let kernel = read(&self.kernel().path("/boot").join(format!("vmlinuz-{release}")))?;
        let sections = [
            Section::new(".osrel", os_release.as_bytes()),
            Section::new(".cmdline", line.as_bytes()),
            Section::new(".uname", release.as_bytes()),
            Section::new(".initrd", ram_disk),
            // Last, as the memory behind it is the kernel's to unpack itself to.
            Section::kernel(&kernel)?,
        ];
        assemble(&self.boot_file("linuxx64.efi.stub")?, &sections)
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    Source::File(path.to_owned()).read()
}
