//! What an expression of a plan gives, from what the things are that it speaks of.

use super::{Datum, Status};
use crate::{
    ArtifactSource, BinaryOperator, Context, Expr, ExprKind, Function, InputId, Location, OutputId,
    TaskId, Type, Value, evaluate,
};

/// What the things are that an expression speaks of. Each answer may be that there is none, as a clause
/// that completes "the expression has no value: ...".
pub trait Scope {
    /// An input of the graph or step.
    ///
    /// # Errors
    /// Says why there is none.
    fn input(&self, input: InputId) -> Result<Datum, String> {
        Err(format!("there is no input {} here", input.index()))
    }

    /// What a task has given.
    ///
    /// # Errors
    /// Says why there is none.
    fn output(&self, task: TaskId, _output: OutputId) -> Result<Datum, String> {
        Err(no_task(task))
    }

    /// How a task has ended.
    ///
    /// # Errors
    /// Says why there is none.
    fn status(&self, task: TaskId) -> Result<Status, String> {
        Err(no_task(task))
    }

    /// The address of a daemon.
    ///
    /// # Errors
    /// Says why there is none.
    fn ip(&self, task: TaskId) -> Result<String, String> {
        Err(no_task(task))
    }

    /// The item that a looped task is at.
    ///
    /// # Errors
    /// Says why there is none.
    fn item(&self, task: TaskId) -> Result<Datum, String> {
        Err(format!("task {} is at no item here", task.index()))
    }

    /// What all turns of a looped task have given.
    ///
    /// # Errors
    /// Says why there is none.
    fn gather(&self, task: TaskId, _output: OutputId) -> Result<Datum, String> {
        Err(no_task(task))
    }

    /// What only the run knows.
    ///
    /// # Errors
    /// Says why there is none.
    fn context(&self, context: Context) -> Result<Value, String> {
        Err(format!("{} is not known here", name(context)))
    }
}

fn no_task(task: TaskId) -> String {
    format!("there is no task {} here", task.index())
}

fn name(context: Context) -> String {
    crate::CONTEXTS
        .iter()
        .find(|entry| entry.2 == context)
        .map(|(of, name, _)| format!("`{of}.{name}`"))
        .unwrap_or_default()
}

/// The scope of constants, in which nothing is known.
pub(super) struct Nothing;

impl Scope for Nothing {}

/// The value of an expression.
///
/// `and`, `or`, `??` and a choice look only at what decides them; everything else looks at all of its
/// operands. A missing value counts only where it is looked at.
///
/// # Errors
/// Says why the expression has no value.
pub fn evaluate_expr(expr: &Expr, scope: &dyn Scope) -> Result<Value, String> {
    match evaluate_datum(expr, scope)? {
        Datum::Value(value) => Ok(value),
        _ => Err("an artifact is no value".to_owned()),
    }
}

/// What an expression gives that may be an artifact: otherwise as [`evaluate_expr`].
///
/// # Errors
/// Says why the expression has no value.
pub fn evaluate_datum(expr: &Expr, scope: &dyn Scope) -> Result<Datum, String> {
    Evaluation { scope }.datum(expr, 0)
}

/// How deep expressions may nest: deeper than any source, since the parser refuses what is.
const MAX_DEPTH: usize = 512;

struct Evaluation<'a> {
    scope: &'a dyn Scope,
}

