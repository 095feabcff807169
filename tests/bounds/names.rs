//! Large files in which everything is compared with everything else, or everything is wrong.

use argot_syntax::Code;

use super::{MAIN, SHOW, compiles, is_error, lines, said};

const MANY: usize = 20_000;

#[test]
fn elements_are_told_apart_by_what_they_are() {
    for value in [
        "unique(range(100000))",
        "unique(split(replace(json(range(90000)), \",\", \".,\"), \",\"))",
        "unique(range(4611686018427387904, 4611686018427407904))",
    ] {
        compiles(format!(
            "{SHOW}const U = {value}\npipeline main() {{ show(text = \"${{len(U)}}\") }}\n"
        ));
    }
}

#[test]
fn wide_records_enumerations_and_signatures_are_read() {
    let many = |one: &dyn Fn(usize) -> String, between: &str| -> String {
        let all: Vec<String> = (0..MANY).map(one).collect();
        all.join(between)
    };
    let record = many(&|n| format!("f{n} = 1"), ", ");
    compiles(format!("{SHOW}const R = {{ {record} }}\n{MAIN}"));
    let members = (0..9_000)
        .map(|n| format!("\"m{n}\""))
        .collect::<Vec<_>>()
        .join(" | ");
    compiles(format!("{SHOW}type E = {members}\n{MAIN}"));
    let fields = (0..9_000)
        .map(|n| format!("m{n}: int"))
        .collect::<Vec<_>>()
        .join(", ");
    compiles(format!("{SHOW}type T = {{ {fields} }}\n{MAIN}"));
}

/// Each unknown name is compared with all that are known, for the first twenty of a file.
#[test]
fn the_first_twenty_unknown_names_get_a_suggestion() {
    for (program, code) in [
        (
            lines(0, 1_000, |n| format!("const known{n} = knwon{n} + 1")),
            Code::UnknownName,
        ),
        (
            lines(0, 1_000, |n| format!("type Known{n} = Knwon{n}")),
            Code::UnknownType,
        ),
        (
            lines(0, 1_000, |n| format!("const known{n} = knwon{n}(1)")),
            Code::UnknownFunction,
        ),
    ] {
        let found = said(format!("{SHOW}{program}{MAIN}"));
        let unknown: Vec<_> = found.iter().filter(|found| found.code == code).collect();
        assert_eq!(unknown.len(), 1_000);
        let helped = unknown.iter().filter(|found| !found.help.is_empty());
        assert_eq!(helped.count(), 20);
    }
}

/// A message names some of what is expected, not all of it.
#[test]
fn messages_are_short_however_much_there_is_to_say() {
    let fields = (0..3_000)
        .map(|n| format!("f{n}: int"))
        .collect::<Vec<_>>()
        .join(", ");
    let members = (0..3_000)
        .map(|n| format!("\"m{n}\""))
        .collect::<Vec<_>>()
        .join(" | ");
    let component = |ty: &str| {
        format!("type T = {ty}\ncomponent c(x: T) {{ image = \"a:1\", command = [\"x\", x] }}\n")
    };
    for (ty, value) in [
        (format!("{{ {fields} }}"), "1".to_owned()),
        (members, "\"other\"".to_owned()),
        ("int".to_owned(), format!("\"{}\"", "x".repeat(100_000))),
    ] {
        let calls = lines(0, 100, |_| format!("    c(x = {value})"));
        let found = said(format!("{}pipeline main() {{\n{calls}}}\n", component(&ty)));
        assert_eq!(found.iter().filter(|found| is_error(found)).count(), 100);
        let longest = found.iter().map(|found| format!("{found:?}").len()).max();
        assert!(longest < Some(4_000), "{longest:?}");
    }
}
