//! Properties of every split.

use argot_compiler::ExecutionAttribute;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use argot_compiler::{DagId, Edge, Plan, Target, Value};
use argot_simulate::{Datum, End, RunInfo, StepEnd, simulate};
use indexmap::IndexMap;
use petgraph::graph::NodeIndex;
use proptest::prelude::*;

use super::{delayed, flat, planned, split, value};

/// A series-parallel graph: its size, and its edges between first and last tasks.
#[derive(Debug, Clone)]
enum Sp {
    Task,
    Series(Vec<Sp>),
    Parallel(Vec<Sp>),
}

impl Sp {
    /// Adds the graph and returns its first and last tasks.
    fn add(&self, count: &mut usize, edges: &mut Vec<(usize, usize, Edge)>) -> [Vec<usize>; 2] {
        match self {
            Self::Task => {
                *count += 1;
                [vec![*count - 1], vec![*count - 1]]
            }
            Self::Series(parts) => {
                let mut ends: Option<[Vec<usize>; 2]> = None;
                for part in parts {
                    let [first, last] = part.add(count, edges);
                    ends = Some(match ends {
                        None => [first, last],
                        Some([start, before]) => {
                            for one in &before {
                                edges.extend(first.iter().map(|two| value(*one, *two)));
                            }
                            [start, last]
                        }
                    });
                }
                ends.unwrap_or_default()
            }
            Self::Parallel(parts) => {
                let mut ends = [Vec::new(), Vec::new()];
                for part in parts {
                    let [first, last] = part.add(count, edges);
                    ends[0].extend(first);
                    ends[1].extend(last);
                }
                ends
            }
        }
    }
}

fn series_parallel() -> impl Strategy<Value = Sp> {
    Just(Sp::Task).prop_recursive(5, 80, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..7).prop_map(Sp::Series),
            proptest::collection::vec(inner, 2..7).prop_map(Sp::Parallel),
        ]
    })
}

fn random() -> impl Strategy<Value = (usize, Vec<(usize, usize, Edge)>)> {
    (2_usize..60, 0_usize..150).prop_flat_map(|(count, edges)| {
        let edge = (0..count, 0..count, 0..6).prop_filter_map("a loop", |(a, b, kind)| {
            let edge = if kind < 3 { Edge::Order } else { Edge::Value };
            (a != b).then(|| (a.min(b), a.max(b), edge))
        });
        let edges = proptest::collection::btree_map(
            edge.clone().prop_map(|(a, b, _)| (a, b)),
            edge.prop_map(|(_, _, edge)| edge),
            0..=edges,
        );
        edges.prop_map(move |edges| {
            let edges = edges.into_iter().map(|((a, b), edge)| (a, b, edge));
            (count, edges.collect())
        })
    })
}

/// Simulates a run in which some tasks fail. Returns the end of the whole run, and each task that has run with its
/// arguments.
fn ran(plan: &Plan, failing: &BTreeSet<usize>) -> (End, BTreeMap<String, String>) {
    let run = simulate(plan, &IndexMap::new(), &RunInfo::default(), &mut |call| {
        let name = call.path.rsplit('.').next().unwrap_or_default();
        if failing.iter().any(|task| name == format!("t{task}")) {
            return StepEnd::failed(1);
        }
        let text = Datum::Value(Value::String(format!("<{name}>")));
        StepEnd::succeeded([("out", text)])
    })
    .unwrap();
    let mut tasks = BTreeMap::new();
    for node in run.nodes.iter().filter(|node| node.attempts > 0) {
        let name = node.path.rsplit('.').next().unwrap_or_default().to_owned();
        let how = format!("{:?} {:?}", node.status, node.inputs);
        assert!(tasks.insert(name, how).is_none());
    }
    (run.status, tasks)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_split_keeps_the_meaning((count, edges) in random(), limit in 2_usize..9) {
        let plan = planned(count, &edges);
        let (after, found, kept) = split(&plan, limit);
        prop_assert!(kept.is_empty(), "{kept:?}");
        let delayed = delayed(&plan, &after);
        prop_assert_eq!(found.is_empty(), delayed == 0, "{:?} {}", found, delayed);
        for text in found {
            let said = if delayed == 1 { "one task".to_owned() } else { format!("{delayed} tasks") };
            prop_assert!(text.ends_with(&said), "{text}, not {delayed}");
        }
    }

    #[test]
    fn a_run_ends_as_before(
        (count, mut edges) in random(),
        tested in proptest::collection::btree_set(0_usize..60, 0..5),
        failing in proptest::collection::btree_set(0_usize..60, 0..4),
        limit in 3_usize..9,
    ) {
        let mut all = count;
        for task in tested.into_iter().filter(|task| *task < count) {
            edges.push((task, all, Edge::Status));
            all += 1;
        }
        let mut plan = planned(all, &edges);
        plan.dags[0].outputs.clear();
        let (after, found, kept) = split(&plan, limit);
        prop_assume!(kept.is_empty());
        // If a split delays tasks, a failure can keep more of them from running.
        let failing = if found.is_empty() { failing } else { BTreeSet::new() };
        prop_assert_eq!(ran(&plan, &failing), ran(&after, &failing));
    }

    #[test]
    fn series_and_parallels_are_not_delayed(graph in series_parallel(), limit in 3_usize..9) {
        let (mut count, mut edges) = (0, Vec::new());
        graph.add(&mut count, &mut edges);
        let (_, found, kept) = split(&planned(count, &edges), limit);
        prop_assert!(kept.is_empty() && found.is_empty(), "{found:?}");
    }

    #[test]
    fn handlers_stay_beside_their_tasks(
        (count, mut edges) in random(),
        tested in proptest::collection::btree_set(0_usize..60, 0..12),
        limit in 4_usize..9,
    ) {
        let mut all = count;
        for task in tested.into_iter().filter(|task| *task < count) {
            edges.push((task, all, Edge::Status));
            all += 1;
        }
        let plan = planned(all, &edges);
        let (after, _, kept) = split(&plan, limit);
        prop_assume!(kept.is_empty());
        let home = flat(&after).home;
        for (first, then, edge) in edges {
            if edge == Edge::Status {
                prop_assert_eq!(home[&format!("t{first}")], home[&format!("t{then}")]);
            }
        }
    }

    #[test]
    fn daemons_live_as_long_as_what_comes_after_them(
        (count, edges) in random(),
        daemon in 0_usize..60,
        limit in 3_usize..9,
    ) {
        let mut plan = planned(count, &edges);
        let mut server = plan.steps[0].clone();
        server.name = "server".to_owned();
        server.attributes.step.set(ExecutionAttribute::Daemon(true));
        Arc::make_mut(&mut plan.steps).push(server);
        let daemon = daemon % count;
        plan.dags[0].graph[NodeIndex::new(daemon)].target = Target::Step(argot_compiler::StepId::new(1));
        let (after, _, _) = split(&plan, limit);
        let below = |mut dag: usize| {
            let mut path = vec![dag];
            while dag != 0 {
                dag = after.dags.iter().position(|outer| {
                    outer.graph.node_weights().any(|task| task.target == Target::Dag(DagId::new(dag)))
                }).unwrap();
                path.push(dag);
            }
            path
        };
        let name = format!("t{daemon}");
        let (one, two) = (flat(&plan), flat(&after));
        for (task, before) in &one.before {
            if before.contains(&name) {
                prop_assert!(below(two.home[task]).contains(&two.home[&name]));
            }
        }
    }
}
