//! The texts of a job: known parts, and parts that come from files.

use std::cell::Cell;

use argot_compiler::{ArtifactSource, Context, Expr, ExprKind, InputId, Type, Value};
use argot_syntax::{Diagnostic, Span};

use super::diagnostics;
use super::flat::{Flat, Job, Source, source};
use super::values::{NAMESPACE, Piece, Text};
use crate::pod::text::argument;
use crate::pod::{Dialect, OUTPUTS, System};

/// The folder with a folder for each job whose outputs a container reads.
pub(crate) const FROM: &str = "/argot/from";
/// The folder with the files of the run's ConfigMap.
pub(crate) const FILES: &str = "/argot/run";

/// Kubernetes as the system that runs pods.
pub(crate) const KUBERNETES: &System = &System {
    name: "Kubernetes",
    containers: &["main"],
    folders: &[],
};

/// The names of a run and its objects.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// The name of the run, which prefixes the names of all its objects.
    pub(crate) name: String,
    /// The namespace, if one was given.
    pub(crate) namespace: Option<String>,
    /// Whether the claims of the run are objects of their own, rather than volumes of its one pod.
    pub(crate) has_claims: bool,
}

impl Run {
    /// The name of an object of the run.
    pub(crate) fn object(&self, name: &str) -> String {
        format!("{}-{name}", self.name)
    }
}

/// Turns the expressions of a job into texts.
pub(crate) struct Texts<'a> {
    pub(crate) flat: &'a Flat,
    pub(crate) job: &'a Job,
    pub(crate) run: &'a Run,
    /// Whether a container has asked for the namespace of its pod.
    pub(crate) namespace: Cell<bool>,
}

type Outcome = Result<Text, Diagnostic>;

impl<'a> Texts<'a> {
    pub(crate) fn new(flat: &'a Flat, job: &'a Job, run: &'a Run) -> Self {
        Self {
            flat,
            job,
            run,
            namespace: Cell::new(false),
        }
    }

    /// The text of an expression.
    pub(crate) fn text(&self, expr: &Expr) -> Outcome {
        let mut out = Text::default();
        self.add(expr, false, &mut out)?;
        Ok(out)
    }

    /// The value of a script's variable for an input; empty if the input is missing.
    pub(crate) fn variable(&self, input: usize) -> Outcome {
        let Some(Some(value)) = self.job.arguments.get(input) else {
            return Ok(Text::constant(""));
        };
        if value.value() == Some(&Value::Null) {
            return Ok(Text::constant(""));
        }
        match self.job.step.inputs.get(input) {
            Some(port) if port.ty.is_artifact() => {
                self.path(InputId::new(input), value).map(Text::constant)
            }
            _ => self.text(value),
        }
    }

    /// Adds what an expression comes to: its canonical text, or in JSON.
    fn add(&self, expr: &Expr, json: bool, out: &mut Text) -> Result<(), Diagnostic> {
        if let Some(found) = source(expr) {
            let quoted = json && is_quoted(&expr.ty);
            let path = self.file(found);
            out.push(Piece::File { path, quoted });
            return Ok(());
        }
        match &expr.kind {
            ExprKind::Constant(value) => out.push(Piece::Text(written(value, &expr.ty, json))),
            ExprKind::Item(list) => out.push(Piece::Item {
                list: list.index(),
                json,
            }),
            ExprKind::Concat(parts) if !json => {
                for part in parts {
                    self.add(part, false, out)?;
                }
            }
            ExprKind::List(items) => {
                out.push(Piece::Text("[".to_owned()));
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(Piece::Text(",".to_owned()));
                    }
                    self.add(item, true, out)?;
                }
                out.push(Piece::Text("]".to_owned()));
            }
            ExprKind::Record(fields) => {
                for (index, (name, value)) in fields.iter().enumerate() {
                    let before = if index == 0 { '{' } else { ',' };
                    let name = Value::String(name.clone()).json();
                    out.push(Piece::Text(format!("{before}{name}:")));
                    self.add(value, true, out)?;
                }
                let end = if fields.is_empty() { "{}" } else { "}" };
                out.push(Piece::Text(end.to_owned()));
            }
            ExprKind::InputPath(id) => {
                let value = self.job.arguments.get(id.index()).and_then(Option::as_ref);
                let value = value.ok_or_else(|| diagnostics::no_file(expr.span))?;
                let path = self.path(*id, value)?;
                out.push(Piece::Text(path));
            }
            ExprKind::OutputPath(id) => {
                let output = self.job.step.outputs.get(id.index());
                let name = output
                    .map(|output| output.name.as_str())
                    .unwrap_or_default();
                out.push(Piece::Text(format!("{OUTPUTS}/{name}")));
            }
            ExprKind::Context(context) if !json => out.push(self.context(*context, expr)?),
            ExprKind::Context(_) | ExprKind::Concat(_) => match self.text(expr)?.0.as_slice() {
                [] => out.push(Piece::Text(r#""""#.to_owned())),
                [Piece::Text(text)] => {
                    out.push(Piece::Text(Value::String(text.clone()).json()));
                }
                _ => return Err(diagnostics::run_time_value(expr)),
            },
            // Lists of artifacts have been refused.
            ExprKind::Error | ExprKind::OutputNames(_) => {}
            _ => return Err(diagnostics::run_time_value(expr)),
        }
        Ok(())
    }

