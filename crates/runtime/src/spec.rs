//! What a resource type is: a plain struct with a name, a namespace and the columns that a table shows.

use std::any::Any;
use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A column of `minosctl get`: a heading and the JSONPath of the value inside the spec (`{.address}`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Heading, as shown.
    pub name: &'static str,
    /// JSONPath into the spec, in the notation of `kubectl`.
    pub path: &'static str,
}

impl Column {
    /// A column with this heading and JSONPath.
    pub const fn new(name: &'static str, path: &'static str) -> Self {
        Self { name, path }
    }
}

/// The typed content of a resource.
///
/// Specs are plain structs: they serialise to the YAML shape of the public contract through `serde`.
pub trait Spec: Clone + PartialEq + Debug + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Type name of the contract, for example `AddressStatuses.net.talos.dev`.
    const TYPE: &'static str;
    /// Namespace in which the type lives unless said otherwise.
    const NAMESPACE: &'static str;
    /// Names by which people ask for it, besides those derived from [`Spec::TYPE`].
    const ALIASES: &'static [&'static str] = &[];
    /// Columns of the table, after namespace, type, id and version.
    const COLUMNS: &'static [Column] = &[];
    /// Annotations of every resource of the type.
    const ANNOTATIONS: &'static [(&'static str, &'static str)] = &[];
    /// Whether only administrators may read it.
    const SENSITIVE: bool = false;
    /// Whether names follow from [`Spec::TYPE`] beside [`Spec::ALIASES`].
    const AUTOMATIC_ALIASES: bool = true;

    /// The spec as the protobuf message that the contract defines for this type, where it does.
    fn protobuf(&self) -> Option<Vec<u8>> {
        None
    }

    /// The spec for callers who may not read secrets, where a type that is not [`Spec::SENSITIVE`] can hold some.
    fn redacted(&self) -> Option<Self> {
        None
    }
}

/// A [`Spec`] whose type is known only at run time.
pub trait AnySpec: Any + Debug + Send + Sync {
    /// The spec as JSON, keys in the order of the struct.
    fn json(&self) -> Result<serde_json::Value, serde_json::Error>;
    /// See [`Spec::protobuf`].
    fn protobuf(&self) -> Option<Vec<u8>>;
    /// See [`Spec::redacted`].
    fn redacted(&self) -> Option<Box<dyn AnySpec>>;
    /// For downcasts.
    fn as_any(&self) -> &dyn Any;
    /// Equality across erased specs; specs of different types are different.
    fn equals(&self, other: &dyn AnySpec) -> bool;
}

impl<S: Spec> AnySpec for S {
    fn json(&self) -> Result<serde_json::Value, serde_json::Error> {
        serde_json::to_value(self)
    }

    fn protobuf(&self) -> Option<Vec<u8>> {
        Spec::protobuf(self)
    }

    fn redacted(&self) -> Option<Box<dyn AnySpec>> {
        Spec::redacted(self).map(|spec| Box::new(spec) as Box<dyn AnySpec>)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn equals(&self, other: &dyn AnySpec) -> bool {
        other.as_any().downcast_ref::<S>().is_some_and(|other| self == other)
    }
}

/// The constants of a [`Spec`] as data, so that a list of all types can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Definition {
    /// [`Spec::TYPE`].
    pub type_name: &'static str,
    /// [`Spec::NAMESPACE`].
    pub namespace: &'static str,
    /// [`Spec::ALIASES`].
    pub aliases: &'static [&'static str],
    /// [`Spec::COLUMNS`].
    pub columns: &'static [Column],
    /// [`Spec::SENSITIVE`].
    pub sensitive: bool,
    /// [`Spec::AUTOMATIC_ALIASES`].
    pub automatic_aliases: bool,
}

impl Definition {
    /// The definition of `S`.
    pub const fn of<S: Spec>() -> Self {
        Self {
            type_name: S::TYPE,
            namespace: S::NAMESPACE,
            aliases: S::ALIASES,
            columns: S::COLUMNS,
            sensitive: S::SENSITIVE,
            automatic_aliases: S::AUTOMATIC_ALIASES,
        }
    }
}
