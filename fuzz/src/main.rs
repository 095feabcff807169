//! A fuzzer for the Argot compiler: see README.md.
//!
//! The program starts itself as a worker, which makes and compiles one source after another. A worker that
//! dies, as by a stack that is too small, leaves the source behind, and another one goes on.

mod awkward;
mod coverage;
mod exercise;
mod generate;
mod memory;
mod mutate;
mod random;
mod seeds;
mod syntax;
mod tokens;
mod worker;
mod yaml;

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use clap::{Parser, ValueEnum};

/// Compiles sources that nobody would write, and reports what goes wrong.
#[derive(Parser, Clone)]
pub struct Arguments {
    /// How long to go on
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Where the random numbers start
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where sources are put with which something goes wrong
    #[arg(long, default_value = "findings")]
    findings: PathBuf,
    /// What is done with each source
    #[arg(long, value_enum, default_value_t = Stage::Compile)]
    stage: Stage,
    /// Folders with sources to start from
    #[arg(default_values = ["../examples", "../tests", "../docs"])]
    folders: Vec<PathBuf>,
    /// Compile sources in this process
    #[arg(long, hide = true)]
    worker: bool,
}

/// What is done with a source.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It is compiled for every target
    Compile,
    /// It is parsed
    Parse,
    /// It is formatted
    Fmt,
}

impl Stage {
    /// Its name on the command line.
    fn name(self) -> &'static str {
        match self {
            Self::Compile => "compile",
            Self::Parse => "parse",
            Self::Fmt => "fmt",
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.worker {
        true => worker::run(&arguments),
        false => supervise(&arguments),
    };
    match done {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs workers until the time is over. Gives how many sources something went wrong with.
fn supervise(arguments: &Arguments) -> std::io::Result<usize> {
    std::fs::create_dir_all(&arguments.findings)?;
    let end = Instant::now() + Duration::from_secs(arguments.seconds);
    let mut deaths = 0;
    let mut has_findings = false;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left < Duration::from_secs(1) {
            break;
        }
        let seed = arguments.seed + deaths as u64 * 1_000_003;
        let status = Command::new(std::env::current_exe()?)
            .arg("--worker")
            .args([
                "--seconds",
                &left.as_secs().to_string(),
                "--seed",
                &seed.to_string(),
            ])
            .args(["--stage", arguments.stage.name()])
            .arg("--findings")
            .arg(&arguments.findings)
            .args(&arguments.folders)
            .status()?;
        if status.code().is_some_and(|code| code <= 1) {
            has_findings |= !status.success();
            break;
        }
        deaths += 1;
        let kept = arguments.findings.join(format!("died-{seed}.argot"));
        std::fs::rename(arguments.findings.join(worker::CURRENT), &kept)?;
        eprintln!("the compiler died ({status}): {}", kept.display());
    }
    Ok(deaths + usize::from(has_findings))
}