    fn context(&self, context: Context, expr: &Expr) -> Result<Piece, Diagnostic> {
        match context {
            // A run consists of its objects only, so its name is its id.
            Context::RunName | Context::RunId => Ok(Piece::Text(self.run.name.clone())),
            Context::RunNamespace => Ok(match &self.run.namespace {
                Some(namespace) => Piece::Text(namespace.clone()),
                None => {
                    self.namespace.set(true);
                    Piece::Namespace
                }
            }),
            _ => Err(diagnostics::unknown_context(context, expr.span)),
        }
    }

    /// Where the file of an output is, for those who read it.
    fn file(&self, found: Source) -> String {
        let job = self.flat.job(found.job);
        let name = job.map(|job| job.name.as_str()).unwrap_or_default();
        let output = job
            .and_then(|job| job.step.outputs.get(found.output.index()))
            .map(|output| output.name.as_str())
            .unwrap_or_default();
        match found.turn {
            Some(turn) => format!("{FROM}/{name}/{turn}/{output}"),
            None => format!("{FROM}/{name}/{output}"),
        }
    }

    /// Where the file of an input artifact is.
    fn path(&self, input: InputId, value: &Expr) -> Result<String, Diagnostic> {
        if let Some(found) = source(value) {
            return Ok(self.file(found));
        }
        let port = self.job.step.inputs.get(input.index());
        let name = port.map(|port| port.name.as_str()).unwrap_or_default();
        match &value.kind {
            ExprKind::Artifact(artifact) => match artifact.as_ref() {
                ArtifactSource::Text(_) => Ok(format!("{FILES}/{}/input/{name}", self.job.name)),
                _ => Err(diagnostics::outside_artifact(value.span)),
            },
            // Lists of artifacts have been refused.
            _ if value.is_error() || value.ty.is_artifact_list() => Ok(String::new()),
            _ => Err(diagnostics::run_time_value(value)),
        }
    }
}

/// The text of a constant.
pub(crate) fn written(value: &Value, ty: &Type, json: bool) -> String {
    match ty {
        _ if json => value.json(),
        Type::Json => value.json(),
        _ => value.text(),
    }
}

/// Whether a value of this type is a string in JSON.
fn is_quoted(ty: &Type) -> bool {
    matches!(
        ty.required(),
        Type::String | Type::Enum(_) | Type::Quantity | Type::Duration
    )
}

impl Dialect for Texts<'_> {
    fn system(&self) -> &'static System {
        KUBERNETES
    }

    fn field(&self, expr: &Expr) -> Result<String, Diagnostic> {
        match self.text(expr)?.0.as_slice() {
            [] => Ok(String::new()),
            [Piece::Text(text)] => Ok(text.clone()),
            _ => Err(diagnostics::run_time_field("a field of the pod", expr)),
        }
    }

    fn argument(&self, expr: &Expr) -> Result<String, Diagnostic> {
        let text = self.text(expr)?;
        match text.needs_script() {
            true => Err(diagnostics::run_time_field("this text", expr)),
            false => constant(&text, expr.span),
        }
    }

    /// Keys need no check here.
    fn key(&self, _name: &str, _span: Span) -> Result<(), Diagnostic> {
        Ok(())
    }

    fn late(&mut self, path: &[&str], expr: &Expr) -> Result<(), Diagnostic> {
        let field = path.last().copied().unwrap_or_default();
        Err(diagnostics::run_time_field(&format!("`{field}`"), expr))
    }

    fn claim(&self, name: &str) -> Option<String> {
        self.run.has_claims.then(|| self.run.object(name))
    }
}

/// A text without values of files, as the value of a variable in the manifest.
pub(crate) fn constant(text: &Text, span: Span) -> Result<String, Diagnostic> {
    let mut out = String::new();
    for piece in &text.0 {
        match piece {
            Piece::Text(text) => out.push_str(&argument(text, span)?),
            Piece::Namespace => {
                // The text before it must not become part of the reference.
                if out.ends_with('$') {
                    out.push('$');
                }
                out.push_str(&format!("$({NAMESPACE})"));
            }
            Piece::File { .. } | Piece::Item { .. } => {}
        }
    }
    Ok(out)
}
