//! What runs of a pipeline is the same for the simulator, for the graph that plain Kubernetes is given, and for the
//! script that releases its Jobs.
//!
//! A program is laid out, and run with steps that fail here and there. Then
//!
//! - every Job has run, failed, been skipped or omitted as the simulator says of its path, and so has the run;
//! - nothing but the Jobs that the simulator starts is started while a Job runs, for each of them. Where nothing
//!   limits how many run, all of these are.
//!
//! | variable | means |
//! |---|---|
//! | `AGREE_CASES=3000` | how many random programs |
//! | `AGREE_SEED=7` | the first of them |
//! | `AGREE_RELEASER=300` | how many of them the script runs |
//! | `AGREE_SHOW=1` | why programs are refused |
//! | `AGREE_WRITE=FILE` | where cases for a real cluster are written to |
//! | `AGREE_WRITTEN=120` | how many of them |

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test may panic, and says what it has compared"
)]

mod case;
mod nodes;
mod released;
mod written;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use argot_compiler::{Argument, Type};
use argot_simulate::write;
use argot_testing::generate;
use argot_testing::releaser::play;
use argot_testing::scenario::Scenario;
use case::{Compiled, ENTRY, Files, Story, compile};

/// How many Jobs of a program fail alone.
const ALONE: usize = 8;
/// Of a program with more Jobs there are two runs.
const LARGE: usize = 300;
/// How many turns and Jobs a program has at the most that runs on a real cluster.
const MOST_WRITTEN: usize = 16;
/// How many it has at least.
const LEAST_WRITTEN: usize = 3;

/// Numbers that look like chance.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(end).unwrap()).unwrap()
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let count = self.below(most) + 1;
        (0..count).map(|_| self.roll().to_le_bytes()[0]).collect()
    }
}

