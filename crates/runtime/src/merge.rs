//! Layers of wishes become one final spec.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use crate::engine::lock;
use crate::{Context, Controller, Input, Key, Labels, Object, Output, ReconcileError, Resource, Spec};

/// Groups resources of one namespace and merges each group into one resource of another namespace.
///
/// The cost of a change is the size of its group, not the number of resources: which ids belong to a group is
/// remembered as changes pass by.
pub struct Merge<S: Spec> {
    name: &'static str,
    from: &'static str,
    to: &'static str,
    group: fn(&S) -> String,
    merge: fn(&[Resource<S>]) -> Option<S>,
    members: Arc<Mutex<HashMap<String, BTreeSet<String>>>>,
}

impl<S: Spec> Merge<S> {
    /// Merges from namespace `from` to namespace `to`. `group` is the id of the final resource; `merge` gets the
    /// group's running members by id and gives the final spec, or nothing.
    pub fn new(
        name: &'static str,
        from: &'static str,
        to: &'static str,
        group: fn(&S) -> String,
        merge: fn(&[Resource<S>]) -> Option<S>,
    ) -> Self {
        Self { name, from, to, group, merge, members: Arc::default() }
    }

    /// As a controller.
    pub fn boxed(self) -> Box<dyn Controller> {
        Box::new(self)
    }
}

#[async_trait]
impl<S: Spec> Controller for Merge<S> {
    fn name(&self) -> &str {
        self.name
    }

    fn inputs(&self) -> Vec<Input> {
        let (group, members) = (self.group, Arc::clone(&self.members));
        let route = move |object: &Object| {
            let Some(spec) = object.spec_as::<S>() else { return Vec::new() };
            let group = group(spec);
            lock(&members).entry(group.clone()).or_default().insert(object.metadata().id.clone());
            vec![Key::from(group)]
        };
        vec![Input::of::<S>().in_namespace(self.from).to_keys(route)]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<S>().in_namespace(self.to)]
    }

    async fn reconcile(&mut self, cx: &Context, key: &Key) -> Result<(), ReconcileError> {
        let ids = lock(&self.members).get(key.as_str()).cloned().unwrap_or_default();
        let mut layers = Vec::with_capacity(ids.len());
        for id in ids {
            match cx.get_in::<S>(self.from, &id)?.filter(|one| (self.group)(one) == key.as_str()) {
                Some(layer) if layer.is_running() => layers.push(layer),
                Some(_) => {}
                None => self.leave(key, &id),
            }
        }
        if let Some(spec) = (self.merge)(&layers) {
            cx.write_at(self.to, key.as_str(), &Labels::new(), spec)?;
        }
        Ok(())
    }
}

impl<S: Spec> Merge<S> {
    fn leave(&self, group: &Key, id: &str) {
        let mut members = lock(&self.members);
        if let Some(ids) = members.get_mut(group.as_str()) {
            ids.remove(id);
            if ids.is_empty() {
                members.remove(group.as_str());
            }
        }
    }
}
