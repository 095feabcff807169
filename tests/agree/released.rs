//! Runs by the script that releases the Jobs, against a cluster in memory.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::{Compiled, Story};
use argot_testing::releaser::graph::{Graph, Node, Start, State, When};
use argot_testing::releaser::play::{Stage, play};
use argot_testing::releaser::world::{Choices, Random, World};
use argot_testing::scenario::Scenario;

/// The graph as the cluster in memory has it.
fn read(text: &str) -> Graph {
    let list = |text: &'static str| text.split(',').filter(|word| *word != "-");
    let id = |text: &str| text.parse::<usize>().unwrap();
    let start = |parent: &str, needs: &'static str, when: &'static str| {
        let mut stack = Vec::new();
        for word in list(when) {
            let last = stack.pop().map(Box::new);
            let made = match (word, last) {
                ("!", Some(inner)) => When::Not(inner),
                ("&", Some(right)) => When::And(Box::new(stack.pop().unwrap()), right),
                ("|", Some(right)) => When::Or(Box::new(stack.pop().unwrap()), right),
                (_, last) => {
                    stack.extend(last.map(|last| *last));
                    let (node, letters) = word.split_once('=').unwrap();
                    When::Is(id(node), letters)
                }
            };
            stack.push(made);
        }
        Start {
            parent: if parent == "-" { 0 } else { id(parent) },
            needs: list(needs)
                .map(|need| (need.chars().next().unwrap(), id(&need[1..])))
                .collect(),
            when: stack.pop(),
        }
    };
    // The graphs of the releaser's tests are written in their source.
    let text: &'static str = Box::leak(text.to_owned().into_boxed_str());
    let mut graph = Graph::default();
    for line in text.lines() {
        graph.push(match *line.split(' ').collect::<Vec<_>>() {
            ["open", parent, needs, when] => Node::Open(start(parent, needs, when)),
            ["job", parent, needs, when, limits, name] => Node::Job {
                start: start(parent, needs, when),
                limits: list(limits)
                    .map(|limit| limit.split_once(':').unwrap())
                    .map(|(gate, most)| (id(gate), id(most)))
                    .collect(),
                name: name.to_owned(),
            },
            ["close", gate, members] => Node::Close {
                gate: id(gate),
                members: list(members)
                    .map(|member| (id(member.trim_end_matches('~')), !member.ends_with('~')))
                    .collect(),
            },
            _ => panic!("what is `{line}`?"),
        });
    }
    assert_eq!(graph.to_string(), text);
    graph
}

/// Where the simulator does not agree with a run by the script, in which Jobs end at random; `None` where an
/// expression has no value.
pub(crate) fn differences(
    stage: &Stage,
    compiled: &Compiled,
    seed: u64,
) -> Result<Option<Vec<String>>, String> {
    let graph = read(&compiled.laid.graph);
    stage.set(&compiled.laid.graph);
    let choices = match seed % 4 {
        0 => Choices::Well,
        _ => Choices::Random(Random(seed)),
    };
    let mut world = World::new(&graph, choices);
    play(stage, &mut world, |_| None)?;
    let (ends, run) = world.ends();
    let ends: BTreeMap<&str, char> = ends
        .iter()
        .map(|end| end.split_once(' ').unwrap())
        .map(|(name, end)| match end {
            "Succeeded" => (name, 'S'),
            "Failed" => (name, 'F'),
            "Skipped" => (name, 'K'),
            _ => (name, 'O'),
        })
        .collect();
    // Of the turns of a Job that failed one has.
    let failed: BTreeSet<String> = (compiled.laid.jobs.iter())
        .filter(|job| ends[job.name.as_str()] == 'F')
        .filter_map(|job| Compiled::paths(job).pop())
        .collect();
    let story = Story {
        fails: &|path| failed.contains(path),
        values: &Scenario::new(Vec::new()),
    };
    let run = if run == State::Succeeded { 'S' } else { 'F' };
    compiled.against(&story, &ends, run)
}
