//! Where the logs of Kubernetes' containers are: the kubelet has containerd write them below one folder.

use std::path::{Path, PathBuf};

use tonic::Status;

/// The kubelet's folder: `<namespace>_<pod>_<uid>/<container>/<restarts>.log`.
pub const FOLDER: &str = "/var/log/pods";

/// The folder and the name of the newest log of a container. `id` is `namespace/pod:container`, with anything after a
/// further colon; the container may be left out where a pod has only one.
pub fn newest(pods: &Path, id: &str) -> Result<(PathBuf, String), Status> {
    let malformed = || Status::invalid_argument(format!("{id:?} is not namespace/pod:container"));
    let (namespace, rest) = id.split_once('/').ok_or_else(malformed)?;
    let mut words = rest.split(':');
    let (pod, container) = (words.next().unwrap_or_default(), words.next());
    if ![Some(namespace), Some(pod), container].into_iter().flatten().all(is_name) {
        return Err(malformed());
    }
    let missing = || Status::not_found(format!("there is no log of {id:?}"));
    let prefix = format!("{namespace}_{pod}_");
    let folder = names(pods).into_iter().find(|name| name.starts_with(&prefix)).ok_or_else(missing)?;
    let folder = pods.join(folder);
    let container = match (container, names(&folder).as_slice()) {
        (Some(container), _) => container.to_owned(),
        (None, [only]) => only.clone(),
        (None, several) => {
            return Err(Status::invalid_argument(format!("name one of the pod's containers: {}", several.join(", "))));
        }
    };
    let folder = folder.join(container);
    let logs = names(&folder).into_iter().filter_map(|name| name.strip_suffix(".log")?.parse::<u64>().ok());
    let newest = logs.max().ok_or_else(missing)?;
    Ok((folder, newest.to_string()))
}

/// Names of Kubernetes' objects; nothing of this leads out of a folder.
fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    !text.is_empty() && text.chars().all(plain) && !text.starts_with('.')
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_log_of_the_container_is_found() {
        let pods = tempfile::tempdir().unwrap();
        for file in ["a/0.log", "a/10.log", "a/9.log", "b/0.log"] {
            let file = pods.path().join("kube-system_dns-1_uid").join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, "").unwrap();
        }
        let (folder, name) = newest(pods.path(), "kube-system/dns-1:a:0123abcd").unwrap();
        assert!(folder.ends_with("kube-system_dns-1_uid/a"));
        assert_eq!(name, "10");
        let several = newest(pods.path(), "kube-system/dns-1").unwrap_err();
        assert!(several.message().contains("a, b"), "{several}");
        for bad in ["dns-1", "kube-system/../x:a", "kube-system/dns-1:..", "/x:a", "kube-system/dns-1:a/b"] {
            assert_eq!(newest(pods.path(), bad).unwrap_err().code(), tonic::Code::InvalidArgument, "{bad}");
        }
        assert_eq!(newest(pods.path(), "default/dns-1:a").unwrap_err().code(), tonic::Code::NotFound);
    }
}
