//! Volumes: the calls that create them, and their mounts.

use std::sync::Arc;

use argot_syntax::{Span, ast};

use super::{
    Checker,
    scope::Scope,
    values::{self, Known},
};
use crate::{Expr, Type, Value, VolumeSource, diagnostics};

/// The calls that create a volume, each with its signature for messages.
const VOLUME_CALLS: &[(&str, &str)] = &[
    (
        "claim",
        "claim(size = 50Gi, class = \"fast\", access = \"ReadWriteOnce\", from = snapshot(\"name\"))",
    ),
    ("existing", "existing(\"claim-name\", read_only = true)"),
    ("memory_volume", "memory_volume(8Gi)"),
    ("scratch_volume", "scratch_volume(20Gi)"),
    ("secret_volume", "secret_volume(\"name\")"),
    ("config_volume", "config_volume(\"name\")"),
    (
        "ephemeral",
        "ephemeral(size = 50Gi, class = \"fast\", access = \"ReadWriteOnce\")",
    ),
    ("host_path", "host_path(\"/path\")"),
    ("nfs", "nfs(\"server\", \"/path\")"),
    ("csi", "csi(\"driver\", { key = \"value\" })"),
];

const ACCESS_MODES: &[&str] = &[
    "ReadWriteOnce",
    "ReadWriteMany",
    "ReadOnlyMany",
    "ReadWriteOncePod",
];

/// Whether a call with this name creates a volume.
pub(super) fn is_volume_call(name: &str) -> bool {
    VOLUME_CALLS.iter().any(|(call, _)| *call == name)
}

/// The names of the calls that create a volume.
pub(super) fn volume_calls() -> impl Iterator<Item = &'static str> {
    VOLUME_CALLS.iter().map(|(call, _)| *call)
}

/// The arguments of a volume call, taken one by one. Arguments left at the end are unknown.
struct Taken<'a> {
    left: Vec<&'a ast::Argument>,
    positional: bool,
}

impl<'a> Taken<'a> {
    /// Takes the argument with this name, or else the next unnamed one.
    fn take(&mut self, name: &str) -> Option<&'a ast::Expr> {
        let named = self.left.iter().position(|argument| {
            argument
                .name
                .as_ref()
                .is_some_and(|given| given.name == name)
        });
        let at = match named {
            Some(at) => at,
            None if self.positional => self
                .left
                .iter()
                .position(|argument| argument.name.is_none())?,
            None => return None,
        };
        Some(&self.left.remove(at).value)
    }

    /// Takes the argument with this name only.
    fn named(&mut self, name: &str) -> Option<&'a ast::Expr> {
        let positional = std::mem::replace(&mut self.positional, false);
        let found = self.take(name);
        self.positional = positional;
        found
    }
}

