//! From a step to a leaf template.

use argot_compiler::{Body, Expr, ExprKind, Port, Step, Value};
use argot_syntax::{Diagnostic, Diagnostics, Span};
use indexmap::IndexMap;
use serde_json::Value as Json;

use super::expression::{INPUTS, OUTPUTS, Scope, Words, names_path};
use super::literal::{member, tag};
use super::names::{mapped, object_name_problem};
use super::objects::{
    Artifact, MainContainer, Merged, Metadata, Parameter, Ports, Template, UserContainer, ValueFrom,
};
use super::patch::Patch;
use super::resources::Needs;
use super::scripts::Scripts;
use super::text::Place;
use super::versions::Version;
use super::{artifacts, messages, policy, volumes};

/// The label by which Kueue finds the queue of a pod.
const QUEUE_LABEL: &str = "kueue.x-k8s.io/queue-name";

/// Names of containers that Argo uses itself: `workflow/common/common.go`.
const RESERVED_CONTAINERS: &[&str] = &["main", "init", "wait", "supervisor"];

/// What the lowering of every step needs besides the step.
pub(crate) struct Context<'a> {
    /// The name of the pipeline in the output.
    pub(crate) base: &'a str,
    /// The version that is compiled for.
    pub(crate) version: Version,
    /// Scripts that stand outside of the templates.
    pub(crate) scripts: &'a mut Scripts,
}

