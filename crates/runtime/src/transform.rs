//! The commonest controller: each resource of one type becomes at most one of another.

use std::marker::PhantomData;

use async_trait::async_trait;

use crate::{Context, Controller, Input, Key, Labels, Output, ReconcileError, Resource, Spec};

/// Turns each `I` into at most one `O`, whenever the `I` (or a further declared input) changes. The output goes when
/// the input goes.
pub struct Transform<I, O, F> {
    name: &'static str,
    from: &'static str,
    to: &'static str,
    further: Vec<Input>,
    function: F,
    types: PhantomData<fn(I) -> O>,
}

impl<I, O, F> Transform<I, O, F>
where
    I: Spec,
    O: Spec,
    F: FnMut(&Context, &Resource<I>) -> Result<Option<(String, O)>, ReconcileError> + Send + 'static,
{
    /// `function` gives the id and spec of the output, or nothing.
    pub fn new(name: &'static str, function: F) -> Self {
        Self { name, from: I::NAMESPACE, to: O::NAMESPACE, further: Vec::new(), function, types: PhantomData }
    }

    /// Declares another input, whose changes reconcile every resource again.
    #[must_use]
    pub fn reading<S: Spec>(mut self) -> Self {
        self.further.push(Input::of::<S>().to_every_key());
        self
    }

    /// Reads the input from this namespace.
    #[must_use]
    pub fn from_namespace(mut self, namespace: &'static str) -> Self {
        self.from = namespace;
        self
    }

    /// Writes the output to this namespace.
    #[must_use]
    pub fn to_namespace(mut self, namespace: &'static str) -> Self {
        self.to = namespace;
        self
    }

    /// As a controller.
    pub fn boxed(self) -> Box<dyn Controller> {
        Box::new(self)
    }
}

#[async_trait]
impl<I, O, F> Controller for Transform<I, O, F>
where
    I: Spec,
    O: Spec,
    F: FnMut(&Context, &Resource<I>) -> Result<Option<(String, O)>, ReconcileError> + Send + 'static,
{
    fn name(&self) -> &str {
        self.name
    }

    fn inputs(&self) -> Vec<Input> {
        let mut inputs = vec![Input::of::<I>().in_namespace(self.from)];
        inputs.extend(self.further.iter().cloned());
        inputs
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<O>().in_namespace(self.to)]
    }

    async fn reconcile(&mut self, cx: &Context, key: &Key) -> Result<(), ReconcileError> {
        let Some(input) = cx.get_in::<I>(self.from, key.as_str())?.filter(Resource::is_running) else {
            return Ok(());
        };
        if let Some((id, spec)) = (self.function)(cx, &input)? {
            cx.write_at(self.to, &id, &Labels::new(), spec)?;
        }
        Ok(())
    }
}