impl Evaluation<'_> {
    fn value(&self, expr: &Expr, depth: usize) -> Result<Value, String> {
        match self.datum(expr, depth)? {
            Datum::Value(value) => Ok(value),
            _ => Err("an artifact is no value".to_owned()),
        }
    }

    fn bool(&self, expr: &Expr, depth: usize) -> Result<bool, String> {
        match self.value(expr, depth)? {
            Value::Bool(value) => Ok(value),
            other => Err(format!("{} is neither true nor false", other.json())),
        }
    }

    fn datum(&self, expr: &Expr, depth: usize) -> Result<Datum, String> {
        if depth > MAX_DEPTH {
            return Err("it is nested too deeply".to_owned());
        }
        let depth = depth + 1;
        let datum = match &expr.kind {
            ExprKind::Constant(value) => Datum::Value(value.clone()),
            ExprKind::Input(input) => self.scope.input(*input)?,
            ExprKind::TaskOutput { task, output } => self.scope.output(*task, *output)?,
            ExprKind::Item(task) => self.scope.item(*task)?,
            ExprKind::Gather { task, output } => self.scope.gather(*task, *output)?,
            ExprKind::Choose {
                condition,
                then,
                otherwise,
            } => {
                let taken = if self.bool(condition, depth)? {
                    then
                } else {
                    otherwise
                };
                self.datum(taken, depth)?
            }
            ExprKind::List(items) => Datum::list(
                items
                    .iter()
                    .map(|item| self.datum(item, depth))
                    .collect::<Result<_, _>>()?,
            ),
            ExprKind::Index { base, index } => self.index(base, index, depth)?,
            ExprKind::Binary {
                operator,
                left,
                right,
            } => self.binary(*operator, left, right, depth)?,
            ExprKind::Function {
                function,
                arguments,
            } => self.function(*function, arguments, depth)?,
            ExprKind::Artifact(source) => Datum::Artifact(match source.as_ref() {
                ArtifactSource::Location(location) => self.address(location, depth)?,
                ArtifactSource::Text(text) => format!("text:{}", self.text(text, depth)?),
                ArtifactSource::Stored(key) => format!("stored:{}", self.text(key, depth)?),
            }),
            _ => Datum::Value(self.plain(expr, depth)?),
        };
        Ok(widened(datum, &expr.ty))
    }

    /// The forms that give neither artifacts nor lists of them.
    fn plain(&self, expr: &Expr, depth: usize) -> Result<Value, String> {
        match &expr.kind {
            ExprKind::TaskStatus(task) => {
                Ok(Value::String(self.scope.status(*task)?.name().to_owned()))
            }
            ExprKind::TaskIp(task) => self.scope.ip(*task).map(Value::String),
            ExprKind::Context(context) => self.scope.context(*context),
            ExprKind::Record(fields) => fields
                .iter()
                .map(|(name, value)| Ok((name.clone(), self.value(value, depth)?)))
                .collect::<Result<_, String>>()
                .map(Value::Record),
            ExprKind::Concat(parts) => {
                let mut text = String::new();
                for part in parts {
                    text.push_str(&self.value(part, depth)?.text());
                }
                Ok(Value::String(text))
            }
            ExprKind::Field { base, name } => evaluate::field(&self.value(base, depth)?, name),
            ExprKind::Unary { operator, operand } => {
                evaluate::unary(*operator, &self.value(operand, depth)?)
            }
            ExprKind::Error => Err("it has been reported as wrong".to_owned()),
            ExprKind::InputPath(_) | ExprKind::OutputPath(_) | ExprKind::OutputNames(_) => {
                Err("a path is known in a pod only".to_owned())
            }
            ExprKind::Volume(_) => Err("a volume is no value".to_owned()),
            _ => Err("it is no value".to_owned()),
        }
    }

    fn binary(
        &self,
        operator: BinaryOperator,
        left: &Expr,
        right: &Expr,
        depth: usize,
    ) -> Result<Datum, String> {
        use BinaryOperator as Op;
        match operator {
            Op::And | Op::Or => {
                let decides = operator == Op::Or;
                let decided =
                    self.bool(left, depth)? == decides || self.bool(right, depth)? == decides;
                Ok(Datum::Value(Value::Bool(decided == decides)))
            }
            Op::Coalesce => match self.datum(left, depth)? {
                Datum::NULL => self.datum(right, depth),
                found => Ok(found),
            },
            _ => match (
                self.datum(left, depth)?,
                self.datum(right, depth)?,
                operator,
            ) {
                (Datum::Value(a), Datum::Value(b), _) => {
                    evaluate::binary(operator, &a, &b).map(Datum::Value)
                }
                (a, b, Op::Equal) => Ok(Datum::Value(Value::Bool(a == b))),
                (a, b, Op::NotEqual) => Ok(Datum::Value(Value::Bool(a != b))),
                (a, b, Op::Add) => match (a.items(), b.items()) {
                    (Some(mut a), Some(b)) => {
                        a.extend(b);
                        Ok(Datum::list(a))
                    }
                    _ => Err("an artifact is no value".to_owned()),
                },
                _ => Err("an artifact is no value".to_owned()),
            },
        }
    }

    fn index(&self, base: &Expr, index: &Expr, depth: usize) -> Result<Datum, String> {
        match (self.datum(base, depth)?, self.value(index, depth)?) {
            (Datum::Value(base), index) => evaluate::index(&base, &index).map(Datum::Value),
            (Datum::List(items), Value::Int(at)) => {
                // The places stand for the elements, so that there is one rule for what lies outside.
                let places = (0..items.len())
                    .filter_map(|place| i64::try_from(place).ok())
                    .map(Value::Int)
                    .collect();
                match evaluate::index(&Value::List(places), &Value::Int(at))? {
                    Value::Int(place) => usize::try_from(place)
                        .ok()
                        .and_then(|place| items.get(place))
                        .cloned()
                        .ok_or_else(|| "there is no such element".to_owned()),
                    _ => Err("there is no such element".to_owned()),
                }
            }
            _ => Err("an artifact has no elements".to_owned()),
        }
    }

    fn function(
        &self,
        function: Function,
        arguments: &[Expr],
        depth: usize,
    ) -> Result<Datum, String> {
        let arguments: Vec<Datum> = arguments
            .iter()
            .map(|argument| self.datum(argument, depth))
            .collect::<Result<_, _>>()?;
        if let (Function::Len, [Datum::List(items)]) = (function, arguments.as_slice()) {
            let length = i64::try_from(items.len()).map_err(|_| "it is too long".to_owned())?;
            return Ok(Datum::Value(Value::Int(length)));
        }
        let values: Option<Vec<Value>> = arguments
            .iter()
            .map(|argument| argument.value().cloned())
            .collect();
        match values {
            Some(values) => evaluate::function(function, &values).map(Datum::Value),
            None => Err("an artifact is no value".to_owned()),
        }
    }

    fn text(&self, expr: &Expr, depth: usize) -> Result<String, String> {
        self.value(expr, depth).map(|value| value.text())
    }

    /// An artifact's place, written as in a source.
    fn address(&self, location: &Location, depth: usize) -> Result<String, String> {
        let text = |expr: &Expr| self.text(expr, depth);
        Ok(match location {
            Location::S3 { bucket, key } => format!("s3://{}/{}", text(bucket)?, text(key)?),
            Location::Gcs { bucket, key } => format!("gs://{}/{}", text(bucket)?, text(key)?),
            Location::Oss {
                endpoint,
                bucket,
                key,
            } => format!("oss://{}.{}/{}", text(bucket)?, text(endpoint)?, text(key)?),
            Location::Azure {
                account,
                container,
                blob,
            } => format!(
                "az://{}/{}/{}",
                text(account)?,
                text(container)?,
                text(blob)?
            ),
            Location::Http { url } => text(url)?,
            Location::Git {
                repository,
                revision,
            } => {
                let repository = text(repository)?;
                match revision {
                    Some(revision) => format!("git+{repository}@{}", text(revision)?),
                    None => format!("git+{repository}"),
                }
            }
        })
    }
}

