//! The command line, as types. Nothing here does anything.

mod examples;
mod own;
mod target;

use std::num::NonZero;
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::Styles;
use clap::builder::styling::{AnsiColor, Effects};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

pub(crate) use own::GivenFlag;
pub(crate) use target::{DestinationArgs, TargetArgs};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().effects(Effects::BOLD))
    .usage(AnsiColor::Green.on_default().effects(Effects::BOLD))
    .literal(AnsiColor::Cyan.on_default().effects(Effects::BOLD))
    .placeholder(AnsiColor::Cyan.on_default());

/// Compiles machine-learning pipelines to Argo Workflows and to plain Kubernetes.
#[derive(Debug, Parser)]
#[command(
    name = "argot",
    version,
    styles = STYLES,
    max_term_width = 100,
    after_help = examples::ARGOT,
    disable_help_subcommand = true,
    arg_required_else_help = true,
    subcommand_required = true
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to colour messages; `auto` does so on a terminal, unless NO_COLOR is set.
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compile pipelines and print or write their manifests.
    #[command(after_help = examples::COMPILE)]
    Compile(CompileArgs),
    /// Check files and folders, and fix what can be fixed.
    #[command(after_help = examples::CHECK)]
    Check(CheckArgs),
    /// Format files and folders in the one style of the language.
    #[command(after_help = examples::FMT)]
    Fmt(FmtArgs),
    /// Print what a stage of the compiler makes of a file, as JSON.
    #[command(after_help = examples::DUMP)]
    Dump(DumpArgs),
    /// Print the settings of a profile, and where each comes from.
    #[command(after_help = examples::CONFIG)]
    Config(ConfigArgs),
    /// List the profiles of a project.
    #[command(after_help = examples::PROFILES)]
    Profiles(ProfilesArgs),
    /// Explain an error or warning, with a failing and a fixed example.
    #[command(after_help = examples::EXPLAIN)]
    Explain(ExplainArgs),
    /// Print a completion script for a shell.
    #[command(after_help = examples::COMPLETIONS)]
    Completions(CompletionsArgs),
}

/// `argot compile`.
#[derive(Debug, Args)]
pub(crate) struct CompileArgs {
    /// Source files; `-` reads standard input.
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,

    /// Where to write: a file, a folder (one that exists, or a path that ends in `/`; one NAME.yaml
    /// per source file), or `-` for standard output.
    #[arg(short, long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) pipelines: PipelineArgs,

    #[command(flatten)]
    pub(crate) target: TargetArgs,

    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

/// `argot check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Source files, and folders that are searched for *.argot files; files that git ignores are
    /// left out of a folder. `-` reads standard input.
    #[arg(default_value = ".", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) jobs: JobsArgs,

    #[command(flatten)]
    pub(crate) fixes: FixArgs,

    #[command(flatten)]
    pub(crate) destination: DestinationArgs,

    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

/// `argot fmt`.
#[derive(Debug, Args)]
pub(crate) struct FmtArgs {
    /// Source files, and folders that are searched for *.argot files; files that git ignores are
    /// left out of a folder. `-` formats standard input to standard output.
    #[arg(default_value = ".", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    /// Write nothing; list the files that would change, and fail if there are any.
    #[arg(long)]
    pub(crate) check: bool,

    /// Write nothing; print what would change, and fail if anything would.
    #[arg(long)]
    pub(crate) diff: bool,

    #[command(flatten)]
    pub(crate) jobs: JobsArgs,
}

impl FmtArgs {
    /// Whether nothing is written.
    pub(crate) fn only_looks(&self) -> bool {
        self.check || self.diff
    }
}

/// `argot dump`.
#[derive(Debug, Args)]
pub(crate) struct DumpArgs {
    /// The source file; `-` reads standard input.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,

    /// The stage to print.
    #[arg(long, value_name = "STAGE", value_enum)]
    pub(crate) stage: Stage,

    #[command(flatten)]
    pub(crate) pipelines: PipelineArgs,

    #[command(flatten)]
    pub(crate) target: TargetArgs,

    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

/// `argot config`.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    /// A folder or file of the project.
    #[arg(default_value = ".", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) path: PathBuf,

    #[command(flatten)]
    pub(crate) destination: DestinationArgs,

    /// The namespace of the objects.
    #[arg(short, long, value_name = "NAMESPACE", help_heading = "Target")]
    pub(crate) namespace: Option<String>,

    /// How to print the settings, and what is wrong with them.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Listing::Human)]
    pub(crate) format: Listing,
}

/// `argot profiles`.
#[derive(Debug, Args)]
pub(crate) struct ProfilesArgs {
    /// A folder or file of the project.
    #[arg(default_value = ".", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) path: PathBuf,

    /// How to print the profiles, and what is wrong with them.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Listing::Human)]
    pub(crate) format: Listing,
}

/// `argot explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The number or name of an error or warning, such as E0301 or type-mismatch.
    #[arg(value_name = "CODE", conflicts_with = "list")]
    pub(crate) code: Option<String>,

    /// List all of them; the same as giving no CODE.
    #[arg(long)]
    pub(crate) list: bool,
}

/// `argot completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    #[arg(value_name = "SHELL", value_enum)]
    pub(crate) shell: Shell,
}

