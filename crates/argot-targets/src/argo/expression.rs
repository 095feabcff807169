//! Typed expressions in Argo's own two languages: tags such as `{{inputs.parameters.x}}`, which Argo
//! replaces by a text, and expressions `{{=...}}` of [expr-lang](https://expr-lang.org/docs/language-definition).
//!
//! Everything that Argo carries is a text. [`Scope::text`] gives the text of an expression; inside
//! expr-lang, [`Scope::code`] gives its value, with the cast from text that its type needs.

use argot_compiler::{
    BinaryOperator, Context, Dag, Expr, ExprKind, Function, Output, Plan, PlanTask, Port, TaskId, Type,
    UnaryOperator, Value,
};
use argot_syntax::{Diagnostic, Span};

use super::text::{Place, constant, escaped, may_hold_dollar, wire};
use super::messages;

/// Where inputs are found in a container.
pub(crate) const INPUTS: &str = "/argot/inputs";
/// Where outputs are left in a container.
pub(crate) const OUTPUTS: &str = "/argot/outputs";

/// What an expression can speak of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    /// The inputs of the step or graph.
    pub(crate) inputs: &'a [Port],
    /// The outputs of the step.
    pub(crate) outputs: &'a [Output],
    /// The tasks, in a graph.
    pub(crate) tasks: Option<Tasks<'a>>,
    /// Whether the step is tried again, so that it has a number of the attempt.
    pub(crate) retried: bool,
    /// Whether the expression is of a graph's outputs. There only tasks and inputs are variables; Argo
    /// substitutes tags in the expression's text, which is safe for the few that hold no quote.
    pub(crate) is_output: bool,
}

/// The tasks of a graph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tasks<'a> {
    /// The whole plan.
    pub(crate) plan: &'a Plan,
    /// The graph.
    pub(crate) dag: &'a Dag,
    /// The names of its tasks in the output.
    pub(crate) names: &'a [String],
    /// The name of the task whose arguments are written.
    pub(crate) current: Option<&'a str>,
}

/// A part of a text.
enum Piece {
    /// Text as it is.
    Text(String),
    /// A variable without expression: `inputs.parameters.x`.
    Tag(String),
    /// An expression that gives a text, or a scalar.
    Code { code: String, is_text: bool },
}

/// A piece of expr-lang.
pub(crate) struct Code {
    text: String,
    /// Whether it can be an operand as it is.
    atom: bool,
}

impl Code {
    fn atom(text: impl Into<String>) -> Self {
        Self { text: text.into(), atom: true }
    }

    fn compound(text: impl Into<String>) -> Self {
        Self { text: text.into(), atom: false }
    }

    /// As an operand.
    fn operand(self) -> String {
        if self.atom { self.text } else { format!("({})", self.text) }
    }
}

type Outcome<T> = Result<T, Diagnostic>;

/// A value that is known only at run time, in the languages of Argo.
struct Reference {
    /// In a tag.
    tag: String,
    /// In an expression.
    code: String,
}

