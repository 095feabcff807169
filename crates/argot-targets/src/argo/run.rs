//! The run as a whole: its parameters, its spec, and the object that holds it.

mod object;

use std::borrow::Cow;

use argot_compiler::{Expr, ExprKind, PipelineAttribute, Plan, RunParameter, Step, Ttl, Type};
use argot_syntax::{Diagnostic, Diagnostics, Span};
use indexmap::IndexMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::Value as Json;

use self::object::inert;
use super::dialect::Authored;
use super::lowering::Context;
use super::names::Names;
use super::objects::{
    Artifact, ClaimTemplate, LifecycleHook, Merged, Metadata, Parameter, Ports, Strategy, Template,
    TtlStrategy, WorkflowSpec,
};
use super::raw::Reader;
use super::scope::{Scope, Words};
use super::system::ARGO;
use super::tags::TagSet;
use super::text::{Place, constant, plain_key};
use super::versions::Version;
use super::{Kind, Options, artifacts, covered, dag, diagnostics, policy, schema, step};
use crate::Manifest;
use crate::accelerators::DeviceClaim;
use crate::pod::scripts::Scripts;
use crate::pod::volumes;

/// Reports errors in a step as its tasks run it, using the known values of its inputs. The resulting template is
/// shared by all of these tasks.
fn judge(step: &Step, name: &str, context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let mut found = Diagnostics::default();
    let tags = TagSet::default();
    let mut context = Context {
        base: context.base,
        tags: &tags,
        version: context.version,
        platform: context.platform,
        scripts: &mut Scripts::default(),
        claims: &mut IndexMap::new(),
    };
    step::lower(step, name, &mut context, &mut found);
    for diagnostic in found.iter() {
        // Errors that hold for every value have been reported at the attribute.
        let is_same = |other: &Diagnostic| {
            (other.code, &other.message) == (diagnostic.code, &diagnostic.message)
        };
        if !diagnostics.iter().any(is_same) {
            diagnostics.push(diagnostic.clone());
        }
    }
}

