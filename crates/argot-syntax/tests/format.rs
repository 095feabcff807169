//! The style, construct by construct: what is written, and what it becomes.
#![allow(clippy::panic, reason = "a test may fail so")]

use argot_syntax::{FileId, Source, Unformatted, format};

fn formatted(text: &str) -> String {
    match format(&Source::new(FileId(0), "test.argot", text)) {
        Ok(text) => text,
        Err(Unformatted::Syntax(found)) => panic!("{found:#?}"),
        Err(Unformatted::Changed) => panic!("changed: {text}"),
    }
}

/// One text becomes another, which stays as it is.
#[track_caller]
fn becomes(text: &str, expected: &str) {
    let expected = expected.strip_prefix('\n').unwrap_or(expected);
    assert_eq!(formatted(text), expected);
    assert_eq!(formatted(expected), expected);
}

#[test]
fn spaces_are_one_and_blank_lines_at_most_one() {
    becomes(
        "\n\n  const A=[ 1,- 2 ,-3]\nconst B= { a=1 }\n\n\n\ntype T={a:int?,b:list[ string ]=[]}",
        "
const A = [1, - 2, -3]
const B = { a = 1 }

type T = { a: int?, b: list[string] = [] }
",
    );
    becomes("", "");
    becomes("\n \n", "");
}

#[test]
fn operators() {
    becomes(
        "const A = not  C.d [0]==f( x )  or ((D)) and -B - - 3 in 0 .. 4*( 1+2 )-1",
        "const A = not C.d[0] == f(x) or ((D)) and -B - - 3 in 0..4 * (1 + 2) - 1\n",
    );
}

#[test]
fn long_operators_begin_lines() {
    becomes(
        r#"const A = first_condition_of_all or second_condition_of_all and third_condition or fourth_condition_of_all"#,
        "
const A = first_condition_of_all
    or second_condition_of_all and third_condition
    or fourth_condition_of_all
",
    );
}

#[test]
fn a_list_takes_several_lines_if_the_author_says_so() {
    becomes(
        "const A = [\n1,2,\n\n3]\nconst B = [1,\n2]\nconst C = f(\na = 1,\nlonger = 2)\n",
        "
const A = [
    1, 2,

    3,
]
const B = [1, 2]
const C = f(
    a = 1,
    longer = 2,
)
",
    );
}

#[test]
fn what_is_too_long_has_a_line_for_each_element() {
    let one = "a".repeat(50);
    becomes(
        &format!("const A = [{one}, {one}]\nconst B = [\n{one}, {one}]"),
        &format!(
            "const A = [\n    {one},\n    {one},\n]\nconst B = [\n    {one},\n    {one},\n]\n"
        ),
    );
}

#[test]
fn brackets_in_brackets_are_put_together() {
    becomes(
        "const A = f([\n1,\n2\n])\nconst B = [{\na = 1 }]\n",
        "
const A = f([
    1,
    2,
])
const B = [{
    a = 1,
}]
",
    );
}

#[test]
fn equals_signs_are_aligned_if_one_is() {
    becomes(
        "component c() {\nimage  = X\ncommand = [Y]\n\nimage = X\ncommand = [Y]\n}",
        "
component c() {
    image   = X
    command = [Y]

    image = X
    command = [Y]
}
",
    );
}

#[test]
fn blocks_are_aligned_if_the_author_has_aligned_them() {
    becomes(
        "component c() {\nimage   = X\nresources { cpu = 1 }\nretry   { limit = 1 }\ntimeout = 1h\n}",
        "
component c() {
    image   = X
    resources { cpu = 1 }
    retry   { limit = 1 }
    timeout = 1h
}
",
    );
}

#[test]
fn a_value_of_several_lines_ends_a_group() {
    becomes(
        "const C = {\na     = 1\nbb    = {\nx = 1 }\nccccc = 2\n}",
        "
const C = {
    a  = 1,
    bb = {
        x = 1,
    },
    ccccc = 2,
}
",
    );
}

#[test]
fn lines_that_would_be_too_long_are_not_aligned() {
    let long = format!("x({})", "a".repeat(85));
    becomes(
        &format!("pipeline p() {{\nlet a  = {long}\nlet bbbbbbbbbb = 1\n}}"),
        &format!("pipeline p() {{\n    let a = {long}\n    let bbbbbbbbbb = 1\n}}\n"),
    );
}

