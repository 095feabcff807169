//! Each stage of the compiler by itself, over synthetic pipelines of growing size.
//!
//! `cargo bench -p argot-targets --bench stages`, or with a part of a name to run some of them.

use argot_compiler::{Plan, Program, ReadError, World, check, plan};
use argot_syntax::{Diagnostics, FileId, Source, format, parse};
use argot_targets::{Manifest, argo};
use argot_testing::synthetic;
use divan::{Bencher, counter::ItemsCount};
use indexmap::IndexMap;

const ENTRY: &str = "main.argot";

const SIZES: &[usize] = &[10, 180, 1_000, 10_000, 100_000];

/// Sizes at which graphs are split, up to the largest that is promised.
const SPLIT_SIZES: &[usize] = &[1_000, 10_000, 20_000];

fn main() {
    divan::main();
}

/// Files in memory.
struct Memory(Vec<synthetic::File>);

impl Memory {
    fn one(text: String) -> Self {
        let path = ENTRY.to_owned();
        Self(vec![synthetic::File { path, text }])
    }
}

impl World for Memory {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let file = self.0.iter().find(|file| file.path == path);
        let file = file.ok_or(ReadError::NotFound)?;
        Ok(file.text.clone().into_bytes())
    }
}

fn checked(world: &Memory) -> Program {
    let checked = check(world, ENTRY);
    assert_eq!(
        checked.diagnostics.iter().count(),
        0,
        "the synthetic pipeline is without fault"
    );
    checked.program
}

fn program(n: usize) -> Program {
    checked(&Memory(synthetic::steps(n)))
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
    let files = synthetic::steps(n).into_iter();
    let sources: Vec<Source> = files
        .map(|file| Source::new(FileId(0), file.path, file.text))
        .collect();
    bencher.counter(ItemsCount::new(n)).bench_local(|| {
        for source in &sources {
            divan::black_box(parse(source, &mut Diagnostics::default()));
        }
    });
}

/// Reading, parsing and checking: checking has no entry of its own.
#[divan::bench(args = SIZES)]
fn b_parse_and_check(bencher: Bencher<'_, '_>, n: usize) {
    let world = Memory(synthetic::steps(n));
    bencher
        .counter(ItemsCount::new(n))
        .bench_local(|| check(&world, ENTRY));
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

/// From the files to the YAML, as the command line does it.
#[divan::bench(args = SIZES)]
fn f_whole(bencher: Bencher<'_, '_>, n: usize) {
    let world = Memory(synthetic::steps(n));
    bencher.counter(ItemsCount::new(n)).bench_local(|| {
        let manifests = lowered(&planned(&checked(&world)), true);
        argot_targets::print(&manifests, &mut Diagnostics::default())
    });
}

/// The synthetic graph is the hard case: no part of it can become a graph of its own without delay.
#[divan::bench(args = SPLIT_SIZES)]
fn g_split_and_lower(bencher: Bencher<'_, '_>, n: usize) {
    let plan = planned(&program(n));
    bencher
        .counter(ItemsCount::new(n))
        .bench_local(|| lowered(&plan, true));
}

/// The easy case: the tasks between a first and a last one are independent of each other.
#[divan::bench(args = SPLIT_SIZES)]
fn h_split_and_lower_fan(bencher: Bencher<'_, '_>, n: usize) {
    let plan = planned(&checked(&Memory::one(synthetic::fan(n))));
    bencher
        .counter(ItemsCount::new(n))
        .bench_local(|| lowered(&plan, true));
}

/// Sizes of pipelines made of blocks.
const FLOW_SIZES: &[usize] = &[100, 1_000, 10_000];

#[divan::bench(args = FLOW_SIZES)]
fn i_check_flow(bencher: Bencher<'_, '_>, n: usize) {
    let world = Memory::one(synthetic::flow(n));
    bencher
        .counter(ItemsCount::new(n))
        .bench_local(|| check(&world, ENTRY));
}

#[divan::bench(args = FLOW_SIZES)]
fn j_plan_flow(bencher: Bencher<'_, '_>, n: usize) {
    let checked = check(&Memory::one(synthetic::flow(n)), ENTRY);
    assert!(
        !checked.diagnostics.has_errors(),
        "the pipeline is without fault"
    );
    bencher
        .counter(ItemsCount::new(n))
        .bench_local(|| planned(&checked.program));
}

#[divan::bench(args = FLOW_SIZES)]
fn k_lower_flow(bencher: Bencher<'_, '_>, n: usize) {
    let plan = planned(&check(&Memory::one(synthetic::flow(n)), ENTRY).program);
    bencher
        .counter(ItemsCount::new(n))
        .bench_local(|| lowered(&plan, false));
}

/// Parsing, formatting, and parsing the result to compare it.
#[divan::bench(args = SIZES)]
fn l_format(bencher: Bencher<'_, '_>, n: usize) {
    let text = synthetic::source(n).replace(" = ", "=");
    let source = Source::new(FileId(0), "synthetic.argot", text);
    bencher
        .counter(ItemsCount::new(n))
        .bench_local(|| format(&source).is_ok());
}
