//! Evaluates expressions of a plan, given the values they refer to.

use crate::{Datum, Status};
use argot_compiler::{
    ArtifactSource, BinaryOperator, Context, Expr, ExprKind, Function, InputId, Location, OutputId,
    PlanTaskId, Type, Value, evaluate,
};

/// The values that an expression refers to. If there is no value, the answer is a clause that completes "the expression
/// has no value: ...".
pub trait Scope {
    /// An input of the graph or step.
    ///
    /// # Errors
    /// Returns the reason if there is no value.
    fn input(&self, input: InputId) -> Result<Datum, String> {
        Err(format!("there is no input {} here", input.index()))
    }

    /// An output of a task.
    ///
    /// # Errors
    /// Returns the reason if there is no value.
    fn output(&self, task: PlanTaskId, _output: OutputId) -> Result<Datum, String> {
        Err(no_task(task))
    }

    /// How a task has ended.
    ///
    /// # Errors
    /// Returns the reason if there is no value.
    fn status(&self, task: PlanTaskId) -> Result<Status, String> {
        Err(no_task(task))
    }

    /// The address of a daemon.
    ///
    /// # Errors
    /// Returns the reason if there is no value.
    fn ip(&self, task: PlanTaskId) -> Result<String, String> {
        Err(no_task(task))
    }

    /// The current item of a looped task.
    ///
    /// # Errors
    /// Returns the reason if there is no value.
    fn item(&self, task: PlanTaskId) -> Result<Datum, String> {
        Err(format!("task {} is at no item here", task.index()))
    }

    /// An output of all turns of a looped task.
    ///
    /// # Errors
    /// Returns the reason if there is no value.
    fn gather(&self, task: PlanTaskId, _output: OutputId) -> Result<Datum, String> {
        Err(no_task(task))
    }

    /// A value that only the run knows.
    ///
    /// # Errors
    /// Returns the reason if there is no value.
    fn context(&self, context: Context) -> Result<Value, String> {
        Err(format!("{} is not known here", name(context)))
    }
}

fn no_task(task: PlanTaskId) -> String {
    format!("there is no task {} here", task.index())
}

fn name(context: Context) -> String {
    argot_compiler::CONTEXTS
        .iter()
        .find(|entry| entry.2 == context)
        .map(|(of, name, _)| format!("`{of}.{name}`"))
        .unwrap_or_default()
}

/// The scope of constants, in which nothing is known.
pub(crate) struct Nothing;

impl Scope for Nothing {}

/// The value of an expression.
///
/// `and`, `or`, `??` and a choice evaluate only the operands that decide them. Everything else evaluates all operands.
/// A missing value matters only if it is evaluated.
///
/// # Errors
/// Returns the reason if the expression has no value.
pub fn evaluate_expr(expr: &Expr, scope: &dyn Scope) -> Result<Value, String> {
    match evaluate_datum(expr, scope)? {
        Datum::Value(value) => Ok(value),
        _ => Err("an artifact is not a value".to_owned()),
    }
}

/// Like [`evaluate_expr`], but the result may be an artifact.
///
/// # Errors
/// Returns the reason if the expression has no value.
pub fn evaluate_datum(expr: &Expr, scope: &dyn Scope) -> Result<Datum, String> {
    Evaluation { scope }.datum(expr, 0)
}

/// The maximum nesting of expressions: twice what the parser allows, since names are replaced by their expressions.
const MAX_DEPTH: usize = 256;

struct Evaluation<'a> {
    scope: &'a dyn Scope,
}

