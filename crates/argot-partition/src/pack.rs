//! From modules to parts: which tasks go into graphs of their own.

#![allow(
    clippy::indexing_slicing,
    reason = "every index is a module of the tree, and every list has one element for each module"
)]

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use crate::Limits;
use crate::cuts;
use crate::modules::{Kind, Tree};
use crate::shape::Shape;

/// An entry of a graph after the split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Child {
    /// A task.
    Task(usize),
    /// A graph of its own.
    Part(Vec<Child>),
}

impl Child {
    /// Adds its tasks to a list.
    pub fn tasks(&self, out: &mut Vec<usize>) {
        match self {
            Self::Task(task) => out.push(*task),
            Self::Part(children) => children.iter().for_each(|child| child.tasks(out)),
        }
    }
}

/// The indexes of some children, ordered by their edges and then by their first tasks.
pub fn ordered(children: &[Child], shape: &Shape) -> Vec<usize> {
    let mut child_of: HashMap<usize, usize> = HashMap::new();
    let mut first = vec![usize::MAX; children.len()];
    for (index, child) in children.iter().enumerate() {
        let mut tasks = Vec::new();
        child.tasks(&mut tasks);
        for task in tasks {
            child_of.insert(task, index);
            first[index] = first[index].min(task);
        }
    }
    // Numbers in the order of the first tasks, used to break ties.
    let mut places: Vec<usize> = (0..children.len()).collect();
    places.sort_by_key(|&index| first[index]);
    let mut rank = vec![0; children.len()];
    for (at, &index) in places.iter().enumerate() {
        rank[index] = at;
    }
    let mut edges = Vec::new();
    for &task in &shape.order {
        let Some(&then) = child_of.get(&task) else {
            continue;
        };
        for first in &shape.before[task] {
            if let Some(&first) = child_of.get(first)
                && first != then
            {
                edges.push((rank[first], rank[then]));
            }
        }
    }
    match Shape::new(children.len(), edges) {
        Some(inner) => inner.order.iter().map(|&at| places[at]).collect(),
        None => places,
    }
}

/// Distributes the tasks of a tree over graphs of at most `limit` tasks.
pub(crate) struct Packer<'a> {
    tree: Tree,
    /// The order of the tasks, without edges that others imply.
    shape: &'a Shape,
    limit: usize,
    /// Roughly how many tasks a piece has if it is made of parts of a module.
    piece: usize,
    /// Modules that stay separate if the enclosing module is taken apart.
    alone: Vec<bool>,
    /// Modules made of some of another module's children.
    pieces: Vec<bool>,
}

impl<'a> Packer<'a> {
    /// `alone` has an element for each module of the tree.
    pub(crate) fn new(tree: Tree, shape: &'a Shape, limits: Limits, alone: Vec<bool>) -> Self {
        let pieces = vec![false; tree.modules.len()];
        Self {
            tree,
            shape,
            limit: limits.width.max(2),
            piece: limits.piece.max(2),
            alone,
            pieces,
        }
    }

    /// The contents of the graph itself. It may exceed the limit if too many tasks must stay in it.
    pub(crate) fn pack(mut self) -> Vec<Child> {
        let root = self.tree.root;
        self.fill(root)
    }

    /// The contents of the graph of a module: its children or, if there is room for all of them, their children.
    fn fill(&mut self, root: usize) -> Vec<Child> {
        let mut items: Vec<Option<usize>> = vec![Some(root)];
        let mut count = 1;
        let mut open = BinaryHeap::new();
        open.push(self.rank(root, 0, root));
        while let Some((_, _, Reverse(at))) = open.pop() {
            let Some(id) = items[at] else { continue };
            let room = (self.limit + 1).saturating_sub(count);
            let module = &self.tree.modules[id];
            let is_root = id == root;
            let must = is_root || self.alone[id];
            let all = || module.children.iter().copied().collect();
            let instead = if module.weight <= room {
                all()
            } else if module.kind == Kind::Prime {
                match (must, module.children.len() <= room) {
                    (true, true) => all(),
                    (true, false) => self.cut(id, room),
                    (false, _) => Vec::new(),
                }
            } else if is_root || !self.pieces[id] {
                self.deal(id, room)
            } else {
                Vec::new()
            };
            let instead = if instead.is_empty() && must {
                self.tree.modules[id].children.iter().copied().collect()
            } else {
                instead
            };
            if instead.is_empty() {
                continue;
            }
            count += instead.len() - 1;
            items[at] = None;
            for id in instead {
                if self.tree.modules[id].kind != Kind::Task {
                    open.push(self.rank(id, items.len(), root));
                }
                items.push(Some(id));
            }
        }
        let mut children = Vec::with_capacity(count);
        for id in items.into_iter().flatten() {
            children.push(if self.tree.modules[id].kind == Kind::Task {
                Child::Task(id)
            } else {
                Child::Part(self.fill(id))
            });
        }
        children
    }