impl Scope<'_> {
    /// The text of an expression where a value of type `ty` is expected.
    pub(crate) fn text(&self, expr: &Expr, ty: &Type, place: Place) -> Outcome<String> {
        let mut pieces = Vec::new();
        self.pieces(expr, ty, place, &mut pieces)?;
        self.join(pieces, place, expr.span)
    }

    /// The canonical text of an expression.
    pub(crate) fn plain(&self, expr: &Expr, place: Place) -> Outcome<String> {
        self.text(expr, &expr.ty, place)
    }

    /// The text of an expression, as expr-lang that gives a string, where a value of type `ty` is expected.
    pub(crate) fn text_in_code(&self, expr: &Expr, ty: &Type) -> Outcome<String> {
        let as_json = matches!(ty.required(), Type::Json) && !matches!(expr.ty.required(), Type::Json);
        if as_json && is_text(&expr.ty) {
            return match expr.value() {
                Some(value) => Ok(literal(&Value::String(value.json()), expr.span)?.text),
                None => Ok(format!("toJson({})", self.code(expr)?.text)),
            };
        }
        Ok(self.string_code(expr)?.text)
    }

    fn pieces(&self, expr: &Expr, ty: &Type, place: Place, out: &mut Vec<Piece>) -> Outcome<()> {
        let as_json = matches!(ty.required(), Type::Json) && !matches!(expr.ty.required(), Type::Json);
        let container = place.is_expanded();
        match &expr.kind {
            ExprKind::Constant(value) => out.push(Piece::Text(wire(value, ty))),
            ExprKind::InputPath(id) => {
                out.push(Piece::Text(format!("{INPUTS}/{}", self.input(id.index(), expr.span)?.name)));
            }
            ExprKind::OutputPath(id) => {
                out.push(Piece::Text(format!("{OUTPUTS}/{}", self.output(id.index(), expr.span)?)));
            }
            ExprKind::Context(Context::TaskName) if self.current().is_some() => {
                out.push(Piece::Text(self.current().unwrap_or_default().to_owned()));
            }
            ExprKind::Context(Context::TaskAttempt) if self.tasks.is_none() && !self.retried => {
                out.push(Piece::Text("0".to_owned()));
            }
            ExprKind::Concat(parts) if !as_json => {
                for part in parts {
                    self.pieces(part, &part.ty, place, out)?;
                }
            }
            ExprKind::Function { function, arguments } if self.is_same_text(*function, arguments) => {
                for argument in arguments {
                    self.pieces(argument, &argument.ty, place, out)?;
                }
            }
            _ => match self.reference(expr)? {
                Some(reference) if !(as_json && is_quoted_in_json(&expr.ty)) => {
                    // Names, ids and times of the run hold no `$`.
                    let is_context = matches!(expr.kind, ExprKind::Context(_));
                    out.push(if container && !is_context && may_hold_dollar(&expr.ty) {
                        let code = format!("replace({}, '$', '$$')", reference.code);
                        Piece::Code { code, is_text: true }
                    } else {
                        Piece::Tag(reference.tag)
                    });
                }
                _ => out.push(self.text_code(expr, as_json, container)?),
            },
        }
        Ok(())
    }

    /// Whether a function only asks for the text that a run-time value has anyway.
    fn is_same_text(&self, function: Function, arguments: &[Expr]) -> bool {
        let [argument] = arguments else { return false };
        match function {
            Function::AsString => !matches!(argument.ty.required(), Type::Json),
            Function::Json => {
                !is_quoted_in_json(&argument.ty) && matches!(self.reference(argument), Ok(Some(_)))
            }
            _ => false,
        }
    }

    /// Puts pieces together to one text.
    fn join(&self, pieces: Vec<Piece>, place: Place, span: Span) -> Outcome<String> {
        let mut merged: Vec<Piece> = Vec::new();
        for piece in pieces {
            match (merged.last_mut(), piece) {
                (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
                (_, piece) => merged.push(piece),
            }
        }
        let count = merged.len();
        let mut brace_before_tag = false;
        for (index, piece) in merged.iter_mut().enumerate() {
            let followed = index + 1 < count;
            if let Piece::Text(text) = piece {
                brace_before_tag |= followed && text.ends_with('{');
                // Checks it, and escapes it for the kubelet.
                let checked = constant(text, place, span)?;
                *text = if place.is_expanded() { escaped(text, followed) } else { checked };
            }
        }
        if brace_before_tag {
            // `{{{x}}` is no tag: the whole text becomes one expression.
            let parts: Vec<_> = merged
                .into_iter()
                .map(|piece| match piece {
                    Piece::Text(text) => quoted(&text),
                    Piece::Tag(tag) => in_code(&tag),
                    Piece::Code { code, is_text: true } => format!("({code})"),
                    Piece::Code { code, .. } => format!("toJson({code})"),
                })
                .collect();
            return Ok(tag(&parts.join(" + ")));
        }
        Ok(merged
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => text,
                Piece::Tag(name) => format!("{{{{{name}}}}}"),
                Piece::Code { code, .. } => tag(&code),
            })
            .collect())
    }

    /// What an expression stands for where that is one variable of Argo's.
    fn reference(&self, expr: &Expr) -> Outcome<Option<Reference>> {
        Ok(Some(match &expr.kind {
            ExprKind::Input(id) => {
                let name = &self.input(id.index(), expr.span)?.name;
                Reference {
                    tag: format!("inputs.parameters.{name}"),
                    code: format!("inputs.parameters{}", member(name)),
                }
            }
            ExprKind::TaskOutput { task, output } => {
                let (task, output) = self.task_output(*task, output.index(), expr.span)?;
                Reference {
                    tag: format!("tasks.{task}.outputs.parameters.{output}"),
                    code: format!("tasks{}.outputs.parameters{}", member(task), member(output)),
                }
            }
            ExprKind::Context(context) => match (context, self.tasks) {
                (Context::TaskName, _) if self.current().is_some() => return Ok(None),
                (Context::TaskAttempt, Some(_)) => return Err(messages::attempt_outside(expr.span)),
                (Context::TaskAttempt, None) if !self.retried => {
                    return Ok(None);
                }
                _ => {
                    let name = match context {
                        Context::RunName => "workflow.name",
                        Context::RunId => "workflow.uid",
                        Context::RunNamespace => "workflow.namespace",
                        Context::RunCreated => "workflow.creationTimestamp.RFC3339",
                        Context::TaskName => "tasks.name",
                        Context::TaskAttempt => "retries",
                    };
                    let code = if self.is_output { format!("'{{{{{name}}}}}'") } else { name.to_owned() };
                    Reference { tag: name.to_owned(), code }
                }
            },
            _ => return Ok(None),
        }))
    }

    fn input(&self, index: usize, span: Span) -> Outcome<&Port> {
        self.inputs
            .get(index)
            .filter(|port| port.present)
            .ok_or_else(|| messages::no_expression("use an input that is not there", span))
    }

    fn output(&self, index: usize, span: Span) -> Outcome<&str> {
        self.outputs
            .get(index)
            .map(|output| output.name.as_str())
            .ok_or_else(|| messages::no_expression("write an output outside of its step", span))
    }

    /// The names of a task and of one of its outputs.
    pub(crate) fn task_output(&self, task: TaskId, output: usize, span: Span) -> Outcome<(&str, &str)> {
        let found = self.tasks.and_then(|tasks| {
            let name = tasks.names.get(task.index())?;
            let task: &PlanTask = tasks.dag.graph.node_weight(petgraph_index(task.index()))?;
            let output = match task.target {
                argot_compiler::Target::Step(id) => {
                    &tasks.plan.steps.get(id.index())?.outputs.get(output)?.name
                }
                argot_compiler::Target::Dag(id) => {
                    &tasks.plan.dags.get(id.index())?.outputs.get(output)?.0.name
                }
            };
            Some((name.as_str(), output.as_str()))
        });
        found.ok_or_else(|| messages::no_expression("read a task's output here", span))
    }

    /// An expression that gives the text of `expr`, or a scalar whose text Argo writes.
    fn text_code(&self, expr: &Expr, as_json: bool, container: bool) -> Outcome<Piece> {
        let code = self.code(expr)?.text;
        let is_scalar = !as_json && is_scalar(&expr.ty);
        let code = if is_scalar || !as_json && is_text(&expr.ty) { code } else { format!("toJson({code})") };
        Ok(if container && may_hold_dollar(&expr.ty) {
            Piece::Code { code: format!("replace({code}, '$', '$$')"), is_text: true }
        } else {
            Piece::Code { code, is_text: !is_scalar }
        })
    }

    /// The name of the task whose arguments are written.
    fn current(&self) -> Option<&str> {
        self.tasks.and_then(|tasks| tasks.current)
    }

    /// The canonical text of an expression, as expr-lang that gives a string.
    fn string_code(&self, expr: &Expr) -> Outcome<Code> {
        if let Some(value) = expr.value() {
            check_literal(&wire(value, &expr.ty), expr.span)?;
            return Ok(Code::atom(quoted(&wire(value, &expr.ty))));
        }
        if let Some(reference) = self.reference(expr)? {
            return Ok(Code::atom(reference.code));
        }
        let code = self.code(expr)?;
        Ok(if is_text(&expr.ty) { code } else { Code::atom(format!("toJson({})", code.text)) })
    }

    /// The value of an expression, as expr-lang of the value's own type.
    pub(crate) fn code(&self, expr: &Expr) -> Outcome<Code> {
        if let Some(reference) = self.reference(expr)? {
            return Ok(from_text(&reference.code, &expr.ty));
        }
        match &expr.kind {
            ExprKind::Constant(value) => literal(value, expr.span),
            ExprKind::InputPath(_) | ExprKind::OutputPath(_) => {
                let mut pieces = Vec::new();
                self.pieces(expr, &expr.ty, Place::Field, &mut pieces)?;
                match pieces.pop() {
                    Some(Piece::Text(path)) => Ok(Code::atom(quoted(&path))),
                    _ => Err(messages::no_expression("read this path", expr.span)),
                }
            }
            ExprKind::Context(Context::TaskName) => Ok(Code::atom(quoted(self.current().unwrap_or_default()))),
            // `task.attempt` of a step that is not tried again.
            ExprKind::Context(_) => Ok(Code::atom("0")),
            ExprKind::List(items) => {
                let items: Vec<_> =
                    items.iter().map(|item| Ok(self.code(item)?.text)).collect::<Outcome<_>>()?;
                Ok(Code::atom(format!("[{}]", items.join(", "))))
            }
            ExprKind::Record(fields) => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, value)| Ok(format!("{}: {}", quoted(name), self.code(value)?.text)))
                    .collect::<Outcome<_>>()?;
                Ok(Code::atom(format!("{{{}}}", fields.join(", "))))
            }
            ExprKind::Concat(parts) => {
                let parts: Vec<_> =
                    parts.iter().map(|part| Ok(self.string_code(part)?.operand())).collect::<Outcome<_>>()?;
                Ok(Code::compound(parts.join(" + ")))
            }
            ExprKind::Field { base, name } => {
                let code = format!("{}{}", self.code(base)?.operand(), member(name));
                let default = match base.ty.required() {
                    Type::Record(fields) => fields
                        .iter()
                        .find(|field| field.name == *name)
                        .and_then(|field| field.default.as_ref()),
                    _ => None,
                };
                let code = match default {
                    Some(value) => Code::compound(format!("{code} ?? {}", literal(value, expr.span)?.operand())),
                    None => Code::atom(code),
                };
                Ok(from_json(code, &expr.ty))
            }
            ExprKind::Index { base, index } => {
                let code = format!("{}[{}]", self.code(base)?.operand(), self.code(index)?.text);
                Ok(from_json(Code::atom(code), &expr.ty))
            }
            ExprKind::Unary { operator, operand } => {
                let operand = self.code(operand)?.operand();
                Ok(Code::compound(match operator {
                    UnaryOperator::Negate => format!("-{operand}"),
                    UnaryOperator::Not => format!("not {operand}"),
                }))
            }
            ExprKind::Binary { operator, left, right } => self.binary(expr, *operator, left, right),
            ExprKind::Function { function, arguments } => self.function(expr, *function, arguments),
            _ => Err(messages::no_expression("compute this", expr.span)),
        }
    }

    fn binary(&self, expr: &Expr, operator: BinaryOperator, left: &Expr, right: &Expr) -> Outcome<Code> {
        use BinaryOperator as Op;
        let symbol = match operator {
            Op::Coalesce => {
                let code = format!("{} ?? {}", self.code(left)?.operand(), self.code(right)?.operand());
                return Ok(from_json(Code::compound(code), &expr.ty));
            }
            Op::FloorDivide => {
                // expr-lang's `/` gives a float; `int` rounds towards zero, as `//` does.
                let code = format!("{} / {}", self.code(left)?.operand(), self.code(right)?.operand());
                return Ok(Code::atom(format!("int({code})")));
            }
            Op::Add if matches!(expr.ty.required(), Type::List(_)) => {
                return Ok(Code::atom(format!("concat({}, {})", self.code(left)?.text, self.code(right)?.text)));
            }
            Op::Equal | Op::NotEqual | Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual => {
                return self.comparison(expr, operator, left, right);
            }
            Op::Or => "or",
            Op::And => "and",
            Op::In => match right.ty.required() {
                Type::String | Type::Enum(_) => {
                    let code = format!("{} contains {}", self.code(right)?.operand(), self.code(left)?.operand());
                    return Ok(Code::compound(code));
                }
                _ => "in",
            },
            Op::Add => "+",
            Op::Subtract => "-",
            Op::Multiply => "*",
            Op::Divide => "/",
            Op::Remainder => "%",
        };
        Ok(Code::compound(format!(
            "{} {symbol} {}",
            self.code(left)?.operand(),
            self.code(right)?.operand()
        )))
    }

    fn comparison(&self, expr: &Expr, operator: BinaryOperator, left: &Expr, right: &Expr) -> Outcome<Code> {
        let side = |side: &Expr| -> Outcome<String> {
            let code = self.code(side)?;
            match side.ty.required() {
                // Their texts do not tell which is the greater, nor whether they are the same.
                Type::Duration => Ok(format!("duration({})", code.text)),
                Type::Quantity => Err(messages::no_expression("compare quantities", expr.span)),
                _ => Ok(code.operand()),
            }
        };
        let is_order = !matches!(operator, BinaryOperator::Equal | BinaryOperator::NotEqual);
        if is_order && matches!(left.ty.required(), Type::Bool) {
            return Err(messages::no_expression("order truth values", expr.span));
        }
        // `null` is not a text: a value is compared with it as it is.
        let is_null = |side: &Expr| matches!(side.ty, Type::Null);
        if is_null(left) || is_null(right) {
            let code = format!(
                "{} {} {}",
                self.code(left)?.operand(),
                operator.symbol(),
                self.code(right)?.operand()
            );
            return Ok(Code::compound(code));
        }
        Ok(Code::compound(format!("{} {} {}", side(left)?, operator.symbol(), side(right)?)))
    }

    fn function(&self, expr: &Expr, function: Function, arguments: &[Expr]) -> Outcome<Code> {
        use Function as F;
        let codes: Vec<Code> = arguments.iter().map(|argument| self.code(argument)).collect::<Outcome<_>>()?;
        let first_type = arguments.first().map_or(&Type::Error, |argument| argument.ty.required());
        let call = |name: &str, codes: Vec<Code>| {
            let texts: Vec<_> = codes.into_iter().map(|code| code.text).collect();
            Code::atom(format!("{name}({})", texts.join(", ")))
        };
        let infix = |word: &str, codes: Vec<Code>| {
            let texts: Vec<_> = codes.into_iter().map(Code::operand).collect();
            Code::compound(texts.join(&format!(" {word} ")))
        };
        Ok(match function {
            F::Len => call("len", codes),
            F::Min => from_json(call("min", codes), &expr.ty),
            F::Max => from_json(call("max", codes), &expr.ty),
            F::Sum => from_json(call("sum", codes), &expr.ty),
            F::Join => match first_type {
                Type::List(element) if is_text(element) => call("join", codes),
                _ => {
                    let mut codes = codes.into_iter();
                    match (codes.next(), codes.next()) {
                        (Some(list), Some(separator)) => {
                            Code::atom(format!("join(map({}, toJson(#)), {})", list.text, separator.text))
                        }
                        _ => return Err(messages::no_expression("join this", expr.span)),
                    }
                }
            },
            F::Split => call("split", codes),
            F::Replace => call("replace", codes),
            F::Lower => call("lower", codes),
            F::Upper => call("upper", codes),
            F::Trim => call("trim", codes),
            F::Contains => match first_type {
                Type::String | Type::Enum(_) => infix("contains", codes),
                _ => infix("in", codes.into_iter().rev().collect()),
            },
            F::StartsWith => infix("startsWith", codes),
            F::EndsWith => infix("endsWith", codes),
            F::Matches => infix("matches", codes),
            F::AsInt => call("int", codes),
            F::AsFloat => call("float", codes),
            F::AsString => match first_type {
                Type::Json => {
                    let code = codes.into_iter().next().map(Code::operand).unwrap_or_default();
                    Code::compound(format!("type({code}) == 'string' ? {code} : toJson({code})"))
                }
                _ => match arguments.first() {
                    Some(argument) => self.string_code(argument)?,
                    None => return Err(messages::no_expression("write this as text", expr.span)),
                },
            },
            F::AsList => match codes.into_iter().next() {
                Some(code) => code,
                None => return Err(messages::no_expression("read this as a list", expr.span)),
            },
            F::Json => match arguments.first() {
                Some(argument) if !is_quoted_in_json(&argument.ty) && self.reference(argument)?.is_some() => {
                    self.string_code(argument)?
                }
                _ => call("toJson", codes),
            },
            F::Sort => call("sort", codes),
            F::Unique => call("uniq", codes),
            F::Range => {
                let mut codes = codes.into_iter();
                let (from, to) = match (codes.next(), codes.next()) {
                    (Some(from), Some(to)) => (from.operand(), to),
                    (Some(to), None) => ("0".to_owned(), to),
                    _ => return Err(messages::no_expression("count this", expr.span)),
                };
                // expr-lang's range holds its end.
                Code::compound(format!("{from}..({} - 1)", to.operand()))
            }
        })
    }
}

