//! Runs the script, answers its calls of `kubectl` and checks what it says.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::graph::{Graph, State};
use super::world::{Answer, Choices, Fault, RUN, Random, UID, World};

const SCRIPT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../argot-targets/src/kubernetes/release.sh"
);

/// `kubectl` of the tests: the arguments go to the test, each with a mark before it, and the answer comes from there.
const KUBECTL: &str = r#"
    printf '\001%s\n' "$@" >&3
    printf '\002\n' >&3
    read -r status rows <&4 || exit 1
    while [ "$rows" != 0 ]; do
        read -r row <&4
        printf '%s\n' "$row"
        rows=$((rows - 1))
    done
"#;

/// The shells to test, with the words that start them.
pub fn shells() -> Vec<Vec<String>> {
    let shells = std::env::var("RELEASER_SHELLS").unwrap_or_else(|_| "sh".to_owned());
    shells
        .split(',')
        .map(|shell| shell.split_whitespace().map(str::to_owned).collect())
        .collect()
}

/// A number that the environment sets.
pub fn count(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}

/// A folder with a graph, in which scripts run.
pub struct Stage {
    shell: Vec<String>,
    folder: PathBuf,
    /// Whether `kubectl` is a program as it is in a cluster, and not a function, which is faster.
    pub program: bool,
    /// For how many seconds the script bears that nothing works.
    pub patience: &'static str,
}

impl Stage {
    /// A shell, with a folder of its own below `root`.
    pub fn new(root: &Path, shell: &[String]) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "releaser-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let folder = root.join(name);
        fs::create_dir_all(&folder).unwrap();
        let begin = "exec 3>&1 4<&0 2>&1 </dev/null\n";
        let function = format!("kubectl() {{{KUBECTL}return \"$status\"\n}}\n");
        fs::write(
            folder.join("function"),
            format!("{begin}{function}. '{SCRIPT}'\n"),
        )
        .unwrap();
        fs::write(folder.join("program"), format!("{begin}. '{SCRIPT}'\n")).unwrap();
        fs::write(
            folder.join("kubectl"),
            format!("#!/bin/sh\n{KUBECTL}exit \"$status\"\n"),
        )
        .unwrap();
        let mode = Command::new("chmod")
            .arg("+x")
            .arg(folder.join("kubectl"))
            .status()
            .unwrap();
        assert!(mode.success());
        Self {
            shell: shell.to_vec(),
            folder,
            program: false,
            patience: "600",
        }
    }

    pub fn set(&self, graph: &str) {
        fs::write(self.folder.join("graph"), graph).unwrap();
    }

    fn command(&self) -> Command {
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new(&self.shell[0]);
        command
            .args(&self.shell[1..])
            .arg(
                self.folder
                    .join(if self.program { "program" } else { "function" }),
            )
            .arg(self.folder.join("graph"))
            .env("PATH", format!("{}:{path}", self.folder.display()))
            .env("ARGOT_POLL", "0")
            .env("ARGOT_PATIENCE", self.patience)
            .current_dir(&self.folder)
            .env("ARGOT_JOB", RUN)
            .env("ARGOT_UID", UID)
            .env("ARGOT_NAMESPACE", "ml")
            .env("KUBERNETES_SERVICE_HOST", "192.0.2.1")
            .env("KUBERNETES_SERVICE_PORT", "443");
        command
    }

    /// The exit status and the output where no call is answered.
    pub fn alone(&self, graph: &str, variables: &[(&str, &str)]) -> (Option<i32>, String) {
        self.set(graph);
        let variables = variables.iter().copied();
        let output = self
            .command()
            .stdin(Stdio::null())
            .envs(variables)
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    }

    fn start(&self) -> Script {
        let mut child = self
            .command()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Script {
            answers: child.stdin.take().unwrap(),
            output: BufReader::new(child.stdout.take().unwrap()),
            child,
            said: BTreeSet::new(),
            known: BTreeSet::new(),
            last: String::new(),
            doubts: 0,
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).unwrap();
    }
}