impl Evaluation<'_> {
    fn value(&self, expr: &Expr, depth: usize) -> Result<Value, String> {
        match self.datum(expr, depth)? {
            Datum::Value(value) => Ok(value),
            _ => Err("an artifact is not a value".to_owned()),
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
        // Each form has a function of its own, so this one uses little stack.
        let datum = match &expr.kind {
            ExprKind::Constant(value) => Ok(Datum::Value(value.clone())),
            ExprKind::Input(input) => self.scope.input(*input),
            ExprKind::TaskOutput { task, output } => self.scope.output(*task, *output),
            ExprKind::Item(task) => self.scope.item(*task),
            ExprKind::Gather { task, output } => self.scope.gather(*task, *output),
            ExprKind::Choose {
                condition,
                then,
                otherwise,
            } => self.choose(condition, then, otherwise, depth),
            ExprKind::Binary {
                operator: operator @ (BinaryOperator::And | BinaryOperator::Or),
                left,
                right,
            } => self.logical(*operator, left, right, depth),
            ExprKind::Binary {
                operator: BinaryOperator::Coalesce,
                left,
                right,
            } => self.coalesce(left, right, depth),
            ExprKind::Binary {
                operator,
                left,
                right,
            } => self.binary(*operator, left, right, depth),
            ExprKind::Function {
                function,
                arguments,
            } => self.function(*function, arguments, depth).map(Datum::Value),
            ExprKind::Artifact(source) => self.artifact(source, depth),
            _ => self.plain(expr, depth).map(Datum::Value),
        };
        Ok(widened(datum?, &expr.ty))
    }

    fn choose(
        &self,
        condition: &Expr,
        then: &Expr,
        otherwise: &Expr,
        depth: usize,
    ) -> Result<Datum, String> {
        let taken = if self.bool(condition, depth)? {
            then
        } else {
            otherwise
        };
        self.datum(taken, depth)
    }

    fn artifact(&self, source: &ArtifactSource, depth: usize) -> Result<Datum, String> {
        match source {
            ArtifactSource::Location(location) => {
                self.address(location, depth).map(Datum::Artifact)
            }
            ArtifactSource::Text(text) => {
                let text = self.text(text, depth)?;
                Ok(Datum::Artifact(format!("text:{text}")))
            }
        }
    }

    /// The forms whose value is never an artifact.
    fn plain(&self, expr: &Expr, depth: usize) -> Result<Value, String> {
        match &expr.kind {
            ExprKind::TaskStatus(task) => {
                Ok(Value::String(self.scope.status(*task)?.name().to_owned()))
            }
            ExprKind::TaskIp(task) => self.scope.ip(*task).map(Value::String),
            ExprKind::Context(context) => self.scope.context(*context),
            ExprKind::List(items) => items
                .iter()
                .map(|item| self.value(item, depth))
                .collect::<Result<_, _>>()
                .map(Value::List),
            ExprKind::Index { base, index } => Ok(evaluate::index(
                &self.value(base, depth)?,
                &self.value(index, depth)?,
            )?),
            ExprKind::Record(fields) => fields
                .iter()
                .map(|(name, value)| Ok((name.clone(), self.value(value, depth)?)))
                .collect::<Result<_, String>>()
                .map(Value::Record),
            ExprKind::Concat(parts) => {
                let mut text = String::new();
                for part in parts {
                    evaluate::append(&mut text, &evaluate::text_of(&self.value(part, depth)?)?)?;
                }
                Ok(Value::String(text))
            }
            ExprKind::Field { base, name } => Ok(evaluate::field(&self.value(base, depth)?, name)?),
            ExprKind::Unary { operator, operand } => {
                Ok(evaluate::unary(*operator, &self.value(operand, depth)?)?)
            }
            ExprKind::Error => Err("it has been reported as wrong".to_owned()),
            ExprKind::InputPath(_) | ExprKind::OutputPath(_) | ExprKind::OutputNames(_) => {
                Err("a path is known in a pod only".to_owned())
            }
            ExprKind::Volume(_) => Err("a volume is not a value".to_owned()),
            _ => Err("it is not a value".to_owned()),
        }
    }

    fn logical(
        &self,
        operator: BinaryOperator,
        left: &Expr,
        right: &Expr,
        depth: usize,
    ) -> Result<Datum, String> {
        let decides = operator == BinaryOperator::Or;
        let decided = self.bool(left, depth)? == decides || self.bool(right, depth)? == decides;
        Ok(Datum::Value(Value::Bool(decided == decides)))
    }

    fn coalesce(&self, left: &Expr, right: &Expr, depth: usize) -> Result<Datum, String> {
        match self.datum(left, depth)? {
            Datum::NULL => self.datum(right, depth),
            found => Ok(found),
        }
    }

    fn binary(
        &self,
        operator: BinaryOperator,
        left: &Expr,
        right: &Expr,
        depth: usize,
    ) -> Result<Datum, String> {
        let left = self.datum(left, depth)?;
        let right = self.datum(right, depth)?;
        apply(operator, left, right)
    }

    fn function(
        &self,
        function: Function,
        arguments: &[Expr],
        depth: usize,
    ) -> Result<Value, String> {
        let arguments: Vec<Value> = arguments
            .iter()
            .map(|argument| match self.datum(argument, depth)? {
                Datum::Value(value) => Ok(value),
                Datum::Artifacts(ids) => {
                    Ok(Value::List(ids.into_iter().map(Value::String).collect()))
                }
                Datum::Artifact(_) => Err("an artifact is not a value".to_owned()),
            })
            .collect::<Result<_, String>>()?;
        Ok(function.value(&arguments)?)
    }

    fn text(&self, expr: &Expr, depth: usize) -> Result<String, String> {
        self.value(expr, depth).map(|value| value.text())
    }

    /// An artifact's location, written as in a source.
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

fn apply(operator: BinaryOperator, left: Datum, right: Datum) -> Result<Datum, String> {
    match (left, right, operator) {
        (Datum::Value(a), Datum::Value(b), _) => {
            Ok(Datum::Value(evaluate::binary(operator, &a, &b)?))
        }
        (a, b, BinaryOperator::Equal) => Ok(Datum::Value(Value::Bool(a == b))),
        (a, b, BinaryOperator::NotEqual) => Ok(Datum::Value(Value::Bool(a != b))),
        _ => Err("an artifact is not a value".to_owned()),
    }
}

/// Converts an int to a float if the type requires it, also inside lists, maps and records.
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
