/// Declares a struct whose fields are the known keys of a mapping: `"key" => field: Type [flag] [flag(value)]`, the flags being
/// the methods of [`Field`](super::Field). What the comments say is what users are told. With `with field: Type` behind it the
/// keys of another section stand beside its own.
macro_rules! section {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident {
            $(
                $(#[doc = $field_doc:literal])*
                $key:literal => $field:ident : $type:ty $([ $flag:ident $(($argument:expr))? ])*
            ),* $(,)?
        } $( with $shared:ident : $shared_type:ty )?
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            $( $(#[doc = $field_doc])* pub $field: $type, )*
            $( #[doc = "What it has in common with other kinds."] pub $shared: $shared_type, )?
        }

        impl $name {
            /// What users are told about it.
            #[allow(dead_code, reason = "only documents as a whole are told about")]
            pub(crate) const DOC: &'static str = concat!($($doc, "\n"),*);

            const OWN: &'static [$crate::schema::Field] = &[ $(
                $crate::schema::Field::new(
                    $key,
                    &<$type as $crate::schema::Decode>::SHAPE,
                    concat!($($field_doc, "\n"),*),
                )$( .$flag($($argument)?) )*,
            )* ];

            /// Reads the value of one known key.
            pub(crate) fn set(&mut self, key: &str, value: &$crate::node::Node, cx: &mut $crate::schema::Context) {
                match key {
                    $( $key => {
                        if let Some(value) = <$type as $crate::schema::Decode>::decode(value, cx) {
                            self.$field = value;
                        }
                    } )*
                    _ => { $( self.$shared.set(key, value, cx); )? }
                }
            }
        }

        impl $crate::schema::Decode for $name {
            const SHAPE: $crate::schema::Shape = $crate::schema::Shape::Section(
                $crate::schema::fields!(Self::OWN $(, <$shared_type as $crate::schema::Decode>::SHAPE.fields())?)
            );

            fn decode(node: &$crate::node::Node, cx: &mut $crate::schema::Context) -> Option<Self> {
                let mut section = Self::default();
                cx.section(node, Self::SHAPE.fields(), |key, value, cx| section.set(key, value, cx))?;
                Some(section)
            }

            fn encode(&self) -> $crate::node::Node {
                #[allow(unused_mut, reason = "a section may be empty")]
                let mut entries: Vec<(String, $crate::node::Node)> = Vec::new();
                $( if !$crate::schema::Decode::is_absent(&self.$field) {
                    entries.push(($key.to_owned(), $crate::schema::Decode::encode(&self.$field)));
                } )*
                $(
                    let shared = $crate::schema::Decode::encode(&self.$shared);
                    entries.extend(shared.entries().iter().map(|entry| (entry.key.clone(), entry.value.clone())));
                )?
                $crate::node::Node::map(entries)
            }

            /// A section that says nothing need not be written.
            fn is_absent(&self) -> bool {
                *self == Self::default()
            }
        }
    };
}
pub(crate) use section;

/// The keys of one section, or of two beside each other.
macro_rules! fields {
    ($own:expr) => {
        $own
    };
    ($own:expr, $shared:expr) => {
        &$crate::schema::join::<{ $own.len() + $shared.len() }>($own, $shared)
    };
}
pub(crate) use fields;

/// One after the other.
pub(crate) const fn join<const N: usize>(own: &[super::Field], shared: &[super::Field]) -> [super::Field; N] {
    let mut all = [super::Field::new("", &super::Shape::Any, ""); N];
    let mut at = 0;
    while at < N {
        all[at] = if at < own.len() { own[at] } else { shared[at - own.len()] };
        at += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::{
        node::Node,
        schema::{Context, Decode},
    };

    section! {
        /// What several have.
        pub struct Shared {
            /// A number.
            "mtu" => mtu: u32,
        }
    }

    section! {
        /// One of them.
        pub struct One {
            /// Its name.
            "name" => name: String [required],
        } with shared: Shared
    }

    #[test]
    fn keys_of_two_sections_stand_beside_each_other() {
        let node = Node::map([("name", Node::text("a")), ("mtu", Node::plain("9000"))]);
        let mut cx = Context::default();
        let one = One::decode(&node, &mut cx).unwrap();
        assert_eq!((one.name.as_str(), one.shared.mtu, one.encode() == node), ("a", 9000, true));
        assert!(cx.problems.is_empty());
        One::decode(&Node::map([("mtu", Node::plain("x")), ("b", Node::plain("1"))]), &mut cx).unwrap();
        let paths: Vec<_> = cx.problems.iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(paths, ["mtu", "b", "name"]);
    }
}