fn petgraph_index(index: usize) -> petgraph::graph::NodeIndex {
    petgraph::graph::NodeIndex::new(index)
}

/// Whether a value's text is its own JSON but for quotes around it.
fn is_quoted_in_json(ty: &Type) -> bool {
    is_text(ty)
}

/// Whether a value is a string in expr-lang.
fn is_text(ty: &Type) -> bool {
    matches!(
        ty.required(),
        Type::String | Type::Enum(_) | Type::Quantity | Type::Duration | Type::Error
    )
}

/// Whether Argo itself writes a value's text as it should be.
fn is_scalar(ty: &Type) -> bool {
    matches!(ty.required(), Type::Int | Type::Float | Type::Bool)
}

/// The value of a text that Argo carries.
fn from_text(code: &str, ty: &Type) -> Code {
    match ty.required() {
        Type::Int => Code::atom(format!("int({code})")),
        Type::Float => Code::atom(format!("float({code})")),
        Type::Bool => Code::compound(format!("{code} == 'true'")),
        Type::List(_) | Type::Map(_) | Type::Record(_) | Type::Json => Code::atom(format!("fromJSON({code})")),
        _ => Code::atom(code),
    }
}

/// The value of something that may come from JSON, where every number is a float.
fn from_json(code: Code, ty: &Type) -> Code {
    match ty {
        Type::Int => Code::atom(format!("int({})", code.text)),
        _ => code,
    }
}

