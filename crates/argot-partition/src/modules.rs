//! Modular decomposition: which tasks have the same relation to all others.
//!
//! A set of tasks is a *module* if every task outside it comes before all of them, after all of them, or is independent
//! of all of them. Exactly the modules can become one task without any task waiting longer: each task of a module
//! already waits for whatever the module waits for, and anything that waits for one of them waits for all.
//!
//! The tree is found in two steps. First, tasks with the same neighbours and chains are merged as long as there are
//! any, which finds everything that is series-parallel. Then the rest is cut into parts that do not touch and parts
//! that follow one another. A rest that cannot be cut is [`Kind::Prime`].

#![allow(
    clippy::indexing_slicing,
    reason = "every index is a node of the shape or a module of the tree, neither of which shrinks"
)]

use std::collections::{BTreeSet, HashMap, VecDeque};

use crate::shape::{Closure, Shape, Unions};

/// How often the rest is cut again.
const MOST_CUTS: usize = 64;

/// How the children of a module are related.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It is one task.
    Task,
    /// Independent of each other: each set of them is a module.
    Parallel,
    /// One after the other: each row of them is a module.
    Series,
    /// In some other way.
    Prime,
}

/// A set of tasks that can become one.
#[derive(Debug, Clone)]
pub(crate) struct Module {
    /// How its children are related.
    pub(crate) kind: Kind,
    /// The modules it is made of. Those in a row are in order.
    pub(crate) children: VecDeque<usize>,
    /// How many tasks it has.
    pub(crate) weight: usize,
    /// The first of its tasks.
    pub(crate) first: usize,
}

/// All tasks as a tree of modules. The first modules are the tasks.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    /// The modules.
    pub(crate) modules: Vec<Module>,
    /// The index of the root, which contains every task.
    pub(crate) root: usize,
}

impl Tree {
    /// The tree of a graph without edges that others imply. The second task of each `glued` pair waits only for the
    /// first, and nothing waits for it. The two become one, whatever waits for the first.
    pub(crate) fn of(shape: &Shape, glued: &[(usize, usize)]) -> Self {
        let mut reduction = Reduction::new(shape);
        for &(task, handler) in glued {
            reduction.glue(task, handler);
        }
        reduction.run();
        reduction.finish()
    }

    /// The tree in which all tasks are children of one module, each on its own except for glued pairs.
    pub(crate) fn flat(shape: &Shape, glued: &[(usize, usize)]) -> Self {
        let mut reduction = Reduction::new(shape);
        for &(task, handler) in glued {
            reduction.glue(task, handler);
        }
        let mut children: Vec<usize> = reduction.module.iter().flatten().copied().collect();
        let mut tree = reduction.tree;
        children.sort_by_key(|&id| tree.modules[id].first);
        tree.root = tree.add(Kind::Prime, children);
        tree
    }

    /// Adds a module.
    pub(crate) fn add(&mut self, kind: Kind, children: Vec<usize>) -> usize {
        let weight = children.iter().map(|&id| self.modules[id].weight).sum();
        let first = children.iter().map(|&id| self.modules[id].first).min();
        self.modules.push(Module {
            kind,
            children: children.into(),
            weight,
            first: first.unwrap_or_default(),
        });
        self.modules.len() - 1
    }

    /// The tasks of a module.
    pub(crate) fn tasks(&self, id: usize) -> Vec<usize> {
        let mut tasks = Vec::with_capacity(self.modules[id].weight);
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            let module = &self.modules[id];
            if module.kind == Kind::Task {
                tasks.push(id);
            }
            open.extend(module.children.iter().rev());
        }
        tasks
    }
}

/// A graph of modules that become fewer.
struct Reduction {
    tree: Tree,
    before: Vec<BTreeSet<usize>>,
    after: Vec<BTreeSet<usize>>,
    /// Sums over `before` and `after` that tell nodes with different neighbours apart, but for chance.
    sums: Vec<(u64, u64)>,
    /// The module that each node stands for; `None` where it is part of another node.
    module: Vec<Option<usize>>,
    open: Vec<usize>,
}

