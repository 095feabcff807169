//! Which tasks must not be separated into different graphs.

#![allow(
    clippy::indexing_slicing,
    reason = "every index is a task of the graph, or a module of its tree"
)]

use std::collections::BTreeSet;

use crate::modules::{Kind, Tree};

/// What must stay together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ties {
    /// A task, and one that waits only for it and that nothing waits for. Both go into one graph, and waiting for the
    /// second is not a delay.
    pub glued: Vec<(usize, usize)>,
    /// Tasks that stay in one graph.
    pub together: Vec<Vec<usize>>,
    /// Tasks that stay in one graph with everything they are connected to.
    pub connected: BTreeSet<usize>,
}

impl Ties {
    /// For each module of a tree, whether it stays separate if the enclosing module is taken apart.
    pub(crate) fn alone(&self, tree: &Tree) -> Vec<bool> {
        let mut alone = vec![false; tree.modules.len()];
        if self.together.is_empty() && self.connected.is_empty() {
            return alone;
        }
        let mut around = vec![usize::MAX; tree.modules.len()];
        let mut depth = vec![0; tree.modules.len()];
        let mut open = vec![tree.root];
        while let Some(id) = open.pop() {
            for &child in &tree.modules[id].children {
                around[child] = id;
                depth[child] = depth[id] + 1;
                open.push(child);
            }
        }
        let mut mark = |mut id: usize, until: usize| {
            while id != until && id != tree.root && !alone[id] {
                alone[id] = true;
                id = around[id];
            }
        };
        for tasks in &self.together {
            let mut smallest = None;
            for &task in tasks {
                let Some(mut a) = smallest else {
                    smallest = Some(task);
                    continue;
                };
                let mut b = task;
                while a != b {
                    if depth[a] < depth[b] {
                        std::mem::swap(&mut a, &mut b);
                    }
                    a = around[a];
                }
                smallest = Some(a);
            }
            for (&task, until) in tasks.iter().zip(std::iter::repeat(smallest)) {
                mark(task, until.unwrap_or(tree.root));
            }
        }
        let is_apart = tree.modules[tree.root].kind == Kind::Parallel;
        for &task in &self.connected {
            let mut until = task;
            while until != tree.root && !(is_apart && around[until] == tree.root) {
                until = around[until];
            }
            mark(task, until);
        }
        alone
    }
}
