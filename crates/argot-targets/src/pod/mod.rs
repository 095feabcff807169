//! Pods: code shared by the targets that run steps in pods.
//!
//! | module | what it makes |
//! |---|---|
//! | `spec` | a step's pod, of the parts that the others make |
//! | `container`, `security` | containers: what they run, their environment, what they may do |
//! | `settings` | names, spreading, ports and probes |
//! | `resources`, `devices` | CPU, memory and devices, and what those need of the node |
//! | `volumes`, `scripts` | volumes, claims and mounts |
//! | `nodes` | which nodes a pod may run on |
//! | `raw` | Kubernetes' own fields, read from records and laid over what was made |
//! | `facts`, `known` | what schemas say beyond names and types: required fields, enumerations, ranges, forms |
//! | `reserved` | labels and annotations that controllers own |
//! | `lint` | warnings about containers |
//! | `names`, `text` | the names and texts that Kubernetes, the kubelet and Linux take |
//!
//! A [`Builder`] makes a step's [`Pod`]; the target's [`Dialect`] decides how to write a value that only the run knows.

#![allow(
    clippy::result_large_err,
    reason = "a diagnostic is made once, where something is wrong, and the way of good input is not slowed"
)]

mod container;
pub(crate) mod covered;
mod devices;
pub(crate) mod diagnostics;
pub(crate) mod facts;
pub(crate) mod key;
mod known;
pub(crate) mod lint;
pub(crate) mod names;
pub(crate) mod nodes;
pub(crate) mod raw;
pub(crate) mod reserved;
mod resources;
pub(crate) mod scripts;
mod security;
mod settings;
mod spec;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod text;
pub(crate) mod volumes;

use argot_compiler::{Expr, Raw, Step, Value};
use argot_syntax::{Diagnostic, Diagnostics, Span};
use indexmap::IndexMap;
use k8s_openapi::api::core::v1 as core;

use container::List;
pub(crate) use container::variable;
use resources::Needs;
pub(crate) use spec::{Additions, Extra, MAIN, Pod};

use crate::accelerators::{DeviceClaim, Platform};

/// Where outputs are left in a container.
pub(crate) const OUTPUTS: &str = "/argot/outputs";
/// The label by which Kueue finds the queue of a pod.
pub(crate) const QUEUE_LABEL: &str = "kueue.x-k8s.io/queue-name";

/// The file in which a step lists what it has put into the folder of an output.
pub(crate) fn names_path(output: &str) -> String {
    format!("{OUTPUTS}/{output}.names")
}

/// Properties of a system that runs pods which affect their content.
#[derive(Debug)]
pub(crate) struct System {
    /// Its name in messages.
    pub(crate) name: &'static str,
    /// The names of containers that it uses itself.
    pub(crate) containers: &'static [&'static str],
    /// The folders in which it keeps files of its own.
    pub(crate) folders: &'static [&'static str],
}

/// How a target writes values into a pod.
pub(crate) trait Dialect {
    /// The system that runs the pod.
    fn system(&self) -> &'static System;

    /// The text of an expression in a field.
    fn field(&self, expr: &Expr) -> Result<String, Diagnostic>;

    /// The text of an expression as an element of a command line or the value of an environment variable,
    /// where the kubelet expands `$(NAME)`.
    fn argument(&self, expr: &Expr) -> Result<String, Diagnostic>;

    /// Whether a key chosen by the user is allowed in a map.
    ///
    /// # Errors
    /// The system would interpret the key.
    fn key(&self, name: &str, span: Span) -> Result<(), Diagnostic>;

    /// Records an amount that only the run knows, for a field that accepts only a quantity. The path leads there from
    /// the pod's spec; `[name]` in it is the element of that name of a list.
    fn late(&mut self, path: &[&str], expr: &Expr) -> Result<(), Diagnostic>;

    /// The object in the cluster that is a claim of the run, by the claim's name in the output. `None` if the target's
    /// system adds the volume to the pod itself.
    fn claim(&self, name: &str) -> Option<String>;
}

/// Devices that a container claims.
pub(crate) struct Claimed {
    /// The name of the claim in the pod.
    pub(crate) name: String,
    /// What is claimed.
    pub(crate) claim: DeviceClaim,
    /// Where the container says how many.
    pub(crate) span: Span,
}

impl Claimed {
    /// The claim in the pod, of which the cluster makes one for each pod by a template.
    pub(crate) fn of_template(name: String, template: String) -> core::PodResourceClaim {
        core::PodResourceClaim {
            name,
            resource_claim_name: None,
            resource_claim_template_name: Some(template),
        }
    }
}

