//! Parameters that are given for a compilation, read in the types of the pipeline's parameters.

use crate::{
    ArtifactSource, ArtifactTypes, Data, DataKind, Expr, ExprKind, Flaw, Input, Misfit, Pipeline,
    Place, Type, Value, diagnostics, read::shortened, texts,
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
        Given::Text(text) => Value::from_text(text, ty).map_err(flaw)?,
        Given::Data { data, .. } => Value::from_data(data, &input.ty)?,
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
    let value = value
        .fit(ty)
        .map_err(|misfit| flaw(describe(misfit, &value)))?;
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
