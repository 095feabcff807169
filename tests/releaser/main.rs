//! The script that releases the Jobs of a run (`kubernetes/release.sh`), played against a cluster in memory.
//!
//! Each run of the script is one course of events: the cluster goes on a little at each look of the script, as the
//! test chooses, so that nothing sleeps and everything can be repeated. The rules for states stand in `graph.rs` once
//! more; whatever the script does too early, twice, over a limit or not at all is found there.
//!
//! | variable | means |
//! |---|---|
//! | `RELEASER_SHELLS=dash,busybox sh` | the shells; without it `sh` alone |
//! | `RELEASER_RANDOM=2000` | how many random graphs |
//! | `RELEASER_ALL=1` | all small graphs with all conditions, which takes long |

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says how much it has done"
)]

mod random;

use std::path::Path;
use std::time::Instant;

use argot_testing::releaser::graph::{Graph, Node, Start, When};
use argot_testing::releaser::play::{Stage, count, every_way, play, play_two, shells};
use argot_testing::releaser::world::{Choices, FORGED, Fault, Place, Random, World, row};
use random::{and, is, not, or};

/// The conditions for the Job of a number, on the Jobs before it.
fn whens(job: usize) -> Vec<Option<When>> {
    match job {
        1 => vec![None],
        2 => vec![None, Some(is(2, "F"))],
        _ => vec![None, Some(or(is(2, "F"), not(is(3, "SO"))))],
    }
}

fn more_whens(job: usize) -> Vec<Option<When>> {
    let mut whens = whens(job);
    match job {
        1 => {}
        2 => whens.extend([is(2, "S"), not(is(2, "F")), is(2, "SFKO")].map(Some)),
        _ => whens.extend(
            [
                is(2, "S"),
                is(3, "K"),
                not(is(2, "SK")),
                and(is(2, "FO"), or(is(3, "SK"), not(is(3, "F")))),
            ]
            .map(Some),
        ),
    }
    whens
}

#[test]
fn all_small_graphs() {
    let kinds = ['v', 'o', 's'];
    let all = count("RELEASER_ALL", 0) != 0;
    let mut graphs = random::all(2, &kinds, &more_whens);
    graphs.extend(random::all(1, &kinds, &whens));
    graphs.extend(random::all(
        3,
        &kinds,
        if all { &more_whens } else { &whens },
    ));
    let four = random::all(4, if all { &['v', 's'] } else { &['v'] }, &|_| vec![None]);
    for shell in shells() {
        let begin = Instant::now();
        let stage = Stage::new(Path::new(env!("CARGO_TARGET_TMPDIR")), &shell);
        let mut ways = 0;
        for graph in &graphs {
            ways += every_way(&stage, graph, false, |_| None);
        }
        println!(
            "{shell:?}: {} graphs of up to 3 Jobs, {ways} ways, {:?}",
            graphs.len(),
            begin.elapsed()
        );
        for graph in &four {
            ways += every_way(&stage, graph, true, |_| None);
        }
        println!(
            "{shell:?}: and {} graphs of 4 Jobs, {ways} ways, {:?}",
            four.len(),
            begin.elapsed()
        );
    }
}

const FAULTS: [Fault; 5] = [
    Fault::Refused,
    Fault::Lost,
    Fault::Half,
    Fault::KillBefore,
    Fault::KillAfter,
];

/// Each call of a run goes wrong once in each way, alone and with the call behind it.
#[test]
fn a_fault_at_every_call() {
    for shell in shells() {
        let begin = Instant::now();
        let stage = Stage::new(Path::new(env!("CARGO_TARGET_TMPDIR")), &shell);
        let mut runs = 0;
        for seed in 0..count("RELEASER_RANDOM", 300) / 50 {
            let mut random = Random(u64::try_from(seed).unwrap());
            let graph = match seed {
                0 => side_by_side(4, Some(2), 4),
                _ => random::graph(&mut random, 3 + seed % 8),
            };
            stage.set(&graph.to_string());
            let run = |at: usize, faults: &[Fault]| {
                let mut world = World::new(&graph, Choices::Random(random.clone()));
                play(&stage, &mut world, |call| {
                    call.checked_sub(at)
                        .and_then(|call| faults.get(call))
                        .copied()
                })
                .unwrap_or_else(|text| panic!("seed {seed}, {faults:?} at call {at}: {text}"))
                .calls
            };
            let calls = run(0, &[]);
            for at in 0..calls {
                for fault in FAULTS {
                    run(at, &[fault]);
                    run(at, &[fault, Fault::Refused]);
                    runs += 2;
                }
            }
        }
        println!("{shell:?}: {runs} runs with a fault, {:?}", begin.elapsed());
    }
}

