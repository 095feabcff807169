//! The attributes of steps: each value typed and, where it is known, checked against Kubernetes' rules.

use std::collections::HashSet;

use argot_syntax::ast;
use indexmap::IndexMap;

use super::{
    Checker,
    block::{Block, Known},
    rules,
    scope::Scope,
    values::{self, Rule},
};
use crate::{
    Attributes, Cache, Container, Expr, OutputSettings, Retry, Security, Semaphore, Toleration,
    Type, Value, diagnostics,
};

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
                        "mutex" => out.mutex = Some(self.text(value, scope)),
                        "daemon" => out.daemon = self.constant_bool("daemon", value, scope),
                        "allow_failure" => {
                            out.allow_failure = self.constant_bool("allow_failure", value, scope);
                        }
                        "labels" => out.labels = self.labels(item.name, value, scope),
                        "annotations" => out.annotations = self.labels(item.name, value, scope),
                        "node_selector" => out.node_selector = self.labels(item.name, value, scope),
                        "tolerations" => out.tolerations = self.tolerations(value, scope),
                        "affinity" => out.affinity = Some(self.raw(value, scope)),
                        "priority_class" => out.priority_class = Some(self.text(value, scope)),
                        "service_account" => out.service_account = Some(self.text(value, scope)),
                        "image_pull_secrets" => {
                            out.image_pull_secrets =
                                self.text_elements("image_pull_secrets", value, scope);
                        }
                        "queue" => out.queue = Some(self.text(value, scope)),
                        "spot" => {
                            out.spot = Some(self.known_at_compile_time("`spot`", |this| {
                                this.check_expr(value, &Type::Bool, scope)
                            }));
                        }
                        "node_pool" => {
                            out.node_pool =
                                Some(self.known_at_compile_time("`node_pool`", |this| {
                                    this.text(value, scope)
                                }));
                        }
                        "container" => {
                            out.container = Some(self.raw_record(item.name, value, scope))
                        }
                        "pod" => out.pod = Some(self.raw_record(item.name, value, scope)),
                        "argo" => out.argo = Some(self.raw_record(item.name, value, scope)),
                        "kubernetes" => {
                            out.kubernetes = Some(self.raw_record(item.name, value, scope))
                        }
                        "script" | "raw_template" => {}
                        _ => self.diagnostics.push(diagnostics::not_yet_supported(
                            &format!("`{}` here", item.name),
                            span,
                        )),
                    }
                }
            }
        }
        self.spliced(&out, &scope.inputs);
        let report = &mut |diagnostic| self.diagnostics.push(diagnostic);
        values::hold(&out, &values::Known::written, report);
        out
    }

    /// A value that must hold to a rule where it is known.
    pub(super) fn held(&mut self, name: &str, rule: Rule, expr: Expr) -> Expr {
        let report = &mut |diagnostic| self.diagnostics.push(diagnostic);
        values::one(name, rule, &expr, &values::Known::written, report);
        expr
    }

    /// A text.
    pub(super) fn text(&mut self, value: &ast::Expr, scope: &mut Scope) -> Expr {
        self.check_expr(value, &Type::String, scope)
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
                .push(diagnostics::not_constant("a container's name", label.span));
            return;
        };
        if !rules::dns_label(name) {
            self.diagnostics
                .push(diagnostics::invalid_container_name(name, label.span));
        } else if matches!(name, "main" | "wait" | "init" | "supervisor") {
            self.diagnostics
                .push(diagnostics::reserved_container_name(name, label.span));
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
                .push(diagnostics::duplicate_name(name, label.span, first));
            return;
        }
        match block {
            Block::Init => out.init.insert(name.to_owned(), container),
            _ => out.sidecar.insert(name.to_owned(), container),
        };
    }

    pub(super) fn duration(&mut self, value: &ast::Expr, scope: &mut Scope) -> Expr {
        self.check_expr(value, &Type::Duration, scope)
    }

    fn retry(&mut self, item: &Known<'_>, scope: &mut Scope) -> Retry {
        let mut out = Retry {
            span: Some(item.span()),
            ..Retry::default()
        };
        for inner in self.known(Block::Retry, item.block()) {
            let Some(value) = inner.value() else { continue };
            match inner.name {
                "limit" => out.limit = Some(self.check_expr(value, &Type::Int, scope)),
                "backoff" => out.backoff = Some(self.duration(value, scope)),
                "factor" => out.factor = Some(self.check_expr(value, &Type::Int, scope)),
                "max" => out.max = Some(self.duration(value, scope)),
                "when" => {
                    scope.in_retry = true;
                    out.when = Some(self.check_expr(value, &Type::Bool, scope));
                    scope.in_retry = false;
                }
                _ => out.on = Some(self.one_of("on", values::RETRY_ON, value, scope)),
            }
        }
        self.refuse_idle(&out);
        out
    }

    /// Warns of what stands beside `limit = 0` in one block. In another block that is how a retry is turned off.
    fn refuse_idle(&mut self, retry: &Retry) {
        let Some(limit) = &retry.limit else { return };
        let others = [
            ("backoff", &retry.backoff),
            ("factor", &retry.factor),
            ("max", &retry.max),
            ("on", &retry.on),
            ("when", &retry.when),
        ];
        let other = others
            .into_iter()
            .find_map(|(name, expr)| Some((name, expr.as_ref()?.span)));
        if let (Some(Value::Int(0)), Some((name, span))) = (limit.value(), other) {
            let why = diagnostics::Idle::NoLimit(name, span);
            self.diagnostics
                .push(diagnostics::idle_retry(&why, limit.span));
        }
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
                    out.key = Some(self.with_text(key));
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
                "config" => out.config = Some(self.text(value, scope)),
                _ => out.key = Some(self.text(value, scope)),
            }
        }
        for (name, found) in [("config", out.config.is_some()), ("key", out.key.is_some())] {
            if !found {
                self.diagnostics.push(diagnostics::missing_attribute(
                    "semaphore",
                    name,
                    item.span(),
                ));
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
                    out.seccomp = Some(self.one_of("seccomp", values::SECCOMP, value, scope));
                    continue;
                }
            };
            let number = matches!(inner.name, "run_as_user" | "run_as_group" | "fs_group");
            let ty = if number { &Type::Int } else { &Type::Bool };
            *field = Some(self.check_expr(value, ty, scope));
        }
        out
    }

    fn output_settings(
        &mut self,
        item: &Known<'_>,
        scope: &mut Scope,
    ) -> IndexMap<String, OutputSettings> {
        let mut out = IndexMap::new();
        let written: HashSet<&str> = item
            .block()
            .iter()
            .map(|one| one.name.name.as_str())
            .collect();
        for output in item.block() {
            let name = &output.name;
            let found = scope.outputs.iter().find(|other| other.name == name.name);
            let Some(ty) = found.map(|output| output.ty.clone()) else {
                let names: Vec<&str> = scope
                    .outputs
                    .iter()
                    .map(|output| output.name.as_str())
                    .collect();
                let free = names.iter().copied().filter(|name| !written.contains(name));
                let suggestion = self.suggestions.find(&name.name, name.span, free);
                self.diagnostics.push(diagnostics::unknown_component_output(
                    &name.name, name.span, suggestion, &names,
                ));
                continue;
            };
            let ast::AttributeValue::Block(attributes) = &output.value else {
                self.diagnostics.push(diagnostics::attribute_shape(
                    &name.name,
                    diagnostics::Written::Block,
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
                    self.diagnostics.push(diagnostics::parameter_is_not_kept(
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
                        match crate::texts::location(&url) {
                            Ok(crate::Location::Git { .. }) => {
                                self.diagnostics.push(diagnostics::invalid_location(
                                    "a Git repository can only be read from",
                                    url.span,
                                ));
                            }
                            Ok(location) => settings.to = Some(location),
                            Err(mismatch) => {
                                let written = url.as_str().unwrap_or_default();
                                self.diagnostics.push(diagnostics::unread_location(
                                    written, &mismatch, url.span,
                                ));
                            }
                        }
                    }
                    _ => {
                        settings.archive =
                            Some(self.one_of("archive", values::ARCHIVES, value, scope))
                    }
                }
            }
            if out.insert(name.name.clone(), settings).is_some() {
                self.diagnostics.push(diagnostics::duplicate_attribute(
                    &name.name,
                    name.span,
                    item.span(),
                ));
            }
        }
        out
    }

    fn tolerations(&mut self, value: &ast::Expr, scope: &mut Scope) -> Option<Vec<Toleration>> {
        let items = self.written_list("tolerations", value, scope)?;
        let mut out = Vec::new();
        for item in items {
            let ast::ExprKind::Record(entries) = &item.kind else {
                self.diagnostics.push(diagnostics::invalid_toleration(
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
                    "key" => toleration.key = Some(self.text(written, scope)),
                    "operator" => toleration.operator = Some(self.text(written, scope)),
                    "effect" => toleration.effect = Some(self.text(written, scope)),
                    "value" => toleration.value = Some(self.text(written, scope)),
                    "seconds" => {
                        toleration.seconds = Some(self.check_expr(written, &Type::Int, scope))
                    }
                    other => {
                        let names = ["key", "operator", "value", "effect", "seconds"];
                        let suggestion = crate::suggest(other, names);
                        self.diagnostics.push(diagnostics::unknown_field(
                            other,
                            entry.key.span,
                            suggestion,
                            &names,
                        ));
                    }
                }
            }
            out.push(toleration);
        }
        Some(out)
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
                    .push(diagnostics::not_one_of(what, text, members, found.span));
                return Expr::error(found.span);
            }
            None if found.is_error() => {}
            None => self
                .diagnostics
                .push(diagnostics::not_constant(&format!("`{what}`"), found.span)),
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
                        .push(diagnostics::not_constant(&format!("`{what}`"), found.span));
                }
                None
            }
        }
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

    /// Texts under the keys of labels.
    pub(super) fn labels(
        &mut self,
        what: &str,
        value: &ast::Expr,
        scope: &mut Scope,
    ) -> IndexMap<String, Expr> {
        let mut out = IndexMap::new();
        for ((name, span), text) in self.texts(what, value, scope).unwrap_or_default() {
            if !rules::label_key(&name) {
                self.diagnostics
                    .push(diagnostics::invalid_label_key(&name, span));
            }
            out.insert(name, text);
        }
        out
    }
}
