//! The pages in `tests/kubernetes`: a source, and the documents or errors that it produces.
//!
//! An `argot` block is a program. Its options set how it is compiled: `layout=jobs`, `kube=1.34`, `name=run`,
//! `namespace=ml`, `platform=gke`, `params="n=3 m=4"`. The `yaml` block after it holds the whole output, or with
//! `kind=Job` the documents of that kind; an `error` block holds all errors.
//!
//! `ARGOT_BLESS=1 cargo test -p argot-targets kubernetes::tests::pages` rewrites the blocks.

use std::fmt::Write;
use std::path::Path;

use argot_compiler::Argument;
use argot_syntax::{Diagnostics, Sources};
use argot_testing::page::{Block, Page, Part};
use k8s_openapi::api::core::v1::ConfigMap;

use super::compiled;
use crate::Manifest;
use crate::kubernetes::Options;

/// Files that are the same in every run.
const CONSTANT: &[&str] = &["release.sh", "kubectl.yaml", "outputs.sh"];

/// What has come out of a block.
type Outcome = (Vec<Manifest>, Diagnostics, Sources);

fn outcome(block: &Block) -> Outcome {
    let option = |name| block.option(name).map(str::to_owned);
    let platform = block
        .option("platform")
        .map(|name| crate::accelerators::Platform::named(name).unwrap());
    let options = Options {
        layout: block
            .option("layout")
            .map_or_else(Default::default, |name| name.parse().unwrap()),
        version: block
            .option("kube")
            .map_or_else(Default::default, |name| name.parse().unwrap()),
        name: option("name").or_else(|| Some("run".to_owned())),
        namespace: option("namespace"),
        platform: platform.unwrap_or_default(),
        ..Options::default()
    };
    let params = block
        .option("params")
        .unwrap_or_default()
        .split_whitespace();
    let given = params
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), Argument::text(value.to_owned())))
        .collect();
    compiled(&block.text, &given, &options)
}

/// All that is wrong, each with its line, code, labels and what to do.
fn errors((_, found, sources): &Outcome) -> String {
    let mut found = found.clone();
    found.sort(sources);
    let mut out = String::new();
    for diagnostic in found.iter() {
        let _ = writeln!(out, "{}: {}", diagnostic.code.id(), diagnostic.message);
        for label in &diagnostic.labels {
            let text = sources
                .get(label.span.file)
                .map_or("", |source| source.text());
            let (start, end) = (label.span.start as usize, label.span.end as usize);
            let line = text[..start].matches('\n').count() + 1;
            let at = text[start..end].lines().next().unwrap_or_default();
            let _ = writeln!(out, "  {line}: `{at}` {}", label.message);
        }
        for note in &diagnostic.notes {
            let _ = writeln!(out, "  note: {note}");
        }
        for help in &diagnostic.help {
            let _ = writeln!(out, "  help: {help}");
        }
    }
    out
}

#[test]
fn pages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/kubernetes");
    let mut paths: Vec<_> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "there is no page");
    let mut failures = String::new();
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let page = Page::new(name.clone(), std::fs::read_to_string(&path).unwrap());
        let mut stale = Vec::new();
        let mut made: Option<Outcome> = None;
        for part in &page.parts {
            let Part::Block(block) = part else { continue };
            let text = match (block.language.as_str(), &made) {
                ("argot", _) => {
                    made = Some(outcome(block));
                    continue;
                }
                ("yaml", Some(outcome)) if !outcome.1.has_errors() => {
                    let kind = block.option("kind");
                    let mut manifests = outcome.0.clone();
                    manifests.retain(|one| kind.is_none_or(|kind| one.identity().0 == kind));
                    for manifest in &mut manifests {
                        let Some(mut map) = manifest.get::<ConfigMap>().cloned() else {
                            continue;
                        };
                        for (key, text) in map.data.iter_mut().flatten() {
                            if CONSTANT.contains(&key.as_str()) {
                                "It has its own tests.".clone_into(text);
                            }
                        }
                        *manifest = Manifest::object(map);
                    }
                    crate::print(&manifests, &mut Diagnostics::default())
                }
                (_, Some(outcome)) => errors(outcome),
                (other, None) => format!("`{other}` of nothing\n"),
            };
            if text != block.text {
                let _ = writeln!(failures, "{name}:{}: this comes out:\n{text}", block.line);
                stale.push((block.line, text));
            }
        }
        if !stale.is_empty() && std::env::var_os("ARGOT_BLESS").is_some() {
            std::fs::write(&path, page.with(&stale)).unwrap();
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
