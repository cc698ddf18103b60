//! What open types turn out to be.

use std::sync::Arc;

use crate::{
    environment::{Declared, Overload},
    types::Type,
};

/// Steps into types that are made of others, for one expression. Types can double with each step of an expression; what
/// is written by hand needs a few hundred.
const STEPS: u32 = 1_000_000;
/// How many types may stand in each other.
const DEEPEST: u32 = 200;

/// Each open type by its number, with what it is when that is known.
#[derive(Debug)]
pub(super) struct Bindings {
    slots: Vec<Option<Type>>,
    /// What was bound since the last attempt began, with what was there before.
    trail: Vec<(usize, Option<Type>)>,
    steps: u32,
    depth: u32,
}

impl Bindings {
    pub fn new() -> Self {
        Self { slots: Vec::new(), trail: Vec::new(), steps: STEPS, depth: 0 }
    }

    /// The expression is too intricate: from here on nothing is told of its types.
    pub fn exhausted(&self) -> bool {
        self.steps == 0
    }

    pub fn fresh(&mut self) -> Type {
        self.slots.push(None);
        Type::Open(self.slots.len() - 1)
    }

    /// Whether a value of one type can stand where the other is wanted; open types are bound when it can.
    pub fn assignable(&mut self, one: &Type, other: &Type) -> bool {
        self.attempt(|bindings| bindings.unify(one, other))
    }

    /// The result of an overload, when the arguments fit.
    pub fn call(&mut self, overload: &Overload, arguments: &[Type]) -> Option<Type> {
        if overload.arguments.len() != arguments.len() {
            return None;
        }
        let slots = self.slots.len();
        let mut open = [None, None];
        let mut declare = |bindings: &mut Self, declared: Declared| {
            Type::from_declared(declared, &mut |number| match open.get_mut(number) {
                Some(slot) => slot.get_or_insert_with(|| bindings.fresh()).clone(),
                None => Type::Dyn,
            })
        };
        let wanted: Vec<Type> = overload.arguments.iter().map(|argument| declare(self, *argument)).collect();
        let result = declare(self, overload.result);
        let fits =
            self.attempt(|bindings| arguments.iter().zip(&wanted).all(|(one, other)| bindings.unify(one, other)));
        if !fits {
            self.slots.truncate(slots);
            return None;
        }
        Some(self.resolve(&result))
    }

    /// The type with all that is known of its open types.
    pub fn resolve(&mut self, ty: &Type) -> Type {
        match ty {
            Type::Open(number) => match self.binding(*number) {
                Some(bound) => self.deeper(Type::Dyn, |bindings| bindings.resolve(&bound)),
                None => ty.clone(),
            },
            Type::List(_) | Type::Map(..) | Type::Optional(_) | Type::Type(_) => {
                self.deeper(Type::Dyn, |bindings| bindings.resolve_parts(ty))
            }
            _ => ty.clone(),
        }
    }

    fn resolve_parts(&mut self, ty: &Type) -> Type {
        match ty {
            Type::List(element) => Type::List(Arc::new(self.resolve(element))),
            Type::Optional(value) => Type::Optional(Arc::new(self.resolve(value))),
            Type::Type(value) => Type::Type(Arc::new(self.resolve(value))),
            Type::Map(key, value) => {
                let key = Arc::new(self.resolve(key));
                Type::Map(key, Arc::new(self.resolve(value)))
            }
            other => other.clone(),
        }
    }

    fn attempt(&mut self, fits: impl FnOnce(&mut Self) -> bool) -> bool {
        self.trail.clear();
        if fits(self) {
            return true;
        }
        while let Some((number, before)) = self.trail.pop() {
            if let Some(slot) = self.slots.get_mut(number) {
                *slot = before;
            }
        }
        false
    }

    fn binding(&self, number: usize) -> Option<Type> {
        self.slots.get(number).cloned().flatten()
    }

    fn bind(&mut self, number: usize, ty: Type) {
        if let Some(slot) = self.slots.get_mut(number) {
            self.trail.push((number, slot.replace(ty)));
        }
    }

    /// Goes one step into a type; gives up with `otherwise` when that were too many.
    fn deeper<T>(&mut self, otherwise: T, f: impl FnOnce(&mut Self) -> T) -> T {
        if self.steps == 0 || self.depth == DEEPEST {
            self.steps = 0;
            return otherwise;
        }
        self.steps -= 1;
        self.depth += 1;
        let result = f(self);
        self.depth -= 1;
        result
    }

    fn unify(&mut self, one: &Type, other: &Type) -> bool {
        if let Type::Open(number) = other {
            let (valid, bound) = self.substitutes(one, *number);
            if valid || bound {
                return valid;
            }
        }
        if let Type::Open(number) = one {
            return self.substitutes(other, *number).0;
        }
        if one.is_dyn_or_error() || other.is_dyn_or_error() {
            return true;
        }
        match (one, other) {
            (Type::Null, other) | (other, Type::Null) => {
                matches!(other, Type::Null | Type::Message(_) | Type::Optional(_) | Type::Duration | Type::Timestamp)
            }
            (Type::Type(_), Type::Type(_)) => true,
            (Type::List(one), Type::List(other)) | (Type::Optional(one), Type::Optional(other)) => {
                self.deeper(false, |bindings| bindings.unify(one, other))
            }
            (Type::Map(key, value), Type::Map(other_key, other_value)) => {
                self.deeper(false, |bindings| bindings.unify(key, other_key) && bindings.unify(value, other_value))
            }
            (one, other) => one == other,
        }
    }

    /// Whether the open type can be this one, and whether it was bound before.
    fn substitutes(&mut self, ty: &Type, number: usize) -> (bool, bool) {
        if *ty == Type::Open(number) {
            return (true, true);
        }
        let Some(bound) = self.binding(number) else {
            if self.occurs(number, ty) {
                return (false, false);
            }
            self.bind(number, ty.clone());
            return (true, false);
        };
        if *ty == bound {
            return (true, true);
        }
        if !self.deeper(false, |bindings| bindings.unify(ty, &bound)) {
            return (false, true);
        }
        let general = if is_less_specific(ty, &bound) { ty.clone() } else { bound };
        if !self.occurs(number, &general) {
            self.bind(number, general);
        }
        (true, true)
    }

    /// Whether an open type is a part of a type.
    fn occurs(&mut self, number: usize, within: &Type) -> bool {
        match within {
            Type::Open(other) if *other == number => true,
            Type::Open(other) => match self.binding(*other) {
                Some(bound) => self.deeper(true, |bindings| bindings.occurs(number, &bound)),
                None => false,
            },
            _ => match within.parts() {
                Some((first, second)) => self.deeper(true, |bindings| {
                    bindings.occurs(number, first) || second.is_some_and(|second| bindings.occurs(number, second))
                }),
                None => false,
            },
        }
    }
}

/// Whether the first is the second with `dyn` or an open type in some places.
pub(super) fn is_less_specific(one: &Type, other: &Type) -> bool {
    match (one, other) {
        (Type::Dyn | Type::Open(_), _) => true,
        (_, Type::Dyn | Type::Open(_)) => false,
        (Type::Type(_), Type::Type(_)) => true,
        (Type::List(one), Type::List(other)) | (Type::Optional(one), Type::Optional(other)) => {
            is_less_specific(one, other)
        }
        (Type::Map(key, value), Type::Map(other_key, other_value)) => {
            is_less_specific(key, other_key) && is_less_specific(value, other_value)
        }
        (one, other) => one == other,
    }
}
