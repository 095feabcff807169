//! Sentences of the language, made by walking the grammar.
//!
//! A rule is walked by chance: which alternative, how often a part repeats, and what is between two parts. Look-aheads
//! are not walked; whether they hold is found out afterwards, by the grammar itself.

use std::collections::BTreeMap;

use pest_meta::ast::{Expr, Rule, RuleType};
use pest_meta::parser::{self, consume_rules};

/// Random numbers that are the same in every run.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit.max(1)
    }

    /// Whether something happens that does so in `percent` of all cases.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, values: &'a [T]) -> &'a T {
        &values[self.below(values.len())]
    }
}

/// Characters for `ANY`.
const CHARACTERS: &[&str] = &[
    "a",
    "b",
    "Z",
    "0",
    "7",
    "_",
    " ",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "#",
    "$",
    "{",
    "}",
    "\"",
    "'",
    "\\",
    "n",
    "u",
    "(",
    ")",
    ".",
    ",",
    "=",
    "/",
    ":",
    "-",
    "r",
    "\u{e4}",
    "\u{1F600}",
    "\u{200b}",
    "\u{1}",
    "\u{feff}",
];

/// What may be between two parts of a rule, most often a blank.
const GAPS: &[&str] = &[
    " ",
    " ",
    " ",
    " ",
    " ",
    "  ",
    "\t",
    "\n",
    "\n\n  ",
    "\r\n",
    " # c\n",
    "\n### ## c \"${\n# }\r\n",
    " #\n",
];

/// Between two parts where a line break would be wrong.
const GAPS_IN_LINE: &[&str] = &[" ", " ", "  ", "\t"];

/// How many parts a sentence has, about.
const PARTS: usize = 600;

/// The grammar, ready to be walked.
pub(crate) struct Generator {
    rules: BTreeMap<String, Rule>,
    /// How deep each rule has to be walked at least.
    depths: BTreeMap<String, usize>,
    /// The words that are keywords in some places.
    words: Vec<String>,
}

/// A piece of a sentence.
enum Piece {
    Text(String),
    /// Something may be between two pieces: in one line or not, and a line break is due or not.
    Gap {
        in_line: bool,
        breaks: bool,
    },
}

struct Walk<'a> {
    generator: &'a Generator,
    random: &'a mut Random,
    pieces: Vec<Piece>,
    /// How many parts are left.
    left: usize,
    /// How many strings are open that end with their line.
    lines: usize,
    is_atomic: bool,
    /// Rules that were walked.
    walked: Vec<String>,
    /// The rule that is being walked.
    rule: String,
}

/// Rules of lists, which are long: in how many of a hundred cases another element follows.
const LISTS: &[(&str, usize)] = &[
    ("file", 85),
    ("body", 75),
    ("attributes", 60),
    ("suffixes", 60),
    ("for_block", 60),
];

/// Rules of operators, each of which is rare, for there are many levels of them.
const OPERATORS: &[(&str, usize)] = &[
    ("expr", 10),
    ("either", 10),
    ("both", 10),
    ("negation", 15),
    ("comparison", 20),
    ("range", 10),
    ("sum", 15),
    ("product", 15),
    ("negative", 15),
];

impl Generator {
    pub(crate) fn new(grammar: &str) -> Self {
        let pairs = parser::parse(parser::Rule::grammar_rules, grammar).expect("a grammar");
        let rules = consume_rules(pairs).expect("rules");
        let keyword = |rule: &Rule| match &rule.expr {
            Expr::Seq(word, _) if rule.name.starts_with("kw_") => match &**word {
                Expr::Str(word) => Some(word.clone()),
                _ => None,
            },
            _ => None,
        };
        let words = rules.iter().filter_map(keyword).collect();
        let mut generator = Self {
            depths: BTreeMap::new(),
            words,
            rules: rules
                .into_iter()
                .map(|rule| (rule.name.clone(), rule))
                .collect(),
        };
        loop {
            let mut found = BTreeMap::new();
            for rule in generator.rules.values() {
                found.extend(
                    generator
                        .depth(&rule.expr)
                        .map(|depth| (rule.name.clone(), depth + 1)),
                );
            }
            if found == generator.depths {
                return generator;
            }
            generator.depths = found;
        }
    }

