//! Laws that hold for every input: nothing panics, the same source gives the same bytes, and the order of
//! statements that do not depend on each other is only an order.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use argot_compiler::{ReadError, World, check, plan};
use argot_syntax::Diagnostics;
use argot_targets::argo;
use indexmap::IndexMap;
use proptest::prelude::*;

/// One file in memory.
struct Memory<'a>(&'a [u8]);

impl World for Memory<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        if path == "main.argot" {
            Ok(self.0.to_vec())
        } else {
            Err(ReadError::NotFound)
        }
    }
}

/// All stages, as far as they go: the YAML of every pipeline, and whether there was an error.
fn compile(source: &[u8], options: &argo::Options) -> (String, bool) {
    let checked = check(&Memory(source), "main.argot");
    if checked.diagnostics.has_errors() {
        return (String::new(), true);
    }
    let mut diagnostics = Diagnostics::default();
    let mut out = String::new();
    for entry in &checked.program.entries {
        if let Some(plan) = plan(&checked.program, *entry, &IndexMap::new(), &mut diagnostics) {
            let manifests = argo::lower(&plan, options, &mut diagnostics);
            out += &argot_targets::print(&manifests, &mut diagnostics);
        }
    }
    (out, diagnostics.has_errors())
}

/// Real files, which mutations start from.
const FILES: &[&str] = &[
    include_str!("../../examples/quickstart/quickstart.argot"),
    include_str!("../../examples/nightly/nightly.argot"),
    include_str!("../../examples/gpu-finetune/gpu-finetune.argot"),
    include_str!("../../examples/five-step-ml/five-step-ml.argot"),
    include_str!("../../examples/modules/steps.argot"),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_make_the_compiler_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        compile(&bytes, &argo::Options::default());
    }

    #[test]
    fn no_change_of_a_real_file_makes_the_compiler_panic(
        file in 0..FILES.len(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), 0..12_usize, "[ -~]{0,6}"), 1..4),
    ) {
        let mut text: Vec<char> = FILES.get(file).copied().unwrap_or_default().chars().collect();
        for (at, length, insert) in changes {
            let at = at.index(text.len().max(1)).min(text.len());
            let end = (at + length).min(text.len());
            text.splice(at..end, insert.chars());
        }
        let text: String = text.into_iter().collect();
        let first = compile(text.as_bytes(), &argo::Options::default());
        prop_assert_eq!(first, compile(text.as_bytes(), &argo::Options::default()), "the same source, the same bytes");
    }

    #[test]
    fn independent_statements_may_stand_in_any_order(
        order in Just((0..8_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let program = |order: &[usize]| {
            let mut text = String::new();
            for step in 0..order.len() {
                text += &format!("component c{step}(n: int) {{ image = \"a:1\", command = [\"run\"], args = [n] }}\n");
            }
            text += "pipeline p(n: int = 1) {\n";
            for step in order {
                text += &format!("    c{step}(n)\n");
            }
            text + "}\n"
        };
        let options = argo::Options { name: Some("p".to_owned()), ..argo::Options::default() };
        let lines = |order: &[usize]| {
            let (yaml, failed) = compile(program(order).as_bytes(), &options);
            assert!(!failed && yaml.contains("template: c7"), "the program compiles:\n{yaml}");
            let mut lines: Vec<String> = yaml.lines().map(ToOwned::to_owned).collect();
            lines.sort();
            lines
        };
        prop_assert_eq!(lines(&order), lines(&[0, 1, 2, 3, 4, 5, 6, 7]));
    }
}
