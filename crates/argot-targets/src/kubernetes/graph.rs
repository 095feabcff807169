//! The graph of a run, as the releaser reads it.
//!
//! One node a line, in the order of [`Flat::nodes`]; `release.sh` says what the fields mean.

use std::fmt::Write;

use argot_compiler::Edge;

use super::flat::{Flat, Node, NodeId, NodeKind, When};

/// The text. `name` returns the name of a Job in the cluster.
pub(crate) fn text(flat: &Flat, name: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    for node in &flat.nodes {
        let line = match &node.kind {
            NodeKind::Open => format!("open {}", start(node)),
            NodeKind::Job(id) => {
                let job = flat.job(*id);
                let limits = job.map_or(&[][..], |job| &job.limits);
                let limits: Vec<String> = limits
                    .iter()
                    .map(|limit| format!("{}:{}", number(limit.gate), limit.most))
                    .collect();
                let name = job.map(|job| name(&job.name)).unwrap_or_default();
                format!("job {} {} {name}", start(node), list(&limits))
            }
            NodeKind::Close { gate, members } => {
                let members: Vec<String> = members
                    .iter()
                    .map(|member| {
                        let mark = if member.counts { "" } else { "~" };
                        format!("{}{mark}", number(member.node))
                    })
                    .collect();
                format!("close {} {}", number(*gate), list(&members))
            }
        };
        // Writing to a text does not fail.
        let _ = writeln!(out, "{line}");
    }
    out
}

fn start(node: &Node) -> String {
    let parent = node
        .parent
        .map_or_else(|| "-".to_owned(), |parent| number(parent).to_string());
    let needs: Vec<String> = node
        .needs
        .iter()
        .map(|need| {
            let edge = match need.edge {
                Edge::Value => 'v',
                Edge::Order => 'o',
                Edge::Status => 's',
            };
            format!("{edge}{}", number(need.node))
        })
        .collect();
    let when = match &node.when {
        When::Known(true) => Vec::new(),
        when => when.words(),
    };
    format!("{parent} {} {}", list(&needs), list(&when))
}

fn number(node: NodeId) -> usize {
    node.0 + 1
}

fn list(items: &[String]) -> String {
    match items {
        [] => "-".to_owned(),
        items => items.join(","),
    }
}
