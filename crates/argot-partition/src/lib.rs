//! Splits graphs with too many tasks into nested graphs of at most a given number of tasks.
//!
//! A part starts once everything that any of its tasks waits for has ended, and ends once all its tasks have ended. So
//! a part can delay tasks that wait for less. [`partition`] looks for parts that delay nothing or, if there are none,
//! for those that delay least. [`delay`] measures the delay.
//!
//! | pass | module | what it does |
//! |---|---|---|
//! | order | `shape` | who waits for whom |
//! | ties | `ties` | which tasks must stay together |
//! | modules | `modules` | which tasks can become one without delay |
//! | packing | `pack`, `cuts` | distributes tasks over parts, and finds the parts that delay least |
//! | delay | `delay` | which tasks wait longer than before |
//!
//! Nothing here knows what a task is: tasks are numbers below [`Shape::len`].

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        reason = "a test that panics has failed"
    )
)]

mod cuts;
mod delay;
mod modules;
mod pack;
mod shape;
#[cfg(test)]
mod tests;
mod ties;

use modules::Tree;
use pack::Packer;

pub use delay::{Delay, delay};
pub use pack::{Child, ordered};
pub use shape::Shape;
pub use ties::Ties;

/// How large the graphs of a split may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The maximum number of tasks and parts in one graph.
    pub width: usize,
    /// Roughly how many tasks a part gets if it is made of some tasks of a larger set.
    pub piece: usize,
    /// The maximum nesting of parts. Parts that would be deeper are cut in another way, which delays more.
    pub depth: usize,
}

/// Returns the contents of the graph itself after the split, or `None` if too many tasks must stay in one graph.
/// `shape` must not have edges that others imply: see [`Shape::reduced`].
pub fn partition(shape: &Shape, ties: &Ties, limits: Limits) -> Option<Vec<Child>> {
    let pack = |tree: Tree| {
        let alone = ties.alone(&tree);
        Packer::new(tree, shape, limits, alone).pack()
    };
    let mut children = pack(Tree::of(shape, &ties.glued));
    if depth(&children) > limits.depth {
        children = pack(Tree::flat(shape, &ties.glued));
    }
    (widest(&children) <= limits.width).then_some(children)
}

fn depth(children: &[Child]) -> usize {
    let below = children.iter().map(|child| match child {
        Child::Task(_) => 0,
        Child::Part(children) => 1 + depth(children),
    });
    below.max().unwrap_or_default()
}

fn widest(children: &[Child]) -> usize {
    let below = children.iter().map(|child| match child {
        Child::Task(_) => 0,
        Child::Part(children) => widest(children),
    });
    below.max().unwrap_or_default().max(children.len())
}
