//! Values of parameters, from `-p` and from a file.

use std::path::Path;

use anyhow::{Result, anyhow, bail};
use argot_compiler::{Argument, ArgumentValue, DataKind, Flaw, from_json};
use argot_syntax::{Code, Diagnostic, Diagnostics, Sources, Span};
use indexmap::IndexMap;

use crate::args::{Assignment, PipelineArgs};
use crate::session::Session;
use crate::words::{reason, shown};
use crate::yaml::from_yaml;

/// Values by the names of parameters.
pub(crate) type Params = IndexMap<String, Argument>;

/// The values of the file and those of `-p`, which win. `None` if the file is wrong, which is reported.
///
/// # Errors
/// The file is missing, too large or cannot be read, or a name is given several times with `-p`.
pub(crate) fn given(args: &PipelineArgs, session: &mut Session) -> Result<Option<Params>> {
    let mut file = match &args.params_file {
        Some(path) => read(path, session)?,
        None => Some(Params::new()),
    };
    let mut flags = Params::new();
    for flag in &args.params {
        let given = assigned(flag, &mut session.sources);
        if flags.insert(flag.name.clone(), given).is_some() {
            bail!(
                "the parameter `{}` is given several times with `-p`",
                flag.name
            );
        }
    }
    if let Some(given) = &mut file {
        given.extend(flags);
    }
    Ok(file)
}

/// The value of a flag, whose text is a source of its own.
fn assigned(Assignment { name, value }: &Assignment, sources: &mut Sources) -> Argument {
    let text = format!("{name}={value}");
    let file = sources.add(format!("<-p {name}>"), text.as_str()).id();
    let span = Span::new(file, name.len() + 1, text.len());
    Argument {
        name: Span::new(file, 0, name.len()),
        value: ArgumentValue::Text(value.clone(), span),
    }
}

fn read(path: &Path, session: &mut Session) -> Result<Option<Params>> {
    let shown = shown(path);
    let failed = |problem: &str| anyhow!("cannot read the parameters in `{shown}`: {problem}");
    let bytes = crate::read::named(path)
        .map_err(|error| failed(&reason(&error)))?
        .map_err(|error| failed(&error.to_string()))?;
    let Session {
        sources,
        diagnostics,
        ..
    } = session;
    let Ok(text) = String::from_utf8(bytes) else {
        diagnostics.push(invalid_file(&shown, None, "it is not UTF-8 text"));
        return Ok(None);
    };
    let source = sources.add(shown.as_str(), text.trim_start_matches('\u{feff}'));
    let text = source.text();
    let span = Span::new(source.id(), 0, text.len());
    let is_json = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let data = match is_json {
        true => from_json(text, span).map(Some),
        false => from_yaml(text, span),
    };
    let fields = data.and_then(|data| match data.map(|data| (data.kind, data.span)) {
        Some((DataKind::Record(fields), _)) => Ok(fields),
        // An empty file, or one with comments only.
        None => Ok(IndexMap::new()),
        Some((_, span)) => {
            let problem = "the file must contain a map of parameter names to values";
            Err(vec![Flaw::new(span, problem)])
        }
    });
    Ok(match fields {
        Ok(fields) => {
            let given = fields.into_iter().map(|(name, field)| {
                let given = Argument {
                    name: field.name,
                    value: ArgumentValue::Data(field.value),
                };
                (name, given)
            });
            Some(given.collect())
        }
        Err(flaws) => {
            report(&shown, flaws, diagnostics);
            None
        }
    })
}

fn report(file: &str, flaws: Vec<Flaw>, diagnostics: &mut Diagnostics) {
    let found = flaws
        .iter()
        .map(|flaw| invalid_file(file, Some(flaw.span), &flaw.problem));
    diagnostics.extend(found);
}

fn invalid_file(file: &str, span: Option<Span>, problem: &str) -> Diagnostic {
    let message = format!("cannot read the parameters in `{file}`: {problem}");
    Code::InvalidParameterFile.maybe_at(span, message)
}