/// Which pipelines, with which parameters.
#[derive(Debug, Args)]
#[command(next_help_heading = "Pipelines")]
pub(crate) struct PipelineArgs {
    /// A pipeline to compile, may be repeated. Without it, those whose names do not start with `_`
    /// and that no other pipeline of the file calls.
    #[arg(long = "pipeline", value_name = "NAME")]
    pub(crate) names: Vec<String>,

    /// The value of a parameter, may be repeated. Lists, maps and records are written as JSON.
    #[arg(short = 'p', long = "param", value_name = "NAME=VALUE")]
    pub(crate) params: Vec<Assignment>,

    /// A YAML or JSON file with values of parameters; `-p` wins over it.
    #[arg(long = "params", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) params_file: Option<PathBuf>,
}

/// `NAME=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assignment {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Self {
                name: name.to_owned(),
                value: value.to_owned(),
            }),
            _ => Err("the form is NAME=VALUE, as in `-p lr=0.1`".to_owned()),
        }
    }
}

/// What to do about findings that have a fix.
#[derive(Debug, Args)]
#[command(next_help_heading = "Fixes")]
pub(crate) struct FixArgs {
    /// Make the safe fixes in the files, and report what is left. With `-`, print the fixed source.
    #[arg(long, group = "fixing")]
    pub(crate) fix: bool,

    /// Print what --fix would change, as a unified diff, and write nothing. The exit status is 1 if
    /// there is something to change.
    #[arg(long, group = "fixing")]
    pub(crate) diff: bool,

    /// Make unsafe fixes too: guesses, such as the nearest name for an unknown one.
    #[arg(long, requires = "fixing")]
    pub(crate) unsafe_fixes: bool,
}

/// How many files are worked on at once.
#[derive(Debug, Args)]
pub(crate) struct JobsArgs {
    /// How many files to work on at once; by default, as many as there are processors.
    #[arg(short, long, value_name = "N")]
    pub(crate) jobs: Option<NonZero<usize>>,
}

/// How to report what was found.
#[derive(Debug, Args)]
#[command(next_help_heading = "Diagnostics")]
pub(crate) struct ReportArgs {
    /// How to print errors and warnings.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,

    /// Treat warnings as errors.
    #[arg(long)]
    pub(crate) deny_warnings: bool,
}

/// When to colour messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

/// How to print diagnostics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// With the source text and marks below it
    Human,
    /// One line each: `FILE:LINE:COLUMN: error[NAME]: MESSAGE`
    Short,
    /// One JSON object, described by docs/diagnostics.schema.json
    Json,
}

impl Format {
    /// Whether people read it with the source at hand, and want to know what to do next.
    pub(crate) fn is_chatty(self) -> bool {
        match self {
            Self::Human => true,
            Self::Short | Self::Json => false,
        }
    }

    /// Whether it is the output of a command that makes no other.
    pub(crate) fn is_output(self) -> bool {
        match self {
            Self::Human | Self::Short => false,
            Self::Json => true,
        }
    }

    /// As the value of a flag.
    pub(crate) fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// How to print a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Listing {
    /// A line each
    Human,
    /// One JSON object
    Json,
}

impl Listing {
    /// How diagnostics are printed then.
    pub(crate) fn diagnostics(self) -> Format {
        match self {
            Self::Human => Format::Human,
            Self::Json => Format::Json,
        }
    }
}

/// A stage of the compiler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// What was written: the syntax trees of the file and its imports
    Ast,
    /// What it means: names resolved, expressions typed
    Program,
    /// What has to run: a graph of tasks per pipeline
    Plan,
    /// The objects of the target
    Manifest,
}

#[cfg(test)]
mod tests {
    use argot_targets::targets::TARGETS;
    use clap::CommandFactory;

    use super::Cli;

    const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs");

    /// The page of the command line has every flag, and every value of a flag.
    #[test]
    fn the_page_has_every_flag() -> std::io::Result<()> {
        let page = std::fs::read_to_string(format!("{DOCS}/cli.md"))?;
        let command = Cli::command();
        let all = command
            .get_subcommands()
            .flat_map(clap::Command::get_arguments);
        for arg in all {
            let Some(flag) = arg.get_long() else { continue };
            let short = arg.get_short().map(|short| format!("-{short} "));
            let has_short = short.is_some_and(|short| page.contains(&short));
            let is_there = has_short || page.contains(&format!("--{flag}"));
            assert!(is_there, "no `--{flag}`");
            for value in arg.get_possible_values() {
                let value = value.get_name();
                // Switches have no value, and the page names ranges of versions.
                let is_named = !matches!(value, "true" | "false")
                    && !value.starts_with(|first: char| first.is_ascii_digit());
                assert!(
                    !is_named || page.contains(value),
                    "no `{value}` of `--{flag}`"
                );
            }
        }
        Ok(())
    }

    #[test]
    fn every_target_has_a_page() {
        for target in TARGETS {
            let page = format!("{DOCS}/targets/{}.md", target.name());
            assert!(std::path::Path::new(&page).exists(), "{page}");
        }
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_help_names_the_default_versions() {
        let help = Cli::command()
            .find_subcommand_mut("check")
            .map(|check| check.render_help().to_string())
            .unwrap_or_default();
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        let settings = TARGETS.iter().flat_map(|target| target.settings());
        for setting in settings.filter(|setting| setting.key.ends_with("_version")) {
            let version = setting.default.map(|default| default()).unwrap_or_default();
            assert!(help.contains(&format!("by default {version}")), "{help}");
        }
    }
}
