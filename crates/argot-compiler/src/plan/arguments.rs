//! The arguments of a run, read in the types of the pipeline's parameters.

use argot_syntax::{Diagnostics, Span};
use indexmap::IndexMap;

use crate::{
    ArtifactSource, ArtifactTypes, Data, DataKind, Expr, ExprKind, Flaw, Input, Pipeline, Type,
    Value, diagnostics, texts,
};

/// The value of a parameter, as it is passed from outside.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// The place where the parameter is named.
    pub name: Span,
    /// The value.
    pub value: ArgumentValue,
}

/// The forms in which a value is passed from outside.
#[derive(Debug, Clone, PartialEq)]
pub enum ArgumentValue {
    /// A text and its place, as from a command line: read in the type of the parameter; lists, maps, records and json
    /// are JSON.
    Text(String, Span),
    /// Data of a file.
    Data(Data),
}

impl Argument {
    /// A text that is in no file.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            name: Span::default(),
            value: ArgumentValue::Text(text.into(), Span::default()),
        }
    }
}

/// The values by parameter name, in the order of the pipeline's parameters. `None` is `null`: absent.
pub(super) fn bind(
    pipeline: &Pipeline,
    arguments: &IndexMap<String, Argument>,
    artifacts: &ArtifactTypes,
    diagnostics: &mut Diagnostics,
) -> IndexMap<String, Option<Expr>> {
    let names: Vec<&str> = pipeline
        .inputs
        .iter()
        .map(|input| input.name.as_str())
        .collect();
    for (name, Argument { name: span, .. }) in arguments {
        if !names.contains(&name.as_str()) {
            diagnostics.push(diagnostics::unknown_parameter(
                &pipeline.name,
                name,
                &names,
                *span,
            ));
        }
    }
    let mut bound = IndexMap::new();
    for input in &pipeline.inputs {
        let Some(given) = arguments.get(&input.name) else {
            continue;
        };
        let value = read(&given.value, input).unwrap_or_else(|flaws| {
            let ty = input.ty.text(artifacts);
            diagnostics.extend(
                flaws
                    .iter()
                    .map(|flaw| diagnostics::invalid_parameter(input, &ty, flaw)),
            );
            Some(Expr::error(input.span))
        });
        bound.insert(input.name.clone(), value);
    }
    bound
}

fn read(given: &ArgumentValue, input: &Input) -> Result<Option<Expr>, Vec<Flaw>> {
    let (data, span) = match given {
        ArgumentValue::Text(_, span) => (None, *span),
        ArgumentValue::Data(data) => (Some(&data.kind), data.span),
    };
    let flaw = |problem: String| vec![Flaw::new(span, problem)];
    if input.ty.is_optional() && data == Some(&DataKind::Null) {
        return Ok(None);
    }
    let ty = input.ty.required();
    match ty {
        Type::Artifact(_) => {
            let (ArgumentValue::Text(url, _)
            | ArgumentValue::Data(Data {
                kind: DataKind::String(url),
                ..
            })) = given
            else {
                let problem = "write the address of the artifact as a text, such as `s3://bucket/key`";
                return Err(flaw(problem.to_owned()));
            };
            let location = texts::location(&Expr::text(url.clone(), input.span));
            let source = location.map_err(|mismatch| flaw(mismatch.reason))?;
            return Ok(Some(Expr::new(
                ExprKind::Artifact(Box::new(ArtifactSource::Location(source))),
                ty.clone(),
                input.span,
            )));
        }
        Type::Volume => return Err(flaw("a volume cannot be a parameter of a run: declare it in the pipeline, as `volume data = claim(...)`"
                .to_owned())),
        _ if ty.is_artifact_list() => {
            let problem = "only another pipeline can pass a list of artifacts: accept a folder, an `Artifact`";
            return Err(flaw(problem.to_owned()));
        }
        _ => {}
    }
    let value = match given {
        ArgumentValue::Text(text, span) => Value::from_text(text, *span, &input.ty)?,
        ArgumentValue::Data(data) => Value::from_data(data, &input.ty)?,
    };
    if let Some(reason) = value.size().refused() {
        return Err(flaw(format!("it is too large: {reason}")));
    }
    if value == Value::Null && input.ty.is_optional() {
        return Ok(None);
    }
    Ok(Some(Expr::constant(value, ty.clone(), input.span)))
}
