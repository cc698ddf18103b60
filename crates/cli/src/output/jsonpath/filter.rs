//! `[?(…)]`: the items of a list for which a comparison holds, or that have something at all.

use std::cmp::Ordering;

use serde_json::Value;

use super::{Found, Missing, Step, walk};

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Filter {
    pub(super) left: Vec<Step>,
    /// None asks whether the left side leads anywhere.
    pub(super) comparison: Option<(Operator, Vec<Step>)>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    pub(super) fn parse(text: &str) -> Option<Operator> {
        Some(match text {
            "==" => Operator::Equal,
            "!=" => Operator::NotEqual,
            "<" => Operator::Less,
            "<=" => Operator::LessOrEqual,
            ">" => Operator::Greater,
            ">=" => Operator::GreaterOrEqual,
            _ => return None,
        })
    }

    fn holds(self, order: Ordering) -> bool {
        match self {
            Operator::Equal => order.is_eq(),
            Operator::NotEqual => order.is_ne(),
            Operator::Less => order.is_lt(),
            Operator::LessOrEqual => order.is_le(),
            Operator::Greater => order.is_gt(),
            Operator::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl Filter {
    pub(super) fn select<'a>(&'a self, items: &'a [Value], missing: Missing) -> Found<'a> {
        let mut found = Vec::new();
        for item in items {
            if self.passes(item, missing)? {
                found.push(item);
            }
        }
        Ok(found)
    }

    fn passes(&self, item: &Value, missing: Missing) -> Result<bool, String> {
        let side = |steps| walk(steps, vec![item], Missing::LeaveOut);
        let left = side(&self.left)?;
        let Some((operator, right)) = &self.comparison else {
            return Ok(!left.is_empty());
        };
        match (left.as_slice(), side(right)?.as_slice()) {
            ([], _) | (_, []) => Ok(false),
            ([left], [right]) => match order(left, right) {
                Some(order) => Ok(operator.holds(order)),
                None if missing == Missing::LeaveOut => Ok(false),
                None => Err(format!("{left} and {right} cannot be compared")),
            },
            _ => Err("a filter compares one value with one other".into()),
        }
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Number(left), Value::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
        },
        _ => None,
    }
}
