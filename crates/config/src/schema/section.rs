/// Declares a struct whose fields are the known keys of a mapping: `"key" => field: Type [flag] [flag(value)]`, the flags being
/// the methods of [`Field`](super::Field).
macro_rules! section {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $( $(#[$field_meta:meta])* $key:literal => $field:ident : $type:ty $([ $flag:ident $(($argument:expr))? ])* ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            $( $(#[$field_meta])* pub $field: $type, )*
        }

        impl $crate::schema::Decode for $name {
            const SHAPE: $crate::schema::Shape = $crate::schema::Shape::Section(&[
                $( $crate::schema::Field::new($key, &<$type as $crate::schema::Decode>::SHAPE)$( .$flag($($argument)?) )*, )*
            ]);

            fn decode(node: &$crate::node::Node, cx: &mut $crate::schema::Context) -> Option<Self> {
                let mut section = Self::default();
                let fields = match &Self::SHAPE {
                    $crate::schema::Shape::Section(fields) => fields,
                    _ => return None,
                };
                cx.section(node, fields, |key, value, cx| match key {
                    $( $key => {
                        if let Some(value) = <$type as $crate::schema::Decode>::decode(value, cx) {
                            section.$field = value;
                        }
                    } )*
                    _ => {}
                })?;
                Some(section)
            }

            fn encode(&self) -> $crate::node::Node {
                let mut entries: Vec<(&'static str, $crate::node::Node)> = Vec::new();
                $( if !$crate::schema::Decode::is_absent(&self.$field) {
                    entries.push(($key, $crate::schema::Decode::encode(&self.$field)));
                } )*
                $crate::node::Node::map(entries)
            }
        }
    };
}
pub(crate) use section;
