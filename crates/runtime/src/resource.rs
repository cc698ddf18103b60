//! A resource, typed and erased.

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use crate::{AnySpec, Metadata, Spec};

/// A resource whose type is known only at run time; cheap to clone, immutable.
#[derive(Debug, Clone)]
pub struct Object {
    metadata: Arc<Metadata>,
    spec: Arc<dyn AnySpec>,
}

/// A resource of type `S`; cheap to clone, immutable. Dereferences to its spec.
#[derive(Debug, Clone)]
pub struct Resource<S: Spec> {
    object: Object,
    kind: PhantomData<S>,
}

impl Object {
    pub(crate) fn new(metadata: Metadata, spec: Arc<dyn AnySpec>) -> Self {
        Self { metadata: Arc::new(metadata), spec }
    }

    /// Metadata.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The erased spec.
    pub fn spec(&self) -> &dyn AnySpec {
        self.spec.as_ref()
    }

    /// The spec, if it is an `S`.
    pub fn spec_as<S: Spec>(&self) -> Option<&S> {
        self.spec.as_any().downcast_ref()
    }

    /// The resource as type `S`, if it is one.
    pub fn typed<S: Spec>(&self) -> Option<Resource<S>> {
        self.spec_as::<S>()?;
        Some(Resource { object: self.clone(), kind: PhantomData })
    }

    pub(crate) fn shared_spec(&self) -> Arc<dyn AnySpec> {
        Arc::clone(&self.spec)
    }

    /// `Type(namespace/id)`, for messages.
    pub fn name(&self) -> String {
        name(self.metadata.type_name, &self.metadata.namespace, &self.metadata.id)
    }
}

/// `Type(namespace/id)`, for messages.
pub(crate) fn name(type_name: &str, namespace: &str, id: &str) -> String {
    format!("{type_name}({namespace}/{id})")
}

impl<S: Spec> Resource<S> {
    /// Metadata.
    pub fn metadata(&self) -> &Metadata {
        self.object.metadata()
    }

    /// Id within its namespace and type.
    pub fn id(&self) -> &str {
        &self.metadata().id
    }

    /// The spec.
    pub fn spec(&self) -> &S {
        self.object.spec_as().expect("a typed resource is made only from an object of that type")
    }

    /// Whether the resource is in use, that is not being torn down.
    pub fn is_running(&self) -> bool {
        self.metadata().is_running()
    }

    /// The resource without its static type.
    pub fn object(&self) -> &Object {
        &self.object
    }
}

impl<S: Spec> Deref for Resource<S> {
    type Target = S;

    fn deref(&self) -> &S {
        self.spec()
    }
}
