//! The parts of Markdown pages that tests use: headings and fenced blocks.

/// A page and its parts, in order.
pub struct Page {
    /// The path from the repository's root.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// Headings and fenced blocks.
    pub parts: Vec<Part>,
}

/// A part of a page that means something to a test.
pub enum Part {
    /// `## Fails`: how many `#`, and the text.
    Heading(usize, String),
    /// A fenced block.
    Block(Block),
}

/// A fenced block.
#[derive(Clone)]
pub struct Block {
    /// The line of the opening fence, from 1.
    pub line: usize,
    /// The first word after the opening fence.
    pub language: String,
    /// The further words: `key=value`, or a word alone.
    pub options: Vec<(String, String)>,
    /// The text between the fences, including the line ends.
    pub text: String,
    /// Whether there is a closing fence.
    pub closed: bool,
}

impl Block {
    /// The value of an option.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }

    /// The line of the page that contains a line of the block. Both count from 1.
    pub fn line_of(&self, line: usize) -> usize {
        self.line + line
    }
}

impl Page {
    /// Reads a page.
    pub fn new(path: String, text: String) -> Self {
        let mut parts = Vec::new();
        let mut open: Option<(usize, Block)> = None;
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let number = index + 1;
            let ticks = line.chars().take_while(|c| *c == '`').count();
            let rest = line.trim_start_matches('`').trim();
            if let Some((fence, mut block)) = open.take() {
                if ticks >= fence && rest.is_empty() {
                    block.closed = true;
                    parts.push(Part::Block(block));
                } else {
                    block.text.push_str(line);
                    open = Some((fence, block));
                }
            } else if ticks >= 3 {
                open = Some((ticks, opened(number, rest)));
            } else if let Some(level) = heading(line) {
                let title = line.trim_start_matches('#').trim();
                parts.push(Part::Heading(level, title.to_owned()));
            }
        }
        if let Some((_, block)) = open {
            parts.push(Part::Block(block));
        }
        Self { path, text, parts }
    }

    /// The text of the page with the contents of some blocks replaced. Blocks are identified by their line.
    pub fn with(&self, contents: &[(usize, String)]) -> String {
        let lines: Vec<&str> = self.text.split_inclusive('\n').collect();
        let mut out = String::new();
        let mut next = 0;
        for part in &self.parts {
            let Part::Block(block) = part else { continue };
            let Some((_, content)) = contents.iter().find(|(line, _)| *line == block.line) else {
                continue;
            };
            out.extend(lines.iter().take(block.line).skip(next).copied());
            out.push_str(content);
            next = block.line + block.text.split_inclusive('\n').count();
        }
        out.extend(lines.iter().skip(next).copied());
        out
    }
}

fn heading(line: &str) -> Option<usize> {
    let level = line.chars().take_while(|c| *c == '#').count();
    (level > 0 && line.chars().nth(level) == Some(' ')).then_some(level)
}

/// Creates a block from the text after its opening fence. Values may be in double quotes.
fn opened(line: usize, info: &str) -> Block {
    let mut words: Vec<String> = Vec::new();
    let mut quoted = false;
    let mut fresh = true;
    for character in info.chars() {
        match character {
            '"' => quoted = !quoted,
            ' ' if !quoted => fresh = true,
            other => {
                if fresh {
                    words.push(String::new());
                    fresh = false;
                }
                if let Some(word) = words.last_mut() {
                    word.push(other);
                }
            }
        }
    }
    let mut words = words.into_iter();
    Block {
        line,
        language: words.next().unwrap_or_default(),
        options: words
            .map(|word| match word.split_once('=') {
                Some((name, value)) => (name.to_owned(), value.to_owned()),
                None => (word, String::new()),
            })
            .collect(),
        text: String::new(),
        closed: false,
    }
}
