//! The run as a whole: its parameters, its spec, and the object that holds it.

use std::collections::HashMap;

use argot_compiler::{
    Expr, ExprKind, KnownInputs, Plan, RunParameter, Schedule, Step, Type, Value,
};
use argot_syntax::{Diagnostic, Diagnostics, Span};
use indexmap::IndexMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::dialect::Authored;
use super::lowering::Context;
use super::names::Names;
use super::objects::{
    API_VERSION, Artifact, ClaimTemplate, CronWorkflowSpec, LifecycleHook, Merged, Metadata,
    Object, Parameter, Ports, Strategy, TtlStrategy, WorkflowSpec,
};
use super::raw::Reader;
use super::scope::{Scope, Words};
use super::system::ARGO;
use super::tags::TagSet;
use super::text::{Place, constant, plain_key};
use super::versions::Version;
use super::{
    Kind, Options, artifacts, covered, dag, diagnostics, limits, policy, schema, split, step,
};
use crate::Manifest;
use crate::pod::names::{LONGEST_LABEL, hex, object_name_problem};
use crate::pod::scripts::Scripts;
use crate::pod::volumes;

/// Argo's annotation for what its web page shows: <https://argo-workflows.readthedocs.io/en/latest/title-and-description/>.
const DESCRIPTION: &str = "workflows.argoproj.io/description";

/// The longest name of an object: Argo makes a label of it.
const LONGEST_NAME: usize = LONGEST_LABEL;
/// The longest name of a CronWorkflow: Argo puts a time behind it.
const LONGEST_CRON_NAME: usize = 52;

/// Reports what is wrong with a step as its tasks run it, with the values that are known of its inputs. What comes out
/// is the template for all of them.
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
        // What holds for every value has been reported at the attribute.
        let is_same = |other: &Diagnostic| {
            (other.code, &other.message) == (diagnostic.code, &diagnostic.message)
        };
        if !diagnostics.iter().any(is_same) {
            diagnostics.push(diagnostic.clone());
        }
    }
}