struct Script {
    child: Child,
    answers: ChildStdin,
    output: BufReader<ChildStdout>,
    said: BTreeSet<String>,
    known: BTreeSet<String>,
    last: String,
    /// Answers that it has not believed.
    doubts: usize,
}

enum Next {
    Call(Vec<String>),
    End(Option<i32>),
}

impl Script {
    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        (self.output.read_line(&mut line).unwrap() != 0)
            .then(|| line.trim_end_matches('\n').to_owned())
    }

    /// Reads until the script calls `kubectl` or ends.
    fn next(&mut self, world: &mut World<'_>, log: &mut Vec<String>) -> Next {
        while let Some(line) = self.line() {
            if let Some(word) = line.strip_prefix('\x01') {
                let mut words = vec![word.to_owned()];
                loop {
                    match self.line().unwrap() {
                        line if line == "\x02" => return Next::Call(words),
                        line => match (line.strip_prefix('\x01'), words.last_mut()) {
                            (Some(word), _) => words.push(word.to_owned()),
                            (None, Some(last)) => *last = format!("{last}\n{line}"),
                            (None, None) => {}
                        },
                    }
                }
            }
            log.push(line.clone());
            self.hear(&line, world);
            self.last = line;
        }
        Next::End(self.child.wait().unwrap().code())
    }

    fn hear(&mut self, line: &str, world: &mut World<'_>) {
        let missing = line.strip_suffix(" is missing");
        if line == "an answer of kubectl is not understood, and decides nothing" {
            self.doubts += 1;
            return;
        }
        if missing.is_none() && !self.said.insert(line.to_owned()) {
            world.wrong.push(format!("`{line}` is said twice"));
        }
        if let Some(name) = line.strip_suffix(" is missing, and counts as Failed") {
            return world.give_up(name);
        }
        let known = match *line.split(' ').collect::<Vec<_>>() {
            ["released", name] | [name, "runs"] => world.jobs.iter().any(|job| job.is(name)),
            [_, "could", "not", "be", "released", ..] => world.strict,
            ["the", "run", "has", _]
            | [
                _,
                "has",
                "no",
                "owner:",
                "it",
                "is",
                "to",
                "be",
                "deleted",
                "by",
                "hand",
            ] => true,
            // That a node has ended must be so at the time.
            [_, _] => world.ends().0.contains(line),
            _ => missing.is_some(),
        };
        if !known {
            world.wrong.push(format!("it says `{line}`"));
        }
    }

    fn answer(&mut self, status: u8, rows: &[String]) {
        let mut text = format!("{status} {}\n", rows.len());
        for row in rows {
            text.push_str(row);
            text.push('\n');
        }
        self.answers.write_all(text.as_bytes()).unwrap();
    }

    /// Checks a script that has come to its end.
    fn check_end(&self, status: Option<i32>, world: &mut World<'_>) {
        if world.strict {
            let gives_up = self.last.ends_with(" seconds: the releaser gives up")
                && self.last.contains(" could not be released for ");
            if status != Some(4) || !gives_up {
                world
                    .wrong
                    .push(format!("it ends with {status:?} and `{}`", self.last));
            }
            return;
        }
        let (ends, run) = world.ends();
        let wanted = if run == State::Succeeded { 0 } else { 3 };
        if status != Some(wanted) || !run.is_end() || self.last != format!("the run has {run:?}") {
            world.wrong.push(format!(
                "the run is {run:?}, and it ends with {status:?} and `{}`",
                self.last
            ));
        }
        for end in ends.difference(&self.said) {
            world.wrong.push(format!("it does not say `{end}`"));
        }
        for object in world.orphans() {
            let said = self.said.contains(&format!(
                "{object} has no owner: it is to be deleted by hand"
            ));
            if !said || !world.permits_orphan(&object) {
                world
                    .wrong
                    .push(format!("{object} is not adopted, said: {said}"));
            }
        }
    }
}

/// What a run was like: the calls of `kubectl`, and what the script has said.
pub struct Played {
    pub calls: usize,
    pub said: Vec<String>,
    /// The answers that the script has not believed.
    pub doubts: usize,
}

