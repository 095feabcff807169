//! `argot explain`: the page of an error or warning.

use anyhow::{Result, bail};
use argot_syntax::Code;

use crate::Outcome;
use crate::args::ExplainArgs;
use crate::output;

/// Prints a page, or the table of all codes.
pub(crate) fn run(args: &ExplainArgs) -> Result<Outcome> {
    let text = match &args.code {
        Some(name) => match Code::find(name) {
            Some(code) => code.page().to_owned(),
            None => bail!("{}", unknown(name)),
        },
        None => table(),
    };
    output::stdout(&text)?;
    Ok(Outcome::Clean)
}

fn unknown(name: &str) -> String {
    // A number is one letter away from many others, none of which is meant.
    let names = Code::ALL.iter().map(|code| code.id());
    let hint = match argot_compiler::suggest(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`argot explain --list` lists all".to_owned(),
    };
    format!("there is no error or warning `{name}`; {hint}")
}

fn table() -> String {
    let width = Code::ALL
        .iter()
        .map(|code| code.id().len())
        .max()
        .unwrap_or(0);
    Code::ALL
        .iter()
        .map(|code| {
            format!(
                "{}  {:width$}  {}\n",
                code.number(),
                code.id(),
                code.summary()
            )
        })
        .collect()
}