/// The template of a step; none for one that stands in another object.
pub(crate) fn lower(
    step: &Step,
    name: &str,
    context: &mut Context<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Merged<Template>> {
    let scope = Scope {
        inputs: &step.inputs,
        outputs: &step.outputs,
        tasks: None,
        retried: policy::is_retried(&step.attributes.retry),
        words: Words::Template,
    };
    if let Some(raw) = &step.attributes.kubernetes {
        diagnostics.push(messages::unsupported(
            "`kubernetes` fields are not for Argo",
            "they belong to the plain Kubernetes target",
            "write `argo`, `pod` or `container` fields",
            raw.span,
        ));
    }
    if matches!(step.body, Body::TemplateRef(_) | Body::RawTemplate(_)) {
        let lists = step
            .inputs
            .iter()
            .map(|port| (&port.ty, port.span))
            .chain(step.outputs.iter().map(|output| (&output.ty, output.span)));
        for (_, span) in lists.filter(|(ty, _)| ty.is_artifact_list()) {
            diagnostics.push(messages::unsupported(
                "a template of Argo's own takes and gives no list of artifacts",
                "the list's folder is known to Argot's own steps only",
                "use a folder: an `Artifact`",
                span,
            ));
        }
    }
    if let Body::TemplateRef(reference) = &step.body {
        if let Some((attribute, span)) = first_attribute(step) {
            diagnostics.push(messages::unsupported(
                &format!("`{attribute}` cannot be set on `{}`", step.name),
                &format!(
                    "it belongs to the template `{}` in the cluster",
                    reference.template
                ),
                "change that template, or write the step as a component of its own",
                span,
            ));
        }
        return None;
    }
    let mut lowering = Lowering {
        step,
        scope,
        patch: Patch::default(),
        needs: Needs::default(),
        context,
        diagnostics,
    };
    Some(lowering.template(name))
}

/// The first attribute that is set on a step, by its name.
fn first_attribute(step: &Step) -> Option<(String, Span)> {
    let mut attributes = step.attributes.clone();
    if let Some((name, expr)) = attributes.exprs_mut().into_iter().next() {
        return Some((name, expr.span));
    }
    if let Some(mount) = attributes.main.mounts.values().next() {
        return Some(("mounts".to_owned(), mount.span));
    }
    [
        ("daemon", attributes.daemon.is_some()),
        ("init", !attributes.init.is_empty()),
        ("sidecar", !attributes.sidecar.is_empty()),
        ("tolerations", attributes.tolerations.is_some()),
    ]
    .into_iter()
    .find(|(_, is_set)| *is_set)
    .map(|(name, _)| (name.to_owned(), step.span))
}

/// A step on its way to a template.
pub(super) struct Lowering<'a, 'b> {
    /// The step.
    pub(super) step: &'a Step,
    /// What its expressions can speak of.
    pub(super) scope: Scope<'a>,
    /// What goes into the pod's spec beside Argo's own fields.
    pub(super) patch: Patch,
    /// What its devices need of the node.
    pub(super) needs: Needs,
    /// What every step needs.
    pub(super) context: &'a mut Context<'b>,
    /// What is wrong.
    pub(super) diagnostics: &'a mut Diagnostics,
}

impl Lowering<'_, '_> {
    pub(super) fn keep<T>(&mut self, outcome: Result<T, Diagnostic>) -> Option<T> {
        match outcome {
            Ok(value) => Some(value),
            Err(diagnostic) => {
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }

    /// The text of an expression in a field.
    pub(super) fn field(&mut self, expr: &Expr) -> Option<String> {
        let outcome = self.scope.plain(expr, Place::Field);
        self.keep(outcome)
    }

    pub(super) fn optional(&mut self, expr: Option<&Expr>) -> Option<String> {
        expr.and_then(|expr| self.field(expr))
    }

    pub(super) fn texts(&mut self, map: &IndexMap<String, Expr>) -> IndexMap<String, String> {
        map.iter()
            .filter_map(|(name, expr)| Some((name.clone(), self.field(expr)?)))
            .collect()
    }

    fn template(&mut self, name: &str) -> Merged<Template> {
        let attributes = &self.step.attributes;
        let mut template = Template {
            name: name.to_owned(),
            metadata: Metadata {
                labels: self.texts(&attributes.labels),
                annotations: self.texts(&attributes.annotations),
                ..Metadata::default()
            },
            inputs: inputs(
                &self.step.inputs,
                Some(INPUTS),
                &self.scope,
                self.diagnostics,
            ),
            outputs: self.outputs(),
            daemon: attributes.daemon.filter(|daemon| *daemon),
            active_deadline_seconds: self.timeout(),
            retry_strategy: self.retry(&attributes.retry),
            synchronization: {
                let outcome = policy::synchronization(
                    attributes.mutex.as_ref(),
                    &attributes.semaphore,
                    &self.scope,
                );
                self.keep(outcome).flatten()
            },
            service_account_name: self.optional(attributes.service_account.as_ref()),
            priority_class_name: self.optional(attributes.priority_class.as_ref()),
            node_selector: self.texts(&attributes.node_selector),
            tolerations: self.tolerations(),
            security_context: self.pod_security(&attributes.security),
            ..Template::default()
        };
        if let Some(queue) = self.optional(attributes.queue.as_ref()) {
            template
                .metadata
                .labels
                .insert(QUEUE_LABEL.to_owned(), queue);
        }
        let (own_volumes, volume_names) =
            volumes::lower(self.step, &self.scope, &mut self.patch, self.diagnostics);
        template.volumes = own_volumes;
        let raw = self.body(&mut template, &volume_names);
        self.nodes(&mut template);
        self.pull_secrets();
        let raw = self.raw(&mut template, raw);
        if !self.patch.is_empty() {
            let text = self.patch.text(self.step.span);
            template.pod_spec_patch = self.keep(text);
        }
        template.memoize = self.memoize(&template);
        Merged {
            typed: template,
            raw,
        }
    }

    fn body(
        &mut self,
        template: &mut Template,
        volume_names: &[String],
    ) -> serde_json::Map<String, Json> {
        let step = self.step;
        let attributes = &step.attributes;
        match &step.body {
            Body::Container => {
                let mut container = self.container("main", &attributes.main, volume_names);
                self.leave_outputs(&mut container, template);
                template.container = Some(MainContainer(self.raw_container(container)));
            }
            Body::Script(script) => {
                let mut container = self.container("main", &attributes.main, volume_names);
                self.leave_outputs(&mut container, template);
                self.script(script, container, template);
            }
            Body::TemplateRef(_) => {}
            Body::RawTemplate(raw) => return self.raw_template(raw, template),
        }
        for (names, list, path) in [
            (
                &attributes.init,
                &mut template.init_containers,
                "initContainers",
            ),
            (&attributes.sidecar, &mut template.sidecars, "containers"),
        ] {
            for (written, container) in names {
                let name = mapped(written);
                if RESERVED_CONTAINERS.contains(&name.as_str()) {
                    self.diagnostics
                        .push(messages::reserved_container(written, container.span));
                } else if let Some(problem) = object_name_problem(&name, 63) {
                    self.diagnostics.push(messages::container_name(
                        written,
                        &problem,
                        container.span,
                    ));
                }
                let element = format!("[{name}]");
                let container =
                    self.container_at(&name, &[path, &element], container, volume_names);
                list.push(UserContainer { container });
            }
        }
        serde_json::Map::new()
    }

    fn outputs(&mut self) -> Ports {
        let step = self.step;
        let mut ports = Ports::default();
        for (index, output) in step.outputs.iter().enumerate() {
            let mut path = Some(format!("{OUTPUTS}/{}", output.name));
            let key = step.stored.iter().find(|(id, _)| id.index() == index);
            if output.ty.is_artifact() || output.ty.is_artifact_list() {
                let mut artifact = Artifact {
                    name: output.name.clone(),
                    path,
                    ..Artifact::default()
                };
                match (step.attributes.outputs.get(&output.name), key) {
                    (Some(settings), Some(_)) => self.diagnostics.push(messages::unsupported(
                        &format!("`{}` cannot be kept as it says", output.name),
                        "it is an element of a list, and has its place in the list's folder",
                        "take its settings away, or do not collect it",
                        settings.span,
                    )),
                    (Some(settings), None) => {
                        let outcome = artifacts::settings(&mut artifact, settings, &self.scope);
                        self.diagnostics.extend(outcome.err());
                    }
                    (None, Some((_, key))) => {
                        if let Some(port) = step.inputs.get(key.index()) {
                            let key = format!("{{{{inputs.parameters.{}}}}}", port.name);
                            artifacts::stored(&mut artifact, key);
                        }
                    }
                    (None, None) => {}
                }
                ports.artifacts.push(artifact);
                path = Some(names_path(&output.name));
            }
            if !output.ty.is_artifact() {
                let value_from = Some(ValueFrom {
                    path,
                    ..ValueFrom::default()
                });
                ports.parameters.push(Parameter {
                    name: output.name.clone(),
                    value_from,
                    ..Parameter::default()
                });
            }
        }
        ports
    }

    pub(super) fn int(&mut self, expr: &Expr, what: &str) -> Option<i64> {
        match expr.value() {
            Some(Value::Int(number)) => Some(*number),
            _ => {
                self.diagnostics.push(messages::run_time(what, expr.span));
                None
            }
        }
    }

    pub(super) fn bool(&mut self, expr: Option<&Expr>, what: &str) -> Option<bool> {
        let expr = expr?;
        match expr.value() {
            Some(Value::Bool(value)) => Some(*value),
            _ => {
                self.diagnostics.push(messages::run_time(what, expr.span));
                None
            }
        }
    }
}

/// The inputs of a template, each with what it is where none is given. Artifacts of a step have a path.
pub(crate) fn inputs(
    ports: &[Port],
    folder: Option<&str>,
    scope: &Scope<'_>,
    diagnostics: &mut Diagnostics,
) -> Ports {
    let mut out = Ports::default();
    for port in ports.iter().filter(|port| port.present) {
        if port.ty.is_artifact() {
            let path = folder.map(|folder| format!("{folder}/{}", port.name));
            let mut artifact = Artifact {
                name: port.name.clone(),
                path,
                optional: port.ty.is_optional().then_some(true),
                ..Artifact::default()
            };
            if let Some(ExprKind::Artifact(source)) = port.default.as_ref().map(|expr| &expr.kind) {
                diagnostics.extend(artifacts::source(&mut artifact, source, scope).err());
            }
            out.artifacts.push(artifact);
        } else {
            // The elements lie in one folder. There is none where there are no elements.
            if let (true, Some(folder)) = (port.ty.is_artifact_list(), folder) {
                let mut artifact = Artifact {
                    name: port.name.clone(),
                    path: Some(format!("{folder}/{}", port.name)),
                    optional: Some(true),
                    ..Artifact::default()
                };
                let list = format!("fromJSON(inputs.parameters{})", member(&port.name));
                let key = tag(&format!("replace({list}.folder, '$', '$$')"));
                artifacts::stored(&mut artifact, key);
                out.artifacts.push(artifact);
            }
            let value = match &port.default {
                Some(expr) => scope
                    .text(expr, &port.ty, Place::Parameter)
                    .map_err(|diagnostic| diagnostics.push(diagnostic))
                    .ok(),
                None => port.ty.is_optional().then(|| "null".to_owned()),
            };
            out.parameters.push(Parameter {
                name: port.name.clone(),
                value,
                ..Parameter::default()
            });
        }
    }
    out
}
