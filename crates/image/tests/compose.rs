//! Composes real images from Debian's packages, with small programs in place of ours and the parts'.
//!
//! It needs Debian's archive the first time; afterwards the packages come from the cache.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use minos_image::{
    BuildOptions, Package, Program, Recipe, Tools, build, fetch_packages, locate, unpack, verify_disk,
    write_image_cache,
};
use minos_parts::debian::Request;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../image")
}

fn cache() -> PathBuf {
    minos_parts::cache_folder().expect("a cache folder")
}

fn recipe() -> Recipe {
    Recipe::read(&data()).expect("the committed recipe")
}

/// All packages of the recipe, fetched once for all tests.
fn packages() -> Vec<Package> {
    static PACKAGES: OnceLock<Vec<Package>> = OnceLock::new();
    let fetch = || {
        let recipe = recipe();
        // A copy, so that a test never changes what is committed.
        let folder = tempfile::tempdir().expect("a folder");
        let lock = folder.path().join("debian.lock");
        std::fs::copy(data().join("debian.lock"), &lock).expect("the committed lock");
        let names = recipe.packages();
        let request = Request { suites: &recipe.suites, names: &names, lock: &lock, locked: false, archive: None };
        fetch_packages(&request, &cache(), &|line| drop(writeln!(std::io::stderr(), "{line}")))
            .expect("Debian's packages")
    };
    PACKAGES.get_or_init(fetch).clone()
}

fn tools() -> Tools {
    let recipe = recipe();
    let packages = packages();
    let tools = packages.iter().filter(|package| recipe.tool_packages().contains(&package.name));
    Tools::new(tools.map(|package| unpack(package, &cache()).expect("unpacked")).collect())
}

/// What stands for a static program: larger than a block and not to be compressed to nothing.
fn program(folder: &Path, name: &str) -> PathBuf {
    let file = folder.join(name);
    let mut state = name.len() as u64 + 1;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    });
    std::fs::write(&file, noise.take(300_000).collect::<Vec<_>>()).expect("written");
    file
}

fn options(folder: &Path, out: &str) -> BuildOptions {
    let inputs = folder.join("inputs");
    std::fs::create_dir_all(&inputs).expect("made");
    let names =
        ["containerd", "containerd-shim-runc-v2-rs", "runc", "bridge", "flannel", "host-local", "loopback", "portmap"];
    let stand_in = |name: &str| Program { file: program(&inputs, name), version: "v0".to_owned() };
    BuildOptions {
        data: data(),
        packages: packages(),
        programs: names.iter().map(|name| ((*name).to_owned(), stand_in(name))).collect::<BTreeMap<_, _>>(),
        init: program(&inputs, "init"),
        machined: program(&inputs, "machined"),
        out: folder.join(out),
        cache: cache(),
        version: "v0.0.0".to_owned(),
        platform: "metal".to_owned(),
        append: Vec::new(),
        disk_size: None,
        release: false,
    }
}

#[test]
fn equal_inputs_give_equal_bytes_and_every_block_verifies() {
    let folder = tempfile::tempdir().expect("a folder");
    for out in ["one", "two"] {
        build(&options(folder.path(), out)).expect("built");
    }
    let read = |out: &str, name: &str| std::fs::read(folder.path().join(out).join(name)).expect("an output");
    for name in ["root.erofs", "minos.efi", "disk.qcow2", "container.tar", "sbom.spdx.json", "manifest.json"] {
        assert!(read("one", name) == read("two", name), "{name} differs");
    }

    let disk = folder.path().join("one/disk.raw");
    let hash = verify_disk(&disk).expect("it verifies").to_string();
    let manifest: serde_json::Value = serde_json::from_slice(&read("one", "manifest.json")).expect("JSON");
    assert_eq!(manifest["root_hash"], hash);

    // One byte of a program, then one of the hash tree.
    let place = locate(&disk, "/usr/bin/machined", &tools()).expect("found");
    let root = 1025 << 20;
    let tree = root + manifest["verity_offset"].as_u64().expect("a number") + 4096;
    for (place, what) in [(place, "data"), (tree, "hash tree")] {
        flip(&disk, place);
        let error = format!("{:#}", verify_disk(&disk).expect_err("it was changed"));
        let found = format!("a block of the {what} differs, at byte {}", (place - root) / 4096 * 4096);
        assert!(error.contains(&found), "{error}, not {found}");
        flip(&disk, place);
    }
    verify_disk(&disk).expect("it is as it was");
}

