//! Builds the pod of a job.

use std::collections::BTreeSet;

use argot_compiler::{
    ArtifactSource, Body, Container, ContainerAttribute, EnvValue, ExecutionAttribute, Expr,
    ExprKind, InputId, Script, Step,
};
use argot_syntax::Diagnostics;
use k8s_openapi::api::core::v1 as core;

use super::Version;
use super::diagnostics;
use super::files::{self, Files, PodFiles};
use super::flat::{Flat, Job, JobId, source};
use super::policy::{self, Retries};
use super::text::{FROM, Run, Texts, written};
use super::values::{self, NAMESPACE, Start, Text, is_variable};
use super::workspace;
use crate::accelerators::{DeviceClaim, Platform};
use crate::pod::{Additions, Builder, Claimed, Extra, MAIN, OUTPUTS, Pod, variable};

/// The pod of one job, and the settings that are not part of the pod spec.
pub(crate) struct JobPod {
    /// The pod. Containers that run beside the step's own are among the init containers, as Kubernetes has them.
    pub(crate) pod: Pod,
    /// Files of the run that the containers find.
    pub(crate) files: PodFiles,
    /// The longest that one attempt may take, in seconds.
    pub(crate) timeout: Option<i64>,
    pub(crate) retries: Retries,
    /// Whether anything in the pod uses the workspace.
    pub(crate) uses_workspace: bool,
}

/// Shared state for building every job.
pub(crate) struct Context<'a> {
    pub(crate) flat: &'a Flat,
    pub(crate) run: &'a Run,
    /// The jobs whose outputs are kept in the workspace because something reads them.
    pub(crate) kept: &'a BTreeSet<JobId>,
    pub(crate) files: &'a mut Files,
    /// The nodes of the cluster and what is on them.
    pub(crate) platform: &'a Platform,
    pub(crate) version: Version,
    /// The devices that pods claim, by the name of the template of their claim.
    pub(crate) claims: &'a mut Vec<(String, DeviceClaim)>,
    pub(crate) diagnostics: &'a mut Diagnostics,
}

impl Context<'_> {
    /// A job's pod.
    pub(crate) fn pod(&mut self, id: JobId, job: &Job) -> JobPod {
        let mut step = job.step.clone();
        let mut making = Making {
            texts: Texts::new(self.flat, job, self.run),
            job,
            is_kept: self.kept.contains(&id),
            files: PodFiles::default(),
            all: self.files,
            diagnostics: self.diagnostics,
            uses_workspace: false,
        };
        making.text_artifacts();
        let additions = making.additions(&mut step);
        let retries = policy::retries(
            step.attributes.step.retry(),
            MAIN,
            job.turns.is_some(),
            making.diagnostics,
        );
        let timeout = policy::timeout(&step.attributes, making.diagnostics);
        let uses_workspace = making.uses_workspace;
        let files = std::mem::take(&mut making.files);
        let texts = making.texts;
        let mut pod = Builder::new(&step, texts, self.platform, self.diagnostics).pod(additions);
        // A container that runs beside others, and does not keep the pod from ending, is an init container.
        let mut beside = pod
            .spec
            .containers
            .split_off(1.min(pod.spec.containers.len()));
        for container in &mut beside {
            container.restart_policy = Some("Always".to_owned());
        }
        put(&mut pod.spec.init_containers, beside);
        let claims: Vec<_> = std::mem::take(&mut pod.claims)
            .into_iter()
            .map(|claimed| self.claim(claimed))
            .collect();
        let raw = pod.spec.resource_claims.take();
        put(&mut pod.spec.resource_claims, claims);
        put(&mut pod.spec.resource_claims, raw.unwrap_or_default());
        JobPod {
            pod,
            files,
            timeout,
            retries,
            uses_workspace,
        }
    }

    /// A claim of devices, of which the cluster makes one for each pod.
    fn claim(&mut self, claimed: Claimed) -> core::PodResourceClaim {
        let (name, since) = (claimed.name, DeviceClaim::SINCE);
        if self.version.number() < since {
            let message =
                diagnostics::needs_version("claims of devices", since, self.version, claimed.span);
            self.diagnostics.push(message);
        }
        let template = claimed.claim.name(&self.run.name);
        if !self.claims.iter().any(|(other, _)| *other == template) {
            self.claims.push((template.clone(), claimed.claim));
        }
        Claimed::of_template(name, template)
    }
}

/// Adds to a list of a pod, which is `None` while it is empty.
pub(crate) fn put<T>(list: &mut Option<Vec<T>>, more: Vec<T>) {
    if !more.is_empty() {
        list.get_or_insert_default().extend(more);
    }
}