/// Whether the step at a path fails: so many of 16 do.
fn fails(seed: u64, of_16: usize, path: &str) -> bool {
    let hash = path.bytes().fold(seed, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    Dice(hash).below(16) < of_16
}

#[derive(Default)]
struct Tally {
    programs: usize,
    refused: usize,
    runs: usize,
    valueless: usize,
    ends: BTreeMap<char, usize>,
    reasons: BTreeMap<String, usize>,
    failures: Vec<String>,
}

impl Tally {
    fn all(&mut self, name: &str, found: Vec<Result<Compiled, String>>, seeds: u64) {
        for (at, compiled) in found.into_iter().enumerate() {
            match compiled {
                Ok(compiled) => self.program(&format!("{name} #{at}"), &compiled, seeds),
                Err(problem) => {
                    if std::env::var_os("AGREE_SHOW").is_some() {
                        println!("{name} #{at}: {problem}");
                    }
                    self.refuse(&problem);
                }
            }
        }
    }

    fn refuse(&mut self, problem: &str) {
        self.refused += 1;
        let first = problem.split("; ").next().unwrap_or_default();
        let first: Vec<_> = first.split('`').step_by(2).collect();
        *self.reasons.entry(first.join("_")).or_default() += 1;
    }

    /// Runs a program: some Jobs fail alone, all goes well, and some fail at random.
    fn program(&mut self, name: &str, compiled: &Compiled, seeds: u64) {
        self.programs += 1;
        let mut values = Dice(seeds);
        let jobs = &compiled.laid.jobs;
        let is_large = jobs.len() > LARGE;
        for job in jobs
            .iter()
            .step_by(jobs.len().div_ceil(if is_large { 1 } else { ALONE }).max(1))
        {
            let paths = Compiled::paths(job);
            let failing = &paths[values.below(paths.len())];
            let alone = |path: &str| path == failing;
            self.run(&format!("{name}, {failing} fails"), compiled, &alone, 0);
        }
        let shares = if is_large {
            &[1][..]
        } else {
            &[0, 1, 2, 4, 6, 10]
        };
        for (at, of_16) in shares.iter().copied().enumerate() {
            let seed = seeds
                .wrapping_mul(31)
                .wrapping_add(u64::try_from(at).unwrap());
            let some = |path: &str| fails(seed, of_16, path);
            self.run(
                &format!("{name}, {of_16} of 16 fail"),
                compiled,
                &some,
                seed,
            );
        }
    }

    fn run(&mut self, name: &str, compiled: &Compiled, fails: &dyn Fn(&str) -> bool, seed: u64) {
        let values = Scenario::new(if seed == 0 {
            Vec::new()
        } else {
            Dice(seed).bytes(97)
        });
        let story = Story {
            fails,
            values: &values,
        };
        let found = match compiled.differences(&story) {
            Ok(Some(found)) => found,
            Ok(None) => {
                self.valueless += 1;
                return;
            }
            Err(problem) => {
                self.refuse(&problem);
                return;
            }
        };
        self.runs += 1;
        for (_, state) in compiled.ends(&story, None).0 {
            *self.ends.entry(state).or_default() += 1;
        }
        let found = match found.is_empty() {
            true => compiled.order(&story).unwrap(),
            false => found,
        };
        if !found.is_empty() {
            let graph = &compiled.laid.graph;
            self.failures
                .push(format!("{name}:\n  {}\n{graph}", found.join("\n  ")));
        }
    }

    fn say(&self, what: &str) {
        let mut text = format!(
            "{what}: {} runs of {} programs compared, {} differ; {} programs refused, {} runs with an expression without a value; ends of Jobs {:?}",
            self.runs,
            self.programs,
            self.failures.len(),
            self.refused,
            self.valueless,
            self.ends
        );
        let mut reasons: Vec<_> = self.reasons.iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (reason, count) in reasons.into_iter().take(12) {
            let _ = write!(text, "\n{count:6} {reason}");
        }
        println!("{text}");
    }

    fn check(&self) {
        let shown: Vec<_> = self.failures.iter().take(3).map(String::as_str).collect();
        assert!(self.failures.is_empty(), "{}", shown.join("\n"));
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files of a folder, or of each folder in it, with an extension.
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut left = vec![root().join(folder)];
    while let Some(folder) = left.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

/// A value for a parameter that has none.
fn needed(name: &str, ty: &Type, needed: bool) -> Option<Argument> {
    needed.then(|| of_type(&Scenario::new(vec![1, 3, 2]), name, ty))
}

fn of_type(scenario: &Scenario, name: &str, ty: &Type) -> Argument {
    let value = match ty.is_artifact() {
        true => return Argument::text("s3://b/given".to_owned()),
        false => scenario.parameter(name, ty, true).unwrap(),
    };
    Argument::text(write(&value, ty))
}

/// The pages of the simulator: each program with the parameters of each of its runs.
#[test]
fn pages() {
    let mut tally = Tally::default();
    for path in files("tests/simulate", "md") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let mut source = String::new();
        for (at, block) in text.split("\n```").enumerate() {
            if let Some(program) = block.strip_prefix("argot\n") {
                source = program.to_owned();
            } else if let Some(run) = block.strip_prefix("run\n") {
                let said: BTreeMap<&str, &str> = run
                    .lines()
                    .filter_map(|line| line.strip_prefix("run.")?.split_once(" = "))
                    .collect();
                let given = |name: &str, ty: &Type, open| match said.get(name) {
                    Some(text) if !ty.is_artifact() => Some(Argument::text((*text).to_owned())),
                    _ => needed(name, ty, open),
                };
                let mut found = compile(&Files::Memory(source.clone()), ENTRY, &given);
                let last = found.pop().into_iter().collect();
                tally.all(&format!("{name} #{at}"), last, 1);
            }
        }
    }
    tally.say("pages");
    tally.check();
}

#[test]
fn files_of_programs() {
    let mut tally = Tally::default();
    let folders = [
        "examples",
        "tests/conformance/walk/flows",
        "tests/agree/programs",
    ];
    for path in folders.iter().flat_map(|folder| files(folder, "argot")) {
        let folder = Files::Folder(path.parent().unwrap().to_owned());
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let found = compile(&folder, &name, &needed);
        tally.all(&name, found, 2);
    }
    tally.say("programs");
    tally.check();
}

fn count(variable: &str, otherwise: u64) -> u64 {
    let text = std::env::var(variable).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// A random program, with parameters of which some are given.
fn random(seed: u64) -> (String, Vec<Result<Compiled, String>>) {
    let mut dice = Dice(seed);
    let source = generate::static_source(&dice.bytes(400));
    let scenario = Scenario::new(dice.bytes(97));
    let given = |name: &str, ty: &Type, open| {
        let is_given = open || scenario.parameter(name, ty, false).is_some();
        (is_given && !ty.is_artifact()).then(|| of_type(&scenario, name, ty))
    };
    let mut found = compile(&Files::Memory(source.clone()), ENTRY, &given);
    (source, found.pop().into_iter().collect())
}

#[test]
fn random_programs() {
    let mut tally = Tally::default();
    let seed = count("AGREE_SEED", 0);
    for seed in seed..seed + count("AGREE_CASES", 80) {
        let (source, found) = random(seed);
        let before = tally.failures.len();
        tally.all(&format!("seed {seed}"), found, seed);
        if let Some(failure) = tally.failures.get_mut(before) {
            let _ = write!(failure, "\n{source}");
        }
    }
    tally.say("random");
    tally.check();
}

/// The script itself, with some of the programs.
#[test]
fn released_programs() {
    let stage = play::Stage::new(Path::new(env!("CARGO_TARGET_TMPDIR")), &["sh".to_owned()]);
    let seed = count("AGREE_SEED", 0);
    let flows = root().join("tests/agree/programs");
    let flows = compile(&Files::Folder(flows), "flows.argot", &needed);
    let random = (seed..seed + count("AGREE_RELEASER", 20)).flat_map(|seed| random(seed).1);
    let (mut runs, mut failures) = (0, Vec::new());
    for (at, compiled) in flows.into_iter().chain(random).flatten().enumerate() {
        let seed = seed + u64::try_from(at).unwrap();
        match released::differences(&stage, &compiled, seed) {
            Ok(Some(found)) => {
                runs += 1;
                if !found.is_empty() {
                    let graph = &compiled.laid.graph;
                    failures.push(format!("#{at}:\n  {}\n{graph}", found.join("\n  ")));
                }
            }
            Ok(None) => {}
            Err(problem) => failures.push(problem),
        }
    }
    println!("releaser: {runs} runs compared, {} differ", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Cases for a real cluster, whose tests play them: random programs, and some that were written for it.
#[test]
fn written_programs() {
    let file = std::env::var_os("AGREE_WRITE");
    let wanted = usize::try_from(count("AGREE_WRITTEN", 10)).unwrap();
    let seed = count("AGREE_SEED", 0);
    let mut cases = Vec::new();
    let mut add = |name: String, compiled: &Compiled, seed: u64| {
        // All goes well in one of four.
        let of_16 = [0, 1, 2, 4][usize::try_from(seed % 4).unwrap()];
        let some = |path: &str| fails(seed, of_16, path);
        let story = Story {
            fails: &some,
            values: &Scenario::new(Dice(seed).bytes(97)),
        };
        if compiled.laid.jobs.len() >= LEAST_WRITTEN {
            let made = written::case(&name, compiled, &story, MOST_WRITTEN);
            cases.extend(made.unwrap());
        }
        cases.len()
    };
    let folder = root().join("tests/agree/programs");
    let flows = compile(&Files::Folder(folder), "flows.argot", &needed);
    let mut found = 0;
    for (compiled, at) in flows.iter().flatten().zip(0..) {
        for seed in [at, at + 1] {
            let name = format!("{}-{seed}", compiled.plan.name);
            found = add(name, compiled, seed);
        }
    }
    let wanted = found + wanted;
    for seed in (seed..).take(wanted * 40) {
        if let Some(compiled) = random(seed).1.pop().and_then(Result::ok) {
            found = add(format!("seed-{seed}"), &compiled, seed);
        }
        if found == wanted {
            break;
        }
    }
    assert_eq!(found, wanted, "there are not as many");
    if let Some(file) = file {
        std::fs::write(file, serde_json::to_vec_pretty(&cases).unwrap()).unwrap();
    }
}
