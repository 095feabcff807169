//! Parameters that are given for a compilation, read in the types of the pipeline's parameters.

use crate::{
    ArtifactSource, ArtifactTypes, Data, DataKind, Duration, Expr, ExprKind, Flaw, Input, Number,
    Pipeline, Place, Quantity, Type, Value,
    check::{Misfit, constant_of},
    data::from_json,
    diagnostics, texts,
};
use argot_syntax::Diagnostics;
use indexmap::IndexMap;

/// A parameter's value as it is given from outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// A text, as from a command line: read in the type of the parameter; lists, maps, records and json
    /// are JSON.
    Text(String),
    /// Data of a file.
    Data {
        /// The data.
        data: Data,
        /// The file, for messages.
        file: String,
    },
}

/// The values by parameter name, in the order of the pipeline's parameters. `None` is `null`: absent.
pub(super) fn bind(
    pipeline: &Pipeline,
    given: &IndexMap<String, Given>,
    artifacts: &ArtifactTypes,
    diagnostics: &mut Diagnostics,
) -> IndexMap<String, Option<Expr>> {
    let names: Vec<&str> = pipeline
        .inputs
        .iter()
        .map(|input| input.name.as_str())
        .collect();
    for name in given.keys().filter(|name| !names.contains(&name.as_str())) {
        let suggestion = crate::suggest(name, names.iter().copied());
        diagnostics.push(diagnostics::unknown_parameter(
            &pipeline.name,
            name,
            suggestion,
            &names,
        ));
    }
    let mut bound = IndexMap::new();
    for input in &pipeline.inputs {
        let Some(value) = given.get(&input.name) else {
            continue;
        };
        match read(value, input) {
            Ok(value) => {
                bound.insert(input.name.clone(), value);
            }
            Err(flaw) => {
                let ty = input.ty.text(artifacts);
                let mut diagnostic =
                    diagnostics::invalid_parameter(&input.name, &ty, &flaw.problem, input.span);
                if let Given::Data { file, .. } = value {
                    let Place { line, column } = flaw.at;
                    let place = format!("the value is set at {file}:{line}:{column}");
                    diagnostic = diagnostic.note(place);
                }
                diagnostics.push(diagnostic);
                bound.insert(input.name.clone(), Some(Expr::error(input.span)));
            }
        }
    }
    bound
}

fn read(given: &Given, input: &Input) -> Result<Option<Expr>, Flaw> {
    let ty = input.ty.required();
    let (data, at) = match given {
        Given::Text(_) => (None, Place::default()),
        Given::Data { data, .. } => (Some(&data.kind), data.at),
    };
    let flaw = |problem: String| Flaw::new(at, problem);
    match ty {
        Type::Artifact(_) => {
            let url = match (given, data) {
                (_, Some(DataKind::Null)) if input.ty.is_optional() => return Ok(None),
                (Given::Text(text), _) | (_, Some(DataKind::String(text))) => text,
                _ => {
                    let problem = "an artifact is given by its address, a text";
                    return Err(flaw(problem.to_owned()));
                }
            };
            let source = ArtifactSource::Location(
                texts::location(&Expr::text(url.clone(), input.span))
                    .map_err(|mismatch| flaw(mismatch.reason))?,
            );
            return Ok(Some(Expr::new(
                ExprKind::Artifact(Box::new(source)),
                ty.clone(),
                input.span,
            )));
        }
        Type::Volume => return Err(flaw("a volume cannot be given from outside".to_owned())),
        _ => {}
    }
    let value = match given {
        Given::Text(text) => from_text(text, ty).map_err(flaw)?,
        Given::Data { data, .. } => from_data(data, &input.ty)?,
    };
    if let Some(reason) = value.size().refused() {
        return Err(flaw(format!("it is too large: {reason}")));
    }
    if value == Value::Null && (input.ty.is_optional() || *ty != Type::Json) {
        return if input.ty.is_optional() {
            Ok(None)
        } else {
            Err(flaw("it cannot be null".to_owned()))
        };
    }
    let value = constant_of(&value, ty).map_err(|misfit| flaw(describe(misfit, &value)))?;
    Ok(Some(Expr::constant(value, ty.clone(), input.span)))
}