/// No text that an answer could hold is run, ends a Job or releases one: an answer with a row that none has decides
/// nothing at all.
#[test]
fn forged_answers() {
    for shell in shells() {
        let begin = Instant::now();
        let stage = Stage::new(Path::new(env!("CARGO_TARGET_TMPDIR")), &shell);
        let graph = random::graph(&mut Random(3), 5);
        stage.set(&graph.to_string());
        let run = |faults: &dyn Fn(usize) -> Option<Fault>| {
            let mut world = World::new(&graph, Choices::Well);
            play(&stage, &mut world, faults).unwrap_or_else(|text| panic!("{shell:?}: {text}"))
        };
        let calls = run(&|_| None).calls;
        let mut doubts = 0;
        for (at, forged) in FORGED.iter().enumerate() {
            for place in [Place::Alone, Place::Before, Place::After] {
                let fault = Fault::Forged(at, place);
                let bad = at % calls;
                let played = run(&|call| (call == bad).then_some(fault));
                // The call may be a release.
                assert!(played.doubts <= 1, "{shell:?}: {fault:?}");
                doubts += played.doubts;
                let all = run(&|call| (call < 20).then_some(fault));
                assert!(
                    all.doubts > 2,
                    "{shell:?}: `{forged}` is believed, {place:?}"
                );
            }
        }
        println!(
            "{shell:?}: {} forged rows, {doubts} not believed, {:?}",
            FORGED.len(),
            begin.elapsed()
        );
    }
}

/// What Jobs come to, whatever somebody has written into them. `tests/cluster` holds the real `kubectl` to the same
/// file.
#[test]
fn rows_of_jobs() {
    let cases: Vec<serde_json::Value> = serde_json::from_str(include_str!("rows.json")).unwrap();
    for case in &cases {
        assert_eq!(row(&case["job"]), case["row"], "{}", case["why"]);
    }
    assert!(cases.len() > 20);
}

/// Where nothing answers, or nothing can be released, the script ends instead of waiting for ever.
#[test]
fn it_gives_up() {
    let graph = side_by_side(2, None, 2);
    for shell in shells() {
        let mut stage = Stage::new(Path::new(env!("CARGO_TARGET_TMPDIR")), &shell);
        stage.patience = "1";
        stage.program = true;
        let begin = Instant::now();
        let (status, output) = stage.alone(&graph.to_string(), &[]);
        assert_eq!(status, Some(4), "{shell:?}: {output}");
        let last = output.lines().last().unwrap_or_default();
        assert!(
            last.contains("-0 could not be read for ")
                && last.ends_with(" seconds: the releaser gives up"),
            "{shell:?}: {last}"
        );
        assert!(begin.elapsed().as_secs() < 60, "{shell:?}");

        stage.program = false;
        let mut world = World::new(&graph, Choices::Well);
        world.strict = true;
        play(&stage, &mut world, |_| None).unwrap_or_else(|text| panic!("{shell:?}: {text}"));
    }
}