/// Makes the objects.
pub(crate) fn lower(
    plan: &Plan,
    options: &Options,
    tags: &TagSet,
    diagnostics: &mut Diagnostics,
) -> Vec<Manifest> {
    let kind = options.kind.unwrap_or(match plan.attributes.schedule {
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
    let mut known: HashMap<usize, Vec<&KnownInputs>> = HashMap::new();
    for inputs in &plan.known {
        known.entry(inputs.step.index()).or_default().push(inputs);
    }
    for (index, (step, name)) in plan.steps.iter().zip(&names.steps).enumerate() {
        let mut context = Context {
            base: &names.base,
            tags,
            version: options.version,
            platform: &options.platform,
            scripts: &mut scripts,
            claims: &mut claims,
        };
        let mut found = Diagnostics::default();
        templates.extend(step::lower(step, name, &mut context, &mut found));
        for inputs in known.get(&index).into_iter().flatten() {
            judge(&inputs.bind(step), name, &context, &mut found);
        }
        diagnostics.extend(found);
    }
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
        let name = scripts.name(&names.base);
        for volume in templates
            .iter_mut()
            .flat_map(|template| &mut template.typed.volumes)
        {
            if let (volumes::SCRIPT_VOLUME, Some(source)) =
                (volume.name.as_str(), &mut volume.config_map)
            {
                source.name.clone_from(&name);
            }
        }
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
    let mut manifests: Vec<_> = claims
        .into_iter()
        .map(|(name, claim)| {
            let metadata = ObjectMeta {
                name: Some(name),
                namespace: options.namespace.clone(),
                ..ObjectMeta::default()
            };
            Manifest::ResourceClaimTemplate(Box::new(claim.template(metadata)))
        })
        .collect();
    if !scripts.is_empty() {
        manifests.push(Manifest::ConfigMap(Box::new(
            scripts.config_map(&names.base, options.namespace.clone()),
        )));
    }
    // They are called from the object, which is started as soon as it is there.
    manifests.extend(parts);
    if options.generate_name && kind == Kind::Workflow && !manifests.is_empty() {
        let script = changed_scripts(plan).next().map(|script| script.span);
        run_again(plan, &manifests, script, diagnostics);
    }
    manifests.push(object);
    manifests
}

/// Refuses objects beside a Workflow of which there can be many: `kubectl create` makes each of them once.
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
    /// Of the run's own fields.
    scope: Scope<'a>,
    diagnostics: &'a mut Diagnostics,
}

/// Nothing of a run can be used in the run's own fields.
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
        templates: Vec<Merged<super::objects::Template>>,
        entrypoint: String,
        hooks: IndexMap<String, LifecycleHook>,
    ) -> Merged<WorkflowSpec> {
        let attributes = &self.plan.attributes;
        let seconds = |duration: &argot_compiler::Duration| duration.seconds();
        let ttl = TtlStrategy {
            seconds_after_completion: attributes.ttl.after.as_ref().map(seconds),
            seconds_after_success: attributes.ttl.success.as_ref().map(seconds),
            seconds_after_failure: attributes.ttl.failure.as_ref().map(seconds),
        };
        let pod_gc = self.text(attributes.pod_gc.as_ref(), "`pod_gc`");
        let artifact_gc = self.text(attributes.artifact_gc.as_ref(), "`artifact_gc`");
        let synchronization = policy::synchronization(
            attributes.mutex.as_ref(),
            &attributes.semaphore,
            &self.scope,
        );
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
        let strategy = |strategy: Option<String>| strategy.map(|strategy| Strategy { strategy });
        let spec = WorkflowSpec {
            entrypoint,
            arguments: self.arguments(),
            hooks,
            service_account_name: self
                .text(attributes.service_account.as_ref(), "the service account"),
            workflow_metadata: match self.kind.is_template() {
                true => self.labels(),
                false => Metadata::default(),
            },
            parallelism: attributes
                .parallel
                .as_ref()
                .and_then(|expr| dag::parallelism(expr, self.diagnostics)),
            active_deadline_seconds: self.timeout(),
            priority: attributes
                .priority
                .as_ref()
                .and_then(|expr| self.int(expr, "the priority")),
            ttl_strategy: (ttl != TtlStrategy::default()).then_some(ttl),
            pod_gc: strategy(pod_gc),
            artifact_gc: strategy(artifact_gc),
            archive_logs: attributes.archive_logs,
            synchronization: self.keep(synchronization).flatten(),
            volume_claim_gc: strategy(
                (!claims.is_empty()).then(|| "OnWorkflowCompletion".to_owned()),
            ),
            volume_claim_templates: claims,
            templates,
        };
        let raw = self.plan.attributes.argo.as_ref().map(|raw| {
            let nothing = Authored(self.scope);
            let reader = Reader::new(&nothing, self.options.version, covered::WORKFLOW_SPEC);
            reader.read(raw, schema::WORKFLOW_SPEC_SCHEMA, "argo", self.diagnostics)
        });
        match raw {
            Some(Json::Object(raw)) => Merged { typed: spec, raw },
            _ => Merged::from(spec),
        }
    }

    fn int(&mut self, expr: &Expr, what: &str) -> Option<i64> {
        match expr.value() {
            Some(Value::Int(number)) => Some(*number),
            _ => {
                self.diagnostics
                    .push(diagnostics::run_time(what, expr.span));
                None
            }
        }
    }

    fn timeout(&mut self) -> Option<i64> {
        let expr = self.plan.attributes.timeout.as_ref()?;
        match expr.value() {
            Some(Value::Duration(duration)) => Some(duration.seconds().max(1)),
            _ => {
                self.diagnostics
                    .push(diagnostics::run_time("the time limit of a run", expr.span));
                None
            }
        }
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
                    self.keep(outcome)
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
            // It says nothing to Argo, which would look for a variable in it all the same.
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
            // Whoever starts a run gives it.
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

    /// Labels and annotations of the run.
    fn labels(&mut self) -> Metadata {
        let attributes = &self.plan.attributes;
        Metadata {
            labels: self.texts(&attributes.labels, "a label of the run"),
            annotations: self.texts(&attributes.annotations, "an annotation of the run"),
            ..Metadata::default()
        }
    }

    fn metadata(&mut self, base: &str, spec: &Merged<WorkflowSpec>) -> Metadata {
        let mut metadata = self.labels();
        let description = self
            .plan
            .attributes
            .description
            .as_ref()
            .or(self.plan.description.as_ref());
        if let Some(text) = description {
            metadata
                .annotations
                .entry(DESCRIPTION.to_owned())
                .or_insert_with(|| inert(text));
        }
        if let Some(namespace) = &self.options.namespace {
            if self.kind == Kind::ClusterWorkflowTemplate {
                self.diagnostics.push(diagnostics::cluster_namespace());
            } else if let Some(problem) = object_name_problem(namespace, LONGEST_NAME) {
                self.diagnostics
                    .push(diagnostics::invalid_namespace(namespace, &problem));
            }
            metadata.namespace = Some(namespace.clone());
        }
        if self.options.generate_name {
            if self.options.name.is_some() {
                self.diagnostics.push(diagnostics::two_names());
            } else if self.kind != Kind::Workflow {
                self.diagnostics
                    .push(diagnostics::generated_name(self.kind.name()));
            }
            if let Some(problem) = object_name_problem(base, LONGEST_NAME) {
                self.diagnostics.push(diagnostics::invalid_object_name(
                    base,
                    &problem,
                    self.plan.span,
                ));
            }
            metadata.generate_name = Some(format!("{base}-"));
            return metadata;
        }
        let name = match (&self.options.name, self.kind) {
            (Some(name), _) => name.clone(),
            (None, Kind::Workflow) => format!("{base}-{}", content_hash(&metadata, spec)),
            (None, _) => base.to_owned(),
        };
        let longest = if self.kind == Kind::CronWorkflow {
            LONGEST_CRON_NAME
        } else {
            LONGEST_NAME
        };
        if let Some(problem) = object_name_problem(&name, longest) {
            self.diagnostics.push(diagnostics::invalid_object_name(
                &name,
                &problem,
                self.plan.span,
            ));
        }
        metadata.name = Some(name);
        metadata
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

    /// The objects of templates that one object cannot hold. They are called as the run's object is; where
    /// the server completes its name, as if nobody did.
    fn parts(
        &mut self,
        spec: &mut Merged<WorkflowSpec>,
        base: &str,
        metadata: &Metadata,
    ) -> Vec<Manifest> {
        let cluster = self.kind == Kind::ClusterWorkflowTemplate;
        let base = match &metadata.name {
            Some(name) => name.clone(),
            None => format!("{base}-{}", content_hash(metadata, spec)),
        };
        let name = |number: usize| part_name(&base, number);
        let all = limits::bytes(&spec.typed.templates);
        let parts = split::objects(spec, cluster, &name);
        if !parts.is_empty() && all > limits::MOST_BYTES {
            self.diagnostics.push(diagnostics::large_run(
                &self.plan.name,
                all,
                limits::MOST_BYTES,
                self.plan.span,
            ));
        }
        let object = |(index, templates)| {
            let kind = match cluster {
                true => Kind::ClusterWorkflowTemplate,
                false => Kind::WorkflowTemplate,
            };
            let spec = WorkflowSpec {
                templates,
                ..WorkflowSpec::default()
            };
            let object = Box::new(Object {
                api_version: API_VERSION,
                kind: kind.name(),
                metadata: Metadata {
                    name: Some(name(index + 1)),
                    namespace: metadata.namespace.clone(),
                    ..Metadata::default()
                },
                spec: Merged::from(spec),
            });
            match cluster {
                true => Manifest::ClusterWorkflowTemplate(object),
                false => Manifest::WorkflowTemplate(object),
            }
        };
        parts.into_iter().enumerate().map(object).collect()
    }

    fn object(&mut self, spec: Merged<WorkflowSpec>, metadata: Metadata) -> Manifest {
        let kind = self.kind.name();
        let whole = |metadata, spec| {
            Box::new(Object {
                api_version: API_VERSION,
                kind,
                metadata,
                spec,
            })
        };
        match self.kind {
            Kind::Workflow => Manifest::Workflow(whole(metadata, spec)),
            Kind::WorkflowTemplate => Manifest::WorkflowTemplate(whole(metadata, spec)),
            Kind::ClusterWorkflowTemplate => {
                Manifest::ClusterWorkflowTemplate(whole(metadata, spec))
            }
            Kind::CronWorkflow => {
                let Some(schedule) = &self.plan.attributes.schedule else {
                    self.diagnostics
                        .push(diagnostics::no_schedule(self.plan.span));
                    return Manifest::Workflow(whole(metadata, spec));
                };
                let labels = self.labels();
                let spec = cron(schedule, labels, spec);
                Manifest::CronWorkflow(Box::new(Object {
                    api_version: API_VERSION,
                    kind,
                    metadata,
                    spec,
                }))
            }
        }
    }
}

fn cron(
    schedule: &Schedule,
    workflow_metadata: Metadata,
    spec: Merged<WorkflowSpec>,
) -> CronWorkflowSpec {
    CronWorkflowSpec {
        schedules: schedule.cron.clone(),
        timezone: schedule.timezone.clone(),
        concurrency_policy: schedule.concurrency.clone(),
        suspend: schedule.suspend,
        successful_jobs_history_limit: schedule.history.success,
        failed_jobs_history_limit: schedule.history.failure,
        workflow_metadata,
        workflow_spec: spec,
    }
}

/// The name of the object with some of the templates of another. One that would be too long has a hash in
/// place of its end.
fn part_name(base: &str, number: usize) -> String {
    let end = format!("-part-{number}");
    if base.len() + end.len() <= LONGEST_NAME {
        return format!("{base}{end}");
    }
    let hash = hex(&Sha256::digest(base), 8);
    let kept = LONGEST_NAME.saturating_sub(end.len() + hash.len() + 1);
    let start = base
        .get(..kept)
        .unwrap_or_default()
        .trim_end_matches(['-', '.']);
    format!("{start}-{hash}{end}")
}

/// A text for people. It says nothing to Argo, which would look for variables in it all the same.
fn inert(text: &str) -> String {
    let mut text = text.to_owned();
    while text.contains("{{") {
        text = text.replace("{{", "{ {");
    }
    text
}

/// What tells one compiled run from another.
fn content_hash(metadata: &Metadata, spec: &impl Serialize) -> String {
    let text = serde_json::to_vec(&(metadata, spec)).unwrap_or_default();
    hex(&Sha256::digest(text), 8)
}

/// The scripts that something would change on their way, so that a ConfigMap carries them.
fn changed_scripts(plan: &Plan) -> impl Iterator<Item = &argot_compiler::Script> {
    let scripts = plan.steps.iter().filter_map(|step| step.body.script());
    scripts.filter(|script| super::scripts::needs_config_map(&script.text))
}
