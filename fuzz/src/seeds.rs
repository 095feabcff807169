//! Seeds for mutations: every source of the project, and every block of its pages.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use crate::mutate::Material;
use crate::tokens::{Kind, tokens};

/// The longest source that is taken.
const LONGEST: usize = 40_000;

/// The longest word that is taken.
const LONGEST_WORD: usize = 80;

/// What was found.
pub struct Seeds {
    pub material: Material,
    /// Files that others import, by name.
    pub files: HashMap<String, Vec<u8>>,
}

/// Reads all `.argot` and `.md` files below some folders.
pub fn read(folders: &[PathBuf]) -> std::io::Result<Seeds> {
    let mut sources = BTreeSet::new();
    let mut files = HashMap::new();
    let mut open: Vec<PathBuf> = folders.to_vec();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            for entry in std::fs::read_dir(&path)? {
                open.push(entry?.path());
            }
            continue;
        }
        match path.extension().and_then(|end| end.to_str()) {
            Some("argot") => {
                let source = std::fs::read(&path)?;
                files.insert(name(&path), source.clone());
                sources.insert(source);
            }
            Some("md") => sources.extend(blocks(&std::fs::read_to_string(&path)?)),
            _ => {}
        }
    }
    let corpus: Vec<Vec<u8>> = sources
        .into_iter()
        .filter(|source| source.len() < LONGEST)
        .collect();
    let words = corpus.iter().flat_map(|source| words(source));
    let words: BTreeSet<Vec<u8>> = words.collect();
    Ok(Seeds {
        material: Material {
            corpus,
            words: words.into_iter().collect(),
        },
        files,
    })
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The blocks of a page that may be sources.
fn blocks(page: &str) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut block: Option<String> = None;
    for line in page.lines() {
        match (line.trim_start().starts_with("```"), &mut block) {
            (true, None) => block = Some(String::new()),
            (true, Some(_)) => found.extend(block.take()),
            (false, Some(block)) => *block += &format!("{line}\n"),
            (false, None) => {}
        }
    }
    let is_source = |block: &String| {
        ["component", "pipeline", "const", "type "]
            .iter()
            .any(|word| block.contains(word))
    };
    found
        .into_iter()
        .filter(is_source)
        .map(String::into_bytes)
        .collect()
}

fn words(source: &[u8]) -> Vec<Vec<u8>> {
    let wanted = tokens(source).into_iter().filter(|token| {
        token.end - token.start < LONGEST_WORD && !matches!(token.kind, Kind::Blank | Kind::Comment)
    });
    wanted.map(|token| token.of(source).to_vec()).collect()
}
