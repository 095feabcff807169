//! From a step to a leaf template.

use std::borrow::Cow;

use argot_compiler::{
    Body, ExecutionAttribute, Expr, ExprKind, InputId, Port, Script, Step, TemplateRef,
};
use argot_syntax::{Diagnostics, Span};
use k8s_openapi::api::core::v1 as core;

use super::dialect::Tags;
use super::expr_lang::member;
use super::lowering::{Context, Lowering};
use super::objects::{Artifact, Merged, Parameter, Ports, Template, ValueFrom};
use super::scope::{INPUTS, Scope, Words};
use super::text::{Place, constant};
use super::{artifacts, diagnostics, policy, scripts, storage};
use crate::pod::{self, Additions, Builder, Dialect, OUTPUTS, names_path, volumes};

/// Returns the template of a step, or `None` if the template is in another object.
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
        retried: policy::is_retried(step.attributes.step.retry()),
        words: Words::Template,
        version: context.version,
        guard: None,
        tags: context.tags,
    };
    if let Some(raw) = &step.attributes.step.kubernetes() {
        diagnostics.push(diagnostics::unsupported(
            "`kubernetes` fields are not for Argo",
            "they belong to the plain Kubernetes target",
            "write `argo`, `pod` or `container` fields",
            raw.span,
        ));
    }
    if !step.body.facts().has_pod {
        let lists = step
            .inputs
            .iter()
            .map(|port| (&port.ty, port.span))
            .chain(step.outputs.iter().map(|output| (&output.ty, output.span)));
        for (_, span) in lists.filter(|(ty, _)| ty.is_artifact_list()) {
            diagnostics.push(diagnostics::unsupported(
                "a template of Argo's own cannot have a list of artifacts as input or output",
                "the list's folder is known to Argot's own steps only",
                "use a folder: an `Artifact`",
                span,
            ));
        }
    }
    match &step.body {
        Body::Container | Body::Script(_) | Body::RawTemplate(_) => {}
        Body::TemplateRef(reference) => {
            refuse_changes(step, reference, diagnostics);
            return None;
        }
    }
    let mut lowering = Lowering {
        pod: Builder::new(step, Tags::from(scope), context.platform, diagnostics),
        context,
    };
    Some(lowering.template(name))
}

/// Rejects attributes that cannot be set on a template in the cluster.
fn refuse_changes(step: &Step, reference: &TemplateRef, diagnostics: &mut Diagnostics) {
    let names = [&reference.name, &reference.template];
    let problem = names
        .into_iter()
        .find_map(|name| constant(name, Place::Field, step.span).err());
    diagnostics.extend(problem);
    if let Some((attribute, span)) = first_attribute(step) {
        diagnostics.push(diagnostics::unsupported(
            &format!("`{attribute}` cannot be set on `{}`", step.name),
            &format!(
                "it belongs to the template `{}` in the cluster",
                reference.template
            ),
            "change that template, or write the step as a component of its own",
            span,
        ));
    }
}

/// Returns the first attribute that is set on a step, by name.
fn first_attribute(step: &Step) -> Option<(String, Span)> {
    let mut attributes = step.attributes.clone();
    if let Some((name, expr)) = attributes.exprs_mut().into_iter().next() {
        return Some((name, expr.span));
    }
    if let Some(mount) = attributes.main.mounts().values().next() {
        return Some(("mounts".to_owned(), mount.span));
    }
    [
        ("daemon", attributes.step.daemon().is_some()),
        ("init", !attributes.step.init().is_empty()),
        ("sidecar", !attributes.step.sidecar().is_empty()),
        ("tolerations", attributes.pod.tolerations().is_some()),
    ]
    .into_iter()
    .find(|(_, is_set)| *is_set)
    .map(|(name, _)| (name.to_owned(), step.span))
}

impl Lowering<'_, '_> {
    fn template(&mut self, name: &str) -> Merged<Template> {
        let step = self.pod.step;
        let attributes = &step.attributes;
        let scope = self.pod.dialect.scope;
        let mut template = Template {
            name: name.to_owned(),
            inputs: inputs(&step.inputs, Some(INPUTS), &scope, self.pod.diagnostics),
            outputs: self.outputs(),
            synchronization: {
                let outcome = policy::synchronization(
                    attributes.step.mutex(),
                    attributes.step.semaphore(),
                    &scope,
                );
                self.pod.keep(outcome).flatten()
            },
            ..Template::default()
        };
        for attribute in attributes.step.iter() {
            match attribute {
                ExecutionAttribute::Daemon(daemon) => template.daemon = daemon.then_some(true),
                ExecutionAttribute::Timeout(time) => {
                    template.active_deadline_seconds = self.timeout(time);
                }
                ExecutionAttribute::Retry(retry) => template.retry_strategy = self.retry(retry),
                // Both are handled together as `synchronization` above.
                ExecutionAttribute::Mutex(_) | ExecutionAttribute::Semaphore(_) => {}
                // The key contains a hash of the rest of the template.
                ExecutionAttribute::Cache(_) => {}
                // They are part of the ports, the pod and the raw fields.
                ExecutionAttribute::Outputs(_)
                | ExecutionAttribute::Init(_)
                | ExecutionAttribute::Sidecar(_)
                | ExecutionAttribute::Container(_)
                | ExecutionAttribute::Argo(_) => {}
                // Already reported.
                ExecutionAttribute::Kubernetes(_) => {}
                // The call handles it.
                ExecutionAttribute::AllowFailure(_) => {}
            }
        }
        let mut additions = Additions::default();
        let mut raw = serde_json::Map::new();
        match &step.body {
            Body::Container => self.leave_outputs(&mut additions),
            Body::Script(script) => self.script(script, name, &mut additions),
            Body::TemplateRef(_) => {}
            Body::RawTemplate(body) => {
                let (fields, volume) = self.raw_template(body, &mut template);
                additions.volumes.extend(volume);
                raw = fields;
            }
        }
        let pod = self.pod.pod(additions);
        self.put(pod, &mut template, &mut raw);
        let raw = self.raw(raw);
        let patch = &self.pod.dialect.patch;
        if !patch.is_empty() {
            let text = patch.text(scope.tags, step.span);
            template.pod_spec_patch = self.pod.keep(text);
        }
        template.memoize = self.memoize(&template);
        Merged {
            typed: template,
            raw,
        }
    }