/// A constant, in expr-lang.
fn literal(value: &Value, span: Span) -> Outcome<Code> {
    Ok(match value {
        Value::Null => Code::atom("nil"),
        Value::Bool(_) => Code::atom(value.text()),
        Value::Int(number) if *number < 0 => Code::compound(value.text()),
        Value::Int(_) => Code::atom(value.text()),
        // `5` would be an int there, and `5 / 2` a different thing.
        Value::Float(number) => {
            let text = value.text();
            let text = if text.contains(['.', 'e']) { text } else { format!("{text}.0") };
            if *number < 0.0 { Code::compound(text) } else { Code::atom(text) }
        }
        Value::String(_) | Value::Quantity(_) | Value::Duration(_) => {
            let text = value.text();
            check_literal(&text, span)?;
            Code::atom(quoted(&text))
        }
        Value::List(items) if items.iter().all(|item| matches!(item, Value::Bool(_) | Value::String(_))) => {
            let items: Vec<_> =
                items.iter().map(|item| Ok(literal(item, span)?.text)).collect::<Outcome<_>>()?;
            Code::atom(format!("[{}]", items.join(", ")))
        }
        // As what it is compared and put together with: something that comes from JSON.
        Value::List(_) | Value::Record(_) => {
            let text = value.json();
            check_literal(&text, span)?;
            Code::atom(format!("fromJSON({})", quoted(&text)))
        }
    })
}

