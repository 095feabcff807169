//! The edges of a graph: which nodes wait for which, regardless of what they are.

#![allow(
    clippy::indexing_slicing,
    reason = "every index is a node of the shape, and every list has one element for each node"
)]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The maximum number of nodes for which every pair is examined. At one bit per pair, that takes 128 MiB.
const MOST_NODES: usize = 32 * 1024;

/// A graph without cycles, its nodes numbered from 0.
#[derive(Debug, Clone, Default)]
pub struct Shape {
    /// For each node, the nodes it waits for, in order and without duplicates.
    pub(crate) before: Vec<Vec<usize>>,
    /// For each node, the nodes that wait for it, in order and without duplicates.
    pub(crate) after: Vec<Vec<usize>>,
    /// All nodes in topological order: each after those it waits for, and otherwise by number.
    pub(crate) order: Vec<usize>,
}

impl Shape {
    /// The graph of `count` nodes with these edges, or `None` if they form a cycle.
    ///
    /// An edge is a node and one that waits for it. Both numbers must be below `count`.
    pub fn new(count: usize, edges: impl IntoIterator<Item = (usize, usize)>) -> Option<Self> {
        let mut before = vec![Vec::new(); count];
        let mut after = vec![Vec::new(); count];
        for (first, then) in edges {
            before[then].push(first);
            after[first].push(then);
        }
        for list in before.iter_mut().chain(&mut after) {
            list.sort_unstable();
            list.dedup();
        }
        let order = in_order(&before, &after, |node| node);
        (order.len() == count).then_some(Self {
            before,
            after,
            order,
        })
    }

    /// The number of nodes.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether it has no nodes.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// For each node, the nodes it waits for, in order and without duplicates.
    pub fn before(&self) -> &[Vec<usize>] {
        &self.before
    }

    /// For each node, the nodes that wait for it, in order and without duplicates.
    pub fn after(&self) -> &[Vec<usize>] {
        &self.after
    }

    /// The transitive reduction: the same order with the fewest edges, none of which others imply. A graph that is too
    /// large is returned unchanged.
    pub fn reduced(&self) -> Self {
        if self.len() > MOST_NODES {
            return self.clone();
        }
        let mut closure = Closure::empty(self.len());
        let mut before = vec![Vec::new(); self.len()];
        let mut after = vec![Vec::new(); self.len()];
        for &node in &self.order {
            for &first in &self.before[node] {
                closure.add_all(node, first);
            }
            for &first in &self.before[node] {
                if !closure.has(node, first) {
                    before[node].push(first);
                    after[first].push(node);
                }
            }
            for &first in &self.before[node] {
                closure.add(node, first);
            }
        }
        for list in &mut after {
            list.sort_unstable();
        }
        Self {
            before,
            after,
            order: self.order.clone(),
        }
    }

    /// All pairs of it, where they are not too many.
    pub(crate) fn closure(&self) -> Option<Closure> {
        if self.len() > MOST_NODES {
            return None;
        }
        let mut closure = Closure::empty(self.len());
        for &node in &self.order {
            for &first in &self.before[node] {
                closure.add_all(node, first);
                closure.add(node, first);
            }
        }
        Some(closure)
    }

    /// The length of the longest chain of nodes before each node.
    pub(crate) fn depths(&self) -> Vec<usize> {
        let mut depths = vec![0; self.len()];
        for &node in &self.order {
            depths[node] = self.before[node]
                .iter()
                .map(|&first| depths[first] + 1)
                .max()
                .unwrap_or(0);
        }
        depths
    }

    /// The length of the longest chain of nodes after each node.
    pub(crate) fn heights(&self) -> Vec<usize> {
        let mut heights = vec![0; self.len()];
        for &node in self.order.iter().rev() {
            heights[node] = self.after[node]
                .iter()
                .map(|&then| heights[then] + 1)
                .max()
                .unwrap_or(0);
        }
        heights
    }
}

/// The nodes, each after those it waits for. Of those that could be next, the one with the lowest `rank` comes first.
/// Nodes on a cycle are missing.
pub(crate) fn in_order<T: Ord>(
    before: &[Vec<usize>],
    after: &[Vec<usize>],
    rank: impl Fn(usize) -> T,
) -> Vec<usize> {
    let mut open: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut ready: BinaryHeap<_> = (0..before.len())
        .filter(|&node| open[node] == 0)
        .map(|node| Reverse((rank(node), node)))
        .collect();
    let mut order = Vec::with_capacity(before.len());
    while let Some(Reverse((_, node))) = ready.pop() {
        order.push(node);
        for &then in &after[node] {
            open[then] -= 1;
            if open[then] == 0 {
                ready.push(Reverse((rank(then), then)));
            }
        }
    }
    order
}

/// For each of some nodes a set of nodes, as bits.
#[derive(Debug, Clone)]
pub(crate) struct Closure {
    words: usize,
    bits: Vec<u64>,
}

impl Closure {
    /// An empty set for each of `count` nodes.
    pub(crate) fn empty(count: usize) -> Self {
        Self::with_rows(count, count)
    }

    /// `rows` empty sets of some of `count` nodes.
    pub(crate) fn with_rows(rows: usize, count: usize) -> Self {
        let words = count.div_ceil(64);
        Self {
            words,
            bits: vec![0; words * rows],
        }
    }

    /// Adds `member` to the set of `node`.
    pub(crate) fn add(&mut self, node: usize, member: usize) {
        self.bits[node * self.words + member / 64] |= 1 << (member % 64);
    }

    /// Adds the whole set of `other` to that of `node`.
    pub(crate) fn add_all(&mut self, node: usize, other: usize) {
        if node == other {
            return;
        }
        let (low, high) = (node.min(other), node.max(other));
        let (head, tail) = self.bits.split_at_mut(high * self.words);
        let low = &mut head[low * self.words..][..self.words];
        let high = &mut tail[..self.words];
        let (to, from) = if node < other {
            (low, high)
        } else {
            (high, low)
        };
        for (to, from) in to.iter_mut().zip(from) {
            *to |= *from;
        }
    }

    /// Whether `member` is in the set of `node`.
    pub(crate) fn has(&self, node: usize, member: usize) -> bool {
        self.bits[node * self.words + member / 64] >> (member % 64) & 1 == 1
    }

    /// The words of the set of `node`.
    pub(crate) fn row(&self, node: usize) -> &[u64] {
        &self.bits[node * self.words..][..self.words]
    }
}

/// Disjoint sets of nodes that are merged step by step (union-find).
#[derive(Debug)]
pub(crate) struct Unions(Vec<usize>);

impl Unions {
    /// Each of `count` nodes in a set of its own.
    pub(crate) fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    /// The representative of the set of `node`: its lowest member.
    pub(crate) fn find(&mut self, mut node: usize) -> usize {
        while self.0[node] != node {
            self.0[node] = self.0[self.0[node]];
            node = self.0[node];
        }
        node
    }

    /// Merges two sets.
    pub(crate) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        let (low, high) = (a.min(b), a.max(b));
        self.0[high] = low;
    }
}
