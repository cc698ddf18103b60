//! Sizes of what is shipped.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::report::Row;

/// The images in `images`, and the system's own programs in `programs`.
pub fn measure(images: &Path, programs: &Path) -> Result<Vec<Row>> {
    let root = megabytes(&images.join("root.erofs"))?;
    let kernel = megabytes(&images.join("minos.efi"))?;
    let (init, machined) = (megabytes(&programs.join("init"))?, megabytes(&programs.join("machined"))?);
    Ok(vec![
        Row::new("root image", root, "MB"),
        Row::new("kernel image with initrd", kernel, "MB"),
        Row::new("together, as downloaded", root + kernel, "MB").budget(65.0),
        Row::new("disk image, qcow2", megabytes(&images.join("disk.qcow2"))?, "MB"),
        Row::new("image for containers", megabytes(&images.join("container.tar"))?, "MB"),
        Row::new("program init", init, "MB"),
        Row::new("program machined", machined, "MB"),
        Row::new("own programs", init + machined, "MB").budget(15.0),
    ])
}

fn megabytes(path: &Path) -> Result<f64> {
    let metadata = std::fs::metadata(path).with_context(|| format!("cannot find {}", path.display()))?;
    Ok(metadata.len() as f64 / 1e6)
}