fn describe(misfit: Misfit, value: &Value) -> String {
    match misfit {
        Misfit::Type => format!("{} is of another type", shortened(&value.json())),
        Misfit::Member(text, members) => {
            let members: Vec<String> = members.iter().map(|member| format!("`{member}`")).collect();
            format!(
                "`{}` is not one of {}",
                shortened(&text),
                members.join(", ")
            )
        }
        Misfit::MissingField(name) => format!("the field `{name}` is missing"),
        Misfit::UnknownField(name, _) => format!("there is no field `{name}`"),
        Misfit::TooLarge(reason) => format!("it is too large: {reason}"),
    }
}

fn shortened(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A text as a value, read in a type; nothing is made to fit it yet.
pub(crate) fn from_text(text: &str, ty: &Type) -> Result<Value, String> {
    let shown = shortened(text);
    match ty {
        Type::String | Type::Enum(_) => Ok(Value::String(text.to_owned())),
        Type::Int => text
            .trim()
            .parse()
            .map(Value::Int)
            .map_err(|_| format!("`{shown}` is not a whole number")),
        Type::Float => Number::decimal(text.trim())
            .map_err(|_| format!("`{shown}` is not a number"))?
            .float()
            .map(Value::Float),
        Type::Bool => match text.trim() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(format!("`{shown}` is not `true` or `false`")),
        },
        Type::Quantity | Type::Duration => unit(text, ty),
        _ => {
            let read =
                from_json(text).map_err(|flaw| placed(&format!("`{shown}` is not JSON"), &flaw))?;
            from_data(&read, ty).map_err(|flaw| placed(&format!("in `{shown}`"), &flaw))
        }
    }
}

fn unit(text: &str, ty: &Type) -> Result<Value, String> {
    let (found, what, example) = match ty {
        Type::Quantity => (
            Quantity::parse(text).map(Value::Quantity),
            "quantity",
            "16Gi",
        ),
        _ => (
            Duration::parse(text).map(Value::Duration),
            "duration",
            "1h30m",
        ),
    };
    found.ok_or_else(|| format!("`{}` is not a {what}, such as `{example}`", shortened(text)))
}

/// A flaw of a text that has no file.
fn placed(what: &str, flaw: &Flaw) -> String {
    let Place { line, column } = flaw.at;
    match line {
        1 => format!("{what}: {} (column {column})", flaw.problem),
        _ => format!("{what}: {} (line {line}, column {column})", flaw.problem),
    }
}

/// Data as a value, read in a type; nothing is made to fit it yet.
pub(crate) fn from_data(data: &Data, ty: &Type) -> Result<Value, Flaw> {
    let flaw = |problem: String| Flaw::new(data.at, problem);
    match (&data.kind, ty) {
        (DataKind::Null, _) => Ok(Value::Null),
        (_, Type::Optional(inner)) => from_data(data, inner),
        (DataKind::Bool(value), _) => Ok(Value::Bool(*value)),
        (DataKind::Number(number), ty) => self::number(number, ty).map_err(flaw),
        (DataKind::String(text), Type::Quantity | Type::Duration) => unit(text, ty).map_err(flaw),
        (DataKind::String(text), _) => Ok(Value::String(text.clone())),
        (DataKind::List(items), ty) => {
            let element = match ty {
                Type::List(element) => element.as_ref(),
                _ => &Type::Json,
            };
            items
                .iter()
                .map(|item| from_data(item, element))
                .collect::<Result<_, _>>()
                .map(Value::List)
        }
        (DataKind::Record(fields), ty) => fields
            .iter()
            .map(|(name, value)| {
                let inner = match ty {
                    Type::Map(element) => element.as_ref(),
                    Type::Record(fields) => fields
                        .iter()
                        .find(|field| field.name == *name)
                        .map_or(&Type::Json, |field| &field.ty),
                    _ => &Type::Json,
                };
                Ok((name.clone(), from_data(value, inner)?))
            })
            .collect::<Result<_, Flaw>>()
            .map(Value::Record),
    }
}

/// A number is exact, or an error.
fn number(number: &Number, ty: &Type) -> Result<Value, String> {
    match (number.whole(), ty) {
        (Some(_), Type::Float) => number.float().map(Value::Float),
        (Some(whole), _) => Ok(Value::Int(whole)),
        (None, Type::Int) if number.is_whole() => {
            Err(format!("`{}` does not fit 64 bits", number.text()))
        }
        (None, _) => number.float().map(Value::Float),
    }
}