#[test]
fn signatures() {
    let input = "a_parameter: string, another_one: string, a_third_one: int";
    becomes(
        &format!(
            "component c(a: int)->int{{image=X}}\ncomponent d(\na:int)->(b:int) {{}}\ncomponent e(\na: int\n) {{}}\ncomponent f({input}) -> (first: int, second: int) {{}}\ncomponent g({input}, and_the_fourth_one: list[string]) -> int {{}}"
        ),
        "
component c(a: int) -> int { image = X }

component d(
    a: int,
) -> (b: int)
{}

component e(
    a: int,
) {}

component f(a_parameter: string, another_one: string, a_third_one: int)
    -> (first: int, second: int)
{}

component g(
    a_parameter: string,
    another_one: string,
    a_third_one: int,
    and_the_fourth_one: list[string],
) -> int
{}
",
    );
}

#[test]
fn parameters_with_documentation_and_columns() {
    becomes(
        "component c(\n## One.\na:   int=1,\n##Two.\nlonger: string,\n) {}",
        "
component c(
    ## One.
    a:      int = 1,
    ##Two.
    longer: string,
) {}
",
    );
}

#[test]
fn statements() {
    becomes(
        "pipeline p() { f() g() }\npipeline q() {f()with{timeout=1h,retry{limit=1}}after a,b}
pipeline r() {
on exit{f()} if a{f()}else{g()}
if a {f()} else if b {
g()} else {h()}
let x = for i in 0 .. 3 parallel 2 {yield {i=i}}
repeat max 3{f()}until x
volume v=claim( size=1Gi )
return {x}
}"
        .replace("return {x}", "return {x=x}")
        .as_str(),
        "
pipeline p() {
    f()
    g()
}

pipeline q() { f() with { timeout = 1h, retry { limit = 1 } } after a, b }

pipeline r() {
    on exit { f() }
    if a { f() } else { g() }
    if a {
        f()
    } else if b {
        g()
    } else {
        h()
    }
    let x = for i in 0..3 parallel 2 { yield { i = i } }
    repeat max 3 { f() } until x
    volume v = claim(size = 1Gi)
    return { x = x }
}
",
    );
}

#[test]
fn the_last_block_of_a_long_call_takes_the_lines() {
    becomes(
        r#"pipeline p() { let a = fit(data = x) with { labels = { team = "a team with a long name" }, timeout = 12h, queue = "q" } after b }"#,
        r#"
pipeline p() {
    let a = fit(data = x) with {
        labels = { team = "a team with a long name" }
        timeout = 12h
        queue = "q"
    } after b
}
"#,
    );
}

#[test]
fn imports() {
    becomes(
        "import  \"./a.argot\"  as a\nfrom \"./b.argot\" import b,c  as d,\nfrom \"./a_file_with_a_long_name.argot\" import first_component, second_component, third_component as third",
        "
import \"./a.argot\" as a
from \"./b.argot\" import b, c as d
from \"./a_file_with_a_long_name.argot\" import
    first_component,
    second_component,
    third_component as third,
",
    );
}

#[test]
fn comments_stay_where_they_are() {
    becomes(
        "#first\n\n\n# second\ncomponent c() { # open\n# own\nimage=X# after\n\n\n# last\n\n}\nconst A = [ # a\n1 # b\n, 2\n# c\n]\nconst B = # d\n1\nconst C = [\n# only\n]\n# end",
        "
#first

# second
component c() {  # open
    # own
    image = X  # after

    # last
}

const A = [  # a
    1,  # b
    2,
    # c
]
const B =  # d
    1
const C = [
    # only
]
# end
",
    );
}

#[test]
fn comments_that_are_aligned_stay_so() {
    becomes(
        "const A = 1      # a\nconst BCD = 2    # b\nconst E = 3 # c\n",
        "
const A = 1    # a
const BCD = 2  # b
const E = 3  # c
",
    );
}

#[test]
fn block_strings_move_with_their_code() {
    becomes(
        "component c() {\n  script = \"\"\"\n      one\n\n        two ${x}\n          \"\"\"\n}\nconst A = r\"\"\"\nx\"\"\"\n",
        "
component c() {
    script = \"\"\"
        one

          two ${x}
    \"\"\"
}

const A = r\"\"\"
    x\"\"\"
",
    );
}

#[test]
fn line_ends_follow_the_first() {
    becomes("const A=1\r\nconst B=2\n", "const A = 1\r\nconst B = 2\r\n");
    becomes("const A=1\nconst B=2\r\n", "const A = 1\nconst B = 2\n");
    assert_eq!(formatted("\u{feff}const A=1"), "const A = 1\n");
}

#[test]
fn errors_are_returned() {
    let source = Source::new(FileId(0), "test.argot", "const A =");
    assert!(matches!(format(&source), Err(Unformatted::Syntax(_))));
}
