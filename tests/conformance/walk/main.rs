//! Compares what becomes of compiled workflows with what the simulator says.
//!
//! `CONFORMANCE_WALK=PROGRAM walk [--cases N] [--seed N] [--runs N] [--keep N] [--show] [--write FOLDER] [--argo-version V] [--pages] [FILE...]`

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it prints what differs"
)]

mod case;
mod pages;
mod verdict;
mod walker;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use argot_targets::argo::Version;
use argot_testing::generate;
use argot_testing::scenario::Scenario;
use case::{Case, Compiled, ENTRY, Files};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use walker::Walker;

/// How many workflows go to the walker at once.
const BATCH: usize = 64;

struct Arguments {
    cases: u64,
    seed: u64,
    runs: u64,
    show: bool,
    keep: usize,
    write: Option<String>,
    version: Version,
    /// Whether the runs of a page are those that it has itself.
    pages: bool,
    files: Vec<String>,
}

fn arguments() -> Result<Arguments, String> {
    let mut out = Arguments {
        cases: 0,
        seed: 0,
        runs: 8,
        show: false,
        keep: 5,
        write: None,
        version: Version::default(),
        pages: false,
        files: Vec::new(),
    };
    let mut all = std::env::args().skip(1);
    while let Some(argument) = all.next() {
        let mut number = || {
            let text = all.next().unwrap_or_default();
            text.parse::<u64>()
                .map_err(|_| format!("`{argument}` takes a number"))
        };
        match argument.as_str() {
            "--cases" => out.cases = number()?,
            "--seed" => out.seed = number()?,
            "--runs" => out.runs = number()?,
            "--keep" => out.keep = number()? as usize,
            "--show" => out.show = true,
            "--write" => out.write = all.next(),
            "--pages" => out.pages = true,
            "--argo-version" => {
                let name = all.next().unwrap_or_default();
                out.version = name.parse::<Version>()?;
            }
            _ => out.files.push(argument),
        }
    }
    Ok(out)
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("walk: {problem}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<bool, String> {
    let arguments = arguments()?;
    let program =
        std::env::var("CONFORMANCE_WALK").map_err(|_| "CONFORMANCE_WALK names no walker")?;
    let start =
        |program: &str| Walker::start(program).map_err(|error| format!("{program}: {error}"));
    let mut walker = Walkers {
        one: start(&program)?,
        other: match std::env::var("CONFORMANCE_WALK_AGAINST") {
            Ok(program) => Some(start(&program)?),
            Err(_) => None,
        },
    };
    let mut tally = Tally::default();
    for file in &arguments.files {
        if arguments.pages {
            pages::of_page(Path::new(file), arguments.version, &mut walker, &mut tally)?;
        } else {
            of_file(Path::new(file), &arguments, &mut walker, &mut tally)?;
        }
    }
    at_random(&arguments, &mut walker, &mut tally)?;
    println!(
        "{} runs of {} programs compared, {} differ; {} programs refused, {} runs without an end",
        tally.compared, tally.programs, tally.differ, tally.refused, tally.endless
    );
    let ends: Vec<_> = tally
        .ends
        .iter()
        .map(|(end, count)| format!("{end} {count}"))
        .collect();
    println!("tasks: {}", ends.join(", "));
    let mut reasons: Vec<_> = tally.reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (reason, count) in reasons.into_iter().take(25) {
        println!("  {count:5} {reason}");
    }
    Ok(tally.differ == 0)
}

/// What the simulator is compared with, and what that is compared with.
struct Walkers {
    one: Walker,
    other: Option<Walker>,
}

#[derive(Default)]
struct Tally {
    programs: usize,
    compared: usize,
    differ: usize,
    refused: usize,
    endless: usize,
    ends: BTreeMap<&'static str, usize>,
    reasons: BTreeMap<String, usize>,
}

/// The pipelines of a file, or of each program of a page, with some scenarios each.
fn of_file(
    path: &Path,
    arguments: &Arguments,
    walker: &mut Walkers,
    tally: &mut Tally,
) -> Result<(), String> {
    let shown = path.display();
    let mut programs = Vec::new();
    if path.extension().is_some_and(|extension| extension == "md") {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
        let mut rest = text.as_str();
        while let Some((_, after)) = rest.split_once("```argot\n") {
            let (source, after) = after.split_once("```").unwrap_or((after, ""));
            programs.push((Files::Memory(source.to_owned()), ENTRY.to_owned()));
            rest = after;
        }
    } else {
        let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        programs.push((Files::Folder(folder), name));
    }
    for (at, (files, entry)) in programs.iter().enumerate() {
        let compiled = match case::compile(files, entry, arguments.version) {
            Ok(compiled) => compiled,
            Err(problem) => {
                tally.refused += 1;
                println!("{shown} #{at}: {problem}");
                continue;
            }
        };
        for compiled in &compiled {
            tally.programs += 1;
            let mut cases = Vec::new();
            for run in 0..arguments.runs {
                match Case::run(compiled, &mut Scenario::new(bytes_of(run))) {
                    Ok(case) => cases.push(case),
                    Err(problem) => {
                        tally.endless += 1;
                        let first = problem.split('`').step_by(2).collect::<Vec<_>>().join("_");
                        *tally.reasons.entry(first).or_default() += 1;
                    }
                }
            }
            tally.count(&cases);
            for (run, found) in compare(&cases, walker)?.into_iter().enumerate() {
                tally.compared += 1;
                if !found.is_empty() {
                    tally.differ += 1;
                    println!(
                        "{shown} #{at} {} run {run}:\n  {}",
                        compiled.plan.name,
                        found.join("\n  ")
                    );
                }
            }
        }
    }
    Ok(())
}

/// The bytes of the scenarios of a file: all goes well first.
fn bytes_of(run: u64) -> Vec<u8> {
    let mut state = run;
    (0..if run == 0 { 0 } else { 199 })
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(run);
            (state >> 56) as u8
        })
        .collect()
}

