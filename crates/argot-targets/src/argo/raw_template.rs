//! Templates that the user writes in Argo's own terms.

use argot_compiler::{Container, Raw};
use argot_syntax::Span;
use k8s_openapi::api::core::v1 as core;
use serde_json::Value as Json;

use super::dialect::Authored;
use super::lowering::Lowering;
use super::objects::{Ports, Template};
use super::raw::Reader;
use super::{covered, diagnostics, schema};
use crate::pod::raw::lay;
use crate::pod::volumes;

impl Lowering<'_, '_> {
    /// Lowers a raw template: checks its fields, and adds those of the component. Returns the volume for its outputs,
    /// if they need one.
    pub(super) fn raw_template(
        &mut self,
        raw: &Raw,
        template: &mut Template,
    ) -> (serde_json::Map<String, Json>, Option<core::Volume>) {
        let mut outputs = None;
        let dialect = Authored(self.pod.dialect.scope);
        let reader = Reader::new(&dialect, self.context.version, covered::RAW_TEMPLATE);
        let value = reader.read(
            raw,
            schema::TEMPLATE_SCHEMA,
            "raw_template",
            self.pod.diagnostics,
        );
        let Json::Object(mut fields) = value else {
            return (serde_json::Map::new(), outputs);
        };
        let bodies: Vec<_> = covered::BODIES
            .iter()
            .filter(|name| fields.contains_key(**name))
            .collect();
        if bodies.len() != 1 {
            let problem = format!(
                "a raw template says one thing to run, and this says {}",
                bodies.len()
            );
            self.pod
                .diagnostics
                .push(diagnostics::raw_body(&problem, raw.span));
        }
        if let Some((attribute, span)) = container_attribute(&self.pod.step.attributes.main) {
            self.pod.diagnostics.push(diagnostics::unsupported(
                &format!("`{attribute}` has no effect on a raw template"),
                "the template says itself what runs",
                "write it in the raw template",
                span,
            ));
        }
        let Some(body) = bodies.first() else {
            return (fields, outputs);
        };
        if matches!(**body, "dag" | "steps") {
            for artifact in &mut template.inputs.artifacts {
                artifact.path = None;
            }
        }
        if fields.contains_key("outputs") {
            template.outputs = Ports::default();
            for output in &self.pod.step.outputs {
                let list = if output.ty.is_artifact() {
                    "artifacts"
                } else {
                    "parameters"
                };
                let is_named =
                    |item: &Json| item.get("name").and_then(Json::as_str) == Some(&output.name);
                let items = fields.get("outputs").and_then(|outputs| outputs.get(list));
                if !items
                    .and_then(Json::as_array)
                    .is_some_and(|items| items.iter().any(is_named))
                {
                    let problem = format!(
                        "the raw template's `outputs.{list}` is missing `{}`",
                        output.name
                    );
                    self.pod
                        .diagnostics
                        .push(diagnostics::raw_output(&problem, output.span));
                }
            }
        } else if !self.pod.step.outputs.is_empty() {
            let (volume, mount) = volumes::outputs();
            let container = fields.get_mut(**body).and_then(Json::as_object_mut);
            match (container, serde_json::to_value(mount)) {
                (Some(container), Ok(mount)) if matches!(**body, "container" | "script") => {
                    let mounts = container
                        .entry("volumeMounts")
                        .or_insert_with(|| Json::Array(Vec::new()));
                    lay(mounts, &Json::Array(vec![mount]));
                    outputs = Some(volume);
                }
                _ => {
                    let problem = "the raw template does not say where the outputs come from";
                    self.pod
                        .diagnostics
                        .push(diagnostics::raw_output(problem, raw.span));
                }
            }
        }
        (fields, outputs)
    }
}

/// Returns the first attribute that is set on a container, by name.
fn container_attribute(container: &Container) -> Option<(&'static str, Span)> {
    let span = container.span;
    [
        ("image", container.image().is_some()),
        ("image_pull", container.image_pull().is_some()),
        ("workdir", container.workdir().is_some()),
        ("command", container.command().is_some()),
        ("args", container.args().is_some()),
        ("env", !container.env().is_empty()),
        ("env_from", container.env_from().is_some()),
        ("resources", !container.resources().is_empty()),
        ("mounts", !container.mounts().is_empty()),
    ]
    .into_iter()
    .find(|(_, is_set)| *is_set)
    .map(|(name, _)| (name, span))
}
