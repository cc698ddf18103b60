//! What a node may use of the host, as settings of its control group.

use std::path::Path;

use super::super::cluster::ContainerNode;
use super::{Hierarchy, Version, set};
use crate::LocalClusterError;

/// The processor time that a limit speaks of, in microseconds.
const PERIOD: u64 = 100_000;

/// Limits memory and processor time of a group.
pub(super) fn limit(hierarchy: &Hierarchy, group: &Path, node: &ContainerNode) -> Result<(), LocalClusterError> {
    let bytes = node.memory_mib.map(|mib| (mib << 20).to_string());
    let quota = node.cpu_millis.map(|millis| millis * PERIOD / 1000);
    match hierarchy.version {
        Version::One => {
            if let Some(bytes) = bytes.filter(|_| hierarchy.has("memory")) {
                set(&group.join("memory.limit_in_bytes"), &bytes)?;
            }
            if let Some(quota) = quota.filter(|_| hierarchy.has("cpu")) {
                set(&group.join("cpu.cfs_period_us"), &PERIOD.to_string())?;
                set(&group.join("cpu.cfs_quota_us"), &quota.to_string())?;
            }
        }
        Version::Two => {
            if let Some(bytes) = bytes {
                set(&group.join("memory.max"), &bytes)?;
            }
            if let Some(quota) = quota {
                set(&group.join("cpu.max"), &format!("{quota} {PERIOD}"))?;
            }
        }
    }
    Ok(())
}
