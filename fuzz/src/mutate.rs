//! Mutations of sources.

use crate::awkward::{TEXTS, VALUES};
use crate::random::Random;
use crate::tokens::{Kind, Token, tokens};

/// The longest source that is made.
const LONGEST: usize = 30_000;

/// Heads of blocks, with their ends.
const BLOCKS: &[(&str, &str)] = &[
    ("if true {\n", "}\n"),
    ("if x == null {\n", "}\n"),
    ("for q in range(2) {\n", "}\n"),
    ("for q in [1, 2] parallel 2 {\n", "}\n"),
    ("repeat max 3 {\n", "} until false\n"),
    ("on failure {\n", "}\n"),
    ("on exit {\n", "}\n"),
    ("let zz = if 1 < 2 {\n", "}\n"),
];

/// What mutations take from.
pub struct Material {
    /// Sources.
    pub corpus: Vec<Vec<u8>>,
    /// Words, numbers, texts and signs of them.
    pub words: Vec<Vec<u8>>,
}

impl Material {
    /// A source made of `base` by a few changes.
    pub fn mutated(&self, random: &mut Random, base: &[u8]) -> Vec<u8> {
        let mut source = base.to_vec();
        let some = 1 + random.below(6);
        for _ in 0..*random.pick(&[1, 1, 2, some]) {
            let tokens = tokens(&source);
            source = match tokens.is_empty() {
                true => random.pick(&self.words).clone(),
                false => self.changed(random, &source, &tokens),
            };
            source.truncate(LONGEST);
        }
        source
    }

    fn changed(&self, random: &mut Random, source: &[u8], tokens: &[Token]) -> Vec<u8> {
        let token = *random.pick(tokens);
        let put = |start: usize, end: usize, with: &[u8]| {
            [&source[..start], with, &source[end..]].concat()
        };
        match random.below(20) {
            // Another piece of the same kind.
            0..=4 => {
                let alike: Vec<&Token> = tokens
                    .iter()
                    .filter(|other| other.kind == token.kind)
                    .collect();
                put(
                    token.start,
                    token.end,
                    random.pick::<&Token>(&alike).of(source),
                )
            }
            5..=6 => put(token.start, token.end, random.pick::<Vec<u8>>(&self.words)),
            7 => {
                let word = random.pick(&self.words);
                put(token.end, token.end, &[b" ", &word[..], b" "].concat())
            }
            8..=9 => put(token.start, token.end, random.pick(VALUES).as_bytes()),
            10 => put(token.start, token.end, b""),
            // A run of pieces once more, or not at all.
            11 => {
                let (start, end) = run(random, tokens, 30);
                put(token.end, token.end, &source[start..end])
            }
            12 => {
                let (start, end) = run(random, tokens, 20);
                put(start, end, b"")
            }
            // Lines of another source, or of this one.
            13..=14 => {
                let other = random.pick(&self.corpus);
                let at = line_start(random, source);
                put(at, at, &some_lines(random, other, 8))
            }
            15 => {
                let at = line_start(random, source);
                put(at, at, &some_lines(random, source, 6))
            }
            16 => awkward_text(random, source, tokens).unwrap_or_else(|| source.to_vec()),
            17 => {
                let at = random.below(source.len());
                match random.below(3) {
                    0 => put(at, at + 1, &[random.below(256) as u8]),
                    1 => put(at, at, &[random.below(128) as u8]),
                    _ => put(at, at + 1, b""),
                }
            }
            18 => renamed(random, source, tokens),
            // Lines in a block.
            _ => {
                let lines: Vec<&[u8]> = source.split_inclusive(|byte| *byte == b'\n').collect();
                let first = random.below(lines.len());
                let last = (first + 1 + random.below(4)).min(lines.len());
                let (head, end) = random.pick(BLOCKS);
                let (before, inside, after) =
                    (&lines[..first], &lines[first..last], &lines[last..]);
                [
                    before.concat(),
                    head.as_bytes().to_vec(),
                    inside.concat(),
                    end.as_bytes().to_vec(),
                    after.concat(),
                ]
                .concat()
            }
        }
    }
}

/// Where some pieces in a row start and end.
fn run(random: &mut Random, tokens: &[Token], most: usize) -> (usize, usize) {
    let first = random.below(tokens.len());
    let last = (first + random.below(most)).min(tokens.len() - 1);
    (tokens[first].start, tokens[last].end)
}

fn some_lines(random: &mut Random, source: &[u8], most: usize) -> Vec<u8> {
    let lines: Vec<&[u8]> = source.split_inclusive(|byte| *byte == b'\n').collect();
    let first = random.below(lines.len());
    let last = (first + 1 + random.below(most)).min(lines.len());
    lines.get(first..last).unwrap_or_default().concat()
}

fn line_start(random: &mut Random, source: &[u8]) -> usize {
    let breaks = source
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n');
    let starts: Vec<usize> = std::iter::once(0)
        .chain(breaks.map(|(at, _)| at + 1))
        .collect();
    *random.pick(&starts)
}

/// A string with an awkward text in it.
fn awkward_text(random: &mut Random, source: &[u8], tokens: &[Token]) -> Option<Vec<u8>> {
    let is_text = |token: &&Token| token.kind == Kind::Text && token.end - token.start >= 2;
    let texts: Vec<&Token> = tokens.iter().filter(is_text).collect();
    if texts.is_empty() {
        return None;
    }
    let token = random.pick(&texts);
    let text = random
        .pick(TEXTS)
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
        .replace("${", "\\${");
    let at = *random.pick(&[token.start + 1, token.end - 1]);
    Some([&source[..at], text.as_bytes(), &source[at..]].concat())
}

/// One word, everywhere it stands, as another.
fn renamed(random: &mut Random, source: &[u8], tokens: &[Token]) -> Vec<u8> {
    let words: Vec<&[u8]> = tokens
        .iter()
        .filter(|token| token.kind == Kind::Word)
        .map(|token| token.of(source))
        .collect();
    if words.is_empty() {
        return source.to_vec();
    }
    let (from, to) = (*random.pick(&words), *random.pick(&words));
    let pieces = tokens.iter().map(|token| token.of(source));
    let pieces: Vec<&[u8]> = pieces
        .map(|piece| if piece == from { to } else { piece })
        .collect();
    pieces.concat()
}