impl Checker<'_> {
    /// The volume that a call creates. Returns `None` if the call is wrong and has been reported.
    pub(super) fn volume_source(
        &mut self,
        call: &str,
        arguments: &[ast::Argument],
        span: Span,
        scope: &mut Scope,
    ) -> Option<VolumeSource> {
        let usage = VOLUME_CALLS
            .iter()
            .find(|(name, _)| *name == call)
            .map_or("", |(_, usage)| usage);
        let mut taken = Taken {
            left: arguments.iter().collect(),
            positional: true,
        };
        let source = match call {
            "claim" | "ephemeral" => self.claim(call, usage, &mut taken, span, scope),
            "existing" => {
                let name = self.required_text(usage, call, taken.take("name"), span, scope);
                let read_only = self.flag(taken.named("read_only"), scope);
                name.map(|name| VolumeSource::Existing { name, read_only })
            }
            "memory_volume" | "scratch_volume" => {
                let size = self.size(usage, call, taken.take("size"), span, scope);
                size.map(|size| match call {
                    "memory_volume" => VolumeSource::Memory { size },
                    _ => VolumeSource::Scratch { size },
                })
            }
            "secret_volume" => self
                .required_text(usage, call, taken.take("name"), span, scope)
                .map(|name| VolumeSource::Secret { name }),
            "config_volume" => self
                .required_text(usage, call, taken.take("name"), span, scope)
                .map(|name| VolumeSource::Config { name }),
            "host_path" => self
                .required_text(usage, call, taken.take("path"), span, scope)
                .map(|path| VolumeSource::HostPath { path }),
            "nfs" => {
                let server = self.required_text(usage, call, taken.take("server"), span, scope);
                let path = self.required_text(usage, call, taken.take("path"), span, scope);
                server
                    .zip(path)
                    .map(|(server, path)| VolumeSource::Nfs { server, path })
            }
            _ => self.csi(call, usage, &mut taken, span, scope),
        };
        let extra = taken.left.first().map(|argument| {
            let at = argument
                .name
                .as_ref()
                .map_or(argument.value.span, |name| name.span);
            diagnostics::volume_argument(call, usage, at)
        });
        match extra {
            Some(diagnostic) => {
                self.diagnostics.push(diagnostic);
                None
            }
            None => {
                if let Some(source) = &source {
                    source.places(&mut |name, rule, expr| {
                        let report = &mut |diagnostic| self.diagnostics.push(diagnostic);
                        values::one(name, rule, expr, &Known::written, report);
                    });
                }
                source
            }
        }
    }

    fn csi(
        &mut self,
        call: &str,
        usage: &str,
        taken: &mut Taken<'_>,
        span: Span,
        scope: &mut Scope,
    ) -> Option<VolumeSource> {
        let driver = self.required_text(usage, call, taken.take("driver"), span, scope);
        let attributes = match taken.take("attributes") {
            Some(written) => self.texts("attributes", written, scope),
            None => Some(Vec::new()),
        };
        let attributes = attributes.map(|attributes| {
            let texts = attributes.into_iter();
            texts.map(|((name, _), text)| (name, text)).collect()
        });
        driver
            .zip(attributes)
            .map(|(driver, attributes)| VolumeSource::Csi { driver, attributes })
    }

    fn claim(
        &mut self,
        call: &str,
        usage: &str,
        taken: &mut Taken<'_>,
        span: Span,
        scope: &mut Scope,
    ) -> Option<VolumeSource> {
        let size = self.size(usage, call, taken.take("size"), span, scope);
        let class = taken
            .named("class")
            .map(|written| self.text(written, scope));
        let access = taken
            .named("access")
            .map(|written| (self.check_expr(written, &Type::String, scope), written.span));
        let access = match access {
            None => Some("ReadWriteOnce".to_owned()),
            Some((expr, at)) => match expr.as_str() {
                Some(mode) if ACCESS_MODES.contains(&mode) => Some(mode.to_owned()),
                Some(mode) => {
                    self.diagnostics.push(diagnostics::not_one_of(
                        "access",
                        mode,
                        ACCESS_MODES,
                        at,
                    ));
                    None
                }
                None => {
                    if !expr.is_error() {
                        self.diagnostics
                            .push(diagnostics::not_constant("`access`", at));
                    }
                    None
                }
            },
        };
        let snapshot = match taken.named("from") {
            None => None,
            Some(written) => match &written.kind {
                ast::ExprKind::Call { callee, arguments }
                    if call == "claim"
                        && matches!(&callee.kind, ast::ExprKind::Name(name) if name == "snapshot") =>
                {
                    let [ast::Argument { name: None, value }] = arguments.as_slice() else {
                        self.diagnostics.push(diagnostics::wrong_arguments(
                            "snapshot",
                            "snapshot(\"name\")",
                            written.span,
                        ));
                        return None;
                    };
                    Some(self.text(value, scope))
                }
                _ => {
                    self.diagnostics
                        .push(diagnostics::volume_argument(call, usage, written.span));
                    return None;
                }
            },
        };
        let (size, access) = (size?, access?);
        Some(match call {
            "claim" => VolumeSource::Claim {
                size,
                class,
                access,
                snapshot,
            },
            _ => VolumeSource::Ephemeral {
                size,
                class,
                access,
            },
        })
    }

    fn size(
        &mut self,
        usage: &str,
        call: &str,
        written: Option<&ast::Expr>,
        span: Span,
        scope: &mut Scope,
    ) -> Option<Expr> {
        let Some(written) = written else {
            self.diagnostics
                .push(diagnostics::wrong_arguments(call, usage, span));
            return None;
        };
        Some(self.check_expr(written, &Type::Quantity, scope))
    }

    fn flag(&mut self, written: Option<&ast::Expr>, scope: &mut Scope) -> bool {
        let Some(written) = written else { return false };
        let expr = self.check_expr(written, &Type::Bool, scope);
        match expr.value() {
            Some(Value::Bool(value)) => *value,
            _ => {
                if !expr.is_error() {
                    self.diagnostics
                        .push(diagnostics::not_constant("`read_only`", expr.span));
                }
                false
            }
        }
    }

    fn required_text(
        &mut self,
        usage: &str,
        call: &str,
        written: Option<&ast::Expr>,
        span: Span,
        scope: &mut Scope,
    ) -> Option<Expr> {
        match written {
            Some(written) => Some(self.check_expr(written, &Type::String, scope)),
            None => {
                self.diagnostics
                    .push(diagnostics::wrong_arguments(call, usage, span));
                None
            }
        }
    }

    /// A record of texts: each key with its span, and its text.
    pub(super) fn texts(
        &mut self,
        what: &str,
        written: &ast::Expr,
        scope: &mut Scope,
    ) -> Option<Vec<((String, Span), Expr)>> {
        let ast::ExprKind::Record(entries) = &written.kind else {
            // A constant record may be referred to by name.
            let expr = self.check_expr(written, &Type::Map(Arc::new(Type::String)), scope);
            return match expr.value() {
                Some(Value::Record(fields)) => Some(
                    fields
                        .iter()
                        .map(|(name, value)| {
                            let key = (name.clone(), expr.span);
                            (key, Expr::text(value.text(), expr.span))
                        })
                        .collect(),
                ),
                _ => {
                    if !expr.is_error() {
                        self.diagnostics
                            .push(diagnostics::not_a_written_record(what, expr.span));
                    }
                    None
                }
            };
        };
        let mut found: Vec<((String, Span), Expr)> = Vec::new();
        for entry in entries {
            let value = self.infer(&entry.value, None, scope);
            let value = self.with_text(value);
            let (name, span) = (&entry.key.name, entry.key.span);
            match found.iter().find(|((other, _), _)| other == name) {
                Some(((_, first), _)) => self
                    .diagnostics
                    .push(diagnostics::duplicate_name(name, span, *first)),
                None => found.push(((name.clone(), span), value)),
            }
        }
        Some(found)
    }
}
