//! Turns `proto/` into messages, services, and the table that says who may call which method.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use prost_reflect::{DescriptorPool, MethodDescriptor};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let mut compiler = protox::Compiler::new(["proto"])?;
    compiler.include_imports(true);
    compiler.open_files(proto_files(Path::new("proto"))?)?;
    let encoded = compiler.encode_file_descriptor_set();
    fs::write(out.join("descriptors.bin"), &encoded)?;

    // The set again from its bytes: the typed form drops options that it does not know, ours among them.
    let pool = DescriptorPool::decode(encoded.as_slice())?;
    fs::write(out.join("methods.rs"), method_table(&pool)?)?;

    tonic_prost_build::configure()
        .bytes(".")
        .include_file("packages.rs")
        .compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}

/// All `.proto` files below `dir`, sorted, so that the output never depends on the order of the directory.
fn proto_files(dir: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(proto_files(&path)?);
        } else if path.extension().is_some_and(|ext| ext == "proto") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// A Rust slice of `Method`, sorted by path. Fails on a method that does not say who may call it.
fn method_table(pool: &DescriptorPool) -> Result<String, Box<dyn Error>> {
    let mut rows: Vec<(String, String)> = Vec::new();
    for service in pool.services() {
        for method in service.methods() {
            let path = format!("/{}/{}", service.full_name(), method.name());
            let access = access(pool, &method)
                .ok_or_else(|| format!("{path} has no (minos.authz): name the roles beside the method"))?;
            let row = format!(
                "Method {{ path: {path:?}, access: {access}, client_streaming: {}, server_streaming: {} }}",
                method.is_client_streaming(),
                method.is_server_streaming(),
            );
            rows.push((path, row));
        }
    }
    rows.sort();
    let mut table = String::from("&[\n");
    for (_, row) in rows {
        writeln!(table, "    {row},")?;
    }
    table.push_str("]\n");
    Ok(table)
}

/// The `(minos.authz)` option as a Rust expression.
fn access(pool: &DescriptorPool, method: &MethodDescriptor) -> Option<String> {
    let extension = pool.get_extension_by_name("minos.authz")?;
    let options = method.options();
    let value = options.get_extension(&extension);
    let authz = value.as_message()?;
    if authz.get_field_by_name("token")?.as_bool()? {
        return Some("Access::Token".into());
    }
    let roles = authz.get_field_by_name("roles")?;
    let names: Vec<_> = roles.as_list()?.iter().filter_map(|role| role.as_str()).collect();
    if names.is_empty() {
        return None;
    }
    let variants: Vec<_> = names.iter().map(|name| variant(name)).collect::<Option<_>>()?;
    Some(format!("Access::AnyOf(RoleSet::of(&[{}]))", variants.join(", ")))
}

/// The variant of `roles::Role` for a role's name on the wire.
fn variant(role: &str) -> Option<String> {
    let variant = match role {
        "os:admin" => "Admin",
        "os:operator" => "Operator",
        "os:reader" => "Reader",
        "os:etcd:backup" => "EtcdBackup",
        "os:image:verifier" => "ImageVerifier",
        "os:meta:writer" => "MetaWriter",
        "os:impersonator" => "Impersonator",
        _ => return None,
    };
    Some(format!("Role::{variant}"))
}
