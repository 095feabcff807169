//! The attributes of steps: each value typed and, where it is known, checked against Kubernetes' rules.

use argot_syntax::{Span, ast};
use indexmap::IndexMap;

use super::{
    Checker,
    block::{Block, Known},
    rules,
    scope::Scope,
};
use crate::{
    Amount, Attributes, Cache, Container, EnvFrom, EnvValue, Expr, ExprKind, Mount, OutputSettings,
    Quantity, Raw, RawField, RawKind, Resources, Retry, Security, Semaphore, Toleration, Type,
    Value, diagnostics as messages,
};

const PULL_POLICIES: &[&str] = &["Always", "IfNotPresent", "Never"];
const RETRY_ON: &[&str] = &["failure", "error", "always", "transient"];
const ARCHIVES: &[&str] = &["none", "tar", "zip"];
const SECCOMP: &[&str] = &["RuntimeDefault", "Unconfined"];
const TOLERATION_OPERATORS: &[&str] = &["Exists", "Equal"];
const TAINT_EFFECTS: &[&str] = &["NoSchedule", "PreferNoSchedule", "NoExecute"];

impl Checker<'_> {
    /// The attributes of one step out of a component, `with` or `defaults`. Those that say what a
    /// component runs are left to it.
    pub(super) fn attributes(&mut self, known: &[Known<'_>], scope: &mut Scope) -> Attributes {
        let mut out = Attributes::default();
        for item in known {
            if self.container_attribute(item, &mut out.main, scope) {
                continue;
            }
            let span = item.span();
            match item.name {
                "retry" => out.retry = self.retry(item, scope),
                "cache" => out.cache = self.cache(item, scope),
                "semaphore" => out.semaphore = self.semaphore(item, scope),
                "security" => out.security = self.security(item, scope),
                "outputs" => out.outputs = self.output_settings(item, scope),
                "init" | "sidecar" => self.side_container(item, &mut out, scope),
                _ => {
                    let Some(value) = item.value() else { continue };
                    match item.name {
                        "timeout" => out.timeout = Some(self.duration(value, scope)),
                        "mutex" => out.mutex = Some(self.filled_text("mutex", value, scope)),
                        "daemon" => out.daemon = self.constant_bool("daemon", value, scope),
                        "labels" => out.labels = self.labels(value, LabelKind::Label, scope),
                        "annotations" => {
                            out.annotations = self.labels(value, LabelKind::Annotation, scope)
                        }
                        "node_selector" => {
                            out.node_selector = self.labels(value, LabelKind::Label, scope)
                        }
                        "tolerations" => out.tolerations = self.tolerations(value, scope),
                        "affinity" => out.affinity = Some(self.raw(value, scope)),
                        "priority_class" => {
                            out.priority_class = Some(self.name_of_object(value, scope))
                        }
                        "service_account" => {
                            out.service_account = Some(self.name_of_object(value, scope))
                        }
                        "image_pull_secrets" => {
                            out.image_pull_secrets = self.names(value, scope);
                        }
                        "queue" => out.queue = Some(self.label_text(value, scope)),
                        "container" => out.container = Some(self.raw_record(value, scope)),
                        "pod" => out.pod = Some(self.raw_record(value, scope)),
                        "argo" => out.argo = Some(self.raw_record(value, scope)),
                        "kubernetes" => out.kubernetes = Some(self.raw_record(value, scope)),
                        "script" | "raw_template" => {}
                        _ => self.diagnostics.push(messages::not_yet_supported(
                            &format!("`{}` here", item.name),
                            span,
                        )),
                    }
                }
            }
        }
        out
    }

    /// Takes an attribute that every container has; says whether it was one.
    fn container_attribute(
        &mut self,
        item: &Known<'_>,
        out: &mut Container,
        scope: &mut Scope,
    ) -> bool {
        if item.name == "resources" {
            out.resources = self.resources(item, scope);
            return true;
        }
        let Some(value) = item.value() else {
            return false;
        };
        match item.name {
            "image" => out.image = Some(self.image(value, scope)),
            "image_pull" => {
                out.image_pull = Some(self.one_of("image_pull", PULL_POLICIES, value, scope))
            }
            "workdir" => {
                let path = self.check_expr(value, &Type::String, scope);
                if let Some(text) = path.as_str()
                    && !text.starts_with('/')
                {
                    self.diagnostics.push(messages::invalid_value(
                        "workdir",
                        "it must be an absolute path",
                        path.span,
                    ));
                }
                out.workdir = Some(path);
            }
            "command" => out.command = self.arguments("command", value, scope),
            "args" => out.args = self.arguments("args", value, scope),
            "env" => out.env = self.env(value, scope),
            "env_from" => out.env_from = self.env_from(value, scope),
            "mounts" => out.mounts = self.mounts(value, scope),
            _ => return false,
        }
        true
    }

    fn side_container(&mut self, item: &Known<'_>, out: &mut Attributes, scope: &mut Scope) {
        let block = if item.name == "init" {
            Block::Init
        } else {
            Block::Sidecar
        };
        let Some(label) = &item.attribute.label else {
            return;
        };
        let Some(name) = label.plain() else {
            self.diagnostics
                .push(messages::not_constant("a container's name", label.span));
            return;
        };
        if !rules::dns_label(name) {
            self.diagnostics
                .push(messages::invalid_container_name(name, label.span));
        } else if matches!(name, "main" | "wait" | "init" | "supervisor") {
            self.diagnostics
                .push(messages::reserved_container_name(name, label.span));
        }
        let mut container = Container {
            span: label.span,
            ..Container::default()
        };
        for inner in self.known(block, item.block()) {
            self.container_attribute(&inner, &mut container, scope);
        }
        if out.init.contains_key(name) || out.sidecar.contains_key(name) {
            let first = out
                .init
                .get(name)
                .or_else(|| out.sidecar.get(name))
                .map_or(label.span, |first| first.span);
            self.diagnostics
                .push(messages::duplicate_name(name, label.span, first));
            return;
        }
        match block {
            Block::Init => out.init.insert(name.to_owned(), container),
            _ => out.sidecar.insert(name.to_owned(), container),
        };
    }

    fn image(&mut self, value: &ast::Expr, scope: &mut Scope) -> Expr {
        let image = self.check_expr(value, &Type::String, scope);
        if let Some(text) = image.as_str() {
            match rules::image(text) {
                Err(reason) => self
                    .diagnostics
                    .push(messages::invalid_image(text, reason, image.span)),
                Ok(found) if !found.digest => match found.tag.as_deref() {
                    None => self
                        .diagnostics
                        .push(messages::image_without_tag(text, image.span)),
                    Some("latest") => self
                        .diagnostics
                        .push(messages::image_latest(text, image.span)),
                    Some(_) => {}
                },
                Ok(_) => {}
            }
        }
        image
    }

    /// The elements of a list that is written out, or of a constant one.
    fn elements(&mut self, what: &str, value: &ast::Expr, scope: &mut Scope) -> Option<Vec<Expr>> {
        if let ast::ExprKind::List(items) = &value.kind {
            return Some(
                items
                    .iter()
                    .map(|item| self.infer(item, None, scope))
                    .collect(),
            );
        }
        let expr = self.infer(value, None, scope);
        match (expr.value(), &expr.ty) {
            (Some(Value::List(items)), Type::List(element)) => Some(
                items
                    .iter()
                    .map(|item| Expr::constant(item.clone(), element.as_ref().clone(), expr.span))
                    .collect(),
            ),
            _ => {
                if !expr.is_error() {
                    let found = expr.ty.text(&self.program.artifacts);
                    self.diagnostics
                        .push(messages::not_a_written_list(what, &found, expr.span));
                }
                None
            }
        }
    }

    fn arguments(&mut self, what: &str, value: &ast::Expr, scope: &mut Scope) -> Option<Vec<Expr>> {
        let elements = self.elements(what, value, scope)?;
        Some(
            elements
                .into_iter()
                .map(|element| self.argument(element))
                .collect(),
        )
    }

    /// A value that reaches a program as text.
    fn argument(&mut self, expr: Expr) -> Expr {
        if expr.ty.is_artifact()
            && let ExprKind::Input(_) = expr.kind
        {
            self.diagnostics
                .push(messages::artifact_needs_path(expr.span));
            return Expr::error(expr.span);
        }
        self.with_text(expr)
    }

    fn env(&mut self, value: &ast::Expr, scope: &mut Scope) -> IndexMap<String, EnvValue> {
        let mut out: IndexMap<String, EnvValue> = IndexMap::new();
        let ast::ExprKind::Record(entries) = &value.kind else {
            let expr = self.infer(value, None, scope);
            match expr.value() {
                Some(Value::Record(fields)) => {
                    for (name, value) in fields {
                        self.env_name(name, expr.span);
                        out.insert(
                            name.clone(),
                            EnvValue::Value(Expr::text(value.text(), expr.span)),
                        );
                    }
                }
                _ if expr.is_error() => {}
                _ => self
                    .diagnostics
                    .push(messages::not_a_written_record("env", expr.span)),
            }
            return out;
        };
        let mut spans: Vec<Span> = Vec::new();
        for entry in entries {
            let name = &entry.key.name;
            self.env_name(name, entry.key.span);
            let value = self.env_value(&entry.value, scope);
            match out.get_index_of(name) {
                Some(at) => {
                    let first = spans.get(at).copied().unwrap_or_default();
                    self.diagnostics
                        .push(messages::duplicate_name(name, entry.key.span, first));
                }
                None => {
                    out.insert(name.clone(), value);
                    spans.push(entry.key.span);
                }
            }
        }
        out
    }

    pub(super) fn env_name(&mut self, name: &str, span: Span) {
        if !rules::env_name(name) {
            self.diagnostics
                .push(messages::invalid_env_name(name, span));
        }
    }

    fn env_value(&mut self, value: &ast::Expr, scope: &mut Scope) -> EnvValue {
        if let Some((call, arguments)) = placed_call(value, &["secret", "config", "field"])
            && !self
                .scopes
                .get(scope.module.index())
                .is_some_and(|names| names.contains_key(call))
        {
            return match (call, arguments) {
                ("field", [ast::Argument { name: None, value }]) => {
                    let path = self.check_expr(value, &Type::String, scope);
                    let text = path.as_str().unwrap_or_default().to_owned();
                    if !path.is_error() && !rules::pod_field(&text) {
                        self.diagnostics
                            .push(messages::invalid_pod_field(&text, path.span));
                    }
                    EnvValue::Field { path: text }
                }
                (
                    "secret" | "config",
                    [
                        ast::Argument {
                            name: None,
                            value: name,
                        },
                        ast::Argument {
                            name: None,
                            value: key,
                        },
                    ],
                ) => {
                    let name = self.name_of_object(name, scope);
                    let key = self.check_expr(key, &Type::String, scope);
                    if let Some(text) = key.as_str()
                        && !rules::data_key(text)
                    {
                        self.diagnostics.push(messages::invalid_value(
                            "key",
                            "it may hold letters, digits, `-`, `_` and `.` only",
                            key.span,
                        ));
                    }
                    if call == "secret" {
                        EnvValue::Secret { name, key }
                    } else {
                        EnvValue::Config { name, key }
                    }
                }
                _ => {
                    let usage = if call == "field" {
                        "field(\"metadata.name\")".to_owned()
                    } else {
                        format!("{call}(\"name\", \"key\")")
                    };
                    self.diagnostics
                        .push(messages::wrong_arguments(call, &usage, value.span));
                    EnvValue::Value(Expr::error(value.span))
                }
            };
        }
        let found = self.infer(value, None, scope);
        EnvValue::Value(self.argument(found))
    }

    fn env_from(&mut self, value: &ast::Expr, scope: &mut Scope) -> Option<Vec<EnvFrom>> {
        let ast::ExprKind::List(items) = &value.kind else {
            self.infer(value, Some(&Type::Error), scope);
            self.diagnostics.push(messages::not_a_written_list(
                "env_from",
                "another value",
                value.span,
            ));
            return None;
        };
        let mut out = Vec::new();
        for item in items {
            match placed_call(item, &["secret", "config"]) {
                Some((call, [ast::Argument { name: None, value }])) => {
                    let name = self.name_of_object(value, scope);
                    out.push(if call == "secret" {
                        EnvFrom::Secret(name)
                    } else {
                        EnvFrom::Config(name)
                    });
                }
                _ => self.diagnostics.push(messages::env_from_item(item.span)),
            }
        }
        Some(out)
    }

    fn mounts(&mut self, value: &ast::Expr, scope: &mut Scope) -> IndexMap<String, Mount> {
        let mut out: IndexMap<String, Mount> = IndexMap::new();
        let ast::ExprKind::Record(entries) = &value.kind else {
            self.infer(value, Some(&Type::Error), scope);
            self.diagnostics
                .push(messages::not_a_written_record("mounts", value.span));
            return out;
        };
        for entry in entries {
            let path = entry.key.name.trim_end_matches('/').to_owned();
            if let Err(reason) = rules::mount_path(&entry.key.name) {
                self.diagnostics.push(messages::invalid_mount(
                    &entry.key.name,
                    reason,
                    entry.key.span,
                ));
            } else if path == "/argot"
                || path.starts_with("/argot/")
                || path == "/argo"
                || path.starts_with("/argo/")
                || path == "/var/run/argo"
            {
                self.diagnostics.push(messages::invalid_mount(
                    &entry.key.name,
                    "inputs, outputs and scripts are kept there",
                    entry.key.span,
                ));
            }
            let volume = self.check_expr(&entry.value, &Type::Volume, scope);
            if let Some(first) = out.get(&path) {
                self.diagnostics
                    .push(messages::duplicate_mount(&path, entry.key.span, first.span));
                continue;
            }
            if let ExprKind::Volume(volume) = volume.kind {
                if let crate::VolumeExpr::Source(source) = &volume
                    && let crate::VolumeSource::Claim { .. } = source.as_ref()
                {
                    self.diagnostics
                        .push(messages::claim_in_place(entry.value.span));
                    continue;
                }
                out.insert(
                    path,
                    Mount {
                        volume,
                        span: entry.key.span,
                    },
                );
            }
        }
        out
    }

    fn resources(&mut self, item: &Known<'_>, scope: &mut Scope) -> Resources {
        let mut out = Resources::default();
        for inner in self.known(Block::Resources, item.block()) {
            let Some(value) = inner.value() else { continue };
            match inner.name {
                "cpu" => out.cpu = self.amount(value, scope),
                "memory" => out.memory = self.amount(value, scope),
                "ephemeral" => out.ephemeral = self.amount(value, scope),
                "gpu" => out.gpu = Some(self.devices("gpu", value, scope)),
                "tpu" => out.tpu = Some(self.devices("tpu", value, scope)),
                "gpu_model" => out.gpu_model = Some(self.check_expr(value, &Type::String, scope)),
                "gpu_vendor" => out.gpu_vendor = Some(self.check_expr(value, &Type::String, scope)),
                "gpu_slice" => out.gpu_slice = Some(self.check_expr(value, &Type::String, scope)),
                "tpu_model" => out.tpu_model = Some(self.check_expr(value, &Type::String, scope)),
                "tpu_topology" => {
                    out.tpu_topology = Some(self.check_expr(value, &Type::String, scope))
                }
                _ => out.extended = self.extended(value, scope),
            }
        }
        out
    }

    fn extended(&mut self, value: &ast::Expr, scope: &mut Scope) -> IndexMap<String, Expr> {
        let mut out = IndexMap::new();
        let ast::ExprKind::Record(entries) = &value.kind else {
            self.infer(value, Some(&Type::Error), scope);
            self.diagnostics
                .push(messages::not_a_written_record("extended", value.span));
            return out;
        };
        for entry in entries {
            let name = &entry.key.name;
            if !rules::label_key(name) || !name.contains('/') {
                self.diagnostics.push(messages::invalid_value(
                    name,
                    "an extended resource has a domain, as in `rdma/hca`",
                    entry.key.span,
                ));
            }
            let count = self.devices(name, &entry.value, scope);
            if out.insert(name.clone(), count).is_some() {
                self.diagnostics
                    .push(messages::duplicate_name(name, entry.key.span, value.span));
            }
        }
        out
    }

    /// A quantity or `request..limit`.
    fn amount(&mut self, value: &ast::Expr, scope: &mut Scope) -> Option<Amount> {
        let amount = match &value.kind {
            ast::ExprKind::Range { low, high } => Amount {
                request: self.quantity(low, scope),
                limit: self.quantity(high, scope),
            },
            _ => {
                let both = self.quantity(value, scope);
                Amount {
                    request: both.clone(),
                    limit: both,
                }
            }
        };
        if let (Some(request), Some(limit)) = (
            constant_quantity(&amount.request),
            constant_quantity(&amount.limit),
        ) && request > limit
        {
            self.diagnostics.push(messages::request_over_limit(
                request.text(),
                limit.text(),
                value.span,
            ));
            return None;
        }
        Some(amount)
    }

    /// A quantity; a number is one too.
    fn quantity(&mut self, value: &ast::Expr, scope: &mut Scope) -> Expr {
        let found = self.infer(value, Some(&Type::Quantity), scope);
        let found = if matches!(found.ty, Type::Int | Type::Float) && found.value().is_none() {
            found
        } else {
            self.coerce(found, &Type::Quantity)
        };
        if let Some(quantity) = constant_quantity(&found)
            && quantity.nanos() < 0
        {
            self.diagnostics.push(messages::invalid_value(
                "resources",
                "an amount cannot be negative",
                found.span,
            ));
        }
        found
    }

    /// A whole number of devices.
    fn devices(&mut self, name: &str, value: &ast::Expr, scope: &mut Scope) -> Expr {
        if let ast::ExprKind::Range { .. } = value.kind {
            self.diagnostics
                .push(messages::device_range(name, value.span));
            return Expr::error(value.span);
        }
        let count = self.quantity(value, scope);
        match constant_quantity(&count) {
            Some(quantity) if !quantity.is_whole() => {
                self.diagnostics.push(messages::fractional_device(
                    name,
                    quantity.text(),
                    count.span,
                ));
                return Expr::error(count.span);
            }
            Some(_) => {}
            None => {
                if count.ty == Type::Float {
                    self.diagnostics
                        .push(messages::fractional_device(name, "a float", count.span));
                    return Expr::error(count.span);
                }
            }
        }
        count
    }

    pub(super) fn duration(&mut self, value: &ast::Expr, scope: &mut Scope) -> Expr {
        let found = self.check_expr(value, &Type::Duration, scope);
        if let Some(Value::Duration(duration)) = found.value()
            && duration.nanos() <= 0
        {
            self.diagnostics.push(messages::invalid_duration_value(
                "it must be more than nothing",
                found.span,
            ));
        }
        found
    }

    fn retry(&mut self, item: &Known<'_>, scope: &mut Scope) -> Retry {
        let mut out = Retry {
            span: Some(item.span()),
            ..Retry::default()
        };
        for inner in self.known(Block::Retry, item.block()) {
            let Some(value) = inner.value() else { continue };
            match inner.name {
                "limit" => {
                    let limit = self.check_expr(value, &Type::Int, scope);
                    if let Some(Value::Int(number)) = limit.value()
                        && *number < 0
                    {
                        self.diagnostics.push(messages::invalid_value(
                            "limit",
                            "it cannot be negative",
                            limit.span,
                        ));
                    }
                    out.limit = Some(limit);
                }
                "backoff" => out.backoff = Some(self.duration(value, scope)),
                "factor" => {
                    let factor = self.check_expr(value, &Type::Int, scope);
                    if let Some(Value::Int(number)) = factor.value()
                        && *number < 1
                    {
                        self.diagnostics.push(messages::invalid_value(
                            "factor",
                            "it must be 1 or more",
                            factor.span,
                        ));
                    }
                    out.factor = Some(factor);
                }
                "max" => out.max = Some(self.duration(value, scope)),
                _ => out.on = Some(self.one_of("on", RETRY_ON, value, scope)),
            }
        }
        out
    }

    fn cache(&mut self, item: &Known<'_>, scope: &mut Scope) -> Cache {
        let mut out = Cache {
            span: Some(item.span()),
            ..Cache::default()
        };
        for inner in self.known(Block::Cache, item.block()) {
            let Some(value) = inner.value() else { continue };
            match inner.name {
                "max_age" => out.max_age = Some(self.duration(value, scope)),
                _ => {
                    let key = self.infer(value, None, scope);
                    let key = self.with_text(key);
                    out.key = Some(self.filled("key", key));
                }
            }
        }
        out
    }

    pub(super) fn semaphore(&mut self, item: &Known<'_>, scope: &mut Scope) -> Semaphore {
        let mut out = Semaphore {
            span: Some(item.span()),
            ..Semaphore::default()
        };
        for inner in self.known(Block::Semaphore, item.block()) {
            let Some(value) = inner.value() else { continue };
            match inner.name {
                "config" => out.config = Some(self.name_of_object(value, scope)),
                _ => out.key = Some(self.filled_text("key", value, scope)),
            }
        }
        for (name, found) in [("config", out.config.is_some()), ("key", out.key.is_some())] {
            if !found {
                self.diagnostics
                    .push(messages::missing_attribute("semaphore", name, item.span()));
            }
        }
        out
    }

    fn security(&mut self, item: &Known<'_>, scope: &mut Scope) -> Security {
        let mut out = Security::default();
        for inner in self.known(Block::Security, item.block()) {
            let Some(value) = inner.value() else { continue };
            let field = match inner.name {
                "run_as_user" => &mut out.run_as_user,
                "run_as_group" => &mut out.run_as_group,
                "fs_group" => &mut out.fs_group,
                "run_as_non_root" => &mut out.run_as_non_root,
                "read_only_root" => &mut out.read_only_root,
                "allow_privilege_escalation" => &mut out.allow_privilege_escalation,
                "privileged" => &mut out.privileged,
                "add_capabilities" => {
                    out.add_capabilities = self.text_elements("add_capabilities", value, scope);
                    continue;
                }
                "drop_capabilities" => {
                    out.drop_capabilities = self.text_elements("drop_capabilities", value, scope);
                    continue;
                }
                _ => {
                    out.seccomp = Some(self.one_of("seccomp", SECCOMP, value, scope));
                    continue;
                }
            };
            let number = matches!(inner.name, "run_as_user" | "run_as_group" | "fs_group");
            let found =
                self.check_expr(value, if number { &Type::Int } else { &Type::Bool }, scope);
            if let Some(Value::Int(id)) = found.value()
                && !(0..=i64::from(i32::MAX)).contains(id)
            {
                self.diagnostics.push(messages::invalid_value(
                    inner.name,
                    "an id is 0 to 2147483647",
                    found.span,
                ));
            }
            *field = Some(found);
        }
        if let (Some(Value::Bool(true)), Some(Value::Int(0))) = (
            out.run_as_non_root.as_ref().and_then(Expr::value),
            out.run_as_user.as_ref().and_then(Expr::value),
        ) {
            self.diagnostics.push(messages::invalid_value(
                "run_as_user",
                "0 is root, which `run_as_non_root` refuses",
                item.span(),
            ));
        }
        out
    }

    fn output_settings(
        &mut self,
        item: &Known<'_>,
        scope: &mut Scope,
    ) -> IndexMap<String, OutputSettings> {
        let mut out = IndexMap::new();
        for output in item.block() {
            let name = &output.name;
            let found = scope.outputs.iter().find(|other| other.name == name.name);
            let Some(ty) = found.map(|output| output.ty.clone()) else {
                let names: Vec<&str> = scope
                    .outputs
                    .iter()
                    .map(|output| output.name.as_str())
                    .collect();
                let suggestion = crate::suggest(&name.name, names.iter().copied());
                self.diagnostics.push(messages::unknown_component_output(
                    &name.name, name.span, suggestion, &names,
                ));
                continue;
            };
            let ast::AttributeValue::Block(attributes) = &output.value else {
                self.diagnostics.push(messages::attribute_shape(
                    &name.name,
                    messages::Written::Block,
                    false,
                    name.span,
                ));
                continue;
            };
            let mut settings = OutputSettings {
                span: name.span,
                ..OutputSettings::default()
            };
            for inner in self.known(Block::Output, attributes) {
                let Some(value) = inner.value() else { continue };
                if !ty.is_artifact() && !ty.is_error() {
                    self.diagnostics.push(messages::parameter_is_not_kept(
                        inner.name,
                        &name.name,
                        inner.span(),
                    ));
                    continue;
                }
                match inner.name {
                    "to" => {
                        let url = self.check_expr(value, &Type::String, scope);
                        if url.is_error() {
                            continue;
                        }
                        match super::functions::location(&url) {
                            Ok(crate::Location::Git { .. }) => {
                                self.diagnostics.push(messages::invalid_location(
                                    "a Git repository can only be read from",
                                    url.span,
                                ));
                            }
                            Ok(location) => settings.to = Some(location),
                            Err(reason) => self
                                .diagnostics
                                .push(messages::invalid_location(&reason, url.span)),
                        }
                    }
                    _ => settings.archive = Some(self.one_of("archive", ARCHIVES, value, scope)),
                }
            }
            if out.insert(name.name.clone(), settings).is_some() {
                self.diagnostics.push(messages::duplicate_attribute(
                    &name.name,
                    name.span,
                    item.span(),
                ));
            }
        }
        out
    }

    fn tolerations(&mut self, value: &ast::Expr, scope: &mut Scope) -> Option<Vec<Toleration>> {
        let ast::ExprKind::List(items) = &value.kind else {
            self.infer(value, Some(&Type::Error), scope);
            self.diagnostics.push(messages::not_a_written_list(
                "tolerations",
                "another value",
                value.span,
            ));
            return None;
        };
        let mut out = Vec::new();
        for item in items {
            let ast::ExprKind::Record(entries) = &item.kind else {
                self.diagnostics.push(messages::invalid_toleration(
                    "a toleration is a record: `{ key = \"...\", operator = \"Exists\" }`",
                    item.span,
                ));
                continue;
            };
            let mut toleration = Toleration {
                key: None,
                operator: None,
                value: None,
                effect: None,
                seconds: None,
                span: item.span,
            };
            for entry in entries {
                let written = &entry.value;
                match entry.key.name.as_str() {
                    "key" => {
                        let key = self.check_expr(written, &Type::String, scope);
                        if let Some(text) = key.as_str()
                            && !rules::label_key(text)
                        {
                            self.diagnostics
                                .push(messages::invalid_label_key(text, key.span));
                        }
                        toleration.key = Some(key);
                    }
                    "operator" => {
                        toleration.operator = Some(self.one_of_toleration(
                            "operator",
                            TOLERATION_OPERATORS,
                            written,
                            scope,
                        ))
                    }
                    "effect" => {
                        toleration.effect =
                            Some(self.one_of_toleration("effect", TAINT_EFFECTS, written, scope))
                    }
                    "value" => {
                        let text = self.check_expr(written, &Type::String, scope);
                        if let Some(value) = text.as_str()
                            && !rules::label_value(value)
                        {
                            self.diagnostics
                                .push(messages::invalid_label_value(value, text.span));
                        }
                        toleration.value = Some(text);
                    }
                    "seconds" => {
                        toleration.seconds = Some(self.check_expr(written, &Type::Int, scope))
                    }
                    other => {
                        let names = ["key", "operator", "value", "effect", "seconds"];
                        let suggestion = crate::suggest(other, names);
                        self.diagnostics.push(messages::unknown_field(
                            other,
                            entry.key.span,
                            suggestion,
                            &names,
                        ));
                    }
                }
            }
            self.consistent_toleration(&toleration);
            out.push(toleration);
        }
        Some(out)
    }

    fn consistent_toleration(&mut self, toleration: &Toleration) {
        let operator = toleration.operator.as_ref().and_then(Expr::as_str);
        let problem = if operator == Some("Exists") && toleration.value.is_some() {
            Some("`Exists` takes no `value`")
        } else if operator != Some("Exists")
            && toleration.key.is_none()
            && toleration.operator.is_none()
        {
            Some("it has neither a `key` nor the operator `Exists`, so that it tolerates nothing")
        } else if toleration.seconds.is_some()
            && toleration
                .effect
                .as_ref()
                .is_some_and(|effect| effect.as_str() != Some("NoExecute"))
        {
            Some("`seconds` goes with the effect `NoExecute` only")
        } else {
            None
        };
        if let Some(problem) = problem {
            self.diagnostics
                .push(messages::invalid_toleration(problem, toleration.span));
        }
    }

    fn one_of_toleration(
        &mut self,
        what: &str,
        members: &[&str],
        value: &ast::Expr,
        scope: &mut Scope,
    ) -> Expr {
        let found = self.check_expr(value, &Type::String, scope);
        if let Some(text) = found.as_str()
            && !members.contains(&text)
        {
            let suggestion = crate::suggest(text, members.iter().copied());
            self.diagnostics.push(messages::toleration_member(
                what, text, members, suggestion, found.span,
            ));
        }
        found
    }

    /// A text that is not empty.
    pub(super) fn filled_text(&mut self, what: &str, value: &ast::Expr, scope: &mut Scope) -> Expr {
        let text = self.check_expr(value, &Type::String, scope);
        self.filled(what, text)
    }

    fn filled(&mut self, what: &str, text: Expr) -> Expr {
        if text.as_str() == Some("") {
            self.diagnostics
                .push(messages::invalid_value(what, "it is empty", text.span));
        }
        text
    }

    /// A text out of a few, known at compile time.
    pub(super) fn one_of(
        &mut self,
        what: &str,
        members: &[&str],
        value: &ast::Expr,
        scope: &mut Scope,
    ) -> Expr {
        let found = self.check_expr(value, &Type::String, scope);
        match found.as_str() {
            Some(text) if members.contains(&text) => {}
            Some(text) => {
                self.diagnostics
                    .push(messages::not_one_of(what, text, members, found.span));
                return Expr::error(found.span);
            }
            None if found.is_error() => {}
            None => self
                .diagnostics
                .push(messages::not_constant(&format!("`{what}`"), found.span)),
        }
        found
    }

    pub(super) fn constant_bool(
        &mut self,
        what: &str,
        value: &ast::Expr,
        scope: &mut Scope,
    ) -> Option<bool> {
        let found = self.check_expr(value, &Type::Bool, scope);
        match found.value() {
            Some(Value::Bool(value)) => Some(*value),
            _ => {
                if !found.is_error() {
                    self.diagnostics
                        .push(messages::not_constant(&format!("`{what}`"), found.span));
                }
                None
            }
        }
    }

    fn names(&mut self, value: &ast::Expr, scope: &mut Scope) -> Option<Vec<Expr>> {
        let names = self.text_elements("image_pull_secrets", value, scope)?;
        for name in &names {
            if let Some(text) = name.as_str()
                && !rules::dns_subdomain(text)
            {
                self.diagnostics
                    .push(messages::invalid_object_name(text, name.span));
            }
        }
        Some(names)
    }

    fn text_elements(
        &mut self,
        what: &str,
        value: &ast::Expr,
        scope: &mut Scope,
    ) -> Option<Vec<Expr>> {
        let elements = self.elements(what, value, scope)?;
        Some(
            elements
                .into_iter()
                .map(|element| self.coerce(element, &Type::String))
                .collect(),
        )
    }

    fn label_text(&mut self, value: &ast::Expr, scope: &mut Scope) -> Expr {
        let text = self.check_expr(value, &Type::String, scope);
        if let Some(value) = text.as_str()
            && !rules::label_value(value)
        {
            self.diagnostics
                .push(messages::invalid_label_value(value, text.span));
        }
        text
    }

    pub(super) fn labels(
        &mut self,
        value: &ast::Expr,
        kind: LabelKind,
        scope: &mut Scope,
    ) -> IndexMap<String, Expr> {
        let mut out = IndexMap::new();
        for (name, text) in self.texts(value, scope).unwrap_or_default() {
            if !rules::label_key(&name) {
                self.diagnostics
                    .push(messages::invalid_label_key(&name, text.span));
            }
            if kind == LabelKind::Label
                && let Some(value) = text.value().map(Value::text)
                && !rules::label_value(&value)
            {
                self.diagnostics
                    .push(messages::invalid_label_value(&value, text.span));
            }
            out.insert(name, text);
        }
        out
    }

    pub(super) fn raw_record(&mut self, value: &ast::Expr, scope: &mut Scope) -> Raw {
        if !matches!(value.kind, ast::ExprKind::Record(_)) {
            self.diagnostics
                .push(messages::not_a_written_record("a raw field", value.span));
        }
        self.raw(value, scope)
    }

    /// A value in the target's own field names.
    pub(super) fn raw(&mut self, value: &ast::Expr, scope: &mut Scope) -> Raw {
        let kind = match &value.kind {
            ast::ExprKind::Record(entries) => {
                let mut fields: Vec<RawField> = Vec::new();
                for entry in entries {
                    let inner = self.raw(&entry.value, scope);
                    if let Some(first) = fields.iter().find(|field| field.name == entry.key.name) {
                        let first = first.name_span;
                        self.diagnostics.push(messages::duplicate_name(
                            &entry.key.name,
                            entry.key.span,
                            first,
                        ));
                        continue;
                    }
                    fields.push(RawField {
                        name: entry.key.name.clone(),
                        name_span: entry.key.span,
                        value: inner,
                    });
                }
                RawKind::Record(fields)
            }
            ast::ExprKind::List(items) => {
                RawKind::List(items.iter().map(|item| self.raw(item, scope)).collect())
            }
            _ => {
                let expr = self.infer(value, None, scope);
                let expr = if expr.value() == Some(&Value::Null) {
                    expr
                } else {
                    self.with_text(expr)
                };
                return raw_of(expr);
            }
        };
        Raw {
            kind,
            span: value.span,
        }
    }
}

