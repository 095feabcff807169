//! The graph of a run as it stands in the releaser's data, and how its nodes end: the rules, apart from the script.

/// A node of the graph; others are named by their places.
struct Node {
    parent: Option<usize>,
    needs: Vec<(char, usize)>,
    when: Vec<Word>,
    kind: Kind,
}

/// A word of a condition, in postfix.
enum Word {
    Is(usize, String),
    Not,
    And,
    Or,
}

enum Kind {
    Open,
    Job(String),
    Close(usize, Vec<(usize, bool)>),
}

/// The graph of a run.
pub(crate) struct Graph(Vec<Node>);

/// How a node stands: `S`ucceeded, `F`ailed, s`K`ipped, `O`mitted, `r`uns, `w`aits.
pub(crate) type State = char;

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').filter(|word| *word != "-")
}

fn id(text: &str) -> usize {
    text.parse::<usize>().unwrap() - 1
}

fn start(parent: &str, needs: &str, when: &str, kind: Kind) -> Node {
    Node {
        parent: (parent != "-").then(|| id(parent)),
        needs: list(needs)
            .map(|need| (need.chars().next().unwrap(), id(&need[1..])))
            .collect(),
        when: list(when)
            .map(|word| match word {
                "!" => Word::Not,
                "&" => Word::And,
                "|" => Word::Or,
                _ => {
                    let (node, letters) = word.split_once('=').unwrap();
                    Word::Is(id(node), letters.to_owned())
                }
            })
            .collect(),
        kind,
    }
}

impl Graph {
    pub(crate) fn read(text: &str) -> Self {
        let node = |line: &str| match *line.split(' ').collect::<Vec<_>>() {
            ["open", parent, needs, when] => start(parent, needs, when, Kind::Open),
            ["job", parent, needs, when, _, name] => {
                start(parent, needs, when, Kind::Job(name.to_owned()))
            }
            ["close", gate, members] => {
                let members = list(members)
                    .map(|member| (id(member.trim_end_matches('~')), !member.ends_with('~')))
                    .collect();
                start("-", "-", "-", Kind::Close(id(gate), members))
            }
            _ => panic!("what is `{line}`?"),
        };
        Self(text.lines().map(node).collect())
    }

    /// How each Job ends, and the run; `job` says how a Job ends that runs, or `r`.
    pub(crate) fn states(&self, job: impl Fn(&str) -> State) -> (Vec<(&str, State)>, State) {
        let mut states: Vec<State> = Vec::new();
        let mut jobs = Vec::new();
        for node in &self.0 {
            let state = match &node.kind {
                Kind::Open => node.begins(&states),
                Kind::Job(name) => {
                    let state = match node.begins(&states) {
                        'S' => job(name),
                        other => other,
                    };
                    jobs.push((name.as_str(), state));
                    state
                }
                Kind::Close(gate, members) => {
                    let ended = |id: usize| !matches!(states[id], 'w' | 'r');
                    if states[*gate] != 'S' {
                        states[*gate]
                    } else if !members.iter().all(|(id, _)| ended(*id)) {
                        'w'
                    } else if members
                        .iter()
                        .any(|(id, counts)| *counts && states[*id] == 'F')
                    {
                        'F'
                    } else {
                        'S'
                    }
                }
            };
            states.push(state);
        }
        (jobs, *states.last().unwrap())
    }
}

impl Node {
    /// `S` where it begins.
    fn begins(&self, states: &[State]) -> State {
        match self.parent.map(|parent| states[parent]) {
            None | Some('S') => {}
            Some('w' | 'r') => return 'w',
            Some(_) => return 'O',
        }
        let needs = || self.needs.iter().map(|(kind, id)| (*kind, states[*id]));
        if needs().any(|(_, state)| matches!(state, 'w' | 'r')) {
            return 'w';
        }
        let holds = |(kind, state)| match kind {
            'v' => state == 'S',
            'o' => matches!(state, 'S' | 'K'),
            _ => true,
        };
        if !needs().all(holds) {
            return 'O';
        }
        let mut stack: Vec<bool> = Vec::new();
        for word in &self.when {
            let value = match word {
                Word::Is(node, _) if matches!(states[*node], 'w' | 'r') => return 'w',
                Word::Is(node, letters) => letters.contains(states[*node]),
                Word::Not => !stack.pop().unwrap(),
                Word::And => stack.pop().unwrap() & stack.pop().unwrap(),
                Word::Or => stack.pop().unwrap() | stack.pop().unwrap(),
            };
            stack.push(value);
        }
        match stack.pop() {
            Some(false) => 'K',
            _ => 'S',
        }
    }
}