/// A job whose containers are being prepared.
struct Making<'a, 'b> {
    texts: Texts<'a>,
    job: &'a Job,
    is_kept: bool,
    files: PodFiles,
    all: &'b mut Files,
    diagnostics: &'b mut Diagnostics,
    uses_workspace: bool,
}

impl Making<'_, '_> {
    fn keep<T>(&mut self, outcome: Result<T, argot_syntax::Diagnostic>) -> Option<T> {
        outcome
            .map_err(|diagnostic| self.diagnostics.push(diagnostic))
            .ok()
    }

    /// Prepares all containers of the step, and returns what they need in addition to their attributes.
    fn additions(&mut self, step: &mut Step) -> Additions {
        let attributes = &mut step.attributes;
        let main = self.starts(MAIN, &mut attributes.main, &step.body);
        let mut additions = Additions {
            main,
            ..Additions::default()
        };
        for attribute in attributes.step.iter_mut() {
            let (containers, extras) = match attribute {
                ExecutionAttribute::Init(containers) => (containers, &mut additions.init),
                ExecutionAttribute::Sidecar(containers) => (containers, &mut additions.sidecars),
                _ => continue,
            };
            for (name, container) in containers {
                extras.push(self.starts(name, container, &Body::Container));
            }
        }
        additions
    }

    /// Input artifacts whose content is said in the pipeline.
    fn text_artifacts(&mut self) {
        for (port, value) in self.job.step.inputs.iter().zip(&self.job.arguments) {
            let Some(ExprKind::Artifact(artifact)) = value.as_ref().map(|value| &value.kind) else {
                continue;
            };
            let ArtifactSource::Text(text) = artifact.as_ref() else {
                continue;
            };
            match text.value() {
                Some(value) => {
                    let key = format!("input.{}.{}", self.job.name, port.name);
                    let path = format!("{}/input/{}", self.job.name, port.name);
                    let text = written(value, &text.ty, false);
                    self.files.add(self.all, &key, &path, text);
                }
                None => self.diagnostics.push(diagnostics::run_time_field(
                    "the content of an artifact",
                    text,
                )),
            }
        }
    }

    /// Prepares a container. If a value comes from a file, a script starts its program.
    fn starts(&mut self, name: &str, container: &mut Container, body: &Body) -> Extra {
        let mut extra = Extra::default();
        let mut used = Used::default();
        for expr in exprs(container) {
            used.add(expr, &self.job.arguments);
        }
        let mut variables = Vec::new();
        let script = body.script();
        if script.is_some() {
            variables = self.script_variables(&mut used);
        }
        self.command(name, container, script, variables, &mut used, &mut extra);
        self.mounts(&used, name == MAIN, &mut extra);
        extra
    }

    /// The variables by which a script knows its inputs and outputs.
    fn script_variables(&mut self, used: &mut Used) -> Vec<(String, Text)> {
        let mut out = Vec::new();
        for (index, port) in self.job.step.inputs.iter().enumerate() {
            if !port.present {
                continue;
            }
            if port.ty.is_artifact() {
                let path = ExprKind::InputPath(InputId::new(index));
                used.add(
                    &Expr::new(path, port.ty.clone(), port.span),
                    &self.job.arguments,
                );
            } else if let Some(Some(value)) = self.job.arguments.get(index) {
                used.add(value, &self.job.arguments);
            }
            let outcome = self.texts.variable(index);
            if let Some(text) = self.keep(outcome) {
                out.push((port.name.clone(), text));
            }
        }
        for output in &self.job.step.outputs {
            let path = format!("{OUTPUTS}/{}", output.name);
            out.push((output.name.clone(), Text::constant(path)));
        }
        out
    }

    /// The command of the container.
    fn command(
        &mut self,
        name: &str,
        container: &mut Container,
        script: Option<&Script>,
        variables: Vec<(String, Text)>,
        used: &mut Used,
        extra: &mut Extra,
    ) {
        let words = self.words(container, script, variables, used);
        if words.all().any(Text::has_namespace) {
            extra.env.push(namespace());
        }
        let late = self.variables(&words, container, extra);
        let before = match (name, &words.command) {
            (MAIN, Some(_)) => self.checked(used),
            _ => Vec::new(),
        };
        let span = container.span;
        if !words.all().any(Text::needs_script) {
            if let (Some(_), Some(command)) = (script, &words.command) {
                let command = self.constants(command, span);
                container.set(ContainerAttribute::Command(command));
            }
            if let Some(program) = container.get_mut(ContainerAttribute::command) {
                let before = before.into_iter().map(|word| Expr::text(word, span));
                program.splice(0..0, before);
            }
            return;
        }
        match &words.command {
            Some(program) => {
                let start = Start {
                    task: &self.job.task,
                    env: late,
                    command: program.iter().chain(words.args.iter().flatten()).collect(),
                    items: self.items(),
                    before,
                };
                let path = self.start(name, &start, span);
                used.files = true;
                let command = ["sh", &path].map(|word| Expr::text(word, span));
                container.set(ContainerAttribute::Command(command.into()));
            }
            None => self.diagnostics.push(diagnostics::no_command(
                &self.job.task,
                first_late(container, span),
            )),
        }
        container.unset("args");
    }

