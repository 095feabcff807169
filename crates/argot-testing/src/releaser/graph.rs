//! The graph of a run, its text, and what the states of its nodes are: the rules once more, apart from the script.

use std::fmt::{self, Write as _};

/// Number of a node, from 1.
pub type Id = usize;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Waits,
    Runs,
    Succeeded,
    Failed,
    Skipped,
    Omitted,
}

impl State {
    pub fn is_end(self) -> bool {
        !matches!(self, Self::Waits | Self::Runs)
    }

    pub const fn letter(self) -> char {
        match self {
            Self::Waits => 'w',
            Self::Runs => 'r',
            Self::Succeeded => 'S',
            Self::Failed => 'F',
            Self::Skipped => 'K',
            Self::Omitted => 'O',
        }
    }
}

#[derive(Clone, Debug)]
pub enum When {
    Is(Id, &'static str),
    Not(Box<When>),
    And(Box<When>, Box<When>),
    Or(Box<When>, Box<When>),
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(id, letters) => write!(f, "{id}={letters}"),
            Self::Not(inner) => write!(f, "{inner},!"),
            Self::And(left, right) => write!(f, "{left},{right},&"),
            Self::Or(left, right) => write!(f, "{left},{right},|"),
        }
    }
}

impl When {
    fn waits(&self, states: &[State]) -> bool {
        match self {
            Self::Is(id, _) => !states[id - 1].is_end(),
            Self::Not(inner) => inner.waits(states),
            Self::And(left, right) | Self::Or(left, right) => {
                left.waits(states) || right.waits(states)
            }
        }
    }

    fn holds(&self, states: &[State]) -> bool {
        match self {
            Self::Is(id, letters) => letters.contains(states[id - 1].letter()),
            Self::Not(inner) => !inner.holds(states),
            Self::And(left, right) => left.holds(states) && right.holds(states),
            Self::Or(left, right) => left.holds(states) || right.holds(states),
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct Start {
    /// The gate around it; 0 for none.
    pub parent: Id,
    pub needs: Vec<(char, Id)>,
    pub when: Option<When>,
}

#[derive(Clone, Debug)]
pub enum Node {
    Open(Start),
    Job {
        start: Start,
        limits: Vec<(Id, usize)>,
        name: String,
    },
    /// The members, and whether the failure of each counts.
    Close {
        gate: Id,
        members: Vec<(Id, bool)>,
    },
}

#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub nodes: Vec<Node>,
    pub owned: Vec<(&'static str, &'static str)>,
}

impl Graph {
    pub fn push(&mut self, node: Node) -> Id {
        self.nodes.push(node);
        self.nodes.len()
    }

    pub fn jobs(&self) -> impl Iterator<Item = (Id, &str, &[(Id, usize)])> {
        self.nodes
            .iter()
            .enumerate()
            .filter_map(|(at, node)| match node {
                Node::Job { limits, name, .. } => Some((at + 1, name.as_str(), limits.as_slice())),
                _ => None,
            })
    }

    /// Whether each node may begin, and its state, when `job` says of each Job that has begun what has become of it.
    pub fn states(&self, job: impl Fn(Id) -> State) -> (Vec<State>, Vec<State>) {
        let (mut begins, mut states) = (Vec::new(), Vec::new());
        for (at, node) in self.nodes.iter().enumerate() {
            let (begin, state) = match node {
                Node::Open(start) => {
                    let begin = start.begin(&states);
                    (begin, begin)
                }
                Node::Job { start, .. } => match start.begin(&states) {
                    State::Succeeded => (State::Succeeded, job(at + 1)),
                    other => (other, other),
                },
                Node::Close { gate, members } => {
                    let state = match states[gate - 1] {
                        State::Succeeded
                            if members.iter().any(|(id, _)| !states[id - 1].is_end()) =>
                        {
                            State::Waits
                        }
                        State::Succeeded
                            if members
                                .iter()
                                .any(|(id, counts)| *counts && states[id - 1] == State::Failed) =>
                        {
                            State::Failed
                        }
                        gate => gate,
                    };
                    (state, state)
                }
            };
            begins.push(begin);
            states.push(state);
        }
        (begins, states)
    }
}

impl Start {
    fn begin(&self, states: &[State]) -> State {
        if let Some(gate) = self.parent.checked_sub(1) {
            match states[gate] {
                State::Succeeded => {}
                State::Waits | State::Runs => return State::Waits,
                _ => return State::Omitted,
            }
        }
        if self.needs.iter().any(|(_, id)| !states[id - 1].is_end()) {
            return State::Waits;
        }
        let holds = self.needs.iter().all(|(kind, id)| match kind {
            'v' => states[id - 1] == State::Succeeded,
            'o' => matches!(states[id - 1], State::Succeeded | State::Skipped),
            _ => true,
        });
        match &self.when {
            _ if !holds => State::Omitted,
            Some(when) if when.waits(states) => State::Waits,
            Some(when) if !when.holds(states) => State::Skipped,
            _ => State::Succeeded,
        }
    }

    fn words(&self) -> String {
        let parent = if self.parent == 0 {
            "-".to_owned()
        } else {
            self.parent.to_string()
        };
        let needs = self.needs.iter().map(|(kind, id)| format!("{kind}{id}"));
        let when = self.when.iter().map(ToString::to_string);
        format!("{parent} {} {}", list(needs), list(when))
    }
}

fn list(words: impl Iterator<Item = String>) -> String {
    let text = words.collect::<Vec<_>>().join(",");
    if text.is_empty() {
        "-".to_owned()
    } else {
        text
    }
}

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for node in &self.nodes {
            match node {
                Node::Open(start) => writeln!(f, "open {}", start.words())?,
                Node::Job {
                    start,
                    limits,
                    name,
                } => {
                    let limits = list(limits.iter().map(|(gate, most)| format!("{gate}:{most}")));
                    writeln!(f, "job {} {limits} {name}", start.words())?;
                }
                Node::Close { gate, members } => {
                    let mut text = String::new();
                    for (id, counts) in members {
                        let comma = if text.is_empty() { "" } else { "," };
                        write!(text, "{comma}{id}{}", if *counts { "" } else { "~" })?;
                    }
                    writeln!(
                        f,
                        "close {gate} {}",
                        if text.is_empty() { "-" } else { &text }
                    )?;
                }
            }
        }
        self.owned
            .iter()
            .try_for_each(|(kind, name)| writeln!(f, "own {kind} {name}"))
    }
}
