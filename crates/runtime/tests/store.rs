//! The store in memory keeps to the specification.

use minos_runtime::{Store, conformance};

#[tokio::test]
async fn memory_store_conforms() {
    conformance::store(Store::new).await;
}
