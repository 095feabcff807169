//! What holds for every partition.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::{Child, Limits, Shape, Ties, delay, ordered, partition};

/// A graph that is made of tasks in a row and side by side.
#[derive(Debug, Clone)]
enum Made {
    Task,
    Series(Vec<Made>),
    Parallel(Vec<Made>),
}

impl Made {
    /// Adds its tasks and edges; returns its first and its last tasks.
    fn add(&self, count: &mut usize, edges: &mut Vec<(usize, usize)>) -> [Vec<usize>; 2] {
        match self {
            Self::Task => {
                *count += 1;
                [vec![*count - 1], vec![*count - 1]]
            }
            Self::Series(parts) => {
                let mut all: Option<[Vec<usize>; 2]> = None;
                for part in parts {
                    let [first, last] = part.add(count, edges);
                    all = Some(match all {
                        None => [first, last],
                        Some([start, before]) => {
                            for &one in &before {
                                edges.extend(first.iter().map(|&then| (one, then)));
                            }
                            [start, last]
                        }
                    });
                }
                all.unwrap_or_default()
            }
            Self::Parallel(parts) => {
                let mut all = [Vec::new(), Vec::new()];
                for part in parts {
                    let [first, last] = part.add(count, edges);
                    all[0].extend(first);
                    all[1].extend(last);
                }
                all
            }
        }
    }
}

fn made() -> impl Strategy<Value = Made> {
    Just(Made::Task).prop_recursive(5, 80, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..7).prop_map(Made::Series),
            proptest::collection::vec(inner, 2..7).prop_map(Made::Parallel),
        ]
    })
}

fn random() -> impl Strategy<Value = Shape> {
    (2_usize..60, 0_usize..150).prop_flat_map(|(count, edges)| {
        let edge = (0..count, 0..count)
            .prop_filter_map("a loop", |(a, b)| (a != b).then(|| (a.min(b), a.max(b))));
        proptest::collection::vec(edge, 0..=edges)
            .prop_map(move |edges| Shape::new(count, edges).unwrap().reduced())
    })
}

fn limits(width: usize) -> Limits {
    Limits {
        width,
        piece: width,
        depth: 32,
    }
}

/// Checks that no graph has more than `width` children and no two children wait for each other, and adds all
/// tasks.
fn look(children: &[Child], shape: &Shape, width: usize, seen: &mut Vec<usize>) {
    assert!(children.len() <= width, "{children:?}");
    let mut below = Vec::new();
    children.iter().for_each(|child| child.tasks(&mut below));
    let all: BTreeSet<usize> = below.iter().copied().collect();
    let mut done = BTreeSet::new();
    for at in ordered(children, shape) {
        let mut tasks = Vec::new();
        children[at].tasks(&mut tasks);
        let own: BTreeSet<usize> = tasks.iter().copied().collect();
        for first in tasks.iter().flat_map(|&task| &shape.before()[task]) {
            let is_outside = !all.contains(first);
            assert!(is_outside || own.contains(first) || done.contains(first));
        }
        done.extend(own);
        match &children[at] {
            Child::Task(task) => seen.push(*task),
            Child::Part(children) => look(children, shape, width, seen),
        }
    }
}

proptest! {
    #[test]
    fn parts_are_small_and_have_every_task_once(shape in random(), width in 2_usize..9) {
        let children = partition(&shape, &Ties::default(), limits(width)).unwrap();
        let mut seen = Vec::new();
        look(&children, &shape, width, &mut seen);
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..shape.len()).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_in_a_row_and_side_by_side_is_not_delayed(made in made(), width in 2_usize..9) {
        let (mut count, mut edges) = (0, Vec::new());
        made.add(&mut count, &mut edges);
        let shape = Shape::new(count, edges).unwrap().reduced();
        let ties = Ties::default();
        let children = partition(&shape, &ties, limits(width)).unwrap();
        prop_assert_eq!(delay(&children, &shape, &ties), None);
    }
}

#[test]
fn chains_side_by_side_become_parts_of_whole_chains() {
    // One task, 30 chains of 5, and one task that waits for all of them.
    let mut edges = Vec::new();
    for chain in 0..30 {
        let at = 1 + chain * 5;
        edges.extend([(0, at), (at + 4, 151)]);
        edges.extend((at..at + 4).map(|task| (task, task + 1)));
    }
    let shape = Shape::new(152, edges).unwrap().reduced();
    let ties = Ties::default();
    let children = partition(&shape, &ties, limits(40)).unwrap();
    let parts = children.iter().filter_map(|child| match child {
        Child::Task(_) => None,
        Child::Part(children) => Some(children.len()),
    });
    assert!(parts.clone().all(|tasks| tasks % 5 == 0), "{children:?}");
    assert_eq!(parts.count(), 3, "{children:?}");
    assert_eq!(delay(&children, &shape, &ties), None);
}

#[test]
fn too_many_tasks_that_must_stay_together_are_not_split() {
    let shape = Shape::new(10, (1..10).map(|task| (0, task))).unwrap();
    let ties = Ties {
        together: vec![(0..10).collect()],
        ..Ties::default()
    };
    assert_eq!(partition(&shape, &ties, limits(4)), None);
    assert!(partition(&shape, &Ties::default(), limits(4)).is_some());
}

#[test]
fn a_circle_is_no_shape() {
    assert!(Shape::new(2, [(0, 1), (1, 0)]).is_none());
}