    /// The rules, by name.
    pub(crate) fn names(&self) -> Vec<&String> {
        let mut names: Vec<_> = self.rules.keys().collect();
        names.sort();
        names
    }

    /// How deep an expression has to be walked at least, if that is known.
    fn depth(&self, expr: &Expr) -> Option<usize> {
        match expr {
            Expr::Ident(name) if self.rules.contains_key(name) => self.depths.get(name).copied(),
            Expr::Seq(one, other) => Some(self.depth(one)?.max(self.depth(other)?)),
            Expr::Choice(one, other) => match (self.depth(one), self.depth(other)) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            },
            Expr::RepOnce(inside) | Expr::RepMinMax(inside, ..) => self.depth(inside),
            _ => Some(0),
        }
    }

    /// A sentence of a rule, with the rules that were walked for it.
    pub(crate) fn sentence(&self, rule: &str, random: &mut Random) -> (String, Vec<String>) {
        let mut walk = Walk {
            generator: self,
            left: 1 + random.below(PARTS),
            random,
            pieces: Vec::new(),
            lines: 0,
            is_atomic: false,
            walked: Vec::new(),
            rule: String::new(),
        };
        walk.rule(rule);
        let text = walk.text();
        (text, walk.walked)
    }
}

impl Walk<'_> {
    fn rule(&mut self, name: &str) {
        let Some(rule) = self.generator.rules.get(name) else {
            return self.builtin(name);
        };
        self.walked.push(name.to_owned());
        if name == "name" && self.random.chance(75) {
            let name = match self.random.chance(25) {
                true => self.random.pick(&self.generator.words).clone(),
                false => (*self
                    .random
                    .pick(&["a", "b", "x1", "_", "r", "None_", "iffy", "e"]))
                .to_owned(),
            };
            return self.push(name);
        }
        let outer = self.is_atomic;
        match rule.ty {
            RuleType::Atomic | RuleType::CompoundAtomic => self.is_atomic = true,
            RuleType::NonAtomic => self.is_atomic = false,
            RuleType::Normal | RuleType::Silent => {}
        }
        let is_line = matches!(name, "quoted" | "plain" | "raw");
        self.lines += usize::from(is_line);
        self.left = self.left.saturating_sub(1);
        let around = std::mem::replace(&mut self.rule, name.to_owned());
        self.walk(&rule.expr);
        self.rule = around;
        self.lines -= usize::from(is_line);
        self.is_atomic = outer;
    }

    fn builtin(&mut self, name: &str) {
        let characters = match name {
            "ASCII_DIGIT" => "0123456789",
            "ASCII_NONZERO_DIGIT" => "123456789",
            "ASCII_HEX_DIGIT" => "0123456789abcdefABCDEF",
            "ASCII_ALPHA" => "abcdefghijklmnopqrstuvwxyzeEGiM",
            "ASCII_ALPHANUMERIC" => "abcdefxyzABC0123456789e",
            "ANY" => return self.any(),
            "SOI" | "EOI" => return,
            _ => panic!("{name} is not known"),
        };
        let characters: Vec<char> = characters.chars().collect();
        let one = *self.random.pick(&characters);
        self.push(one.to_string());
    }

    fn any(&mut self) {
        let one = *self.random.pick(CHARACTERS);
        self.push(one.to_owned());
    }

    fn push(&mut self, text: String) {
        self.pieces.push(Piece::Text(text));
    }

    fn gap(&mut self, breaks: bool) {
        if !self.is_atomic {
            let in_line = self.lines > 0;
            self.pieces.push(Piece::Gap { in_line, breaks });
        }
    }

    fn walk(&mut self, expr: &Expr) {
        match expr {
            Expr::Str(text) => self.push(text.clone()),
            Expr::Ident(name) => self.rule(name),
            Expr::PosPred(_) | Expr::NegPred(_) => {}
            Expr::Seq(one, other) => {
                self.walk(one);
                // A comma that is left out between entries needs a line break in its place, mostly.
                let is_comma =
                    matches!(&**other, Expr::Opt(it) if **it == Expr::Ident("comma".to_owned()));
                if is_comma && self.random.chance(20) {
                    let breaks = self.random.chance(98);
                    return self.gap(breaks);
                }
                self.gap(false);
                match &**other {
                    Expr::Opt(it) if is_comma => self.walk(it),
                    other => self.walk(other),
                }
            }
            Expr::Choice(..) => {
                let mut choices = Vec::new();
                alternatives(expr, &mut choices);
                if self.left == 0 {
                    let depth = |one: &&Expr| self.generator.depth(one).unwrap_or(usize::MAX);
                    let least = choices.iter().map(depth).min();
                    choices.retain(|one| Some(depth(one)) == least);
                }
                let chosen = *self.random.pick(&choices);
                self.walk(chosen);
            }
            Expr::Opt(inside) => self.times(inside, 0, 1),
            Expr::Rep(inside) => self.times(inside, 0, 12),
            Expr::RepOnce(inside) => self.times(inside, 1, 3),
            Expr::RepMinMax(inside, least, most) => {
                self.times(inside, *least as usize, *most as usize);
            }
            other => panic!("{other:?} is not known"),
        }
    }

    fn times(&mut self, inside: &Expr, least: usize, most: usize) {
        let mut count = 0;
        let mut known = LISTS.iter().chain(OPERATORS);
        let chance = known
            .find(|(rule, _)| *rule == self.rule)
            .map_or(40, |(_, chance)| *chance);
        while count < least || count < most && self.left > 0 && self.random.chance(chance) {
            if count > 0 {
                self.gap(false);
            }
            self.walk(inside);
            count += 1;
        }
    }

    /// The pieces with something in the gaps.
    fn text(&mut self) -> String {
        let mut text = String::new();
        let mut gap: Option<(bool, bool)> = None;
        for piece in std::mem::take(&mut self.pieces) {
            match piece {
                Piece::Gap { in_line, breaks } => {
                    let before = gap.unwrap_or_default();
                    gap = Some((before.0 || in_line, before.1 || breaks));
                }
                Piece::Text(next) if next.is_empty() => {}
                Piece::Text(next) => {
                    if let Some((in_line, breaks)) = gap.take() {
                        self.fill(&mut text, &next, in_line, breaks);
                    }
                    text.push_str(&next);
                }
            }
        }
        text
    }

    fn fill(&mut self, text: &mut String, next: &str, in_line: bool, breaks: bool) {
        let is_word = |one: char| one.is_alphanumeric() || "_\"".contains(one);
        let is_sign = |one: char| "=<>!?.|-/*+#".contains(one);
        let (last, first) = (text.chars().last(), next.chars().next());
        let merge =
            |is_it: &dyn Fn(char) -> bool| last.is_some_and(is_it) && first.is_some_and(is_it);
        let merges = merge(&is_word) || merge(&is_sign);
        if breaks && !(in_line && self.random.chance(95)) {
            text.push('\n');
        } else if self.random.chance(if merges { 1 } else { 45 }) {
            // Nothing.
        } else if in_line && self.random.chance(98) {
            text.push_str(self.random.pick::<&str>(GAPS_IN_LINE));
        } else {
            text.push_str(self.random.pick::<&str>(GAPS));
        }
    }
}

fn alternatives<'a>(expr: &'a Expr, found: &mut Vec<&'a Expr>) {
    match expr {
        Expr::Choice(one, other) => {
            alternatives(one, found);
            alternatives(other, found);
        }
        other => found.push(other),
    }
}
