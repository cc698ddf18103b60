//! Declarations of resources, of the messages in them and of their enumerations.
//!
//! From one declaration come the struct, its YAML (serde), its protobuf bytes ([`crate::wire`]), and the type's name,
//! namespace, aliases, columns and sensitivity. `docs/adding-a-resource.md` shows how to write one.

/// A message: `number "yamlKey" => field: Type`, and `[omitempty]` when the YAML leaves the field out while it is empty.
/// The number 0 keeps a field off the wire. With `as Wire` behind the key the field is encoded as the type `Wire`, which is
/// made from a reference to the field (and, for the golden tests, the field from it).
macro_rules! message {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident {
            $(
                $(#[$field_meta:meta])*
                $number:literal $key:literal $(as $wire:ty)? => $field:ident : $type:ty $([ $omitempty:ident ])?
            ),* $(,)?
        }
    ) => {
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        $(#[$meta])*
        $visibility struct $name {
            $(
                $(#[$field_meta])*
                #[serde(rename = $key)]
                $(
                    #[doc = concat!("\n\nIn YAML with `", stringify!($omitempty), "`.")]
                    #[serde(default, skip_serializing_if = "crate::wire::Field::is_zero")]
                )?
                pub $field: $type,
            )*
        }

        impl $crate::wire::Message for $name {
            #[allow(unused_variables, reason = "a message may have no fields")]
            fn encode_fields(&self, out: &mut Vec<u8>) {
                $(
                    let value = $crate::declare::on_wire!(&self.$field $(, $wire)?);
                    if $number != 0 && !$crate::wire::Field::is_zero(value) {
                        $crate::wire::Field::encode(value, $number, out);
                    }
                )*
            }

            fn is_empty(&self) -> bool {
                true $(&& $crate::wire::Field::is_zero($crate::declare::on_wire!(&self.$field $(, $wire)?)))*
            }

            #[cfg(test)]
            #[allow(unused_variables, reason = "a message may have no fields")]
            fn describe_fields(depth: usize, out: &mut String) {
                $( $crate::golden::describe::<$crate::declare::wire_type!($type $(, $wire)?)>(
                    depth,
                    $number,
                    $key,
                    concat!("" $(, stringify!($omitempty))?),
                    out,
                ); )*
            }

            #[cfg(test)]
            fn full() -> Self {
                Self { $( $field: $crate::declare::sample!($type $(, $wire)?) ),* }
            }
        }
    };
}
pub(crate) use message;

/// A field's value as it is encoded.
macro_rules! on_wire {
    ($value:expr) => {
        $value
    };
    ($value:expr, $wire:ty) => {
        &<$wire as From<_>>::from($value)
    };
}
pub(crate) use on_wire;

/// The type as which a field is encoded.
#[cfg(test)]
macro_rules! wire_type {
    ($type:ty) => {
        $type
    };
    ($type:ty, $wire:ty) => {
        $wire
    };
}
#[cfg(test)]
pub(crate) use wire_type;

/// A value of a field that is not zero.
#[cfg(test)]
macro_rules! sample {
    ($type:ty) => {
        <$type as $crate::wire::Field>::sample()
    };
    ($type:ty, $wire:ty) => {
        <$type>::from(<$wire as $crate::wire::Field>::sample())
    };
}
#[cfg(test)]
pub(crate) use sample;

/// A resource: a message with the name of its type and its namespace, then what else the type has.
///
/// For a spec that is not a mapping, `for Name = …` declares the type alone; [`crate::wire::Message`] is then written by
/// hand.
macro_rules! resource {
    (
        $(#[$meta:meta])*
        pub struct $name:ident = $type_name:literal in $namespace:expr => { $($fields:tt)* }
        $($rest:tt)*
    ) => {
        $crate::declare::message! { $(#[$meta])* pub struct $name { $($fields)* } }
        $crate::declare::resource! { for $name = $type_name in $namespace => $($rest)* }
    };
    (
        for $name:ident = $type_name:literal in $namespace:expr =>
        $(aliases: [$($alias:literal),* $(,)?];)?
        $(columns: [$($heading:literal => $path:literal),* $(,)?];)?
        $(annotations: [$($annotation:literal => $text:literal),* $(,)?];)?
        $(sensitive: $sensitive:literal;)?
        $(automatic_aliases: $automatic:literal;)?
        $(redacted: $redacted:path;)?
    ) => {
        impl minos_runtime::Spec for $name {
            const TYPE: &'static str = $type_name;
            const NAMESPACE: &'static str = $namespace;
            $( const ALIASES: &'static [&'static str] = &[$($alias),*]; )?
            $( const COLUMNS: &'static [minos_runtime::Column] = &[$(minos_runtime::Column::new($heading, $path)),*]; )?
            $( const ANNOTATIONS: &'static [(&'static str, &'static str)] = &[$(($annotation, $text)),*]; )?
            $( const SENSITIVE: bool = $sensitive; )?
            $( const AUTOMATIC_ALIASES: bool = $automatic; )?

            fn protobuf(&self) -> Option<Vec<u8>> {
                Some($crate::wire::Message::to_bytes(self))
            }

            $(
                fn redacted(&self) -> Option<Self> {
                    Some($redacted(self))
                }
            )?
        }
    };
}
pub(crate) use resource;

/// An enumeration: `number "name" => Variant`. The wire has the number, the YAML the name.
macro_rules! enumeration {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $number:literal $text:literal => $variant:ident ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(
                #[doc = concat!("`", $text, "`")]
                $(#[$variant_meta])*
                #[serde(rename = $text)]
                $variant,
            )*
        }

        impl $name {
            /// The name of the contract.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $text, )* }
            }

            /// The number of the contract.
            pub const fn number(self) -> i64 {
                match self { $( Self::$variant => $number, )* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::wire::UnknownName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $( $text => Ok(Self::$variant), )*
                    _ => Err($crate::wire::UnknownName(text.to_owned())),
                }
            }
        }

        impl $crate::wire::Field for $name {
            fn is_zero(&self) -> bool {
                self.number() == 0
            }

            fn encode(&self, number: u32, out: &mut Vec<u8>) {
                $crate::wire::Field::encode(&self.number(), number, out);
            }

            fn encode_all(all: &[Self], number: u32, out: &mut Vec<u8>) {
                let numbers: Vec<i64> = all.iter().map(|one| one.number()).collect();
                $crate::wire::Field::encode(&numbers, number, out);
            }

            #[cfg(test)]
            fn kind() -> String {
                "varint".to_owned()
            }

            #[cfg(test)]
            fn sample() -> Self {
                let all = [$(Self::$variant),*];
                all[all.len() - 1]
            }
        }
    };
}
pub(crate) use enumeration;

/// The types of a domain: one name for each registers it for clients and for the golden tests.
macro_rules! definitions {
    ($($name:ident),* $(,)?) => {
        /// The types of this domain.
        pub const DEFINITIONS: &[minos_runtime::Definition] = &[$(minos_runtime::Definition::of::<$name>()),*];

        #[cfg(test)]
        pub(crate) const GOLDEN: &[fn() -> $crate::golden::Golden] = &[$($crate::golden::Golden::of::<$name>),*];
    };
}
pub(crate) use definitions;

/// Values with shapes of their own (enums with content), as `google.protobuf.Value` of what serde makes of them; each
/// with a sample for the golden tests. Only for types that the contract does not have.
macro_rules! structured {
    ($($name:ident : $sample:expr),* $(,)?) => { $(
        impl $crate::wire::Field for $name {
            fn is_zero(&self) -> bool {
                false
            }

            fn encode(&self, number: u32, out: &mut Vec<u8>) {
                $crate::wire::encode_structured(self, number, out);
            }

            #[cfg(test)]
            fn kind() -> String {
                "Value".to_owned()
            }

            #[cfg(test)]
            fn sample() -> Self {
                $sample
            }
        }
    )* };
}
pub(crate) use structured;
