use super::{Checker, names::qualified};
use crate::{
    ast::{BinaryOp, Expr, ExprKind, Literal},
    environment::{Function, Overload},
    standard,
    types::Type,
};

impl Checker<'_> {
    /// The result of the forms that fit: that of the first, or `dyn` when they differ.
    pub(super) fn overload(&mut self, overloads: &[Overload], member: bool, arguments: &[Type]) -> Option<Type> {
        let mut result: Option<Type> = None;
        for overload in overloads.iter().filter(|overload| overload.member == member) {
            let Some(found) = self.bindings.call(overload, arguments) else { continue };
            result = Some(match result {
                Some(first) if first == Type::Dyn || first == found => first,
                Some(_) => Type::Dyn,
                None => found,
            });
        }
        result
    }

    pub(super) fn call(&mut self, at: usize, name: &str, target: Option<&Expr>, arguments: &[Expr]) -> Type {
        let mut found: Vec<Type> = arguments.iter().map(|argument| self.check(argument)).collect();
        let Some(target) = target else {
            return match standard::function(self.environment, name) {
                Some(function) => self.resolve_call(at, function, false, &found),
                None => self.unknown_function(at, name, false),
            };
        };
        if let Some(function) =
            qualified(target).and_then(|space| standard::function(self.environment, &format!("{space}.{name}")))
        {
            return self.resolve_call(at, function, false, &found);
        }
        // A space of names holds nothing but functions.
        if let Some(space) = qualified(target)
            && standard::functions(self.environment).any(|function| is_in(function.name, &space))
            && !self.is_local(target)
        {
            return self.unknown_function(at, &format!("{space}.{name}"), false);
        }
        let receiver = self.check(target);
        found.insert(0, receiver);
        match standard::function(self.environment, name) {
            Some(function) => self.resolve_call(at, function, true, &found),
            None => self.unknown_function(at, name, true),
        }
    }

    fn resolve_call(&mut self, at: usize, function: &Function, member: bool, found: &[Type]) -> Type {
        if let Some(result) = self.overload(function.overloads, member, found) {
            return result;
        }
        let name = function.name;
        let found: Vec<String> = found.iter().map(|ty| self.bindings.resolve(ty).to_string()).collect();
        let found = written(name, member, &found);
        let mut forms = function.overloads.iter().map(|form| {
            let arguments: Vec<String> = form.arguments.iter().map(ToString::to_string).collect();
            written(name, form.member, &arguments)
        });
        let mut wanted = forms.next().unwrap_or_default();
        for form in forms {
            wanted.push_str(" or ");
            wanted.push_str(&form);
        }
        self.problem(at, format!("found {found}, wanted {wanted}"))
    }

    fn unknown_function(&mut self, at: usize, name: &str, member: bool) -> Type {
        let mut known: Vec<String> = standard::functions(self.environment)
            .filter(|function| function.overloads.iter().any(|form| form.member == member))
            .map(|function| function.name.to_owned())
            .collect();
        if member {
            known.extend(["all", "exists", "exists_one", "filter", "map"].map(str::to_owned));
            if self.environment.optional {
                known.extend(["optMap", "optFlatMap"].map(str::to_owned));
            }
        } else {
            known.push("has".to_owned());
        }
        let message = match (name, member) {
            ("all" | "exists" | "exists_one" | "filter", true) => format!("{name}() wants a name and an expression"),
            ("map", true) => "map() wants a name and one or two expressions".to_owned(),
            ("has", false) => "has() wants one field, as has(a.b)".to_owned(),
            _ => format!("there is no function {name:?}"),
        };
        self.unknown(at, message, name, known)
    }

    pub(super) fn binary(&mut self, at: usize, op: BinaryOp, left: &Expr, right: &Expr) -> Type {
        let found = [left, right].map(|side| self.check(side));
        if let Some(result) = self.overload(standard::operator(op, self.mixed), false, &found) {
            return result;
        }
        let [one, other] = found.map(|ty| self.bindings.resolve(&ty));
        let hint = hint(op, (left, &one), (right, &other));
        self.problem(at, format!("{:?} does not go with {one} and {other}{hint}", op.symbol()))
    }

    pub(super) fn index(&mut self, at: usize, operand: &Expr, index: &Expr, optional: bool) -> Type {
        let found = [operand, index].map(|part| self.check(part));
        if let Some(result) = self.overload(standard::index(optional, self.environment.optional), false, &found) {
            return result;
        }
        let [operand, index] = found.map(|ty| self.bindings.resolve(&ty));
        let wanted = match &operand {
            Type::List(_) => "a list is indexed by an int".to_owned(),
            Type::Map(key, _) => format!("this map is indexed by {key}"),
            other => return self.problem(at, format!("only a list or a map has an index, found {other}")),
        };
        self.problem(at, format!("{wanted}, found {index}"))
    }
}

/// How to make two types one.
fn hint(op: BinaryOp, (left, one): (&Expr, &Type), (right, other): (&Expr, &Type)) -> String {
    let number = |ty: &Type| matches!(ty, Type::Int | Type::Uint | Type::Double);
    let sides = [(left, other), (right, one)];
    for (side, wanted) in sides {
        if let ExprKind::Literal(Literal::Int(value)) = side.kind {
            match wanted {
                Type::Uint if value >= 0 => return format!(", write {value}u"),
                Type::Double => return format!(", write {value}.0"),
                Type::Duration => return format!(", write duration(\"{value}s\")"),
                _ => {}
            }
        }
    }
    match (one, other) {
        _ if op == BinaryOp::In && !matches!(other, Type::List(_) | Type::Map(..)) => {
            ": on the right side of \"in\" stands a list or a map".to_owned()
        }
        (Type::Double, Type::Double) if op == BinaryOp::Remainder => ": only whole numbers have a remainder".to_owned(),
        (Type::Optional(_), _) | (_, Type::Optional(_)) => ": take the value out with value() or orValue()".to_owned(),
        (one, other) if number(one) && number(other) && one != other => {
            ", turn one of them into the other's type with int(), uint() or double()".to_owned()
        }
        _ => String::new(),
    }
}

/// A call with types in place of its arguments.
fn written(name: &str, member: bool, arguments: &[String]) -> String {
    match arguments {
        [target, rest @ ..] if member => format!("{target}.{name}({})", rest.join(", ")),
        all => format!("{name}({})", all.join(", ")),
    }
}

/// Whether a name with dots begins with that of a space.
fn is_in(name: &str, space: &str) -> bool {
    name.strip_prefix(space).is_some_and(|rest| rest.starts_with('.'))
}
