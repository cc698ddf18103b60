//! The patch with which a configuration names these images, for clusters without a registry.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};

use crate::ImageList;

/// flannel with the image of `parts/images.toml`; a test of the node's own flannel keeps it current.
const FLANNEL: &str = include_str!("../../kubernetes/manifests/flannel.yaml");

/// Fields of the configuration that name an image, and which image.
const FIELDS: [(&str, &str, &str); 7] = [
    ("machine", "kubelet", "kubelet"),
    ("cluster", "apiServer", "kube-apiserver"),
    ("cluster", "controllerManager", "kube-controller-manager"),
    ("cluster", "scheduler", "kube-scheduler"),
    ("cluster", "proxy", "kube-proxy"),
    ("cluster", "etcd", "etcd"),
    ("cluster", "coreDNS", "coredns"),
];

/// The patch, as YAML that explains itself.
pub fn patch(images: &ImageList) -> Result<String> {
    let reference =
        |name: &str| images.reference(name).with_context(|| format!("parts/images.toml has no image {name:?}"));
    let pause = reference("pause")?;
    let mut text = String::from(
        "# Names the container images that were built here, for a cluster that reaches no registry: they come from the\n\
         # image cache. Laid over a generated configuration, whose defaults are public images.\n",
    );
    let mut line = |line: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{line}");
    };
    line("machine:");
    for (_, field, image) in FIELDS.iter().filter(|(section, ..)| *section == "machine") {
        line(&format!("  {field}:\n    image: {}", reference(image)?));
    }
    line("  files:");
    line("  # containerd takes the image of the pods' sandbox from its own configuration.");
    line("  - path: /etc/cri/conf.d/20-customization.part");
    line("    op: create");
    line("    content: |");
    line("      [plugins.\"io.containerd.cri.v1.images\".pinned_images]");
    line(&format!("        sandbox = \"{pause}\""));
    line("cluster:");
    for (_, field, image) in FIELDS.iter().filter(|(section, ..)| *section == "cluster") {
        line(&format!("  {field}:\n    image: {}", reference(image)?));
    }
    line("  network:");
    line("    cni:");
    line("      # flannel is laid in below, with an image that is within reach.");
    line("      name: none");
    line("  inlineManifests:");
    line("  - name: flannel");
    line("    contents: |");
    FLANNEL.lines().for_each(|of_manifest| line(&format!("      {of_manifest}")));
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_image_of_a_node_is_named() {
        let images = ImageList::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../parts")).unwrap();
        let text = patch(&images).unwrap();
        // The demo is for whoever tries the cluster.
        for name in images.image.keys().filter(|name| *name != "demo") {
            let reference = images.reference(name).unwrap();
            assert!(text.contains(&reference), "{reference} is missing from\n{text}");
        }
    }
}
