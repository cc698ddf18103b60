use std::sync::Arc;

use super::{Checker, literal_type};
use crate::{
    ast::{Expr, ExprKind},
    environment::Declared,
    standard,
    types::Type,
};

impl Checker<'_> {
    /// A name alone: a variable of a macro, one of the environment, a constant, or a type.
    pub(super) fn name(&mut self, at: usize, name: &str, global: bool) -> Type {
        if !global && let Some((_, ty)) = self.locals.iter().rev().find(|(local, _)| local == name) {
            return ty.clone();
        }
        if let Some(variable) = self.environment.variables.iter().find(|variable| variable.name == name) {
            return declared(variable.holds);
        }
        if let Some(value) = self.environment.constant(name) {
            return literal_type(value);
        }
        if let Some(ty) = type_name(name, self.environment.optional) {
            return ty;
        }
        if standard::function(self.environment, name).is_some() {
            return self.problem(at, format!("{name:?} is a function: wanted {name}(…)"));
        }
        let locals = self.locals.iter().map(|(local, _)| local.clone());
        let known = locals.chain(self.environment.names().map(str::to_owned)).collect();
        self.unknown(at, format!("{name:?} is not known"), name, known)
    }

    /// `operand.field`, or a name with dots.
    pub(super) fn select(&mut self, expr: &Expr, operand: &Expr, field: &str, optional: bool) -> Type {
        if !optional
            && let Some(name) = qualified(expr)
            && !self.is_local(expr)
            && let Some(ty) = type_name(&name, self.environment.optional)
        {
            return ty;
        }
        self.field(expr.at, operand, field, optional)
    }

    /// The type of a field; that of an optional value is optional too.
    pub(super) fn field(&mut self, at: usize, operand: &Expr, field: &str, optional: bool) -> Type {
        let found = self.check(operand);
        let found = self.bindings.resolve(&found);
        let (target, optional) = match &found {
            Type::Optional(target) => ((**target).clone(), true),
            target => (target.clone(), optional),
        };
        let result = match &target {
            Type::Map(_, value) => (**value).clone(),
            Type::Message(message) => match message.fields.iter().find(|(name, _)| *name == field) {
                Some((_, holds)) => declared(*holds),
                None => {
                    let known = message.fields.iter().map(|(name, _)| (*name).to_owned()).collect();
                    self.unknown(at, format!("{} has no field {field:?}", message.name), field, known)
                }
            },
            Type::Open(_) => {
                self.bindings.assignable(&Type::Dyn, &target);
                Type::Dyn
            }
            Type::Dyn | Type::Error => Type::Dyn,
            other => self.problem(at, format!("{other} has no fields, found .{field}")),
        };
        if optional { Type::Optional(Arc::new(result)) } else { result }
    }

    /// Whether a name with dots begins with the variable of a macro.
    pub(super) fn is_local(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Select { operand, .. } => self.is_local(operand),
            ExprKind::Name { name, global: false } => self.locals.iter().any(|(local, _)| local == name),
            _ => false,
        }
    }
}

/// A name with dots, when an expression is one.
pub(super) fn qualified(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name { name, .. } => Some(name.clone()),
        ExprKind::Select { operand, field, optional: false } => Some(format!("{}.{field}", qualified(operand)?)),
        _ => None,
    }
}

pub(super) fn declared(holds: Declared) -> Type {
    Type::from_declared(holds, &mut |_| Type::Dyn)
}

fn type_name(name: &str, optional: bool) -> Option<Type> {
    let known = standard::TYPE_NAMES.iter().find(|(known, _)| *known == name);
    let known = known.filter(|(known, _)| optional || *known != "optional_type");
    known.map(|(_, ty)| Type::Type(Arc::new(declared(*ty))))
}
