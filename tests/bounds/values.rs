//! Values that functions make out of little: each one is counted, not only each copy of it.

use argot_syntax::Code;

use super::{MAIN, SHOW, compiles, lines, refused};

const MESSAGE: &str = "written out, the values of the program take more than";

/// Without the count, these take 6 GiB.
#[test]
fn ranges_that_are_written_again_and_again_are_refused() {
    let constants = lines(0, 1_000, |n| format!("const R{n} = range(100000)"));
    refused(format!("{SHOW}{constants}{MAIN}"), Code::TooLarge, MESSAGE);
    let loops = lines(0, 1_000, |_| {
        "    for q in range(100000) { show(text = \"${q}\") }".to_owned()
    });
    let program = format!("{SHOW}pipeline main() {{\n{loops}}}\n");
    refused(program, Code::TooLarge, MESSAGE);
}

/// What is only handed on counts once.
#[test]
fn functions_of_functions_count_once() {
    let constants = lines(0, 8, |n| {
        format!("const R{n} = sort(unique(sort(unique(sort(range(50000))))))")
    });
    compiles(format!("{SHOW}{constants}{MAIN}"));
}
