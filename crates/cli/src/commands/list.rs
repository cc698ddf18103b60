use std::time::{Duration, SystemTime};

use anyhow::{Result, anyhow};
use clap::Args;
use minos_api::machine::list_request::Type;
use minos_api::machine::{FileInfo, ListRequest};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::exit::BadInput;
use crate::globals::Globals;
use crate::output::{Table, ago, size};
use crate::reply::Failures;
use crate::session::Session;

/// List a directory of nodes
#[derive(Args)]
#[command(visible_alias = "ls")]
#[command(after_help = "\
Examples:
  minosctl -n 10.5.0.2 list /etc
  minosctl -n 10.5.0.2 ls -lr /var/lib/etcd
  minosctl -n 10.5.0.2 ls -t f -d 2 /system   regular files, two levels down")]
pub struct List {
    /// The directory
    #[arg(default_value = "/")]
    path: String,
    /// Show mode, owner, size and time too
    #[arg(short, long)]
    long: bool,
    /// All levels down
    #[arg(short, long, conflicts_with = "depth")]
    recurse: bool,
    /// Levels down
    #[arg(short, long, default_value_t = 1)]
    depth: i32,
    /// Sizes and times for people
    #[arg(short = 'H', long)]
    humanize: bool,
    /// Only these: f (files), d (directories), l (symbolic links)
    #[arg(short, long, value_name = "TYPES", value_delimiter = ',')]
    r#type: Vec<String>,
}

impl List {
    pub fn run(self, globals: &Globals) -> Result<()> {
        let types = types(&self.r#type)?;
        globals.online(async |session: Session| {
            let message = ListRequest {
                root: self.path.clone(),
                recurse: self.recurse || self.depth > 1,
                recursion_depth: if self.recurse { -1 } else { self.depth },
                types: types.clone(),
                report_xattrs: self.long,
            };
            let replies = session.connection.machine().list(session.request(message)).await?.into_inner();
            let mut table = if self.long {
                Table::new(["NODE", "MODE", "UID", "GID", "SIZE(B)", "LASTMOD", "LABEL", "NAME"])
            } else {
                Table::new(["NODE", "NAME"])
            };
            let (mut failures, mut rows) = (Failures::default(), false);
            let outcome = session
                .stream(replies, |node: &str, info: FileInfo, named| {
                    if !info.error.is_empty() {
                        failures.add(anyhow!("{node}: error reading file {}: {}", info.name, info.error));
                    } else if self.long {
                        table.row(self.row(node, &info));
                        rows = true;
                    } else if named {
                        table.row([node, &info.relative_name]);
                        rows = true;
                    } else {
                        println!("{}", info.relative_name);
                    }
                    Ok(())
                })
                .await;
            if rows {
                table.print()?;
            }
            outcome.and(failures.into_result())
        })
    }

    fn row(&self, node: &str, info: &FileInfo) -> [String; 8] {
        let arrow = if info.link.is_empty() { String::new() } else { format!(" -> {}", info.link) };
        let bytes = u64::try_from(info.size).unwrap_or(0);
        let label = info.xattrs.iter().find(|xattr| xattr.name == "security.selinux");
        let label = label.map(|xattr| String::from_utf8_lossy(&xattr.data).trim_matches(['\0', '\n']).to_owned());
        [
            node.into(),
            mode(info.mode),
            info.uid.to_string(),
            info.gid.to_string(),
            if self.humanize { size(bytes) } else { info.size.to_string() },
            modified(info.modified, self.humanize),
            label.unwrap_or_default(),
            format!("{}{arrow}", info.relative_name),
        ]
    }
}

fn types(words: &[String]) -> Result<Vec<i32>> {
    let one = |letter| match letter {
        'f' => Ok(Type::Regular as i32),
        'd' => Ok(Type::Directory as i32),
        'l' | 'L' => Ok(Type::Symlink as i32),
        other => Err(BadInput(format!("--type {other}: expected f, d or l")).into()),
    };
    words.iter().flat_map(|word| word.chars()).map(one).collect()
}

/// Mode bits on the wire follow Go's layout: the kind of file in the high bits, permissions in the low nine.
fn mode(bits: u32) -> String {
    const KINDS: &str = "dalTLDpSugct?";
    let mut text: String =
        KINDS.chars().enumerate().filter(|(i, _)| bits & 1 << (31 - i) != 0).map(|(_, c)| c).collect();
    if text.is_empty() {
        text.push('-');
    }
    text.extend("rwxrwxrwx".chars().enumerate().map(|(i, c)| if bits & 1 << (8 - i) != 0 { c } else { '-' }));
    text
}

fn modified(seconds: i64, humanize: bool) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let age = SystemTime::now().duration_since(moment.into()).unwrap_or_default();
    if humanize {
        return format!("{} ago", ago(age));
    }
    let recent = format_description!("[month repr:short] [day padding:space] [hour]:[minute]:[second]");
    let old = format_description!("[month repr:short] [day padding:space] [year] [hour]:[minute]");
    let half_a_year = Duration::from_secs(180 * 86_400);
    let text = if age < half_a_year { moment.format(&recent) } else { moment.format(&old) };
    text.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_read_like_ls() {
        assert_eq!(mode(0o644), "-rw-r--r--");
        assert_eq!(mode(1 << 31 | 0o755), "drwxr-xr-x");
        assert_eq!(mode(1 << 27 | 0o777), "Lrwxrwxrwx");
        assert_eq!(modified(0, false), "Jan  1 1970 00:00");
    }

    #[test]
    fn types_may_be_joined() {
        assert_eq!(types(&["fd".into(), "l".into()]).unwrap(), [0, 1, 2]);
        assert!(types(&["x".into()]).is_err());
    }
}
