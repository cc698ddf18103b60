use std::sync::Arc;

use super::{Checker, bindings::is_less_specific};
use crate::{
    ast::{BinaryOp, Element, Entry, Expr, Field, Macro},
    standard,
    types::Type,
};

impl Checker<'_> {
    pub(super) fn list(&mut self, elements: &[Element]) -> Type {
        let mut joined = None;
        for element in elements {
            let found = self.check(&element.value);
            let found = self.present(element.value.at, found, element.optional);
            joined = Some(self.join(joined, found));
        }
        let element = joined.unwrap_or_else(|| self.bindings.fresh());
        Type::List(Arc::new(element))
    }

    pub(super) fn map(&mut self, entries: &[Entry]) -> Type {
        let (mut keys, mut values) = (None, None);
        for entry in entries {
            let key = self.check(&entry.key);
            keys = Some(self.join(keys, key));
            let value = self.check(&entry.value);
            let value = self.present(entry.value.at, value, entry.optional);
            values = Some(self.join(values, value));
        }
        let key = keys.unwrap_or_else(|| self.bindings.fresh());
        let value = values.unwrap_or_else(|| self.bindings.fresh());
        Type::Map(Arc::new(key), Arc::new(value))
    }

    /// No environment has messages that an expression could make.
    pub(super) fn message(&mut self, at: usize, name: &str, fields: &[Field]) -> Type {
        for field in fields {
            self.check(&field.value);
        }
        self.problem(at, format!("there is no message {name:?} that an expression can make"))
    }

    /// What an optional value holds, where one is wanted.
    fn present(&mut self, at: usize, found: Type, optional: bool) -> Type {
        match found {
            Type::Optional(value) if optional => (*value).clone(),
            found if !optional || found.is_dyn_or_error() => found,
            found => {
                let found = self.bindings.resolve(&found);
                self.problem(at, format!("after ? stands an optional value, found {found}"))
            }
        }
    }

    /// The type of both: `dyn` when they differ.
    fn join(&mut self, joined: Option<Type>, found: Type) -> Type {
        match joined {
            None => found,
            Some(joined) if self.bindings.assignable(&joined, &found) => {
                if is_less_specific(&joined, &found) {
                    joined
                } else {
                    found
                }
            }
            Some(_) => Type::Dyn,
        }
    }

    pub(super) fn comprehension(
        &mut self,
        at: usize,
        kind: Macro,
        range: &Expr,
        variable: &str,
        filter: Option<&Expr>,
        body: &Expr,
    ) -> Type {
        let found = self.check(range);
        if let Macro::OptionalMap | Macro::OptionalFlatMap = kind {
            return self.optional_map(at, kind, &found, variable, body);
        }
        let element = self.element(range.at, kind, &found);
        self.mixed = true;
        self.locals.push((variable.to_owned(), element.clone()));
        let taken = filter.map(|filter| (filter.at, self.check(filter)));
        let result = self.check(body);
        self.locals.pop();
        if let Some((at, taken)) = taken {
            self.wants_bool(at, &taken, "the second of three arguments of map() is true or false");
        }
        match kind {
            Macro::Map => self.collect(result),
            Macro::Filter => {
                self.wants_bool(body.at, &result, "filter() wants what is true or false");
                self.collect(element)
            }
            _ => {
                self.wants_bool(body.at, &result, &format!("{}() wants what is true or false", kind.name()));
                Type::Bool
            }
        }
    }

    /// What a macro walks through.
    fn element(&mut self, at: usize, kind: Macro, range: &Type) -> Type {
        match self.bindings.resolve(range) {
            Type::List(element) => (*element).clone(),
            Type::Map(key, _) => (*key).clone(),
            range @ (Type::Dyn | Type::Error | Type::Open(_)) => {
                self.bindings.assignable(&Type::Dyn, &range);
                Type::Dyn
            }
            other => self.problem(at, format!("{}() walks through a list or a map, found {other}", kind.name())),
        }
    }

    /// The list that grows by an element with each step.
    fn collect(&mut self, element: Type) -> Type {
        let list = Type::List(Arc::new(self.bindings.fresh()));
        let step = [list.clone(), Type::List(Arc::new(element))];
        if let Some(step) = self.overload(standard::operator(BinaryOp::Add, false), false, &step) {
            self.bindings.assignable(&list, &step);
        }
        self.bindings.resolve(&list)
    }

    fn optional_map(&mut self, at: usize, kind: Macro, found: &Type, variable: &str, body: &Expr) -> Type {
        let name = kind.name();
        let value = self.bindings.fresh();
        if !self.bindings.assignable(found, &Type::Optional(Arc::new(value.clone()))) {
            let found = self.bindings.resolve(found);
            return self.problem(at, format!("{name}() looks into an optional value, found {found}"));
        }
        let value = self.bindings.resolve(&value);
        self.mixed = true;
        self.locals.push((variable.to_owned(), value));
        let result = self.check(body);
        self.locals.pop();
        let result = match kind {
            Macro::OptionalMap => Type::Optional(Arc::new(result)),
            _ => result,
        };
        let none = Type::Optional(Arc::new(self.bindings.fresh()));
        match self.overload(standard::CONDITIONAL, false, &[Type::Bool, result.clone(), none]) {
            Some(result) => result,
            None => {
                let found = self.bindings.resolve(&result);
                self.problem(body.at, format!("{name}() wants an optional value here, found {found}"))
            }
        }
    }
}
