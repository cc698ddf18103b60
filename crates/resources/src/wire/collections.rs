//! Lists, maps and values that may be absent.

use std::collections::{BTreeMap, BTreeSet};

use super::{Field, bytes};

impl<T: Field> Field for Vec<T> {
    fn is_zero(&self) -> bool {
        self.is_empty()
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        if !self.is_empty() {
            T::encode_all(self, number, out);
        }
    }

    #[cfg(test)]
    fn kind() -> String {
        T::kind_of_many()
    }

    #[cfg(test)]
    fn describe(depth: usize, out: &mut String) {
        T::describe(depth, out);
    }

    #[cfg(test)]
    fn sample() -> Self {
        vec![T::sample()]
    }
}

impl<T: Field + Ord + Clone> Field for BTreeSet<T> {
    fn is_zero(&self) -> bool {
        self.is_empty()
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        self.iter().cloned().collect::<Vec<T>>().encode(number, out);
    }

    #[cfg(test)]
    fn kind() -> String {
        Vec::<T>::kind()
    }

    #[cfg(test)]
    fn describe(depth: usize, out: &mut String) {
        T::describe(depth, out);
    }

    #[cfg(test)]
    fn sample() -> Self {
        [T::sample()].into()
    }
}

/// Each entry is a message of key (1) and value (2), both always written.
impl<K: Field + Ord, V: Field> Field for BTreeMap<K, V> {
    fn is_zero(&self) -> bool {
        self.is_empty()
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        for (key, value) in self {
            let mut entry = Vec::new();
            key.encode(1, &mut entry);
            value.encode(2, &mut entry);
            bytes(number, &entry, out);
        }
    }

    #[cfg(test)]
    fn kind() -> String {
        format!("map {}", V::kind())
    }

    #[cfg(test)]
    fn describe(depth: usize, out: &mut String) {
        V::describe(depth, out);
    }

    #[cfg(test)]
    fn sample() -> Self {
        [(K::sample(), V::sample())].into()
    }
}

/// What is present is written even when it is zero.
impl<T: Field> Field for Option<T> {
    fn is_zero(&self) -> bool {
        self.is_none()
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        if let Some(value) = self {
            value.encode(number, out);
        }
    }

    #[cfg(test)]
    fn kind() -> String {
        let kind = T::kind();
        let plain = ["varint", "bool", "string", "double"].contains(&kind.as_str());
        if plain { format!("optional {kind}") } else { kind }
    }

    #[cfg(test)]
    fn describe(depth: usize, out: &mut String) {
        T::describe(depth, out);
    }

    #[cfg(test)]
    fn sample() -> Self {
        Some(T::sample())
    }
}