fn check_literal(text: &str, span: Span) -> Outcome<()> {
    constant(text, Place::Field, span).map(drop)
}

/// A string literal of expr-lang, in which Argo finds no end of a tag.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    let mut before = '\0';
    for character in text.chars() {
        match character {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '}' if before == '}' => out.push_str("\\u007d"),
            '{' if before == '{' => out.push_str("\\u007b"),
            control if control.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
        before = character;
    }
    out.push('\'');
    out
}

/// `.name`, or `['name']` where that is not one word of expr-lang.
fn member(name: &str) -> String {
    let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !matches!(
            name,
            "not" | "in" | "and" | "or" | "true" | "false" | "nil" | "let" | "if" | "else" | "matches"
                | "contains" | "startsWith" | "endsWith"
        );
    if is_word { format!(".{name}") } else { format!("[{}]", quoted(name)) }
}

/// The expression for a variable that a tag names.
fn in_code(tag: &str) -> String {
    let mut parts = tag.split('.');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(&member(part));
    }
    out
}

/// `{{=...}}`.
///
/// A tag ends at its first `}}`, so that two closing brackets are kept apart. String literals hold none.
pub(crate) fn tag(code: &str) -> String {
    let mut body = code.to_owned();
    while body.contains("}}") {
        body = body.replace("}}", "} }");
    }
    if body.ends_with('}') {
        body.push(' ');
    }
    format!("{{{{={body}}}}}")
}
