//! `argot completions`: a completion script for a shell.

use anyhow::Result;
use clap::CommandFactory;

use crate::Outcome;
use crate::args::{Cli, CompletionsArgs};
use crate::output;

/// Prints the script.
pub(crate) fn run(args: &CompletionsArgs) -> Result<Outcome> {
    // clap_complete panics when it cannot write; a vector can always grow.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "argot", &mut script);
    output::stdout(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Clean)
}
