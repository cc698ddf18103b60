//! The resource engine: everything the node knows or wants is a typed resource in one store, and controllers turn
//! resources into other resources or into the state of the machine.
//!
//! In: [`Spec`] types (crate `resources`) and [`Controller`]s (the domain crates). Out: a [`Store`] that API and
//! controllers read and watch, and an [`Engine`] that wakes each controller for exactly the keys whose inputs
//! changed. Used by every domain crate and composed in `machined`. It knows no concrete resource, no gRPC, no Linux.

#![forbid(unsafe_code)]

mod context;
mod controller;
mod engine;
mod error;
mod memory;
mod merge;
mod metadata;
mod query;
mod resource;
mod spec;
mod store;
mod transform;
mod watch;

#[cfg(feature = "testing")]
pub mod conformance;
#[cfg(feature = "testing")]
pub mod testing;

pub use context::Context;
pub use controller::{Controller, Input, Key, Output, ReconcileError, Source};
pub use engine::{ControllerStatus, Dependency, DependencyKind, Engine, Waker};
pub use error::StateError;
pub use merge::Merge;
pub use metadata::{Labels, Metadata, Phase};
pub use query::{LabelOp, LabelQuery, LabelTerm, Query};
pub use resource::{Object, Resource};
pub use spec::{AnySpec, Column, Definition, Spec};
pub use store::{Store, Target};
pub use transform::Transform;
pub use watch::{Bookmark, Event, EventKind, TypedWatch, Watch, WatchStart};