/// Random graphs, Jobs that are missing for a time or for good, that somebody suspends or lets run, and faults.
#[test]
fn random_graphs() {
    for shell in shells() {
        let begin = Instant::now();
        let mut stage = Stage::new(Path::new(env!("CARGO_TARGET_TMPDIR")), &shell);
        let runs = count("RELEASER_RANDOM", 300);
        let mut calls = 0;
        for seed in 0..runs {
            let mut random = Random(u64::try_from(seed).unwrap() + 1_000_000);
            let jobs = [1, 5, 8, 12, 30][random.below(5)];
            let graph = random::graph(&mut random, jobs);
            stage.set(&graph.to_string());
            // The Korn shells close the files behind which the test is, when they start a program.
            stage.program = seed.is_multiple_of(10) && !shell[0].ends_with("ksh");
            let mut world = World::new(&graph, Choices::Random(random.clone()));
            let trouble = random.one_in(2);
            for at in 0..world.jobs.len() {
                let job = &mut world.jobs[at];
                if trouble && random.one_in(6) {
                    match random.below(8) {
                        0 => job.from = usize::MAX,
                        1..=3 => job.from = random.below(30),
                        4 | 5 => job.hasty = true,
                        _ => job.held = true,
                    }
                }
            }
            if trouble && random.one_in(3) {
                let orphans = world
                    .orphans()
                    .into_iter()
                    .filter(|object| !object.starts_with("job/"));
                world.forbidden = orphans.collect();
            }
            let mut faults = if random.one_in(2) {
                random.below(12)
            } else {
                0
            };
            calls += play(&stage, &mut world, |_| {
                let fault = (faults != 0 && random.one_in(4)).then(|| FAULTS[random.below(5)]);
                faults -= usize::from(fault.is_some());
                fault
            })
            .unwrap_or_else(|text| panic!("seed {seed}: {text}"))
            .calls;
        }
        println!(
            "{shell:?}: {runs} random graphs, {calls} calls, {:?}",
            begin.elapsed()
        );
    }
}

/// For a moment there may be two scripts.
#[test]
fn two_at_once() {
    for shell in shells() {
        let stage = Stage::new(Path::new(env!("CARGO_TARGET_TMPDIR")), &shell);
        for seed in 0..count("RELEASER_RANDOM", 300) / 6 {
            let mut random = Random(u64::try_from(seed).unwrap() + 2_000_000);
            let graph = random::graph(&mut random, 1 + seed % 12);
            stage.set(&graph.to_string());
            let mut world = World::new(&graph, Choices::Random(random.clone()));
            world.two = true;
            play_two(&stage, &mut world, &mut random)
                .unwrap_or_else(|text| panic!("seed {seed}: {text}"));
        }
    }
}

/// Jobs in layers of so many; each needs some of the layer before.
fn side_by_side(jobs: usize, most: Option<usize>, layer: usize) -> Graph {
    let mut graph = Graph::default();
    graph.push(Node::Open(Start::default()));
    for job in 0..jobs {
        let above = (job / layer * layer).saturating_sub(layer)..job / layer * layer;
        graph.push(Node::Job {
            start: Start {
                parent: 1,
                needs: above.step_by(20).map(|at| ('v', at + 2)).collect(),
                when: None,
            },
            limits: most.map(|most| (1, most)).into_iter().collect(),
            name: format!("a-rather-long-name-of-a-run-and-then-the-step-{job}"),
        });
    }
    let members = (2..jobs + 2).map(|id| (id, true)).collect();
    graph.push(Node::Close { gate: 1, members });
    graph
}

/// A thousand Jobs: side by side, with a limit, in layers.
#[test]
fn large_graphs() {
    for shell in shells() {
        for (shape, most, layer) in [
            ("wide", None, 1000),
            ("limited", Some(50), 1000),
            ("layers", None, 100),
        ] {
            let graph = side_by_side(1000, most, layer);
            let stage = Stage::new(Path::new(env!("CARGO_TARGET_TMPDIR")), &shell);
            stage.set(&graph.to_string());
            let begin = Instant::now();
            let mut world = World::new(&graph, Choices::Well);
            let calls = play(&stage, &mut world, |_| None)
                .unwrap_or_else(|text| panic!("{shape}: {text}"))
                .calls;
            println!(
                "{shell:?}: 1000 Jobs, {shape}: {calls} calls, {} looks, {:?}",
                world.looks,
                begin.elapsed()
            );
            assert!(calls < 2500, "{shape}: {calls} calls");
        }
    }
}

