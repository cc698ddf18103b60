//! The image cache of a disk.

use crate::declare::{enumeration, resource};

resource! {
    /// Whether images come from a cache on a disk.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct ImageCacheConfig = "ImageCacheConfigs.cri.talos.dev" in "cri" => {
        1 "status" => status: ImageCacheStatus,
        3 "copyStatus" => copy_status: ImageCacheCopyStatus,
        2 "roots" => roots: Vec<String>,
    }
    columns: ["Status" => "{.status}", "CopyStatus" => "{.copyStatus}", "Roots" => "{.roots}"];
}

enumeration! {
    /// Whether the image cache is there.
    #[derive(Default)]
    pub enum ImageCacheStatus {
        #[default]
        0 "unknown" => Unknown,
        1 "disabled" => Disabled,
        2 "preparing" => Preparing,
        3 "ready" => Ready,
    }
}

enumeration! {
    /// How far copying is.
    #[derive(Default)]
    pub enum ImageCacheCopyStatus {
        #[default]
        0 "unknown" => Unknown,
        1 "skipped" => Skipped,
        2 "copying" => Pending,
        3 "ready" => Ready,
    }
}
