//! A disk with container images for nodes that reach no registry.

use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use minos_install::{Label, Layout, MIB, write_table};

use crate::erofs::{Compression, write_erofs};
use crate::modules::collect;
use crate::sparse::{copy_sparse, replace};
use crate::tools::Tools;
use crate::tree::{Origin, Source, Tree};

/// Writes a raw disk with one partition `IMAGECACHE`: a read-only EROFS whose root is the OCI layout.
///
/// Layers are compressed as they are, or not for a reason, so the file system compresses nothing.
pub fn write_image_cache(layout: &Path, tools: &Tools, out: &Path) -> Result<()> {
    let marker = layout.join("oci-layout");
    ensure!(marker.is_file(), "{} is no OCI layout: it has no file oci-layout", layout.display());
    let mut files = Vec::new();
    collect(layout, &mut files)?;
    let mut tree = Tree::new();
    for file in files {
        let relative = file.strip_prefix(layout).ok().and_then(Path::to_str);
        let relative = relative.with_context(|| format!("{} is not UTF-8", file.display()))?;
        tree.file(&format!("/{relative}"), Source::File(file.clone()), 0o644, Origin::Minos)?;
    }
    let failed = || format!("cannot write {}", out.display());
    let folder = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(failed)?;
    let image = tempfile::Builder::new().prefix(".imagecache-").tempfile_in(folder)?;
    write_erofs(&tree, Compression::None, tools, image.path())?;
    let mut image = File::open(image.path()).with_context(failed)?;
    let size = image.metadata()?.len().next_multiple_of(MIB);
    let place = Layout::place(&[Label::ImageCache], size + 2 * MIB)?;
    replace(out, |out| {
        let mut disk = File::options().read(true).write(true).create(true).truncate(true).open(out)?;
        disk.set_len(place.disk_size)?;
        write_table(&mut disk, &place, 512)?;
        copy_sparse(&mut image, &mut disk, place.partitions[0].offset)?;
        Ok(())
    })
    .with_context(failed)
}