/// Plays a run to its end. `faults` says what goes wrong at the call of a number.
pub fn play(
    stage: &Stage,
    world: &mut World<'_>,
    mut faults: impl FnMut(usize) -> Option<Fault>,
) -> Result<Played, String> {
    let mut log = Vec::new();
    let mut calls = 0;
    let mut script = stage.start();
    loop {
        match script.next(world, &mut log) {
            Next::Call(args) => {
                let fault = faults(calls);
                calls += 1;
                log.push(format!("    kubectl {} {fault:?}", args.join(" ")));
                let quiet = fault.filter(|fault| {
                    let is_look = args.iter().any(|arg| arg == "get");
                    match fault {
                        Fault::Lost | Fault::Half => true,
                        Fault::Forged(..) => is_look,
                        _ => false,
                    }
                });
                let answer = match fault {
                    Some(Fault::Refused | Fault::KillBefore) => Answer {
                        status: 1,
                        rows: Vec::new(),
                    },
                    _ => world.call(&args, quiet, &mut script.known),
                };
                log.extend(answer.rows.iter().map(|row| format!("        {row}")));
                match fault {
                    Some(Fault::KillBefore | Fault::KillAfter) => {
                        script.child.kill().unwrap();
                        script.child.wait().unwrap();
                        script = stage.start();
                    }
                    _ => script.answer(answer.status, &answer.rows),
                }
            }
            Next::End(status) => {
                script.check_end(status, world);
                if stage.folder.join("pwned").exists() {
                    world.wrong.push("an answer was run".to_owned());
                }
                verdict(world, &log)?;
                log.retain(|line| !line.starts_with(' '));
                return Ok(Played {
                    calls,
                    said: log,
                    doubts: script.doubts,
                });
            }
        }
        if !world.wrong.is_empty() || calls > 20_000 {
            script.child.kill().unwrap();
            script.child.wait().unwrap();
            world.wrong.push(format!("after {calls} calls"));
            verdict(world, &log)?;
        }
    }
}

/// Plays a run with two scripts at once, which take turns at random.
pub fn play_two(stage: &Stage, world: &mut World<'_>, random: &mut Random) -> Result<(), String> {
    let mut log = Vec::new();
    let mut scripts = [stage.start(), stage.start()];
    let mut open: [Option<Vec<String>>; 2] = [None, None];
    let mut ended = [false, false];
    for turn in 0..10_000 {
        let at = if ended[0] {
            1
        } else if ended[1] {
            0
        } else {
            random.below(2)
        };
        let script = &mut scripts[at];
        if let Some(args) = open[at].take() {
            let answer = world.call(&args, None, &mut script.known);
            log.push(format!(
                "    {at}: kubectl {} {}",
                args.join(" "),
                answer.status
            ));
            script.answer(answer.status, &answer.rows);
        }
        match script.next(world, &mut log) {
            Next::Call(args) => open[at] = Some(args),
            Next::End(status) => {
                script.check_end(status, world);
                ended[at] = true;
            }
        }
        if ended == [true, true] {
            break;
        }
        if !world.wrong.is_empty() || turn == 9_999 {
            for script in &mut scripts {
                script.child.kill().unwrap();
                script.child.wait().unwrap();
            }
            world.wrong.push(format!("in turn {turn}"));
            break;
        }
    }
    verdict(world, &log)
}

fn verdict(world: &World<'_>, log: &[String]) -> Result<(), String> {
    if world.wrong.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{}\nin the run of\n{}\n{}",
        world.wrong.join("\n"),
        world.graph,
        log.join("\n")
    ))
}

/// Runs all the ways that a run can go, and says how many there were.
pub fn every_way(
    stage: &Stage,
    graph: &Graph,
    one: bool,
    faults: impl Fn(usize) -> Option<Fault>,
) -> usize {
    let mut choices = Choices::tree(one);
    stage.set(&graph.to_string());
    for ways in 1.. {
        let mut world = World::new(graph, choices);
        if let Err(text) = play(stage, &mut world, &faults) {
            panic!("{text}");
        }
        choices = world.choices;
        if !choices.next_way() {
            return ways;
        }
    }
    0
}