    /// The texts that a container is started with.
    fn words(
        &mut self,
        container: &Container,
        script: Option<&Script>,
        variables: Vec<(String, Text)>,
        used: &mut Used,
    ) -> Words {
        let mut command = self.texts_of(container.command());
        let args = self.texts_of(container.args());
        if let Some(script) = script {
            let file = script.file.as_deref().filter(|name| files::is_key(name));
            let file = file.unwrap_or("script");
            let key = format!("script.{}.{file}", self.job.step.name);
            let path = format!("{}/script/{file}", self.job.name);
            let path = self.files.add(self.all, &key, &path, script.text.clone());
            used.files = true;
            let words = script.interpreter.iter().cloned().chain([path]);
            command = Some(words.map(Text::constant).collect());
        }
        let mut env = Vec::new();
        for (name, value) in container.env() {
            if let EnvValue::Value(expr) = value {
                let outcome = self.texts.text(expr);
                env.extend(self.keep(outcome).map(|text| (name.clone(), text)));
            }
        }
        Words {
            command,
            args,
            variables,
            env,
        }
    }

    /// Sets the variables with constant values in the manifest, where people can read them. Returns the others, which a
    /// script sets.
    fn variables<'w>(
        &mut self,
        words: &'w Words,
        container: &mut Container,
        extra: &mut Extra,
    ) -> Vec<(&'w str, &'w Text)> {
        let mut late = Vec::new();
        for (name, text) in &words.variables {
            if text.needs_script() {
                late.push((name.as_str(), text));
            } else if let Some(value) = self.constant(text, container.span) {
                extra.env.push(variable(name, value));
            }
        }
        let env = words.env.iter().filter(|(_, text)| text.needs_script());
        late.extend(env.map(|(name, text)| (name.as_str(), text)));
        for (name, _) in &late {
            if let Some(env) = container.get_mut(ContainerAttribute::env) {
                env.shift_remove(*name);
            }
            if !is_variable(name) {
                self.diagnostics
                    .push(diagnostics::env_name(name, container.span));
            }
        }
        late
    }

    /// Adds a script that starts a container's program to the files, and returns its path in the container.
    fn start(&mut self, name: &str, start: &Start<'_>, span: argot_syntax::Span) -> String {
        let env = start.env.iter().map(|(_, text)| *text);
        for text in env.chain(start.command.iter().copied()) {
            self.constant(text, span);
        }
        let of = match name == MAIN {
            true => String::new(),
            false => format!(".{name}"),
        };
        let key = format!("start.{}{of}", self.job.name);
        let path = format!("{}/start{of}", self.job.name);
        self.files.add(self.all, &key, &path, start.script())
    }

    /// The words before the program of a step that has to leave outputs.
    fn checked(&mut self, used: &mut Used) -> Vec<String> {
        let outputs = &self.job.step.outputs;
        let mut needed = outputs.iter().filter(|output| !output.ty.is_optional());
        if needed.clone().next().is_none() {
            return Vec::new();
        }
        used.files = true;
        let name = "outputs.sh";
        let path = self
            .files
            .add(self.all, name, name, values::OUTPUTS.to_owned());
        values::outputs(&path, &mut needed)
    }

    fn texts_of(&mut self, exprs: Option<&[Expr]>) -> Option<Vec<Text>> {
        let exprs = exprs?;
        Some(
            exprs
                .iter()
                .filter_map(|expr| {
                    let outcome = self.texts.text(expr);
                    self.keep(outcome)
                })
                .collect(),
        )
    }

    fn constant(&mut self, text: &Text, span: argot_syntax::Span) -> Option<String> {
        let outcome = super::text::constant(text, span);
        self.keep(outcome)
    }

    fn constants(&mut self, words: &[Text], span: argot_syntax::Span) -> Vec<Expr> {
        words
            .iter()
            .map(|text| match text.0.as_slice() {
                [values::Piece::Text(text)] => Expr::text(text.clone(), span),
                _ => Expr::text("", span),
            })
            .collect()
    }

    /// The constants of each turn.
    fn items(&self) -> Vec<Vec<(String, String)>> {
        let lists = self.job.turns.iter().flat_map(|turns| &turns.items);
        lists
            .map(|list| {
                list.iter()
                    .filter_map(|expr| {
                        let value = expr.value()?;
                        Some((
                            written(value, &expr.ty, false),
                            written(value, &expr.ty, true),
                        ))
                    })
                    .collect()
            })
            .collect()
    }

    /// The mounts for the files that a container uses.
    fn mounts(&mut self, used: &Used, is_main: bool, extra: &mut Extra) {
        for id in &used.jobs {
            let name = self.texts.flat.job(*id).map(|job| job.name.as_str());
            let name = name.unwrap_or_default();
            self.uses_workspace = true;
            extra.mounts.push(core::VolumeMount {
                name: workspace::VOLUME.to_owned(),
                mount_path: format!("{FROM}/{name}"),
                sub_path: Some(name.to_owned()),
                read_only: Some(true),
                ..core::VolumeMount::default()
            });
        }
        if is_main && !self.job.step.outputs.is_empty() || used.outputs {
            self.uses_workspace |= self.is_kept;
            extra
                .mounts
                .push(workspace::outputs(self.job, self.is_kept));
        }
        if used.files || used.text_artifacts {
            extra.mounts.push(files::mount());
        }
    }
}

