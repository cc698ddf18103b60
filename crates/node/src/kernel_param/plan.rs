//! What to write for one parameter.

/// What somebody wants a parameter to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) value: String,
    pub(crate) ignore_errors: bool,
}

/// What the kernel says about one parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reading {
    /// It has this value.
    Value(String),
    /// It is there and cannot be read: some have no value before the first is written, some are only ever written.
    Unreadable,
    /// The kernel lacks it.
    Missing,
}

impl Reading {
    /// The value, when there is one.
    pub(crate) fn value(&self) -> Option<&str> {
        match self {
            Self::Value(value) => Some(value),
            Self::Unreadable | Self::Missing => None,
        }
    }
}

/// What to do about one parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ParamPlan {
    /// It is as it should be.
    Keep,
    /// Write this.
    Write(String),
    /// The kernel lacks it, and that is accepted.
    Unsupported,
    /// The kernel lacks it, and somebody needs it.
    Missing,
}

impl ParamPlan {
    /// The plan from what the configuration wants, what the system wants, what the kernel had at first and what it has.
    /// The configuration wins over the system; when nobody wants anything the first value comes back.
    pub(crate) fn new(
        configured: Option<&Wish>,
        default: Option<&Wish>,
        original: Option<&str>,
        current: &Reading,
    ) -> Self {
        let wish = configured.or(default);
        let value = wish.map(|wish| wish.value.as_str()).or(original);
        match (current, value) {
            (Reading::Missing, _) if wish.is_none_or(|wish| wish.ignore_errors) => ParamPlan::Unsupported,
            (Reading::Missing, _) => ParamPlan::Missing,
            (_, None) => ParamPlan::Keep,
            (Reading::Value(current), Some(value)) if same(value, current) => ParamPlan::Keep,
            (_, Some(value)) => ParamPlan::Write(value.to_owned()),
        }
    }
}

/// The kernel prints lists with tabs where people write spaces.
fn same(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wish(value: &str) -> Wish {
        Wish { value: value.to_owned(), ignore_errors: false }
    }

    fn value(text: &str) -> Reading {
        Reading::Value(text.to_owned())
    }

    #[test]
    fn what_cannot_be_read_is_written() {
        let plan = ParamPlan::new(Some(&wish("1")), None, None, &Reading::Unreadable);
        assert_eq!(plan, ParamPlan::Write("1".to_owned()));
        assert_eq!(ParamPlan::new(None, None, None, &Reading::Unreadable), ParamPlan::Keep);
    }

    #[test]
    fn the_configuration_wins() {
        let plan = ParamPlan::new(Some(&wish("2")), Some(&wish("1")), Some("0"), &value("1"));
        assert_eq!(plan, ParamPlan::Write("2".to_owned()));
    }

    #[test]
    fn without_a_wish_the_first_value_comes_back() {
        assert_eq!(ParamPlan::new(None, None, Some("0"), &value("2")), ParamPlan::Write("0".to_owned()));
    }

    #[test]
    fn a_missing_parameter_is_an_error_only_when_somebody_needs_it() {
        let optional = Wish { ignore_errors: true, ..wish("1") };
        assert_eq!(ParamPlan::new(Some(&wish("1")), None, None, &Reading::Missing), ParamPlan::Missing);
        assert_eq!(ParamPlan::new(None, Some(&optional), None, &Reading::Missing), ParamPlan::Unsupported);
    }

    #[test]
    fn tabs_are_spaces() {
        assert_eq!(
            ParamPlan::new(Some(&wish("4096 87380 100")), None, None, &value("4096\t87380\t100")),
            ParamPlan::Keep
        );
    }

    proptest! {
        #[test]
        fn a_plan_that_was_applied_is_empty(
            configured in proptest::option::of("[0-9]{1,4}"),
            default in proptest::option::of("[0-9]{1,4}"),
            original in "[0-9]{1,4}",
            current in "[0-9]{1,4}",
        ) {
            let (configured, default) = (configured.map(|v| wish(&v)), default.map(|v| wish(&v)));
            let plan = |now: &str| ParamPlan::new(configured.as_ref(), default.as_ref(), Some(&original), &value(now));
            if let ParamPlan::Write(value) = plan(&current) {
                prop_assert_eq!(plan(&value), ParamPlan::Keep);
            }
        }
    }
}