    /// Adds the folder for the outputs of a step's own container.
    fn leave_outputs(&self, additions: &mut Additions) {
        if !self.pod.step.outputs.is_empty() {
            let (volume, mount) = volumes::outputs();
            additions.volumes.push(volume);
            additions.main.mounts.push(mount);
        }
    }

    /// Fills in how to run a script. A script that Argo would change is in a ConfigMap.
    fn script(&mut self, script: &Script, template: &str, additions: &mut Additions) {
        let step = self.pod.step;
        self.leave_outputs(additions);
        additions.main.env = self.input_variables();
        additions.main.env.extend(self.pod.output_variables());
        let mut command: Vec<_> = script
            .interpreter
            .iter()
            .filter_map(|word| {
                let outcome = constant(word, Place::Container, script.span).map(Cow::into_owned);
                // If the component sets it, it has been checked as the command.
                match step.attributes.main.command() {
                    Some(_) => outcome.ok(),
                    None => self.pod.keep(outcome),
                }
            })
            .collect();
        if scripts::needs_config_map(&script.text) {
            let (key, path) = self.context.scripts.add(template, script);
            let (volume, mount) = pod::scripts::volume(key, &path);
            additions.volumes.push(volume);
            additions.main.mounts.push(mount);
            command.push(path);
        }
        additions.main.command = Some(command);
    }

    /// Returns the variables through which a script reads its inputs.
    fn input_variables(&mut self) -> Vec<core::EnvVar> {
        let step = self.pod.step;
        let mut out = Vec::new();
        for (index, port) in step
            .inputs
            .iter()
            .enumerate()
            .filter(|(_, port)| port.present)
        {
            let value = if port.ty.is_artifact() || port.ty.is_artifact_list() {
                Ok(format!("{INPUTS}/{}", port.name))
            } else {
                let input = ExprKind::Input(InputId::new(index));
                let expr = Expr::new(input, port.ty.required().clone(), port.span);
                match port.ty.is_optional() {
                    true => self.pod.dialect.scope.text_or_nothing(&expr),
                    false => self.pod.dialect.argument(&expr),
                }
            };
            if let Some(value) = self.pod.keep(value) {
                out.push(pod::variable(&port.name, value));
            }
        }
        out
    }

    fn outputs(&mut self) -> Ports {
        let step = self.pod.step;
        let mut ports = Ports::default();
        for (index, output) in step.outputs.iter().enumerate() {
            let mut path = Some(format!("{OUTPUTS}/{}", output.name));
            let key = storage::key(step, index);
            if output.ty.is_artifact() || output.ty.is_artifact_list() {
                let mut artifact = Artifact {
                    name: output.name.clone(),
                    path,
                    ..Artifact::default()
                };
                match (step.attributes.step.outputs().get(&output.name), key) {
                    (Some(settings), Some(_)) => {
                        self.pod.diagnostics.push(diagnostics::unsupported(
                            &format!("`{}` cannot be kept as it says", output.name),
                            "it is an element of a list, and has its place in the list's folder",
                            "remove its settings, or do not collect it",
                            settings.span,
                        ))
                    }
                    (Some(settings), None) => {
                        let outcome =
                            artifacts::settings(&mut artifact, settings, &self.pod.dialect.scope);
                        self.pod.diagnostics.extend(outcome.err());
                    }
                    (None, Some(port)) => {
                        let name = format!("inputs.parameters.{}", port.name);
                        let key = self.pod.dialect.scope.tags.variable(&name);
                        artifacts::stored(&mut artifact, key);
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
}

/// Returns the inputs of a template, each with its default. Artifacts of a step have a path.
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
            // The elements are in one folder, which does not exist if there are no elements.
            if let (true, Some(folder)) = (port.ty.is_artifact_list(), folder) {
                let mut artifact = Artifact {
                    name: port.name.clone(),
                    path: Some(format!("{folder}/{}", port.name)),
                    optional: Some(true),
                    ..Artifact::default()
                };
                let list = format!("fromJSON(inputs.parameters{})", member(&port.name));
                let code = format!("replace({list}.folder, '$', '$$')");
                let key = scope.tags.expression(&code);
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