/// Returns the templates of the steps.
fn steps(
    plan: &Plan,
    names: &Names,
    context: &mut Context<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Merged<Template>> {
    let mut templates = Vec::new();
    let known = plan.known_by_step();
    for (index, (step, name)) in plan.steps.iter().zip(&names.steps).enumerate() {
        let mut found = Diagnostics::default();
        templates.extend(step::lower(step, name, context, &mut found));
        for inputs in known.get(&index).into_iter().flatten() {
            judge(&inputs.bind(step), name, context, &mut found);
        }
        diagnostics.extend(found);
    }
    templates
}

/// Returns the claim templates for devices.
fn claim_templates(claims: IndexMap<String, DeviceClaim>, options: &Options) -> Vec<Manifest> {
    claims
        .into_iter()
        .map(|(name, claim)| {
            let metadata = ObjectMeta {
                name: Some(name),
                namespace: options.namespace.clone(),
                ..ObjectMeta::default()
            };
            Manifest::object(claim.template(metadata)).shared()
        })
        .collect()
}

/// Points the volumes of scripts to the ConfigMap that contains them.
fn name_scripts(templates: &mut [Merged<Template>], name: &str) {
    let volumes = templates
        .iter_mut()
        .flat_map(|template| &mut template.typed.volumes);
    for volume in volumes {
        if let (volumes::SCRIPT_VOLUME, Some(source)) =
            (volume.name.as_str(), &mut volume.config_map)
        {
            name.clone_into(&mut source.name);
        }
    }
}

/// Creates the objects.
pub(crate) fn lower(
    plan: &Plan,
    options: &Options,
    tags: &TagSet,
    diagnostics: &mut Diagnostics,
) -> Vec<Manifest> {
    let kind = options.kind.unwrap_or(match plan.attributes.scheduled() {
        Some(_) => Kind::CronWorkflow,
        None => Kind::Workflow,
    });
    let names = Names::of(plan, diagnostics);
    let mut scripts = Scripts::default();
    let mut claims = IndexMap::new();
    let mut templates = Vec::new();
    for (index, graph) in plan.dags.iter().enumerate() {
        templates.push(dag::lower(
            plan,
            index,
            graph,
            &names,
            kind,
            options.version,
            tags,
            diagnostics,
        ));
    }
    let mut context = Context {
        base: &names.base,
        tags,
        version: options.version,
        platform: &options.platform,
        scripts: &mut scripts,
        claims: &mut claims,
    };
    templates.extend(steps(plan, &names, &mut context, diagnostics));
    let helpers = dag::helpers(&templates, &names);
    templates.extend(helpers);
    let mut run = Run {
        plan,
        options,
        kind,
        scope: nothing(options.version, tags),
        diagnostics,
    };
    if !scripts.is_empty() {
        name_scripts(&mut templates, &scripts.name(&names.base));
        if kind == Kind::ClusterWorkflowTemplate {
            run.refuse_scripts();
        }
    }
    if kind == Kind::ClusterWorkflowTemplate && !claims.is_empty() {
        run.diagnostics.push(diagnostics::claims_in_cluster());
    }
    let hooks = dag::of_run(plan, &names, options.version, tags, run.diagnostics);
    let mut spec = run.spec(
        templates,
        names.dags.first().cloned().unwrap_or_default(),
        hooks,
    );
    let metadata = run.metadata(&names.base, &spec);
    let parts = match options.split {
        true => run.parts(&mut spec, &names.base, &metadata),
        false => Vec::new(),
    };
    let object = run.object(spec, metadata);
    let mut manifests = claim_templates(claims, options);
    if !scripts.is_empty() {
        let map = scripts.config_map(&names.base, options.namespace.clone());
        manifests.push(Manifest::object(map).shared());
    }
    // The object calls the parts and starts as soon as it exists, so they come before it.
    manifests.extend(parts);
    if options.generate_name && kind == Kind::Workflow && !manifests.is_empty() {
        let script = changed_scripts(plan).next().map(|script| script.span);
        run_again(plan, &manifests, script, diagnostics);
    }
    manifests.push(object);
    manifests
}

/// Rejects extra objects for a Workflow that can be created many times: `kubectl create` can create each of them only
/// once.
fn run_again(
    plan: &Plan,
    others: &[Manifest],
    script: Option<Span>,
    diagnostics: &mut Diagnostics,
) {
    let names: Vec<String> = others
        .iter()
        .map(|manifest| format!("{} `{}`", manifest.identity().0, manifest.display_name()))
        .collect();
    diagnostics.push(diagnostics::fixed_names(
        &names.join(", "),
        script.is_some(),
        script.unwrap_or(plan.span),
    ));
}

struct Run<'a> {
    plan: &'a Plan,
    options: &'a Options,
    kind: Kind,
    /// The scope of the run's own fields.
    scope: Scope<'a>,
    diagnostics: &'a mut Diagnostics,
}

/// Returns a scope for the run's own fields, which cannot refer to anything of the run.
fn nothing(version: Version, tags: &TagSet) -> Scope<'_> {
    Scope {
        inputs: &[],
        outputs: &[],
        tasks: None,
        retried: false,
        words: Words::Template,
        version,
        guard: None,
        tags,
    }
}

