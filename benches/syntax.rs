//! The lexer and the parser: bytes a second over files without mistakes, and over files that are full of them, which must
//! take no more for each byte however long they are.
//!
//! `cargo bench -p argot-syntax --bench syntax`, or with a part of a name to run some of them.

use argot_testing::synthetic;
use std::fmt::Write;

use argot_syntax::{Diagnostics, FileId, Source, parse};
use divan::Bencher;
use divan::counter::BytesCount;

fn main() {
    divan::main();
}

fn bench(bencher: Bencher<'_, '_>, text: String, is_right: bool) {
    let source = Source::new(FileId(0), "bench.argot", text);
    let mut diagnostics = Diagnostics::default();
    parse(&source, &mut diagnostics);
    assert_eq!(diagnostics.has_errors(), !is_right);
    bencher
        .counter(BytesCount::of_str(source.text()))
        .bench_local(|| parse(&source, &mut Diagnostics::default()));
}

/// Without a mistake, as most files are that are compiled.
#[divan::bench(args = [10, 180, 10_000])]
fn a_steps(bencher: Bencher<'_, '_>, n: usize) {
    bench(bencher, synthetic::source(n), true);
}

#[divan::bench(args = [100, 10_000])]
fn b_blocks(bencher: Bencher<'_, '_>, n: usize) {
    bench(bencher, synthetic::flow(n), true);
}

/// How often what is wrong is repeated.
const TIMES: &[usize] = &[1_000, 10_000, 100_000];

fn repeated(bencher: Bencher<'_, '_>, n: usize, head: &str, line: &str) {
    bench(bencher, format!("{head}{}", line.repeat(n)), false);
}

/// An error for each item.
#[divan::bench(args = TIMES)]
fn c_broken_items(bencher: Bencher<'_, '_>, n: usize) {
    repeated(bencher, n, "", "const A = ]\n");
}

/// An error for each statement.
#[divan::bench(args = TIMES)]
fn d_broken_statements(bencher: Bencher<'_, '_>, n: usize) {
    repeated(bencher, n, "pipeline p() {\n", "let x = f(a = ])\n");
}

/// An error for each element of a list on one line.
#[divan::bench(args = TIMES)]
fn e_broken_elements(bencher: Bencher<'_, '_>, n: usize) {
    repeated(bencher, n, "const A = [", "a b, ");
}

/// Strings that do not end with their lines.
#[divan::bench(args = TIMES)]
fn f_open_strings(bencher: Bencher<'_, '_>, n: usize) {
    repeated(bencher, n, "", "const A = \"a ${b\n");
}

/// Brackets that nothing closes.
#[divan::bench(args = TIMES)]
fn g_open_brackets(bencher: Bencher<'_, '_>, n: usize) {
    repeated(bencher, n, "const A = ", "([{ a = ");
}

/// Names with hyphens, each reported once, where it is defined.
#[divan::bench(args = TIMES)]
fn h_hyphens(bencher: Bencher<'_, '_>, n: usize) {
    let mut text = String::new();
    for name in 0..n {
        let _ = writeln!(text, "const a-{name} = b-{name}");
    }
    bench(bencher, text, false);
}
