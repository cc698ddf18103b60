//! The software bill of materials, as SPDX 2.3 in JSON.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Value, json};

use crate::digest::sha256;
use crate::manifest::Component;
use crate::tree::{Origin, Tree};

/// Builds the document of a tree: every component, every file, and which contains which.
///
/// It carries no time of its own, so equal trees give equal documents.
pub fn sbom(tree: &Tree, components: &[Component], version: &str) -> Result<Vec<u8>> {
    let mut packages = vec![json!({
        "SPDXID": "SPDXRef-OperatingSystem",
        "name": "minos",
        "versionInfo": version,
        "primaryPackagePurpose": "OPERATING-SYSTEM",
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": false,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "Apache-2.0",
        "copyrightText": "NOASSERTION",
    })];
    let mut relations = vec![relation("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-OperatingSystem")];
    let mut ids = BTreeMap::new();
    for component in components {
        let id = format!("SPDXRef-Package-{}", plain(&component.name));
        ids.insert(component.name.clone(), id.clone());
        relations.push(relation("SPDXRef-OperatingSystem", "CONTAINS", &id));
        packages.push(package(component, &id));
    }
    let mut files = Vec::new();
    for (number, (path, entry, source)) in tree.files().enumerate() {
        let id = format!("SPDXRef-File-{number}");
        let owner = match &entry.origin {
            Origin::Minos => "SPDXRef-OperatingSystem".to_owned(),
            Origin::Package(name) | Origin::Part(name) => {
                ids.get(name).cloned().unwrap_or_else(|| "SPDXRef-OperatingSystem".to_owned())
            }
        };
        relations.push(relation(&owner, "CONTAINS", &id));
        files.push(json!({
            "SPDXID": id,
            "fileName": format!(".{path}"),
            "checksums": [{ "algorithm": "SHA256", "checksumValue": source.digest()?.to_string() }],
            "licenseConcluded": "NOASSERTION",
            "copyrightText": "NOASSERTION",
        }));
    }
    let names: Vec<_> = components.iter().map(|one| format!("{}={}:{}", one.name, one.version, one.digest)).collect();
    let document = json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": format!("minos-{version}"),
        "documentNamespace": format!("https://minos.invalid/sbom/{version}/{}", sha256(names)),
        "creationInfo": { "created": "1980-01-01T00:00:00Z", "creators": ["Tool: minos-imager"] },
        "packages": packages,
        "files": files,
        "relationships": relations,
    });
    Ok(serde_json::to_vec(&document)?)
}

fn package(component: &Component, id: &str) -> Value {
    json!({
        "SPDXID": id,
        "name": component.name,
        "versionInfo": component.version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": false,
        "checksums": [{ "algorithm": "SHA256", "checksumValue": component.digest.to_string() }],
        "externalRefs": [{
            "referenceCategory": "PACKAGE-MANAGER",
            "referenceType": "purl",
            "referenceLocator": component.locator(),
        }],
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION",
    })
}

fn relation(from: &str, kind: &str, to: &str) -> Value {
    json!({ "spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to })
}

/// A name with the characters only that an SPDX identifier may have.
fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::ComponentKind;

    #[test]
    fn every_file_belongs_to_its_package() {
        let mut tree = Tree::new();
        tree.bytes("/usr/lib/libacl.so.1", "x", Origin::Package("libacl1".into())).unwrap();
        tree.bytes("/etc/passwd", "y", Origin::Minos).unwrap();
        let component = Component {
            kind: ComponentKind::Debian,
            name: "libacl1".into(),
            version: "2.3.2-2+b1".into(),
            digest: sha256(["deb"]),
        };
        let document: Value = serde_json::from_slice(&sbom(&tree, &[component], "v0").unwrap()).unwrap();
        assert_eq!(
            document["packages"][1]["externalRefs"][0]["referenceLocator"],
            "pkg:deb/debian/libacl1@2.3.2-2%2Bb1"
        );
        assert_eq!(document["files"][1]["fileName"], "./usr/lib/libacl.so.1");
        let owns = json!({
            "spdxElementId": "SPDXRef-Package-libacl1",
            "relationshipType": "CONTAINS",
            "relatedSpdxElement": "SPDXRef-File-1",
        });
        assert!(document["relationships"].as_array().unwrap().contains(&owns));
    }
}