/// A raw value from an expression: a constant list or record is opened up.
fn raw_of(expr: Expr) -> Raw {
    let span = expr.span;
    let leaf = |value: &Value| Expr::constant(value.clone(), Type::Json, span);
    let kind = match expr.value() {
        Some(Value::List(items)) => {
            RawKind::List(items.iter().map(|item| raw_of(leaf(item))).collect())
        }
        Some(Value::Record(fields)) => RawKind::Record(
            fields
                .iter()
                .map(|(name, value)| RawField {
                    name: name.clone(),
                    name_span: span,
                    value: raw_of(leaf(value)),
                })
                .collect(),
        ),
        _ => RawKind::Leaf(expr),
    };
    Raw { kind, span }
}

/// What a map of texts is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LabelKind {
    /// Its values are labels.
    Label,
    /// Its values are any text.
    Annotation,
}

fn constant_quantity(expr: &Expr) -> Option<&Quantity> {
    match expr.value() {
        Some(Value::Quantity(quantity)) => Some(quantity),
        _ => None,
    }
}

/// A call of one of the given names.
fn placed_call<'a>(
    value: &'a ast::Expr,
    names: &[&'static str],
) -> Option<(&'static str, &'a [ast::Argument])> {
    let ast::ExprKind::Call { callee, arguments } = &value.kind else {
        return None;
    };
    let ast::ExprKind::Name(name) = &callee.kind else {
        return None;
    };
    let name = names.iter().find(|known| *known == name)?;
    Some((name, arguments))
}