/// What is said of a graph that is broken: the line number and the rest.
#[test]
fn broken_graphs() {
    let good = "open - - -\njob 1 - - - a\nclose 1 2\n";
    let cases = [
        (
            "",
            "0: the last node is the end of the run's gate, `close 1 ...`",
        ),
        (
            "open - - -\n",
            "1: the last node is the end of the run's gate, `close 1 ...`",
        ),
        (
            "open - - - -\n",
            "1: `open` is unknown, or has not as many words",
        ),
        (
            "open 1 - -\n",
            "1: the first line is the run's gate, `open - - -`",
        ),
        (
            "job - - - - a\n",
            "1: the first line is the run's gate, `open - - -`",
        ),
        (
            "own configmap a\n",
            "1: the first line is the run's gate, `open - - -`",
        ),
        (
            "open - - -\nshut 1 -\n",
            "2: `shut` is unknown, or has not as many words",
        ),
        (
            "open - - -\n\nclose 1 -\n",
            "2: `` is unknown, or has not as many words",
        ),
        (
            "open - - -\njob 1 - - - a b\n",
            "2: `job` is unknown, or has not as many words",
        ),
        ("open - - -\njob 2 - - - a\n", "2: 2 is not above this line"),
        ("open - - -\njob - - - - a\n", "2: `-` is not a number"),
        (
            "open - - -\njob 1 v2 - - a\n",
            "2: 2 is not above this line",
        ),
        ("open - - -\njob 1 x1 - - a\n", "2: `x1` is not a need"),
        ("open - - -\njob 1 v - - a\n", "2: `` is not a number"),
        ("open - - -\njob 1 v1, - - a\n", "2: `v1,` is not a list"),
        ("open - - -\njob 1 v01 - - a\n", "2: `01` is not a number"),
        (
            "open - - -\njob 1 v1;reboot - - a\n",
            "2: `1;reboot` is not a number",
        ),
        (
            "open - - -\njob 1 v99999999999999999999 - - a\n",
            "2: `99999999999999999999` is not a number",
        ),
        ("open - - -\njob 1 - 1 - a\n", "2: `1` is not a condition"),
        ("open - - -\njob 1 - 1=X - a\n", "2: `1=X` names no ends"),
        ("open - - -\njob 1 - 1=r - a\n", "2: `1=r` names no ends"),
        (
            "open - - -\njob 1 - 1=S,1=S - a\n",
            "2: `1=S,1=S` is not a condition",
        ),
        (
            "open - - -\njob 1 - 1=S,& - a\n",
            "2: `1=S,&` is not a condition",
        ),
        ("open - - -\njob 1 - ! - a\n", "2: `!` is not a condition"),
        (
            "open - - -\njob 1 - 3=S - a\n",
            "2: 3 is not above this line",
        ),
        ("open - - -\njob 1 - - 1 a\n", "2: `1` is not a limit"),
        ("open - - -\njob 1 - - 1:0 a\n", "2: `0` is not a number"),
        (
            "open - - -\njob 1 - - - a\njob 1 - - 2:1 b\n",
            "3: 2 is not of the kind `open`",
        ),
        (
            "open - - -\njob 1 - - - A\n",
            "2: `A` is not the name of a Job",
        ),
        (
            "open - - -\njob 1 - - - $(id)\n",
            "2: `$(id)` is not the name of a Job",
        ),
        (
            "open - - -\njob 1 - - - a\njob 1 - - - a\n",
            "3: there are two Jobs `a`",
        ),
        (
            "open - - -\njob 1 - - - a\njob 2 - - - b\n",
            "3: 2 is not of the kind `open`",
        ),
        (
            "open - - -\njob 1 - - - a\nclose 2 -\n",
            "3: 2 is not of the kind `open`",
        ),
        (
            "open - - -\njob 1 - - - a\nclose 1 2~,3\n",
            "3: 3 is not above this line",
        ),
        (
            "open - - -\nopen 1 - -\nclose 2 -\n",
            "3: the last node is the end of the run's gate, `close 1 ...`",
        ),
        (
            "open - - -\nclose 1 -\nown configmap\n",
            "3: `own` is unknown, or has not as many words",
        ),
        (
            "open - - -\nclose 1 -\nown configmap a/b\n",
            "3: `configmap a/b` is not an object",
        ),
        (
            "open - - -\nclose 1 -\nown configmap a\nopen 1 - -\n",
            "4: a node stands below what is owned",
        ),
    ];
    for shell in shells() {
        let stage = Stage::new(Path::new(env!("CARGO_TARGET_TMPDIR")), &shell);
        for (graph, wanted) in cases {
            let (status, output) = stage.alone(graph, &[]);
            let output = output
                .split_once("/graph, line ")
                .map_or(output.as_str(), |(_, rest)| rest);
            assert_eq!(
                (status, output),
                (Some(2), format!("{wanted}\n").as_str()),
                "{shell:?}: {graph}"
            );
        }
        for (variable, text) in [
            ("ARGOT_POLL", "soon"),
            ("ARGOT_POLL", "1s"),
            ("ARGOT_JOB", ""),
            ("ARGOT_UID", "a\"b"),
            ("ARGOT_UID", "a b"),
            ("ARGOT_NAMESPACE", ""),
            ("ARGOT_NAMESPACE", "$(id)"),
            ("ARGOT_PATIENCE", "soon"),
            ("KUBERNETES_SERVICE_HOST", ""),
            ("KUBERNETES_SERVICE_PORT", ""),
        ] {
            let (status, output) = stage.alone(good, &[(variable, text)]);
            assert!(
                status == Some(2) && output.contains(variable),
                "{shell:?}: {variable}={text}: {status:?} {output}"
            );
        }
    }
}

