//! Makes sources, compiles them, and keeps those that reach something new.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::coverage::Coverage;
use crate::exercise::{Input, Outcome, exercise};
use crate::generate;
use crate::memory::Meter;
use crate::random::Random;
use crate::seeds::{self, Seeds};
use crate::syntax;
use crate::{Arguments, Stage};

/// The file with the source that is being compiled.
pub const CURRENT: &str = "current.argot";

/// The stack that the compiler gets: that of a thread of Rust.
const STACK: usize = 2 << 20;

/// The longest that a source may take, in time of the processor: others that want it do not count.
const LONGEST: Duration = Duration::from_secs(5);

/// When a source is given up, in time of the clock. The worker ends with it.
const GIVEN_UP: Duration = Duration::from_secs(60);

/// The exit code of a worker that has given up.
const ENDLESS: i32 = 2;

/// The most memory that a source may take, in bytes.
const MOST_MEMORY: usize = 300 << 20;

/// How many sources are kept of each kind of finding.
const KEPT: usize = 3;

/// What happened with one source.
struct Run {
    outcome: Result<Outcome, String>,
    /// What its thread has had of the processor.
    time: Duration,
    memory: usize,
}

/// What has happened so far.
#[derive(Default)]
struct Totals {
    sources: usize,
    compiled: usize,
    slowest: Duration,
    largest: usize,
    /// How many times each kind of finding was seen.
    findings: BTreeMap<String, usize>,
}

/// Compiles sources until the time is over. Gives the number of kinds of findings.
pub fn run(arguments: &Arguments) -> std::io::Result<usize> {
    let Seeds {
        mut material,
        files,
    } = seeds::read(&arguments.folders)?;
    let seeds = material.corpus.len();
    let mut random = Random::new(arguments.seed);
    let mut coverage = Coverage::default();
    let mut totals = Totals::default();
    // Sources that compile, which are better to start from.
    let mut good: Vec<Vec<u8>> = Vec::new();
    let start = Instant::now();
    let mut told = start;
    std::panic::set_hook(Box::new(|_| {}));
    while start.elapsed().as_secs() < arguments.seconds {
        let is_seed = totals.sources < seeds;
        let source = if is_seed {
            material.corpus[totals.sources].clone()
        } else if random.one_in(8) {
            generate::program(&mut random)
        } else {
            let base = match random.one_in(3) {
                false => random.late(&good),
                true => None,
            };
            let base = base
                .or(random.late(&material.corpus))
                .cloned()
                .unwrap_or_default();
            material.mutated(&mut random, &base)
        };
        std::fs::write(arguments.findings.join(CURRENT), &source)?;
        let input = Input {
            source: &source,
            files: &files,
        };
        Coverage::start();
        // Every version and layout for the seeds would take most of a short run.
        let all = is_seed && arguments.seconds > 300;
        let found = run_one(&input, arguments.stage, &mut random, all);
        let is_new = coverage.is_new();
        totals.note(&found, &source, arguments)?;
        if let (true, Ok(outcome)) = (is_new || is_seed, found.outcome) {
            if outcome == Outcome::Compiled {
                good.push(source.clone());
            }
            if !is_seed {
                material.corpus.push(source);
            }
        }
        if told.elapsed().as_secs() >= 30 {
            told = Instant::now();
            totals.tell(start.elapsed(), &coverage);
        }
    }
    totals.tell(start.elapsed(), &coverage);
    std::fs::remove_file(arguments.findings.join(CURRENT))?;
    Ok(totals.findings.len())
}

/// Compiles or parses a source in a thread with a small stack.
fn run_one(input: &Input<'_>, stage: Stage, random: &mut Random, all: bool) -> Run {
    let meter = Meter::start();
    let (sender, receiver) = mpsc::channel();
    let work = || {
        let done = catch_unwind(AssertUnwindSafe(|| match stage {
            Stage::Compile => exercise(input, random, all),
            Stage::Parse => syntax::exercise(input.source, random),
            Stage::Fmt => syntax::formatted(input.source),
        }));
        let outcome =
            done.unwrap_or_else(|panic| Err(format!("a panic: {}", said(panic.as_ref()))));
        let time = Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default();
        // The receiver waits for it, or the process is about to end.
        let _ = sender.send((outcome, time));
    };
    let (outcome, time) = std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(STACK);
        if let Err(error) = builder.spawn_scoped(scope, work) {
            return (Err(format!("there is no thread: {error}")), Duration::ZERO);
        }
        receiver.recv_timeout(GIVEN_UP).unwrap_or_else(|_| {
            eprintln!("it has not ended after {} s", GIVEN_UP.as_secs());
            std::process::exit(ENDLESS)
        })
    });
    Run {
        outcome,
        time,
        memory: meter.peak(),
    }
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    text.unwrap_or_default()
}

impl Totals {
    fn note(&mut self, run: &Run, source: &[u8], arguments: &Arguments) -> std::io::Result<()> {
        self.sources += 1;
        self.compiled += usize::from(run.outcome == Ok(Outcome::Compiled));
        self.slowest = self.slowest.max(run.time);
        self.largest = self.largest.max(run.memory);
        let problem = match &run.outcome {
            Err(problem) => problem.clone(),
            Ok(_) if run.time > LONGEST => format!("it takes {} s", run.time.as_secs()),
            Ok(_) if run.memory > MOST_MEMORY => format!("it takes {} MiB", run.memory >> 20),
            Ok(_) => return Ok(()),
        };
        // Numbers tell sources apart, not kinds of findings.
        let kind: String = problem
            .chars()
            .filter(|c| !c.is_ascii_digit())
            .take(100)
            .collect();
        let seen = self.findings.entry(kind).or_default();
        *seen += 1;
        if *seen <= KEPT {
            let name = format!("found-{}-{}.argot", arguments.seed, self.sources);
            let path = arguments.findings.join(name);
            std::fs::write(&path, source)?;
            eprintln!("{problem}: {}", shown(&path));
        }
        Ok(())
    }

    fn tell(&self, time: Duration, coverage: &Coverage) {
        eprintln!(
            "{} s: {} sources, {} compiled, {} branches, slowest {} ms, largest {} MiB, findings: {:?}",
            time.as_secs(),
            self.sources,
            self.compiled,
            coverage.reached(),
            self.slowest.as_millis(),
            self.largest >> 20,
            self.findings,
        );
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