/// Builds the pod of a step.
pub(crate) struct Builder<'a, D> {
    /// The step.
    pub(crate) step: &'a Step,
    /// How values are written.
    pub(crate) dialect: D,
    /// The nodes of the cluster and what is on them.
    platform: &'a Platform,
    /// The diagnostics.
    pub(crate) diagnostics: &'a mut Diagnostics,
    /// What the devices of its containers need of the node.
    needs: Needs,
    /// The devices that its containers claim.
    claims: Vec<Claimed>,
    /// The names of the step's volumes in the output, in their order.
    volume_names: Vec<String>,
}

impl<'a, D: Dialect> Builder<'a, D> {
    pub(crate) fn new(
        step: &'a Step,
        dialect: D,
        platform: &'a Platform,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        Self {
            step,
            dialect,
            platform,
            diagnostics,
            needs: Needs::default(),
            claims: Vec::new(),
            volume_names: volumes::names(step),
        }
    }

    /// Returns the value, or reports the error and returns `None`.
    pub(crate) fn keep<T>(&mut self, outcome: Result<T, Diagnostic>) -> Option<T> {
        outcome
            .map_err(|diagnostic| self.diagnostics.push(diagnostic))
            .ok()
    }

    /// The text of an expression in a field.
    pub(crate) fn field(&mut self, expr: &Expr) -> Option<String> {
        let outcome = self.dialect.field(expr);
        self.keep(outcome)
    }

    /// The text of an expression in a field, if there is one.
    pub(crate) fn optional(&mut self, expr: Option<&Expr>) -> Option<String> {
        expr.and_then(|expr| self.field(expr))
    }

    /// Texts by names of the user's own.
    pub(crate) fn texts(&mut self, map: &IndexMap<String, Expr>) -> IndexMap<String, String> {
        map.iter()
            .filter_map(|(name, expr)| {
                let outcome = self.dialect.key(name, expr.span);
                self.keep(outcome)?;
                Some((name.clone(), self.field(expr)?))
            })
            .collect()
    }

    fn int(&mut self, expr: &Expr, what: &str) -> Option<i64> {
        match expr.value() {
            Some(Value::Int(number)) => Some(*number),
            _ => {
                self.unknown(expr, what);
                None
            }
        }
    }

    fn bool(&mut self, expr: Option<&Expr>, what: &str) -> Option<bool> {
        let expr = expr?;
        match expr.value() {
            Some(Value::Bool(value)) => Some(*value),
            _ => {
                self.unknown(expr, what);
                None
            }
        }
    }

    /// Reports a value that only the run knows.
    fn unknown(&mut self, expr: &Expr, what: &str) {
        let system = self.dialect.system().name;
        self.diagnostics
            .push(diagnostics::run_time(system, what, expr.span));
    }

    /// Reads a record of the user's own that is beside what Argot has attributes for.
    fn read<T>(
        &mut self,
        covered: covered::Fields,
        read: impl FnOnce(&raw::Reader<'_>, &Raw) -> T,
        raw: &Raw,
    ) -> T {
        let reader = raw::Reader::new(&self.dialect, covered);
        let value = read(&reader, &reader.uncovered(raw));
        self.diagnostics.extend(reader.into_problems());
        value
    }

    /// The raw fields of the pod's spec.
    fn raw_pod(&mut self, raw: &Raw) -> serde_json::Map<String, serde_json::Value> {
        let read = raw::kubernetes::<core::PodSpec>;
        match self.read(covered::POD, read, raw) {
            Some(serde_json::Value::Object(mut fields)) => {
                // `PodSpec` writes its containers even if there are none.
                fields.shift_remove("containers");
                fields
            }
            _ => serde_json::Map::new(),
        }
    }

    /// Raw fields of an object of the target's own. `always` is a field that the type writes in any case.
    pub(crate) fn raw_object<T: serde::de::DeserializeOwned + serde::Serialize>(
        &mut self,
        covered: covered::Fields,
        raw: &Raw,
        always: &str,
    ) -> serde_json::Map<String, serde_json::Value> {
        match self.read(covered, raw::kubernetes::<T>, raw) {
            Some(serde_json::Value::Object(mut fields)) => {
                fields.shift_remove(always);
                fields
            }
            _ => serde_json::Map::new(),
        }
    }

    /// The Secrets that images are pulled with.
    fn pull_secrets(&mut self, names: &[Expr]) -> Vec<core::LocalObjectReference> {
        let mut secrets = Vec::new();
        for expr in names {
            match expr.as_str() {
                Some(name) => secrets.push(core::LocalObjectReference {
                    name: name.to_owned(),
                }),
                None => self.unknown(expr, "the name of an image pull secret"),
            }
        }
        secrets
    }
}