    /// The order in which modules are taken apart: first those that must be, then those too large for a graph (the
    /// largest first), then small ones, which saves the most graphs.
    fn rank(&self, id: usize, at: usize, root: usize) -> (bool, isize, Reverse<usize>) {
        let must = id == root || self.alone[id];
        let weight = self.tree.modules[id].weight.cast_signed();
        let large = weight > self.limit.cast_signed();
        (must, if large { weight } else { -weight }, Reverse(at))
    }

    fn add(&mut self, kind: Kind, children: Vec<usize>) -> usize {
        if let &[child] = children.as_slice() {
            return child;
        }
        self.alone.push(false);
        self.pieces.push(true);
        self.tree.add(kind, children)
    }

    /// Distributes the children of a module, any row of which is a module, over as few pieces as possible. Returns an
    /// empty list if they do not fit into `room`.
    fn deal(&mut self, id: usize, room: usize) -> Vec<usize> {
        let kind = self.tree.modules[id].kind;
        let mut children: Vec<usize> = self.tree.modules[id].children.iter().copied().collect();
        let weight = |packer: &Self, id: usize| packer.tree.modules[id].weight;
        let all: usize = children.iter().map(|&child| weight(self, child)).sum();
        let mut most = self.piece;
        loop {
            // The others stay separate.
            let is_small =
                |packer: &Self, id: usize| !packer.alone[id] && weight(packer, id) <= most;
            let small: usize = children
                .iter()
                .filter(|&&child| is_small(self, child))
                .map(|&child| weight(self, child))
                .sum();
            if kind == Kind::Parallel {
                children
                    .sort_by_key(|&child| (is_small(self, child), self.tree.modules[child].first));
            }
            let enough = small.div_ceil(small.div_ceil(most).max(2)).max(1);
            let mut dealt: Vec<Vec<usize>> = Vec::new();
            let mut held = 0;
            let mut is_open = false;
            for &child in &children {
                if !is_small(self, child) {
                    dealt.push(vec![child]);
                    is_open = false;
                    continue;
                }
                let more = weight(self, child);
                match dealt.last_mut() {
                    Some(piece) if is_open && held < enough && held + more <= most => {
                        piece.push(child);
                        held += more;
                    }
                    _ => {
                        dealt.push(vec![child]);
                        held = more;
                        is_open = true;
                    }
                }
            }
            if dealt.len() <= room && dealt.len() > 1 {
                return dealt
                    .into_iter()
                    .map(|piece| self.add(kind, piece))
                    .collect();
            }
            if most > all {
                break;
            }
            most *= 2;
        }
        // Children that need not stay separate, in as few pieces as possible.
        let mut rows: Vec<Vec<usize>> = Vec::new();
        let mut is_open = false;
        for (at, &child) in children.iter().enumerate() {
            let is_alone = self.alone[child];
            match rows.last_mut() {
                Some(row) if is_open && !is_alone && at != children.len() / 2 => row.push(child),
                _ => rows.push(vec![child]),
            }
            is_open = !is_alone;
        }
        if rows.len() > room || rows.len() < 2 {
            return Vec::new();
        }
        rows.into_iter().map(|row| self.add(kind, row)).collect()
    }

    /// Groups the children of a module, no set of which is a module, to delay tasks least. Returns an empty list if too
    /// many must stay separate.
    fn cut(&mut self, id: usize, room: usize) -> Vec<usize> {
        let children: Vec<usize> = self.tree.modules[id].children.iter().copied().collect();
        let tasks: Vec<Vec<usize>> = children
            .iter()
            .map(|&child| self.tree.tasks(child))
            .collect();
        let alone: Vec<bool> = children.iter().map(|&child| self.alone[child]).collect();
        let Some(groups) = cuts::groups(&tasks, &alone, self.shape, room, self.piece) else {
            return Vec::new();
        };
        groups
            .into_iter()
            .map(|group| {
                let group = group.into_iter().map(|at| children[at]).collect();
                self.add(Kind::Prime, group)
            })
            .collect()
    }
}