impl Run<'_> {
    fn keep<T>(&mut self, outcome: Result<T, Diagnostic>) -> Option<T> {
        outcome
            .map_err(|diagnostic| self.diagnostics.push(diagnostic))
            .ok()
    }

    fn text(&mut self, expr: Option<&Expr>, what: &str) -> Option<String> {
        let expr = expr?;
        match expr.value() {
            Some(_) => {
                let outcome = self.scope.plain(expr, Place::Field);
                self.keep(outcome)
            }
            None => {
                self.diagnostics
                    .push(diagnostics::run_time(what, expr.span));
                None
            }
        }
    }

    fn texts(&mut self, map: &IndexMap<String, Expr>, what: &str) -> IndexMap<String, String> {
        map.iter()
            .filter_map(|(name, expr)| {
                self.keep(plain_key(name, expr.span))?;
                Some((name.clone(), self.text(Some(expr), what)?))
            })
            .collect()
    }

    fn spec(
        &mut self,
        templates: Vec<Merged<Template>>,
        entrypoint: String,
        hooks: IndexMap<String, LifecycleHook>,
    ) -> Merged<WorkflowSpec> {
        let attributes = &self.plan.attributes;
        let synchronization =
            policy::synchronization(attributes.mutex(), attributes.semaphore(), &self.scope);
        let claims: Vec<_> = volumes::claims(self.plan, &ARGO, self.diagnostics)
            .into_iter()
            .map(|(name, spec)| ClaimTemplate {
                metadata: Metadata {
                    name: Some(name),
                    ..Metadata::default()
                },
                spec,
            })
            .collect();
        let delete_claims = Strategy {
            strategy: "OnWorkflowCompletion".to_owned(),
        };
        let mut spec = WorkflowSpec {
            entrypoint,
            arguments: self.arguments(),
            hooks,
            workflow_metadata: match self.kind.is_template() {
                true => self.labels(),
                false => Metadata::default(),
            },
            synchronization: self.keep(synchronization).flatten(),
            volume_claim_gc: (!claims.is_empty()).then_some(delete_claims),
            volume_claim_templates: claims,
            templates,
            ..WorkflowSpec::default()
        };
        self.attributes(&mut spec);
        let raw = self.plan.attributes.argo().map(|raw| {
            let nothing = Authored(self.scope);
            let reader = Reader::new(&nothing, self.options.version, covered::WORKFLOW_SPEC);
            reader.read(raw, schema::WORKFLOW_SPEC_SCHEMA, "argo", self.diagnostics)
        });
        match raw {
            Some(Json::Object(raw)) => Merged { typed: spec, raw },
            _ => Merged::from(spec),
        }
    }

    /// Fills in the fields that each have an attribute.
    fn attributes(&mut self, spec: &mut WorkflowSpec) {
        let plan = self.plan;
        for attribute in plan.attributes.iter() {
            match attribute {
                PipelineAttribute::ServiceAccount(name) => {
                    spec.service_account_name = self.text(Some(name), "the service account");
                }
                PipelineAttribute::Parallel(most) => {
                    spec.parallelism = dag::parallelism(most, self.diagnostics);
                }
                PipelineAttribute::Timeout(time) => {
                    let seconds = time.as_seconds().map(|seconds| seconds.max(1));
                    spec.active_deadline_seconds =
                        self.known(seconds, "the time limit of a run", time);
                }
                PipelineAttribute::Priority(number) => {
                    spec.priority = self.known(number.as_int(), "the priority", number);
                }
                PipelineAttribute::Ttl(ttl) => {
                    spec.ttl_strategy =
                        Some(ttl_strategy(ttl)).filter(|ttl| *ttl != TtlStrategy::default());
                }
                PipelineAttribute::PodGc(when) => {
                    spec.pod_gc = self.strategy(when, "`pod_gc`");
                }
                PipelineAttribute::ArtifactGc(when) => {
                    spec.artifact_gc = self.strategy(when, "`artifact_gc`");
                }
                PipelineAttribute::ArchiveLogs(kept) => spec.archive_logs = Some(*kept),
                // Both are handled together as `synchronization`.
                PipelineAttribute::Mutex(_) | PipelineAttribute::Semaphore(_) => {}
                // They are part of the object and of the raw fields.
                PipelineAttribute::Labels(_)
                | PipelineAttribute::Annotations(_)
                | PipelineAttribute::Description(_)
                | PipelineAttribute::Schedule(_)
                | PipelineAttribute::Argo(_) => {}
                // It is part of the template of the graph.
                PipelineAttribute::OnError(_) => {}
                // Argo has storage for artifacts. A lint reports settings without effect.
                PipelineAttribute::Workspace(_) => {}
                // The steps have them.
                PipelineAttribute::Defaults(_) => {}
            }
        }
    }

    fn strategy(&mut self, when: &Expr, what: &str) -> Option<Strategy> {
        let strategy = self.text(Some(when), what)?;
        Some(Strategy { strategy })
    }

    /// Reports a value that only the run knows.
    fn known<T>(&mut self, value: Option<T>, what: &str, expr: &Expr) -> Option<T> {
        if value.is_none() {
            self.diagnostics
                .push(diagnostics::run_time(what, expr.span));
        }
        value
    }

    fn arguments(&mut self) -> Ports {
        let mut out = Ports::default();
        for parameter in &self.plan.parameters {
            if parameter.ty.is_artifact() {
                out.artifacts.extend(self.artifact(parameter));
            } else {
                out.parameters.push(self.parameter(parameter));
            }
        }
        out
    }

    fn parameter(&mut self, parameter: &RunParameter) -> Parameter {
        let members = match parameter.ty.required() {
            Type::Bool => vec!["true".to_owned(), "false".to_owned()],
            Type::Enum(members) => members
                .iter()
                .filter_map(|member| {
                    let outcome = constant(member, Place::Parameter, parameter.span);
                    self.keep(outcome).map(Cow::into_owned)
                })
                .collect(),
            _ => Vec::new(),
        };
        let value = match &parameter.value {
            Some(expr) => {
                let outcome = self.scope.text(expr, &parameter.ty, Place::Parameter);
                self.keep(outcome)
            }
            None => {
                if !self.kind.is_template() {
                    self.diagnostics.push(diagnostics::missing_parameter(
                        &parameter.name,
                        parameter.span,
                    ));
                }
                None
            }
        };
        Parameter {
            name: parameter.name.clone(),
            // Argo does not use the description, but still looks for variables in it.
            description: parameter.doc.as_deref().map(inert),
            value,
            members,
            ..Parameter::default()
        }
    }

    fn artifact(&mut self, parameter: &RunParameter) -> Option<Artifact> {
        let mut artifact = Artifact {
            name: parameter.name.clone(),
            ..Artifact::default()
        };
        match parameter.value.as_ref().map(|expr| &expr.kind) {
            Some(ExprKind::Artifact(source)) => {
                let outcome = artifacts::source(&mut artifact, source, &self.scope);
                self.keep(outcome)?;
            }
            // Whoever starts a run supplies the value.
            None if self.kind.is_template() => return None,
            _ => {
                self.diagnostics.push(diagnostics::missing_artifact(
                    &parameter.name,
                    parameter.span,
                ));
            }
        }
        Some(artifact)
    }

    fn refuse_scripts(&mut self) {
        for script in changed_scripts(self.plan) {
            self.diagnostics.push(diagnostics::unsupported(
                "this script cannot be in a ClusterWorkflowTemplate",
                "Argo or the kubelet would change it, and a ConfigMap would have to be in every namespace",
                "compile `--as workflow-template`, or put the script into the image",
                script.span,
            ));
        }
    }
}

/// Returns the scripts that need a ConfigMap because something would change them on their way.
fn changed_scripts(plan: &Plan) -> impl Iterator<Item = &argot_compiler::Script> {
    let scripts = plan.steps.iter().filter_map(|step| step.body.script());
    scripts.filter(|script| super::scripts::needs_config_map(&script.text))
}

fn ttl_strategy(ttl: &Ttl) -> TtlStrategy {
    TtlStrategy {
        seconds_after_completion: ttl.after().and_then(Expr::as_seconds),
        seconds_after_success: ttl.success().and_then(Expr::as_seconds),
        seconds_after_failure: ttl.failure().and_then(Expr::as_seconds),
    }
}
