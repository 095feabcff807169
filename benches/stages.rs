//! Each stage of the compiler by itself, over synthetic pipelines of growing size.
//!
//! `cargo bench -p argot-targets --bench stages`, or with a part of a name to run some of them.

use argot_compiler::{Plan, Program, ReadError, World, check, plan};
use argot_syntax::{Diagnostics, FileId, Source, format, parse};
use argot_targets::{Manifest, argo};
use argot_testing::synthetic;
use divan::{Bencher, counter::ItemsCount};
use indexmap::IndexMap;

const SIZES: &[usize] = &[10, 180, 1_000, 10_000, 100_000];

/// Sizes at which graphs are split, up to the largest that is promised.
const SPLIT_SIZES: &[usize] = &[1_000, 10_000, 20_000];

fn main() {
    divan::main();
}

/// One file in memory.
struct Memory(String);

impl World for Memory {
    fn read(&self, _: &str) -> Result<Vec<u8>, ReadError> {
        Ok(self.0.clone().into_bytes())
    }
}

fn program(n: usize) -> Program {
    let checked = check(&Memory(synthetic::source(n)), "synthetic.argot");
    assert_eq!(
        checked.diagnostics.iter().count(),
        0,
        "the synthetic pipeline is without fault"
    );
    checked.program
}

#[expect(clippy::expect_used, reason = "a bench without a plan is no bench")]
fn planned(program: &Program) -> Plan {
    let entry = program
        .entries
        .first()
        .copied()
        .expect("the synthetic pipeline is there");
    plan(
        program,
        entry,
        &IndexMap::new(),
        &mut Diagnostics::default(),
    )
    .expect("it can be planned")
}

fn lowered(plan: &Plan, split: bool) -> Vec<Manifest> {
    let options = argo::Options {
        check_limits: false,
        split,
        ..argo::Options::default()
    };
    argo::lower(plan, &options, &mut Diagnostics::default())
}

#[divan::bench(args = SIZES)]
fn a_parse(bencher: Bencher<'_, '_>, n: usize) {
    let source = Source::new(FileId(0), "synthetic.argot", synthetic::source(n));
    bencher
        .counter(ItemsCount::new(n))
        .bench_local(|| parse(&source, &mut Diagnostics::default()));
}

/// Reading, parsing and checking: checking has no entry of its own.
#[divan::bench(args = SIZES)]
fn b_parse_and_check(bencher: Bencher<'_, '_>, n: usize) {
    let world = Memory(synthetic::source(n));
    bencher
        .counter(ItemsCount::new(n))
        .bench_local(|| check(&world, "synthetic.argot"));
}

#[divan::bench(args = SIZES)]
fn c_plan(bencher: Bencher<'_, '_>, n: usize) {
    let program = program(n);
    bencher
        .counter(ItemsCount::new(n))
        .bench_local(|| planned(&program));
}

#[divan::bench(args = SIZES)]
fn d_lower(bencher: Bencher<'_, '_>, n: usize) {
    let plan = planned(&program(n));
    bencher
        .counter(ItemsCount::new(n))
        .bench_local(|| lowered(&plan, false));
}

#[divan::bench(args = SIZES)]
fn e_print(bencher: Bencher<'_, '_>, n: usize) {
    let manifests = lowered(&planned(&program(n)), false);
    bencher
        .counter(ItemsCount::new(n))
        .bench_local(|| argot_targets::print(&manifests, &mut Diagnostics::default()));
}

/// The synthetic graph is the hard case: no part of it can become a graph of its own without delay.
#[divan::bench(args = SPLIT_SIZES)]
fn f_split_and_lower(bencher: Bencher<'_, '_>, n: usize) {
    let plan = planned(&program(n));
    bencher
        .counter(ItemsCount::new(n))
        .bench_local(|| lowered(&plan, true));
}

/// The easy case: the tasks between a first and a last one are independent of each other.
#[divan::bench(args = SPLIT_SIZES)]
fn g_split_and_lower_fan(bencher: Bencher<'_, '_>, n: usize) {
    let world = Memory(synthetic::fan(n));
    let checked = check(&world, "fan.argot");
    assert_eq!(
        checked.diagnostics.iter().count(),
        0,
        "the fan is without fault"
    );
    let plan = planned(&checked.program);
    bencher
        .counter(ItemsCount::new(n))
        .bench_local(|| lowered(&plan, true));
}

/// Sizes of pipelines made of blocks.
const FLOW_SIZES: &[usize] = &[100, 1_000, 10_000];

#[divan::bench(args = FLOW_SIZES)]
fn h_check_flow(bencher: Bencher<'_, '_>, n: usize) {
    let world = Memory(synthetic::flow(n));
    bencher
        .counter(ItemsCount::new(n))
        .bench_local(|| check(&world, "flow.argot"));
}

#[divan::bench(args = FLOW_SIZES)]
fn i_plan_flow(bencher: Bencher<'_, '_>, n: usize) {
    let world = Memory(synthetic::flow(n));
    let checked = check(&world, "flow.argot");
    assert!(
        !checked.diagnostics.has_errors(),
        "the pipeline is without fault"
    );
    bencher
        .counter(ItemsCount::new(n))
        .bench_local(|| planned(&checked.program));
}

#[divan::bench(args = FLOW_SIZES)]
fn j_lower_flow(bencher: Bencher<'_, '_>, n: usize) {
    let world = Memory(synthetic::flow(n));
    let plan = planned(&check(&world, "flow.argot").program);
    bencher
        .counter(ItemsCount::new(n))
        .bench_local(|| lowered(&plan, false));
}

/// Parsing, formatting, and parsing the result to compare it.
#[divan::bench(args = SIZES)]
fn k_format(bencher: Bencher<'_, '_>, n: usize) {
    let text = synthetic::source(n).replace(" = ", "=");
    let source = Source::new(FileId(0), "synthetic.argot", text);
    bencher
        .counter(ItemsCount::new(n))
        .bench_local(|| format(&source).is_ok());
}
