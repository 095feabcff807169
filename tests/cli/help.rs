//! `--help`, `--version` and wrong usage.

use crate::support::Sandbox;

macro_rules! helps {
    ($($name:ident $arguments:literal)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(Sandbox::new().run($arguments).clean().stdout);
        }
    )*};
}

helps! {
    help "--help"
    help_compile "compile --help"
    help_check "check --help"
    help_dump "dump --help"
    help_fmt "fmt --help"
    help_config "config --help"
    help_profiles "profiles --help"
    help_explain "explain --help"
    help_completions "completions --help"
}

#[test]
fn the_version() {
    Sandbox::new().run("--version").clean().stdout_is(concat!(
        "argot ",
        env!("CARGO_PKG_VERSION"),
        "\n"
    ));
}

#[test]
fn without_a_command_the_help_is_shown() {
    Sandbox::new()
        .run("")
        .fails()
        .stderr_has("Usage: argot [OPTIONS] <COMMAND>");
}

#[test]
fn wrong_usage_is_explained() {
    let sandbox = Sandbox::new();
    sandbox
        .run("chek x.argot")
        .fails()
        .stderr_has("a similar subcommand exists: 'check'");
    sandbox.run("compile").fails().stderr_has("<FILE>...");
    sandbox
        .run("compile x.argot --ouput y")
        .fails()
        .stderr_has("'--output'");
    sandbox
        .run("compile x.argot --format xml")
        .fails()
        .stderr_has("human, short, json");
}
