//! From a step to a leaf template.

use argot_compiler::{
    Body, Container, EnvFrom, EnvValue, Expr, ExprKind, InputId, Port, Raw, Retry, Script, Security, Semaphore,
    Step, Value,
};
use argot_syntax::{Diagnostic, Diagnostics, Span};
use indexmap::IndexMap;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::expression::{INPUTS, OUTPUTS, Scope, tag};
use super::names::{mapped, object_name_problem};
use super::objects::{
    Artifact, Backoff, Cache, MainContainer, Memoize, Merged, Metadata, Mutex, Parameter, Ports, RetryStrategy,
    ScriptTemplate, Synchronization, Template, UserContainer, ValueFrom,
};
use super::patch::Patch;
use super::raw::{Reader, expanded, kubernetes, read};
use super::resources::{self, Needs};
use super::scripts::{self, Scripts};
use super::text::Place;
use super::versions::Version;
use super::{artifacts, covered, messages, schema, volumes};

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
        retried: step.attributes.retry.span.is_some() || step.attributes.retry.limit.is_some(),
        is_output: false,
    };
    if let Some(raw) = &step.attributes.kubernetes {
        diagnostics.push(messages::unsupported(
            "`kubernetes` fields are not for Argo",
            "they belong to the plain Kubernetes target",
            "write `argo`, `pod` or `container` fields",
            raw.span,
        ));
    }
    if let Body::TemplateRef(reference) = &step.body {
        if let Some((attribute, span)) = first_attribute(step) {
            diagnostics.push(messages::unsupported(
                &format!("`{attribute}` cannot be set on `{}`", step.name),
                &format!("it belongs to the template `{}` in the cluster", reference.template),
                "change that template, or write the step as a component of its own",
                span,
            ));
        }
        return None;
    }
    let mut lowering =
        Lowering { step, scope, patch: Patch::default(), needs: Needs::default(), context, diagnostics };
    Some(lowering.template(name))
}

/// The first attribute that is set on a step, by its name.
fn first_attribute(step: &Step) -> Option<(String, Span)> {
    let mut attributes = step.attributes.clone();
    attributes
        .exprs_mut()
        .into_iter()
        .next()
        .map(|(name, expr)| (name, expr.span))
        .or_else(|| step.attributes.daemon.map(|_| ("daemon".to_owned(), step.span)))
}

struct Lowering<'a, 'b> {
    step: &'a Step,
    scope: Scope<'a>,
    patch: Patch,
    needs: Needs,
    context: &'a mut Context<'b>,
    diagnostics: &'a mut Diagnostics,
}

