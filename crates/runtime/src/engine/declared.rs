//! What a controller has said it reads and writes; the engine refuses everything else.

use super::{Dependency, DependencyKind, RegisterError};
use crate::{Controller, Input, Output, StateError};

#[derive(Debug)]
pub(crate) struct Declared {
    pub(crate) name: String,
    pub(crate) inputs: Vec<Input>,
    pub(crate) outputs: Vec<Output>,
}

impl Declared {
    pub(crate) fn of(controller: &dyn Controller) -> Self {
        Self { name: controller.name().to_owned(), inputs: controller.inputs(), outputs: controller.outputs() }
    }

    pub(crate) fn check_read(&self, type_name: &'static str, namespace: &str) -> Result<(), StateError> {
        let input = self.inputs.iter().any(|input| input.type_name == type_name && input.namespace == namespace);
        if input || self.writes(type_name, namespace) {
            return Ok(());
        }
        Err(self.undeclared("read", type_name, namespace))
    }

    pub(crate) fn check_write(&self, type_name: &'static str, namespace: &str) -> Result<(), StateError> {
        if self.writes(type_name, namespace) {
            return Ok(());
        }
        Err(self.undeclared("write", type_name, namespace))
    }

    pub(crate) fn check_compatible(&self, first: &Declared) -> Result<(), RegisterError> {
        if self.name == first.name {
            return Err(RegisterError::Duplicate(self.name.clone()));
        }
        let clash = self.outputs.iter().find(|output| {
            first.outputs.iter().any(|other| {
                other.type_name == output.type_name
                    && other.namespace == output.namespace
                    && !(other.shared && output.shared)
            })
        });
        clash.map_or(Ok(()), |output| {
            Err(RegisterError::OutputConflict {
                first: first.name.clone(),
                second: self.name.clone(),
                type_name: output.type_name,
                namespace: output.namespace.clone(),
            })
        })
    }

    pub(crate) fn dependencies(&self) -> Vec<Dependency> {
        let inputs = self.inputs.iter().map(|input| Dependency {
            controller: self.name.clone(),
            kind: DependencyKind::Input,
            type_name: input.type_name,
            namespace: input.namespace.clone(),
            id: input.id.clone(),
        });
        let outputs = self.outputs.iter().map(|output| Dependency {
            controller: self.name.clone(),
            kind: if output.shared { DependencyKind::OutputShared } else { DependencyKind::OutputExclusive },
            type_name: output.type_name,
            namespace: output.namespace.clone(),
            id: None,
        });
        inputs.chain(outputs).collect()
    }

    fn writes(&self, type_name: &'static str, namespace: &str) -> bool {
        self.outputs.iter().any(|output| output.type_name == type_name && output.namespace == namespace)
    }

    fn undeclared(&self, access: &'static str, type_name: &'static str, namespace: &str) -> StateError {
        StateError::Undeclared { controller: self.name.clone(), access, type_name, namespace: namespace.to_owned() }
    }
}