/// An int where the type says float, also inside lists, maps and records.
fn widened(datum: Datum, ty: &Type) -> Datum {
    match datum {
        Datum::Value(value) if has_float(ty) => Datum::Value(widened_value(value, ty)),
        other => other,
    }
}

fn has_float(ty: &Type) -> bool {
    match ty {
        Type::Float => true,
        Type::List(inner) | Type::Map(inner) | Type::Optional(inner) => has_float(inner),
        Type::Record(fields) => fields.iter().any(|field| has_float(&field.ty)),
        _ => false,
    }
}

#[expect(clippy::cast_precision_loss, reason = "an int widens to a float")]
fn widened_value(value: Value, ty: &Type) -> Value {
    match (value, ty) {
        (value, Type::Optional(inner)) => widened_value(value, inner),
        (Value::Int(number), Type::Float) => Value::Float(number as f64),
        (Value::List(items), Type::List(inner)) => Value::List(
            items
                .into_iter()
                .map(|item| widened_value(item, inner))
                .collect(),
        ),
        (Value::Record(fields), Type::Map(inner)) => Value::Record(
            fields
                .into_iter()
                .map(|(name, value)| (name, widened_value(value, inner)))
                .collect(),
        ),
        (Value::Record(fields), Type::Record(types)) => Value::Record(
            fields
                .into_iter()
                .map(|(name, value)| {
                    let ty = types.iter().find(|field| field.name == name);
                    let value = match ty {
                        Some(field) => widened_value(value, &field.ty),
                        None => value,
                    };
                    (name, value)
                })
                .collect(),
        ),
        (value, _) => value,
    }
}