#[test]
fn nodes_that_run_from_an_older_image_keep_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = options(folder.path(), "out");
    build(&options).expect("built");
    let files = ["root.erofs", "disk.qcow2"].map(|name| (options.out.join(name), folder.path().join(name)));
    for (file, kept) in &files {
        // What a local cluster does.
        std::fs::hard_link(file, kept).expect("linked");
    }
    std::fs::remove_file(options.out.join("root.key")).expect("else the root is up to date");
    build(&options).expect("built anew");
    for (file, kept) in &files {
        let inode = |path: &Path| std::fs::metadata(path).expect("there").ino();
        assert_ne!(inode(file), inode(kept), "{} was written over", file.display());
    }
}

fn flip(disk: &Path, place: u64) {
    use std::os::unix::fs::FileExt as _;
    let file = std::fs::File::options().read(true).write(true).open(disk).expect("opened");
    let mut byte = [0];
    file.read_exact_at(&mut byte, place).expect("read");
    file.write_all_at(&[byte[0] ^ 1], place).expect("written");
}

#[test]
fn a_file_that_is_not_allowed_fails_the_build_and_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = options(folder.path(), "out");
    let copy = folder.path().join("data");
    std::fs::create_dir_all(copy.join("files/etc")).expect("made");
    for name in ["packages.toml", "allow.list", "modules.list", "initrd-modules.list"] {
        std::fs::copy(data().join(name), copy.join(name)).expect("copied");
    }
    for name in ["passwd", "group", "nsswitch.conf"] {
        std::fs::copy(data().join("files/etc").join(name), copy.join("files/etc").join(name)).expect("copied");
    }
    let recipe = std::fs::read_to_string(copy.join("packages.toml")).expect("read");
    let more = recipe.replace("files = [\"/usr/sbin/nft\"]", "files = [\"/usr/sbin/nft\", \"/etc/nftables.conf\"]");
    std::fs::write(copy.join("packages.toml"), more).expect("written");
    options.data = copy;
    let error = format!("{:#}", build(&options).expect_err("it must fail"));
    assert!(error.contains("/etc/nftables.conf (from nftables): it is not on the allow list"), "{error}");
    assert!(error.contains("/etc/nftables.conf (from nftables): it is a script"), "{error}");
    assert_eq!(error.lines().count(), 3, "{error}");
}

#[test]
fn an_image_cache_is_a_partition_with_the_layout() {
    let folder = tempfile::tempdir().expect("a folder");
    let layout = folder.path().join("layout");
    std::fs::create_dir_all(layout.join("blobs/sha256")).expect("made");
    std::fs::write(layout.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).expect("written");
    std::fs::write(layout.join("blobs/sha256/abc"), vec![7; 100_000]).expect("written");
    let disk = folder.path().join("imagecache.raw");
    write_image_cache(&layout, &tools(), &disk).expect("written");
    let first = std::fs::read(&disk).expect("read");
    let found = minos_install::read_table(&mut std::io::Cursor::new(&first)).expect("a table");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].label, "IMAGECACHE");
    // The magic number of EROFS, at byte 1024.
    let start = found[0].offset as usize + 1024;
    assert_eq!(first[start..start + 4], 0xE0F5_E1E2_u32.to_le_bytes());
    write_image_cache(&layout, &tools(), &disk).expect("written again");
    assert!(first == std::fs::read(&disk).expect("read"), "two image caches differ");
    assert!(write_image_cache(folder.path(), &tools(), &disk).is_err());
}
