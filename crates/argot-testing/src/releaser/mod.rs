//! The script that releases Jobs, played against a cluster in memory.

pub mod graph;
pub mod play;
pub mod world;
