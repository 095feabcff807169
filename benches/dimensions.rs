//! The whole program over each thing that a file may have much of: so many, twice and four times as many. Items a second
//! that fall from row to row show what is not linear.
//!
//! `cargo bench -p argot-cli --bench dimensions`, or with a part of a name to run some of them.

#![allow(clippy::expect_used, reason = "a bench that cannot run ends")]

use std::process::{Command, Stdio};

use argot_testing::synthetic::{DIMENSIONS, Dimension};
use divan::{Bencher, counter::ItemsCount};

fn main() {
    divan::main();
}

/// A dimension and a size.
struct Case(&'static Dimension, usize);

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(dimension, size) = self;
        write!(f, "{} {size:>5}", dimension.name)
    }
}

fn cases() -> impl Iterator<Item = Case> {
    let sizes = |dimension: &'static Dimension| dimension.sizes().map(|n| Case(dimension, n));
    DIMENSIONS.iter().flat_map(sizes)
}

#[divan::bench(args = cases())]
fn whole(bencher: Bencher<'_, '_>, Case(dimension, n): &Case) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for file in (dimension.files)(*n) {
        let path = folder.path().join(file.path);
        std::fs::write(path, file.text).expect("a file can be written");
    }
    let run = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_argot"));
        command.args(dimension.args).current_dir(folder.path());
        let output = command.stdin(Stdio::null()).output();
        output.expect("the program starts").status.success()
    };
    assert_eq!(run(), !dimension.fails, "{}", dimension.name);
    bencher.counter(ItemsCount::new(*n)).bench_local(run);
}