/// A number that tells a node from others.
fn mark(node: usize) -> u64 {
    let mut z = (node as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Reduction {
    fn new(shape: &Shape) -> Self {
        let sum = |nodes: &Vec<usize>| nodes.iter().fold(0, |sum, &node| sum ^ mark(node));
        Self {
            tree: Tree {
                modules: (0..shape.len())
                    .map(|task| Module {
                        kind: Kind::Task,
                        children: VecDeque::new(),
                        weight: 1,
                        first: task,
                    })
                    .collect(),
                root: 0,
            },
            before: shape
                .before
                .iter()
                .map(|list| list.iter().copied().collect())
                .collect(),
            after: shape
                .after
                .iter()
                .map(|list| list.iter().copied().collect())
                .collect(),
            sums: shape
                .before
                .iter()
                .zip(&shape.after)
                .map(|(before, after)| (sum(before), sum(after)))
                .collect(),
            module: (0..shape.len()).map(Some).collect(),
            open: shape.order.iter().rev().copied().collect(),
        }
    }

    fn glue(&mut self, task: usize, handler: usize) {
        self.after[task].remove(&handler);
        self.sums[task].1 ^= mark(handler);
        let (Some(id), Some(more)) = (self.module[task], self.module[handler].take()) else {
            return;
        };
        // Not a row, of which pieces could be taken.
        if self.tree.modules[id].kind == Kind::Prime {
            self.tree.modules[id].children.push_back(more);
            self.tree.modules[id].weight += 1;
        } else {
            self.module[task] = Some(self.tree.add(Kind::Prime, vec![id, more]));
        }
    }

    /// Merges tasks with the same neighbours and chains until there are none left.
    fn run(&mut self) {
        let mut seen: HashMap<(u64, u64), usize> = HashMap::new();
        while let Some(node) = self.open.pop() {
            if self.module[node].is_none() {
                continue;
            }
            let only = |set: &BTreeSet<usize>| (set.len() == 1).then(|| set.first().copied())?;
            if let Some(then) = only(&self.after[node])
                && self.before[then].len() == 1
            {
                self.chain(node, then);
                continue;
            }
            if let Some(first) = only(&self.before[node])
                && self.after[first].len() == 1
            {
                self.chain(first, node);
                continue;
            }
            let sums = self.sums[node];
            match seen.get(&sums) {
                Some(&twin)
                    if twin != node
                        && self.module[twin].is_some()
                        && self.sums[twin] == sums
                        && self.before[twin] == self.before[node]
                        && self.after[twin] == self.after[node] =>
                {
                    self.twins(twin, node);
                }
                _ => {
                    seen.insert(sums, node);
                }
            }
        }
    }

    fn twins(&mut self, twin: usize, node: usize) {
        for first in std::mem::take(&mut self.before[node]) {
            self.after[first].remove(&node);
            self.sums[first].1 ^= mark(node);
            self.open.push(first);
        }
        for then in std::mem::take(&mut self.after[node]) {
            self.before[then].remove(&node);
            self.sums[then].0 ^= mark(node);
            self.open.push(then);
        }
        self.put_together(Kind::Parallel, twin, node, twin);
    }

    /// Puts two together of which the second waits for the first only, and only it for the first. The
    /// fewer neighbours are told of it.
    fn chain(&mut self, first: usize, then: usize) {
        if self.after[then].len() >= self.before[first].len() {
            self.before[then] = std::mem::take(&mut self.before[first]);
            self.sums[then].0 = self.sums[first].0;
            self.after[first].clear();
            for &other in &self.before[then] {
                self.after[other].remove(&first);
                self.after[other].insert(then);
                self.sums[other].1 ^= mark(first) ^ mark(then);
                self.open.push(other);
            }
            self.put_together(Kind::Series, first, then, then);
        } else {
            self.after[first] = std::mem::take(&mut self.after[then]);
            self.sums[first].1 = self.sums[then].1;
            self.before[then].clear();
            for &other in &self.after[first] {
                self.before[other].remove(&then);
                self.before[other].insert(first);
                self.sums[other].0 ^= mark(first) ^ mark(then);
                self.open.push(other);
            }
            self.put_together(Kind::Series, first, then, first);
        }
    }

    /// One module of those of two nodes, for the node that stays.
    fn put_together(&mut self, kind: Kind, a: usize, b: usize, stays: usize) {
        let (Some(first), Some(second)) = (self.module[a].take(), self.module[b].take()) else {
            return;
        };
        self.module[stays] = Some(self.join(kind, first, second));
        self.open.push(stays);
    }

    fn join(&mut self, kind: Kind, first: usize, second: usize) -> usize {
        let modules = &mut self.tree.modules;
        let is = |id: usize, modules: &[Module]| modules[id].kind == kind;
        let weight = modules[first].weight + modules[second].weight;
        let least = modules[first].first.min(modules[second].first);
        let joined = match (is(first, modules), is(second, modules)) {
            (true, true) if modules[first].children.len() >= modules[second].children.len() => {
                let more = std::mem::take(&mut modules[second].children);
                modules[first].children.extend(more);
                first
            }
            (true, true) => {
                for child in std::mem::take(&mut modules[first].children)
                    .into_iter()
                    .rev()
                {
                    modules[second].children.push_front(child);
                }
                second
            }
            (true, false) => {
                modules[first].children.push_back(second);
                first
            }
            (false, true) => {
                modules[second].children.push_front(first);
                second
            }
            (false, false) => return self.tree.add(kind, vec![first, second]),
        };
        modules[joined].weight = weight;
        modules[joined].first = least;
        joined
    }

    /// Cuts what is left, and makes the tree of it.
    fn finish(mut self) -> Tree {
        let mut nodes = Vec::new();
        let mut place = vec![usize::MAX; self.module.len()];
        for (node, module) in self.module.iter().enumerate() {
            if module.is_some() {
                place[node] = nodes.len();
                nodes.push(node);
            }
        }
        let ids: Vec<usize> = nodes.iter().filter_map(|&node| self.module[node]).collect();
        let edges = nodes.iter().flat_map(|&node| {
            let (place, after) = (&place, &self.after);
            after[node]
                .iter()
                .map(move |&then| (place[node], place[then]))
        });
        let rest = Shape::new(ids.len(), edges).unwrap_or_default();
        let closure = (ids.len() > 1).then(|| rest.closure()).flatten();
        let all: Vec<usize> = (0..ids.len()).collect();
        self.tree.root = self.cut(&all, &ids, &rest, closure.as_ref(), 0);
        let mut tree = self.tree;
        for id in 0..tree.modules.len() {
            if tree.modules[id].kind == Kind::Parallel {
                let mut children = std::mem::take(&mut tree.modules[id].children);
                children
                    .make_contiguous()
                    .sort_by_key(|&child| tree.modules[child].first);
                tree.modules[id].children = children;
            }
        }
        tree
    }

    /// The module of some of the remaining nodes, all neighbours of which have the same relation to them.
    fn cut(
        &mut self,
        nodes: &[usize],
        ids: &[usize],
        rest: &Shape,
        closure: Option<&Closure>,
        depth: usize,
    ) -> usize {
        if let &[node] = nodes {
            return ids[node];
        }
        let (kind, pieces) = if depth > MOST_CUTS {
            (Kind::Prime, Vec::new())
        } else {
            let apart = pieces_apart(nodes, rest);
            if apart.len() > 1 {
                (Kind::Parallel, apart)
            } else {
                match closure.map(|closure| pieces_in_a_row(nodes, closure)) {
                    Some(row) if row.len() > 1 => (Kind::Series, row),
                    _ => (Kind::Prime, Vec::new()),
                }
            }
        };
        let mut children = Vec::new();
        if kind == Kind::Prime {
            children.extend(nodes.iter().map(|&node| ids[node]));
            children.sort_by_key(|&id| self.tree.modules[id].first);
        }
        for piece in pieces {
            let id = self.cut(&piece, ids, rest, closure, depth + 1);
            if self.tree.modules[id].kind == kind {
                children.extend(std::mem::take(&mut self.tree.modules[id].children));
            } else {
                children.push(id);
            }
        }
        self.tree.add(kind, children)
    }
}

/// Nodes that do not touch.
fn pieces_apart(nodes: &[usize], rest: &Shape) -> Vec<Vec<usize>> {
    let mut place: HashMap<usize, usize> = HashMap::new();
    for (index, &node) in nodes.iter().enumerate() {
        place.insert(node, index);
    }
    let mut unions = Unions::new(nodes.len());
    for (index, node) in nodes.iter().enumerate() {
        for then in &rest.after[*node] {
            if let Some(&then) = place.get(then) {
                unions.join(index, then);
            }
        }
    }
    let mut pieces: Vec<Vec<usize>> = Vec::new();
    let mut piece_of: HashMap<usize, usize> = HashMap::new();
    for (index, &node) in nodes.iter().enumerate() {
        let at = *piece_of.entry(unions.find(index)).or_insert_with(|| {
            pieces.push(Vec::new());
            pieces.len() - 1
        });
        pieces[at].push(node);
    }
    pieces
}

/// Nodes of which each piece waits for the whole piece before it: the first of a piece has just the nodes
/// of all pieces before it before it.
fn pieces_in_a_row(nodes: &[usize], closure: &Closure) -> Vec<Vec<usize>> {
    let mut mask = Closure::with_rows(1, closure.row(0).len() * 64);
    for &node in nodes {
        mask.add(0, node);
    }
    let mut counted: Vec<(usize, usize)> = nodes
        .iter()
        .map(|&node| {
            let row = closure.row(node).iter().zip(mask.row(0));
            let before: u32 = row.map(|(row, mask)| (row & mask).count_ones()).sum();
            (before as usize, node)
        })
        .collect();
    counted.sort_unstable();
    let mut pieces: Vec<Vec<usize>> = Vec::new();
    for (index, (before, node)) in counted.into_iter().enumerate() {
        match pieces.last_mut() {
            Some(piece) if before != index => piece.push(node),
            _ => pieces.push(vec![node]),
        }
    }
    pieces
}