/// A run as it is told to people: one step fails, so that the next is not run, and a handler is.
#[test]
fn what_it_says() {
    let job = |parent: usize, needs: &[(char, usize)], when: Option<When>, name: &str| Node::Job {
        start: Start {
            parent,
            needs: needs.to_vec(),
            when,
        },
        limits: Vec::new(),
        name: name.to_owned(),
    };
    let graph = Graph {
        nodes: vec![
            Node::Open(Start::default()),
            Node::Open(Start {
                parent: 1,
                ..Start::default()
            }),
            job(2, &[], None, "demo-split"),
            job(2, &[('v', 3)], None, "demo-train"),
            job(2, &[('v', 4)], None, "demo-deploy"),
            Node::Close {
                gate: 2,
                members: vec![(3, true), (4, true), (5, true)],
            },
            job(1, &[('s', 6)], Some(is(6, "F")), "demo-alarm"),
            job(1, &[('s', 6)], Some(is(6, "S")), "demo-praise"),
            Node::Close {
                gate: 1,
                members: vec![(6, true), (7, false), (8, false)],
            },
        ],
        owned: vec![("configmap", "demo")],
    };
    let text = "\
open - - -
open 1 - -
job 2 - - - demo-split
job 2 v3 - - demo-train
job 2 v4 - - demo-deploy
close 2 3,4,5
job 1 s6 6=F - demo-alarm
job 1 s6 6=S - demo-praise
close 1 6,7~,8~
own configmap demo
";
    assert_eq!(graph.to_string(), text);
    let said = "\
released demo-split
demo-split Succeeded
released demo-train
demo-train Failed
demo-deploy Omitted
demo-praise Skipped
released demo-alarm
demo-alarm Succeeded
the run has Failed";
    // The patch that releases the second Job is carried out, its answer is lost, and the Job ends before the next look.
    let lost = said.replace("released demo-train\n", "");
    for shell in shells() {
        for (at, said) in [(usize::MAX, said), (6, &lost)] {
            let stage = Stage::new(Path::new(env!("CARGO_TARGET_TMPDIR")), &shell);
            stage.set(text);
            let mut world = World::new(&graph, Choices::ends(&[0, 1, 0]));
            let played = play(&stage, &mut world, |call| {
                (call == at).then_some(Fault::Lost)
            });
            assert_eq!(
                played.map(|played| played.said.join("\n")).as_deref(),
                Ok(said),
                "{shell:?}"
            );
        }
    }
}
