//! Graphs of tasks that are too wide, as graphs of graphs of at most so many tasks each.
//!
//! A part starts when everything has ended that one of its tasks waits for, and has ended when all of its tasks
//! have. So a part can delay tasks that need less. [`partition`] looks for parts that delay nothing, and if there
//! are none, for those that delay least; [`delay`] says what that comes to.
//!
//! | pass | module | what it does |
//! |---|---|---|
//! | order | `shape` | who waits for whom |
//! | ties | `ties` | which tasks must stay together |
//! | modules | `modules` | which tasks can become one without delay |
//! | packing | `pack`, `cuts` | deals tasks out to parts, and finds parts that delay least |
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
    /// The most tasks and parts that one graph has.
    pub width: usize,
    /// About how many tasks a part gets that is made of some tasks of a larger set.
    pub piece: usize,
    /// How deep parts may be in parts. Parts that would be deeper are cut in another way, which delays more.
    pub depth: usize,
}

/// What is in the graph itself after the split; `None` if too many tasks must stay in one graph. The edges of
/// `shape` are those that no others imply: see [`Shape::reduced`].
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