impl Tally {
    fn count(&mut self, cases: &[Case<'_>]) {
        for node in cases.iter().flat_map(|case| &case.run.nodes) {
            *self.ends.entry(node.status.name()).or_default() += 1;
        }
    }
}

fn compare(cases: &[Case<'_>], walker: &mut Walkers) -> Result<Vec<Vec<String>>, String> {
    let mut out = Vec::new();
    for batch in cases.chunks(BATCH) {
        let requests: Vec<_> = batch.iter().map(Case::request).collect();
        let reports = walker
            .one
            .walk(&requests)
            .map_err(|error| error.to_string())?;
        let at = out.len();
        out.extend(
            batch
                .iter()
                .zip(&reports)
                .map(|(case, report)| verdict::differences(case, report)),
        );
        if let Some(other) = &mut walker.other {
            let others = other.walk(&requests).map_err(|error| error.to_string())?;
            let both = reports.iter().zip(&others);
            for (found, (report, other)) in out.iter_mut().skip(at).zip(both) {
                found.extend(verdict::between(report, other));
            }
        }
    }
    Ok(out)
}

type Bytes = (Vec<u8>, Vec<u8>);

fn tree(seed: u64) -> Result<impl ValueTree<Value = Bytes>, String> {
    let mut bytes = [0; 32];
    for (to, from) in bytes.iter_mut().zip(seed.to_le_bytes()) {
        *to = from;
    }
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let source = proptest::collection::vec(any::<u8>(), 1..400);
    let scenario = proptest::collection::vec(prop_oneof![3 => 0..13_u8, 1 => any::<u8>()], 0..97);
    (source, scenario)
        .new_tree(&mut runner)
        .map_err(|reason| reason.to_string())
}

/// What one random case says: nothing where there is nothing to compare.
fn one(
    (source, scenario): &Bytes,
    version: Version,
    walker: &mut Walkers,
) -> Result<Vec<String>, String> {
    let Ok(compiled) = compiled(source, version) else {
        return Ok(Vec::new());
    };
    match Case::run(&compiled, &mut Scenario::new(scenario.clone())) {
        Ok(case) => Ok(compare(&[case], walker)?
            .into_iter()
            .next()
            .unwrap_or_default()),
        Err(_) => Ok(Vec::new()),
    }
}

fn compiled(bytes: &[u8], version: Version) -> Result<Compiled, String> {
    let files = Files::Memory(generate::source(bytes));
    case::compile(&files, ENTRY, version)?
        .pop()
        .ok_or_else(|| "no pipeline".to_owned())
}

fn at_random(arguments: &Arguments, walker: &mut Walkers, tally: &mut Tally) -> Result<(), String> {
    let end = arguments.seed + arguments.cases;
    let mut next = arguments.seed;
    let mut shown = 0;
    while next < end {
        let seeds: Vec<u64> = (next..end.min(next + BATCH as u64)).collect();
        next = end.min(next + BATCH as u64);
        let mut programs = Vec::new();
        for seed in seeds {
            let (source, scenario) = tree(seed)?.current();
            match compiled(&source, arguments.version) {
                Ok(compiled) => {
                    if let Some(folder) = &arguments.write {
                        let path = Path::new(folder).join(format!("random-{seed}.argot"));
                        std::fs::write(&path, generate::source(&source))
                            .map_err(|error| format!("{}: {error}", path.display()))?;
                    }
                    programs.push((seed, compiled, Scenario::new(scenario)));
                }
                Err(problem) => {
                    tally.refused += 1;
                    let first = problem.split("; ").next().unwrap_or_default().to_owned();
                    let first: String = first.split('`').step_by(2).collect::<Vec<_>>().join("_");
                    *tally.reasons.entry(first).or_default() += 1;
                    if arguments.show {
                        println!("seed {seed}: {problem}\n{}", generate::source(&source));
                    }
                }
            }
        }
        let mut seeds = Vec::new();
        let mut cases = Vec::new();
        for (seed, compiled, scenario) in &mut programs {
            match Case::run(compiled, scenario) {
                Ok(case) => {
                    tally.programs += 1;
                    seeds.push(*seed);
                    cases.push(case);
                }
                Err(problem) => {
                    tally.endless += 1;
                    let first = problem.split('`').step_by(2).collect::<Vec<_>>().join("_");
                    *tally.reasons.entry(first).or_default() += 1;
                }
            }
        }
        tally.count(&cases);
        for (seed, found) in seeds.into_iter().zip(compare(&cases, walker)?) {
            tally.compared += 1;
            if !found.is_empty() {
                tally.differ += 1;
                shown += 1;
                if shown <= arguments.keep {
                    report(seed, &found, arguments.version, walker)?;
                } else {
                    println!("seed {seed}: {}", found.first().map_or("", String::as_str));
                }
            }
        }
    }
    Ok(())
}

/// Prints the least program that differs as one does.
fn report(
    seed: u64,
    found: &[String],
    version: Version,
    walker: &mut Walkers,
) -> Result<(), String> {
    println!("seed {seed}:\n  {}", found.join("\n  "));
    let mut tree = tree(seed)?;
    let mut least = tree.current();
    let mut tries = 0;
    let mut more = tree.simplify();
    while more && tries < 1500 {
        tries += 1;
        let now = tree.current();
        let differs = !one(&now, version, walker)?.is_empty();
        more = if differs {
            least = now;
            tree.simplify()
        } else {
            tree.complicate()
        };
    }
    let found = one(&least, version, walker)?;
    println!(
        "shrunk:\n  {}\n{}",
        found.join("\n  "),
        generate::source(&least.0)
    );
    Ok(())
}
