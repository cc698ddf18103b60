//! What the operating system's own processes hold in memory.

use anyhow::Result;
use minos_api::client::Connection;

use super::processes::{PROGRAMS, list};
use super::{Kind, read};
use crate::report::Row;

#[derive(Default)]
struct Sum {
    resident: f64,
    proportional: f64,
    charged: f64,
    kept: f64,
}

pub async fn measure(kind: Kind, connection: &Connection) -> Result<Vec<Row>> {
    let processes = list(connection).await?;
    let mut rows = Vec::new();
    let mut sum = Sum::default();
    for program in PROGRAMS {
        let mut running = false;
        let (mut resident, mut proportional) = (0.0, 0.0);
        for process in processes.iter().filter(|process| program.runs(process)) {
            running = true;
            let rollup = read(connection, &format!("/proc/{}/smaps_rollup", process.pid)).await?;
            resident += rollup_mib(&rollup, "Rss:");
            proportional += rollup_mib(&rollup, "Pss:");
        }
        // A container has no device manager.
        if !running {
            continue;
        }
        sum.resident += resident;
        sum.proportional += proportional;
        rows.push(Row::new(format!("{}: RSS", program.name), resident, "MiB"));
        rows.push(Row::new(format!("{}: PSS", program.name), proportional, "MiB"));
        if let Some(group) = program.group {
            let memory = group_memory(connection, group).await?;
            sum.charged += memory.charged;
            sum.kept += memory.kept;
            rows.push(Row::new(format!("control group {group}: memory"), memory.charged, "MiB"));
            rows.push(Row::new(format!("control group {group}: not page cache"), memory.kept, "MiB"));
        }
    }
    // The budgets are for a machine; a container holds the same but for the device manager.
    let budget = |row: Row, mib| if kind == Kind::Container { row } else { row.budget(mib) };
    rows.push(Row::new("all of them: RSS", sum.resident, "MiB"));
    rows.push(budget(Row::new("all of them: PSS (shared pages counted once)", sum.proportional, "MiB"), 24.0));
    rows.push(budget(Row::new("all of them: control groups", sum.charged, "MiB"), 48.0));
    rows.push(Row::new("all of them: control groups, not page cache", sum.kept, "MiB"));
    Ok(rows)
}

struct GroupMemory {
    charged: f64,
    /// What the kernel cannot drop when memory is short.
    kept: f64,
}

/// In MiB. Version 1 has a hierarchy of its own for memory, with names of its own.
async fn group_memory(connection: &Connection, group: &str) -> Result<GroupMemory> {
    let mib = |bytes: f64| bytes / f64::from(1 << 20);
    if let Ok(stat) = read(connection, &format!("/sys/fs/cgroup/{group}/memory.stat")).await {
        let current = read(connection, &format!("/sys/fs/cgroup/{group}/memory.current")).await?;
        let kept = ["anon", "kernel", "shmem"].iter().map(|kind| counter(&stat, kind)).sum();
        return Ok(GroupMemory { charged: mib(number(&current)), kept: mib(kept) });
    }
    let folder = format!("/sys/fs/cgroup/memory/{group}");
    let stat = read(connection, &format!("{folder}/memory.stat")).await?;
    let current = read(connection, &format!("{folder}/memory.usage_in_bytes")).await?;
    let kernel = read(connection, &format!("{folder}/memory.kmem.usage_in_bytes")).await.unwrap_or_default();
    let kept = counter(&stat, "rss") + counter(&stat, "shmem") + number(&kernel);
    Ok(GroupMemory { charged: mib(number(&current)), kept: mib(kept) })
}

/// A line of `smaps_rollup`, in MiB.
fn rollup_mib(rollup: &str, kind: &str) -> f64 {
    let value = rollup.lines().find_map(|line| line.strip_prefix(kind)?.strip_suffix("kB")?.trim().parse::<f64>().ok());
    value.unwrap_or_default() / 1024.0
}

/// A line of `memory.stat`, in bytes.
fn counter(stat: &str, kind: &str) -> f64 {
    stat.lines().find_map(|line| line.strip_prefix(kind)?.strip_prefix(' ')?.parse().ok()).unwrap_or_default()
}

fn number(text: &str) -> f64 {
    text.trim().parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_counter_is_found_by_its_whole_name() {
        let stat = "cache 4096\nrss_huge 1\nrss 8192\nshmem 12";
        assert_eq!((super::counter(stat, "rss"), super::counter(stat, "kernel")), (8192.0, 0.0));
    }
}
