//! Values of parameters, from `-p` and from a file.

use std::path::Path;

use anyhow::{Result, anyhow, bail};
use argot_compiler::{DataKind, Flaw, Given, Place, from_json};
use indexmap::IndexMap;

use crate::args::PipelineArgs;
use crate::words::{reason, shown};
use crate::yaml::from_yaml;

/// The values that are given for parameters: those of the file, then those of `-p` over them.
///
/// # Errors
/// The file cannot be read or is not a map, or a name is given twice with `-p`.
pub(crate) fn given(args: &PipelineArgs) -> Result<IndexMap<String, Given>> {
    let mut given = match &args.params_file {
        Some(path) => read(path)?,
        None => IndexMap::new(),
    };
    for (index, assignment) in args.params.iter().enumerate() {
        if args
            .params
            .iter()
            .take(index)
            .any(|earlier| earlier.name == assignment.name)
        {
            bail!(
                "the parameter `{}` is given several times with `-p`",
                assignment.name
            );
        }
        given.insert(
            assignment.name.clone(),
            Given::Text(assignment.value.clone()),
        );
    }
    Ok(given)
}

fn read(path: &Path) -> Result<IndexMap<String, Given>> {
    let shown = shown(path);
    let failed = |problem: &str| anyhow!("cannot read the parameters in `{shown}`: {problem}");
    let bytes = crate::read::named(path)
        .map_err(|error| failed(&reason(&error)))?
        .map_err(|error| failed(&error.to_string()))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| anyhow!("cannot read the parameters in `{shown}`: it is not UTF-8 text"))?;
    let text = text.trim_start_matches('\u{feff}');
    let is_json = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let read = match is_json {
        true => from_json(text).map(Some),
        false => from_yaml(text),
    };
    let wrong = |Flaw { at, problem }: Flaw| {
        let Place { line, column } = at;
        anyhow!("{shown}:{line}:{column}: {problem}")
    };
    // An empty file, or one with comments only.
    let Some(data) = read.map_err(wrong)? else {
        return Ok(IndexMap::new());
    };
    let DataKind::Record(fields) = data.kind else {
        let problem = "parameters are a map of names to values";
        return Err(wrong(Flaw::new(data.at, problem)));
    };
    let given = |(name, data)| {
        let file = shown.clone();
        (name, Given::Data { data, file })
    };
    Ok(fields.into_iter().map(given).collect())
}
