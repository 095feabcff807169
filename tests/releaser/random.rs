//! Graphs: all small ones, and random ones.

use argot_testing::releaser::graph::{Graph, Id, Node, Start, When};
use argot_testing::releaser::world::Random;

/// All graphs of so many Jobs in one group. `whens` says which conditions the Job of a number may have.
pub(crate) fn all(
    jobs: usize,
    kinds: &[char],
    whens: &dyn Fn(usize) -> Vec<Option<When>>,
) -> Vec<Graph> {
    let mut heads = vec![Graph::default()];
    heads[0].push(Node::Open(Start::default()));
    for job in 1..=jobs {
        let mut longer = Vec::new();
        for head in &heads {
            // For each earlier Job no need, or one of each kind.
            for needs in 0..(kinds.len() + 1).pow(u32::try_from(job - 1).unwrap()) {
                let mut rest = needs;
                let mut list = Vec::new();
                for earlier in 1..job {
                    let kind = rest % (kinds.len() + 1);
                    rest /= kinds.len() + 1;
                    if kind != 0 {
                        list.push((kinds[kind - 1], earlier + 1));
                    }
                }
                for when in whens(job) {
                    let mut graph = head.clone();
                    graph.push(Node::Job {
                        start: Start {
                            parent: 1,
                            needs: list.clone(),
                            when,
                        },
                        limits: Vec::new(),
                        name: format!("step-{job}"),
                    });
                    longer.push(graph);
                }
            }
        }
        heads = longer;
    }
    for graph in &mut heads {
        let members = (2..=jobs + 1).map(|id| (id, true)).collect();
        graph.push(Node::Close { gate: 1, members });
    }
    heads
}

/// The state of a node is one of the letters.
pub(crate) fn is(id: Id, letters: &'static str) -> When {
    When::Is(id, letters)
}

pub(crate) fn not(when: When) -> When {
    When::Not(Box::new(when))
}

pub(crate) fn and(left: When, right: When) -> When {
    When::And(Box::new(left), Box::new(right))
}

pub(crate) fn or(left: When, right: When) -> When {
    When::Or(Box::new(left), Box::new(right))
}

/// A random graph with groups in groups, about so many Jobs.
pub(crate) fn graph(random: &mut Random, jobs: usize) -> Graph {
    let mut graph = Graph {
        nodes: Vec::new(),
        owned: [
            ("configmap", "run-7"),
            ("rolebinding", "run-7.x"),
            ("persistentvolumeclaim", "data"),
        ][..random.below(4)]
            .to_vec(),
    };
    let mut left = jobs;
    group(&mut graph, random, &Start::default(), &[], 0, &mut left);
    graph
}

fn group(
    graph: &mut Graph,
    random: &mut Random,
    start: &Start,
    limits: &[(Id, usize)],
    depth: usize,
    left: &mut usize,
) -> Id {
    let gate = graph.push(Node::Open(start.clone()));
    let mut limits = limits.to_vec();
    if random.one_in(4) {
        limits.push((gate, 1 + random.below(3)));
    }
    let mut inside: Vec<Id> = Vec::new();
    let wide = random.one_in(5);
    let most = if depth == 0 {
        usize::MAX
    } else {
        random.below(7)
    };
    while *left != 0 && inside.len() < most {
        let start = begin(random, gate, &inside, wide);
        if depth < 4 && random.one_in(5) {
            inside.push(group(graph, random, &start, &limits, depth + 1, left));
        } else {
            *left -= 1;
            let dashes = if random.one_in(4) { "--" } else { "-" };
            let name = format!("r{dashes}step-{}", graph.nodes.len());
            inside.push(graph.push(Node::Job {
                start,
                limits: limits.clone(),
                name,
            }));
        }
    }
    let members = inside
        .into_iter()
        .map(|id| (id, !random.one_in(5)))
        .collect();
    graph.push(Node::Close { gate, members })
}

fn begin(random: &mut Random, gate: Id, inside: &[Id], wide: bool) -> Start {
    let mut needs: Vec<(char, Id)> = Vec::new();
    if !inside.is_empty() && !wide {
        for _ in 0..random.below(4) {
            let id = inside[random.below(inside.len())];
            if needs.iter().all(|need| need.1 != id) {
                needs.push((['v', 'v', 'v', 'o', 's', 's'][random.below(6)], id));
            }
        }
    }
    let when = (random.one_in(3) && !inside.is_empty()).then(|| condition(random, gate, inside, 0));
    Start {
        parent: gate,
        needs,
        when,
    }
}

fn condition(random: &mut Random, gate: Id, inside: &[Id], depth: usize) -> When {
    let mut inner = || Box::new(condition(random, gate, inside, depth + 1));
    match depth {
        0 | 1 => {
            let (left, right) = (inner(), inner());
            match random.below(5) {
                0 => When::Not(left),
                1 => When::And(left, right),
                2 => When::Or(left, right),
                _ => *left,
            }
        }
        _ => {
            let letters = ["S", "F", "K", "O", "SK", "FO", "SF", "SFK", "SFKO"][random.below(9)];
            // A gate that is open has succeeded.
            let id = if random.one_in(8) {
                gate
            } else {
                inside[random.below(inside.len())]
            };
            When::Is(id, letters)
        }
    }
}