impl Lowering<'_, '_> {
    fn keep<T>(&mut self, outcome: Result<T, Diagnostic>) -> Option<T> {
        match outcome {
            Ok(value) => Some(value),
            Err(diagnostic) => {
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }

    /// The text of an expression in a field.
    fn field(&mut self, expr: &Expr) -> Option<String> {
        let outcome = self.scope.plain(expr, Place::Field);
        self.keep(outcome)
    }

    fn optional(&mut self, expr: Option<&Expr>) -> Option<String> {
        expr.and_then(|expr| self.field(expr))
    }

    fn texts(&mut self, map: &IndexMap<String, Expr>) -> IndexMap<String, String> {
        map.iter().filter_map(|(name, expr)| Some((name.clone(), self.field(expr)?))).collect()
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
            inputs: inputs(&self.step.inputs, Some(INPUTS), &self.scope, self.diagnostics),
            outputs: self.outputs(),
            daemon: attributes.daemon.filter(|daemon| *daemon),
            active_deadline_seconds: self.timeout(),
            retry_strategy: self.retry(&attributes.retry),
            synchronization: {
                let outcome =
                    synchronization(attributes.mutex.as_ref(), &attributes.semaphore, &self.scope);
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
            template.metadata.labels.insert(QUEUE_LABEL.to_owned(), queue);
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
        Merged { typed: template, raw }
    }

    fn body(&mut self, template: &mut Template, volume_names: &[String]) -> serde_json::Map<String, Json> {
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
            (&attributes.init, &mut template.init_containers, "initContainers"),
            (&attributes.sidecar, &mut template.sidecars, "containers"),
        ] {
            for (written, container) in names {
                let name = mapped(written);
                if RESERVED_CONTAINERS.contains(&name.as_str()) {
                    self.diagnostics.push(messages::reserved_container(written, container.span));
                } else if let Some(problem) = object_name_problem(&name, 63) {
                    self.diagnostics.push(messages::container_name(written, &problem, container.span));
                }
                let element = format!("[{name}]");
                let container = self.container_at(&name, &[path, &element], container, volume_names);
                list.push(UserContainer { container });
            }
        }
        serde_json::Map::new()
    }

    /// A template of the user's own: its fields are checked, and what the component says is added.
    fn raw_template(&mut self, raw: &Raw, template: &mut Template) -> serde_json::Map<String, Json> {
        let reader = Reader::new(&self.scope, self.context.version, covered::RAW_TEMPLATE);
        let value = reader.object(&reader.uncovered(raw), schema::TEMPLATE_SCHEMA, "raw_template");
        self.diagnostics.extend(reader.problems.into_inner());
        let Json::Object(mut fields) = value else { return serde_json::Map::new() };
        let bodies: Vec<_> = covered::BODIES.iter().filter(|name| fields.contains_key(**name)).collect();
        if bodies.len() != 1 {
            let problem = format!("a raw template says one thing to run, and this says {}", bodies.len());
            self.diagnostics.push(messages::raw_body(&problem, raw.span));
        }
        if let Some((attribute, span)) = container_attribute(&self.step.attributes.main) {
            self.diagnostics.push(messages::unsupported(
                &format!("`{attribute}` has no effect on a raw template"),
                "the template says itself what runs",
                "write it in the raw template",
                span,
            ));
        }
        let Some(body) = bodies.first() else { return fields };
        if matches!(**body, "dag" | "steps") {
            for artifact in &mut template.inputs.artifacts {
                artifact.path = None;
            }
        }
        if fields.contains_key("outputs") {
            template.outputs = Ports::default();
            for output in &self.step.outputs {
                let list = if output.ty.is_artifact() { "artifacts" } else { "parameters" };
                let is_named = |item: &Json| item.get("name").and_then(Json::as_str) == Some(&output.name);
                let items = fields.get("outputs").and_then(|outputs| outputs.get(list));
                if !items.and_then(Json::as_array).is_some_and(|items| items.iter().any(is_named)) {
                    let problem = format!("the raw template's `outputs.{list}` lacks `{}`", output.name);
                    self.diagnostics.push(messages::raw_output(&problem, output.span));
                }
            }
        } else if !self.step.outputs.is_empty() {
            let (volume, mount) = volumes::outputs();
            let container = fields.get_mut(**body).and_then(Json::as_object_mut);
            match (container, serde_json::to_value(mount)) {
                (Some(container), Ok(mount)) if matches!(**body, "container" | "script") => {
                    let mounts = container.entry("volumeMounts").or_insert_with(|| Json::Array(Vec::new()));
                    super::objects::lay(mounts, &Json::Array(vec![mount]));
                    template.volumes.push(volume);
                }
                _ => {
                    let problem = "the raw template does not say where the outputs come from";
                    self.diagnostics.push(messages::raw_output(problem, raw.span));
                }
            }
        }
        fields
    }

    fn script(&mut self, script: &Script, mut container: core::Container, template: &mut Template) {
        let mut env: Vec<core::EnvVar> = Vec::new();
        for (index, port) in self.step.inputs.iter().enumerate().filter(|(_, port)| port.present) {
            let value = if port.ty.is_artifact() {
                Some(format!("{INPUTS}/{}", port.name))
            } else {
                let input = ExprKind::Input(InputId::new(index));
                let outcome = self.scope.plain(&Expr::new(input, port.ty.clone(), port.span), Place::Container);
                self.keep(outcome)
            };
            env.push(core::EnvVar { name: port.name.clone(), value, value_from: None });
        }
        for output in &self.step.outputs {
            let value = Some(format!("{OUTPUTS}/{}", output.name));
            env.push(core::EnvVar { name: output.name.clone(), value, value_from: None });
        }
        env.extend(container.env.take().unwrap_or_default());
        container.env = (!env.is_empty()).then_some(env);
        if scripts::needs_config_map(&script.text) {
            let (key, path) = self.context.scripts.add(&template.name, script);
            let (volume, mount) = scripts::volume(key, &path);
            container.volume_mounts.get_or_insert_default().push(mount);
            container.command = Some(script.interpreter.iter().cloned().chain([path]).collect());
            template.volumes.push(volume);
            template.container = Some(MainContainer(self.raw_container(container)));
        } else {
            container.command = Some(script.interpreter.clone());
            let container = MainContainer(self.raw_container(container));
            template.script = Some(ScriptTemplate { container, source: script.text.clone() });
        }
    }

    fn outputs(&mut self) -> Ports {
        let step = self.step;
        let mut ports = Ports::default();
        for output in &step.outputs {
            let path = Some(format!("{OUTPUTS}/{}", output.name));
            if output.ty.is_artifact() {
                let mut artifact = Artifact { name: output.name.clone(), path, ..Artifact::default() };
                if let Some(settings) = step.attributes.outputs.get(&output.name) {
                    let outcome = artifacts::settings(&mut artifact, settings, &self.scope);
                    self.diagnostics.extend(outcome.err());
                }
                ports.artifacts.push(artifact);
            } else {
                let value_from = Some(ValueFrom { path, ..ValueFrom::default() });
                ports.parameters.push(Parameter {
                    name: output.name.clone(),
                    value_from,
                    ..Parameter::default()
                });
            }
        }
        ports
    }

    /// Gives a container the folder in which it leaves its outputs.
    fn leave_outputs(&mut self, container: &mut core::Container, template: &mut Template) {
        if !self.step.outputs.is_empty() {
            let (volume, mount) = volumes::outputs();
            template.volumes.push(volume);
            container.volume_mounts.get_or_insert_default().push(mount);
        }
    }

    fn container(&mut self, name: &str, container: &Container, volume_names: &[String]) -> core::Container {
        self.container_at(name, &["containers", &format!("[{name}]")], container, volume_names)
    }

    fn container_at(
        &mut self,
        name: &str,
        path: &[&str],
        container: &Container,
        volume_names: &[String],
    ) -> core::Container {
        let argv = |lowering: &mut Self, exprs: &Option<Vec<Expr>>| {
            exprs.as_ref().map(|exprs| {
                exprs
                    .iter()
                    .filter_map(|expr| {
                        let outcome = lowering.scope.plain(expr, Place::Container);
                        lowering.keep(outcome)
                    })
                    .collect::<Vec<_>>()
            })
        };
        let command = argv(self, &container.command);
        let args = argv(self, &container.args);
        let env: Vec<_> = container.env.iter().filter_map(|(name, value)| self.env(name, value)).collect();
        let env_from: Vec<_> = container.env_from.iter().flatten().filter_map(|from| self.env_from(from)).collect();
        let mounts = volumes::mounts(container, volume_names, self.diagnostics);
        let resources = resources::lower(
            container,
            path,
            &self.scope,
            &mut self.patch,
            &mut self.needs,
            self.diagnostics,
        );
        core::Container {
            name: name.to_owned(),
            image: self.optional(container.image.as_ref()),
            image_pull_policy: self.optional(container.image_pull.as_ref()),
            working_dir: self.optional(container.workdir.as_ref()),
            command,
            args,
            env: (!env.is_empty()).then_some(env),
            env_from: (!env_from.is_empty()).then_some(env_from),
            volume_mounts: (!mounts.is_empty()).then_some(mounts),
            security_context: self.container_security(),
            resources,
            ..core::Container::default()
        }
    }

    fn env(&mut self, name: &str, value: &EnvValue) -> Option<core::EnvVar> {
        let mut variable = core::EnvVar { name: name.to_owned(), ..core::EnvVar::default() };
        let mut source = core::EnvVarSource::default();
        match value {
            EnvValue::Value(expr) => {
                let outcome = self.scope.plain(expr, Place::Container);
                variable.value = Some(self.keep(outcome)?);
                return Some(variable);
            }
            EnvValue::Secret { name, key } => {
                source.secret_key_ref = Some(core::SecretKeySelector {
                    name: self.field(name)?,
                    key: self.field(key)?,
                    optional: None,
                });
            }
            EnvValue::Config { name, key } => {
                source.config_map_key_ref = Some(core::ConfigMapKeySelector {
                    name: self.field(name)?,
                    key: self.field(key)?,
                    optional: None,
                });
            }
            EnvValue::Field { path } => {
                source.field_ref =
                    Some(core::ObjectFieldSelector { api_version: None, field_path: path.clone() });
            }
        }
        variable.value_from = Some(source);
        Some(variable)
    }

    fn env_from(&mut self, from: &EnvFrom) -> Option<core::EnvFromSource> {
        let mut source = core::EnvFromSource::default();
        match from {
            EnvFrom::Secret(name) => {
                source.secret_ref = Some(core::SecretEnvSource { name: self.field(name)?, optional: None });
            }
            EnvFrom::Config(name) => {
                source.config_map_ref =
                    Some(core::ConfigMapEnvSource { name: self.field(name)?, optional: None });
            }
        }
        Some(source)
    }

    /// Argo's own `timeout` counts the time before the pod runs, and all attempts together.
    fn timeout(&mut self) -> Option<IntOrString> {
        let expr = self.step.attributes.timeout.as_ref()?;
        match expr.value() {
            Some(Value::Duration(duration)) => {
                Some(IntOrString::Int(i32::try_from(duration.seconds().max(1)).unwrap_or(i32::MAX)))
            }
            _ => {
                let outcome = self.scope.text_in_code(expr, &expr.ty);
                let code = self.keep(outcome)?;
                Some(IntOrString::String(tag(&format!("int(ceil(duration({code}).Seconds()))"))))
            }
        }
    }

    fn retry(&mut self, retry: &Retry) -> Option<RetryStrategy> {
        let given = [&retry.limit, &retry.backoff, &retry.factor, &retry.max, &retry.on];
        let first = given.into_iter().flatten().next()?;
        if retry.limit.is_none() {
            self.diagnostics.push(messages::unsupported(
                "`retry` needs a `limit`",
                "without one Argo tries for ever",
                "say how many further attempts there are: `limit = 3`",
                retry.span.unwrap_or(first.span),
            ));
        }
        if let (None, Some(expr)) = (&retry.backoff, retry.factor.as_ref().or(retry.max.as_ref())) {
            self.diagnostics.push(messages::unsupported(
                "`factor` and `max` need a `backoff`",
                "Argo refuses them alone",
                "say how long to wait before the second attempt: `backoff = 30s`",
                expr.span,
            ));
        }
        let policy = retry.on.as_ref().and_then(|on| match on.as_str() {
            Some("failure") => Some("OnFailure".to_owned()),
            Some("error") => Some("OnError".to_owned()),
            Some("always") => Some("Always".to_owned()),
            Some("transient") => Some("OnTransientError".to_owned()),
            _ => {
                self.diagnostics.push(messages::run_time("when to try again", on.span));
                None
            }
        });
        let backoff = Backoff {
            duration: self.optional(retry.backoff.as_ref()),
            factor: self.optional(retry.factor.as_ref()).map(IntOrString::String),
            max_duration: self.optional(retry.max.as_ref()),
        };
        Some(RetryStrategy {
            limit: self.optional(retry.limit.as_ref()).map(IntOrString::String),
            retry_policy: policy,
            backoff: (backoff != Backoff::default()).then_some(backoff),
        })
    }

    fn memoize(&mut self, template: &Template) -> Option<Memoize> {
        let cache = &self.step.attributes.cache;
        let span = cache.span.or_else(|| Some(cache.max_age.as_ref().or(cache.key.as_ref())?.span))?;
        // Another program is another result: what the template says is part of the key.
        let digest = serde_json::to_vec(template).map(Sha256::digest).unwrap_or_default();
        let program = format!("{}-{}", template.name, scripts::hex(&digest, 8));
        let key = match &cache.key {
            Some(key) => match key.value() {
                Some(value) => cache_key(&value.text()),
                None => {
                    let outcome = self.scope.text_in_code(key, &key.ty);
                    let code = self.keep(outcome)?;
                    tag(&format!("sprig.sha256sum({code})"))
                }
            },
            None => {
                let inputs: Vec<_> = self.step.inputs.iter().filter(|port| port.present).collect();
                if inputs.iter().any(|port| port.ty.is_artifact()) {
                    self.diagnostics.push(messages::cache_key_needed(span));
                    return None;
                }
                let texts: Vec<_> =
                    inputs.iter().map(|port| format!("inputs.parameters.{}", port.name)).collect();
                match texts.is_empty() {
                    true => "none".to_owned(),
                    false => tag(&format!("sprig.sha256sum(toJson([{}]))", texts.join(", "))),
                }
            }
        };
        let config_map = format!("{}-{}-cache", self.context.base, template.name);
        Some(Memoize {
            key: format!("{program}-{key}"),
            max_age: self.optional(cache.max_age.as_ref()).unwrap_or_default(),
            cache: Cache { config_map: core::LocalObjectReference { name: config_map } },
        })
    }

    fn tolerations(&mut self) -> Vec<core::Toleration> {
        let mut out = Vec::new();
        for toleration in self.step.attributes.tolerations.iter().flatten() {
            let seconds = toleration.seconds.as_ref().and_then(|expr| self.int(expr, "a toleration's seconds"));
            out.push(core::Toleration {
                key: self.optional(toleration.key.as_ref()),
                operator: self.optional(toleration.operator.as_ref()),
                value: self.optional(toleration.value.as_ref()),
                effect: self.optional(toleration.effect.as_ref()),
                toleration_seconds: seconds,
            });
        }
        out
    }

    fn int(&mut self, expr: &Expr, what: &str) -> Option<i64> {
        match expr.value() {
            Some(Value::Int(number)) => Some(*number),
            _ => {
                self.diagnostics.push(messages::run_time(what, expr.span));
                None
            }
        }
    }

    fn bool(&mut self, expr: Option<&Expr>, what: &str) -> Option<bool> {
        let expr = expr?;
        match expr.value() {
            Some(Value::Bool(value)) => Some(*value),
            _ => {
                self.diagnostics.push(messages::run_time(what, expr.span));
                None
            }
        }
    }

    fn pod_security(&mut self, security: &Security) -> Option<core::PodSecurityContext> {
        let mut id = |expr: &Option<Expr>| expr.as_ref().and_then(|expr| self.int(expr, "an id"));
        let (user, group, fs_group) =
            (id(&security.run_as_user), id(&security.run_as_group), id(&security.fs_group));
        let context = core::PodSecurityContext {
            run_as_user: user,
            run_as_group: group,
            fs_group,
            run_as_non_root: self.bool(security.run_as_non_root.as_ref(), "`run_as_non_root`"),
            seccomp_profile: self
                .optional(security.seccomp.as_ref())
                .map(|type_| core::SeccompProfile { localhost_profile: None, type_ }),
            ..core::PodSecurityContext::default()
        };
        (context != core::PodSecurityContext::default()).then_some(context)
    }

    /// Every container of the step gets it.
    fn container_security(&mut self) -> Option<core::SecurityContext> {
        let security = &self.step.attributes.security;
        let mut list = |exprs: &Option<Vec<Expr>>| -> Option<Vec<String>> {
            exprs.as_ref().map(|exprs| exprs.iter().filter_map(|expr| self.field(expr)).collect())
        };
        let (add, drop) = (list(&security.add_capabilities), list(&security.drop_capabilities));
        let context = core::SecurityContext {
            read_only_root_filesystem: self.bool(security.read_only_root.as_ref(), "`read_only_root`"),
            allow_privilege_escalation: self
                .bool(security.allow_privilege_escalation.as_ref(), "`allow_privilege_escalation`"),
            privileged: self.bool(security.privileged.as_ref(), "`privileged`"),
            capabilities: (add.is_some() || drop.is_some()).then_some(core::Capabilities { add, drop }),
            ..core::SecurityContext::default()
        };
        (context != core::SecurityContext::default()).then_some(context)
    }

    /// Which nodes the pod may run on: what the user says, and what the devices need.
    fn nodes(&mut self, template: &mut Template) {
        for key in std::mem::take(&mut self.needs.tolerations) {
            if !template.tolerations.iter().any(|toleration| toleration.key.as_deref() == Some(key)) {
                template.tolerations.push(core::Toleration {
                    key: Some(key.to_owned()),
                    operator: Some("Exists".to_owned()),
                    effect: Some("NoSchedule".to_owned()),
                    ..core::Toleration::default()
                });
            }
        }
        template.affinity = self.step.attributes.affinity.as_ref().and_then(|raw| {
            let reader = Reader::new(&self.scope, self.context.version, &[]);
            let affinity = read::<core::Affinity>(&reader, &expanded(raw));
            self.diagnostics.extend(reader.problems.into_inner());
            affinity
        });
        for (label, values) in std::mem::take(&mut self.needs.labels) {
            if template.node_selector.contains_key(label) {
                // The user knows better which nodes there are.
                continue;
            }
            match <[String; 1]>::try_from(values) {
                Ok([value]) => {
                    template.node_selector.insert(label.to_owned(), value);
                }
                Err(values) => require_node(template.affinity.get_or_insert_default(), label, values),
            }
        }
    }

    fn pull_secrets(&mut self) {
        let mut secrets = Vec::new();
        for expr in self.step.attributes.image_pull_secrets.iter().flatten() {
            match expr.as_str() {
                Some(name) => secrets.push(serde_json::json!({ "name": name })),
                None => self.diagnostics.push(messages::run_time("the name of an image pull secret", expr.span)),
            }
        }
        if !secrets.is_empty() {
            self.patch.set(&["imagePullSecrets"], Patch::Constant(Json::Array(secrets)));
        }
    }

    fn raw_container(&mut self, container: core::Container) -> core::Container {
        let Some(raw) = &self.step.attributes.container else { return container };
        let reader = Reader::new(&self.scope, self.context.version, covered::CONTAINER);
        let over = kubernetes::<core::Container>(&reader, &reader.uncovered(raw));
        self.diagnostics.extend(reader.problems.into_inner());
        let (Some(mut over), Ok(mut base)) = (over, serde_json::to_value(&container)) else { return container };
        if let Some(fields) = over.as_object_mut() {
            fields.shift_remove("name");
        }
        super::objects::lay(&mut base, &over);
        serde_json::from_value(base).unwrap_or(container)
    }

    /// Merges the raw fields of the pod and of the template.
    fn raw(
        &mut self,
        template: &mut Template,
        mut out: serde_json::Map<String, Json>,
    ) -> serde_json::Map<String, Json> {
        if let Some(raw) = &self.step.attributes.pod {
            let reader = Reader::new(&self.scope, self.context.version, covered::POD);
            let value = kubernetes::<core::PodSpec>(&reader, &reader.uncovered(raw));
            self.diagnostics.extend(reader.problems.into_inner());
            if let Some(Json::Object(fields)) = value {
                self.pod(fields, template, &mut out);
            }
        }
        if let Some(raw) = &self.step.attributes.argo {
            let reader = Reader::new(&self.scope, self.context.version, covered::TEMPLATE);
            let value = reader.object(&reader.uncovered(raw), schema::TEMPLATE_SCHEMA, "argo");
            self.diagnostics.extend(reader.problems.into_inner());
            let mut whole = Json::Object(out);
            super::objects::lay(&mut whole, &value);
            out = match whole {
                Json::Object(fields) => fields,
                _ => serde_json::Map::new(),
            };
        }
        out
    }

    /// A field of the pod goes to the template's own field where it has one, else into the patch.
    fn pod(
        &mut self,
        fields: serde_json::Map<String, Json>,
        template: &mut Template,
        out: &mut serde_json::Map<String, Json>,
    ) {
        const TEMPLATE_FIELDS: &[&str] =
            &["schedulerName", "hostAliases", "automountServiceAccountToken", "volumes", "securityContext"];
        for (name, value) in fields {
            // `PodSpec` writes its containers even where there are none.
            if name == "containers" {
                continue;
            }
            if name == "securityContext" {
                let mut whole = serde_json::to_value(&template.security_context).unwrap_or_default();
                if whole.is_null() {
                    whole = Json::Object(serde_json::Map::new());
                }
                super::objects::lay(&mut whole, &value);
                template.security_context = serde_json::from_value(whole).ok();
            } else if TEMPLATE_FIELDS.contains(&name.as_str()) {
                out.insert(name, value);
            } else {
                self.patch.set(&[&name], Patch::Constant(value));
            }
        }
    }
}

/// The first attribute of a container that is set, by its name.
fn container_attribute(container: &Container) -> Option<(&'static str, Span)> {
    let span = container.span;
    [
        ("image", container.image.is_some()),
        ("image_pull", container.image_pull.is_some()),
        ("workdir", container.workdir.is_some()),
        ("command", container.command.is_some()),
        ("args", container.args.is_some()),
        ("env", !container.env.is_empty()),
        ("env_from", container.env_from.is_some()),
        ("resources", container.resources != argot_compiler::Resources::default()),
        ("mounts", !container.mounts.is_empty()),
    ]
    .into_iter()
    .find(|(_, is_set)| *is_set)
    .map(|(name, _)| (name, span))
}

/// A text as a key of Argo's cache, which takes letters, digits and `-`: its hash where it has others.
fn cache_key(text: &str) -> String {
    let is_key = !text.is_empty()
        && text.len() <= 64
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if is_key { text.to_owned() } else { scripts::hex(&Sha256::digest(text), 16) }
}

/// Asks for a label in every way in which a node may be chosen.
fn require_node(affinity: &mut core::Affinity, label: &str, values: Vec<String>) {
    let requirement = core::NodeSelectorRequirement {
        key: label.to_owned(),
        operator: "In".to_owned(),
        values: Some(values),
    };
    let terms = &mut affinity
        .node_affinity
        .get_or_insert_default()
        .required_during_scheduling_ignored_during_execution
        .get_or_insert_default()
        .node_selector_terms;
    if terms.is_empty() {
        terms.push(core::NodeSelectorTerm::default());
    }
    for term in terms {
        term.match_expressions.get_or_insert_default().push(requirement.clone());
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
            let mut artifact = Artifact { name: port.name.clone(), path, ..Artifact::default() };
            if let Some(ExprKind::Artifact(source)) =
                port.default.as_ref().map(|expr| &expr.kind)
            {
                diagnostics.extend(artifacts::source(&mut artifact, source, scope).err());
            }
            out.artifacts.push(artifact);
        } else {
            let value = port.default.as_ref().and_then(|expr| {
                let outcome = scope.text(expr, &port.ty, Place::Parameter);
                outcome.map_err(|diagnostic| diagnostics.push(diagnostic)).ok()
            });
            out.parameters.push(Parameter { name: port.name.clone(), value, ..Parameter::default() });
        }
    }
    out
}

/// Locks, if there are any.
pub(crate) fn synchronization(
    mutex: Option<&Expr>,
    semaphore: &Semaphore,
    scope: &Scope<'_>,
) -> Result<Option<Synchronization>, Diagnostic> {
    let mut out = Synchronization::default();
    if let Some(name) = mutex {
        out.mutexes.push(Mutex { name: scope.plain(name, Place::Field)? });
    }
    match (&semaphore.config, &semaphore.key) {
        (Some(config), Some(key)) => out.semaphores.push(super::objects::Semaphore {
            config_map_key_ref: core::ConfigMapKeySelector {
                name: scope.plain(config, Place::Field)?,
                key: scope.plain(key, Place::Field)?,
                optional: None,
            },
        }),
        (None, None) => {}
        (Some(one), None) | (None, Some(one)) => {
            return Err(messages::unsupported(
                "a `semaphore` needs `config` and `key`",
                "Argo reads the number from that key of that ConfigMap",
                "give both: `semaphore { config = \"locks\", key = \"training\" }`",
                one.span,
            ));
        }
    }
    Ok((out != Synchronization::default()).then_some(out))
}