/// The texts that a container is started with.
struct Words {
    command: Option<Vec<Text>>,
    args: Option<Vec<Text>>,
    /// The variables by which a script knows its inputs and outputs.
    variables: Vec<(String, Text)>,
    /// The variables that the container says.
    env: Vec<(String, Text)>,
}

impl Words {
    fn all(&self) -> impl Iterator<Item = &Text> {
        let command = self.command.iter().chain(&self.args).flatten();
        let variables = self.env.iter().chain(&self.variables);
        command.chain(variables.map(|(_, text)| text))
    }
}

/// The variable by which a script knows the namespace.
fn namespace() -> core::EnvVar {
    core::EnvVar {
        name: NAMESPACE.to_owned(),
        value: None,
        value_from: Some(core::EnvVarSource {
            field_ref: Some(core::ObjectFieldSelector {
                api_version: None,
                field_path: "metadata.namespace".to_owned(),
            }),
            ..core::EnvVarSource::default()
        }),
    }
}

/// The files that a container uses.
#[derive(Default)]
struct Used {
    /// Of outputs of these jobs.
    jobs: BTreeSet<JobId>,
    /// Of outputs of its own job.
    outputs: bool,
    /// Of the run's ConfigMap.
    files: bool,
    /// Inputs whose content is said in the pipeline.
    text_artifacts: bool,
}

impl Used {
    fn add(&mut self, expr: &Expr, arguments: &[Option<Expr>]) {
        expr.walk(&mut |part| match &part.kind {
            ExprKind::InputPath(id) => {
                let Some(Some(value)) = arguments.get(id.index()) else {
                    return;
                };
                self.jobs.extend(source(value).map(|found| found.job));
                self.text_artifacts |= matches!(&value.kind, ExprKind::Artifact(artifact)
                    if matches!(artifact.as_ref(), ArtifactSource::Text(_)));
            }
            ExprKind::OutputPath(_) => self.outputs = true,
            _ => self.jobs.extend(source(part).map(|found| found.job)),
        });
    }
}

/// The expressions of a container whose texts it is started with.
fn exprs(container: &Container) -> impl Iterator<Item = &Expr> {
    let env = container.env().values().filter_map(|value| match value {
        EnvValue::Value(expr) => Some(expr),
        _ => None,
    });
    let command = container.command().into_iter();
    command.chain(container.args()).flatten().chain(env)
}

/// The span of the first text of a container that comes from a file.
fn first_late(container: &Container, otherwise: argot_syntax::Span) -> argot_syntax::Span {
    let mut found = None;
    for expr in exprs(container) {
        expr.walk(&mut |part| {
            if source(part).is_some() || matches!(part.kind, ExprKind::Item(_)) {
                found.get_or_insert(expr.span);
            }
        });
    }
    found.unwrap_or(otherwise)
}

/// The jobs whose outputs another job reads, or the run gives.
pub(crate) fn kept(flat: &Flat) -> BTreeSet<JobId> {
    let mut used = Used::default();
    for expr in &flat.outputs {
        used.add(expr, &[]);
    }
    for job in &flat.jobs {
        for value in job.arguments.iter().flatten() {
            used.add(value, &[]);
        }
        let mut attributes = job.step.attributes.clone();
        for (_, expr) in attributes.exprs_mut() {
            used.add(expr, &job.arguments);
        }
    }
    used.jobs
}
