//! Parameters that are given for a compilation, read in the types of the pipeline's parameters.

use argot_syntax::Diagnostics;
use indexmap::IndexMap;
use serde_json::Value as Data;

use crate::{
    ArtifactSource, ArtifactTypes, Duration, Expr, ExprKind, Input, Pipeline, Quantity, Type,
    Value,
    check::{Misfit, constant_of, location},
    diagnostics as messages,
};

/// A parameter's value as it is given from outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// A text, as from a command line: read in the type of the parameter; lists, maps, records and json
    /// are JSON.
    Text(String),
    /// Data, as from a file.
    Data(Data),
    /// Data of a setting.
    Setting {
        /// The data.
        data: Data,
        /// Where it is set, for messages.
        place: String,
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
        diagnostics.push(messages::unknown_parameter(
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
            Err(reason) => {
                let ty = input.ty.text(artifacts);
                let mut diagnostic =
                    messages::invalid_parameter(&input.name, &ty, &reason, input.span);
                if let Given::Setting { place, .. } = value {
                    diagnostic = diagnostic.note(format!("the value is set at {place}"));
                }
                diagnostics.push(diagnostic);
                bound.insert(input.name.clone(), Some(Expr::error(input.span)));
            }
        }
    }
    bound
}

fn read(given: &Given, input: &Input) -> Result<Option<Expr>, String> {
    let ty = input.ty.required();
    let data = match given {
        Given::Text(_) => None,
        Given::Data(data) | Given::Setting { data, .. } => Some(data),
    };
    match ty {
        Type::Artifact(_) => {
            let url = match (given, data) {
                (_, Some(Data::Null)) if input.ty.is_optional() => return Ok(None),
                (Given::Text(text), _) | (_, Some(Data::String(text))) => text,
                _ => {
                    return Err("an artifact is given by its address, a text".to_owned());
                }
            };
            let source = ArtifactSource::Location(location(&Expr::text(url.clone(), input.span))?);
            return Ok(Some(Expr::new(
                ExprKind::Artifact(Box::new(source)),
                ty.clone(),
                input.span,
            )));
        }
        Type::Volume => return Err("a volume cannot be given from outside".to_owned()),
        _ => {}
    }
    let value = match given {
        Given::Text(text) => from_text(text, ty)?,
        Given::Data(data) | Given::Setting { data, .. } => from_data(data, &input.ty)?,
    };
    if value == Value::Null && (input.ty.is_optional() || *ty != Type::Json) {
        return if input.ty.is_optional() {
            Ok(None)
        } else {
            Err("it cannot be null".to_owned())
        };
    }
    let value = constant_of(&value, ty).map_err(|misfit| describe(misfit, &value))?;
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
        Type::Float => match text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Value::Float(number)),
            _ => Err(format!("`{shown}` is not a number")),
        },
        Type::Bool => match text.trim() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(format!("`{shown}` is not `true` or `false`")),
        },
        Type::Quantity | Type::Duration => unit(text, ty),
        _ => {
            let data: Data = serde_json::from_str(text)
                .map_err(|error| format!("`{shown}` is not JSON: {error}"))?;
            from_data(&data, ty)
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

/// Data as a value, read in a type; nothing is made to fit it yet.
pub(crate) fn from_data(data: &Data, ty: &Type) -> Result<Value, String> {
    match (data, ty) {
        (data, Type::Optional(inner)) if !data.is_null() => from_data(data, inner),
        (Data::Null, _) => Ok(Value::Null),
        (Data::Bool(value), _) => Ok(Value::Bool(*value)),
        (Data::Number(number), _) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Ok(Value::Int(whole)),
            (None, Some(float)) if float.is_finite() => Ok(Value::Float(float)),
            _ => Err(format!("{number} does not fit 64 bits")),
        },
        (Data::String(text), Type::Quantity | Type::Duration) => unit(text, ty),
        (Data::String(text), _) => Ok(Value::String(text.clone())),
        (Data::Array(items), ty) => {
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
        (Data::Object(fields), ty) => fields
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
            .collect::<Result<_, String>>()
            .map(Value::Record),
    }
}
