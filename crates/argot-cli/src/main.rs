//! The command line of Argot.
//!
//! | module | what it is |
//! |---|---|
//! | [`args`] | the command line, as types |
//! | [`commands`] | one file per command |
//! | [`input`] | an entry file and its place in a project |
//! | [`world`] | the compiler's view of a folder |
//! | [`read`] | how files are read |
//! | [`walk`] | the sources in a folder |
//! | [`project`] | `argot.toml`: profiles, and what they and the flags say together |
//! | [`params`] | values of parameters, from flags and files |
//! | [`session`] | what the compilations of one command share |
//! | [`parallel`] | work on several files at once |
//! | [`stages`] | the way from an entry file to manifests |
//! | [`fix`] | fixes of findings, made in memory |
//! | [`report`] | the findings of several compilations, as one |
//! | [`render`] | one file per format of diagnostics |
//! | [`output`] | files and streams |
//! | [`words`] | how paths and errors of the system are written |

#[macro_use]
#[path = "../../argot-syntax/src/messages.rs"]
mod messages;

mod args;
mod commands;
mod fix;
mod input;
mod output;
mod parallel;
mod params;
mod project;
mod read;
mod render;
mod report;
mod session;
mod stages;
mod walk;
mod words;
mod world;
mod yaml;

use std::io;
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};

/// The result of a command that was able to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// There are no errors in the source.
    Clean,
    /// There are errors in the source.
    Errors,
}

/// The exit status of wrong usage and failed input or output.
const FAILURE: u8 = 2;

/// The exit status when nobody reads the output any more. Programs that SIGPIPE ends have the same one.
const READER_GONE: u8 = 141;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let styled = output::styled(cli.color);
    let result = match cli.command {
        Command::Compile(args) => commands::compile::run(&args, styled),
        Command::Check(args) => commands::check::run(&args, styled),
        Command::Fmt(args) => commands::fmt::run(&args, styled),
        Command::Dump(args) => commands::dump::run(&args, styled),
        Command::Config(args) => commands::config::run(&args, styled),
        Command::Profiles(args) => commands::profiles::run(&args, styled),
        Command::Explain(args) => commands::explain::run(&args),
        Command::Completions(args) => commands::completions::run(&args),
    };
    match result {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Errors) => ExitCode::FAILURE,
        Err(error) => failure(&error, styled),
    }
}

/// Reports why a command failed.
fn failure(error: &anyhow::Error, styled: bool) -> ExitCode {
    if error.is::<output::ReaderGone>() {
        return ExitCode::from(READER_GONE);
    }
    output::stderr(&render::failure(&format!("{error:#}"), styled));
    ExitCode::from(FAILURE)
}

/// Prints what clap has to say: a mistake to standard error, `--help` and `--version` to standard output.
fn usage(error: &clap::Error) -> ExitCode {
    if error.use_stderr() {
        // There is nobody to tell when standard error fails.
        let _ = error.print();
        return ExitCode::from(FAILURE);
    }
    let text = error.render();
    let text = if output::wants_color(&io::stdout()) {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    match output::stdout(&text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failure(&error, false),
    }
}
