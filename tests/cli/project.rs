//! `argot.toml`: mistakes in it, each with its whole message.

use crate::support::{HELLO, Sandbox};

/// What is said about a project file.
fn said(text: &str) -> String {
    let sandbox = Sandbox::new()
        .file("argot.toml", text)
        .file("hello.argot", HELLO);
    sandbox.run("compile hello.argot").finds().stderr
}

macro_rules! mistakes {
    ($($name:ident $text:literal)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(said($text));
        }
    )*};
}

mistakes! {
    not_toml "[profile.prod\nnamespace = \"x\"\n"
    a_key_given_twice "[profile.prod]\nnamespace = \"a\"\nnamespace = \"b\"\n"
    an_unknown_table "[profiles.prod]\nnamespace = \"a\"\n"
    an_unknown_level "[lint]\nimage-without-tag = \"error\"\n"
    an_unknown_warning "[lint]\nunused-paramter = \"deny\"\n"
    a_warning_by_its_number "[lint]\nW0802 = \"deny\"\n"
    a_level_of_an_error "[lint]\ntype-mismatch = \"allow\"\n"
    a_level_that_is_a_truth_value "[lint]\nunused-parameter = true\n"
    an_unknown_key "[profile.prod]\nservice_acount = \"a\"\n"
    a_key_of_a_profile_in_the_project "[project]\nnamespace = \"a\"\n"
    a_profile_that_is_a_text "[profile]\nprod = \"gke\"\n"
    a_number_for_a_text "[profile.prod]\nkube_version = 1.30\n"
    a_text_for_a_list "[profile.prod]\nimage_pull_secrets = \"regcred\"\n"
    a_text_for_a_truth_value "[profile.prod]\nspot = \"yes\"\n"
    an_invalid_namespace "[profile.prod]\nnamespace = \"ml_prod\"\n"
    an_unknown_platform "[profile.prod]\nplatform = \"gek\"\n"
    an_unknown_target "[profile.prod]\ntarget = \"airflow\"\n"
    an_unknown_version "[profile.prod]\nargo_version = \"2.0\"\n"
    an_unknown_access_mode "[profile.prod]\nstorage_class = { ReadWrite = \"fast\" }\n"
    an_invalid_quantity "[profile.prod.resources]\ncpu = \"1 core\"\n"
    a_request_over_its_limit "[profile.prod.resources]\nmemory = \"2Gi..1Gi\"\n"
    an_amount_of_nothing "[profile.prod.workspace]\nsize = 0\n"
    an_invalid_label_key "[profile.prod.labels]\n\"a b\" = \"c\"\n"
    an_invalid_label_value "[profile.prod.labels]\nteam = \"a b\"\n"
    a_prefix_that_ends_in_a_slash "[profile.prod.registry]\n\"ghcr.io/\" = \"mirror.example\"\n"
    an_image_that_is_none "[profile.prod]\nreleaser_image = \"Kubectl\"\n"
    an_accelerator_without_a_resource "[profile.prod.accelerators.h100]\nnode_selector = { gpu = \"h100\" }\n"
    a_device_without_a_domain "[profile.prod.accelerators.h100]\nresource = \"gpu\"\n"
    a_toleration_of_nothing "[profile.prod.node_pools.big]\ntolerations = [{ effect = \"NoSchedule\" }]\n"
    a_toleration_with_a_value_too_many "[profile.prod.node_pools.big]\ntolerations = [{ key = \"a\", operator = \"Exists\", value = \"b\" }]\n"
    an_unknown_default_profile "[project]\ndefault_profile = \"prod\"\n[profile.production]\n"
    an_unknown_base "[profile.prod]\nextends = \"base\"\n"
    a_circle "[profile.a]\nextends = \"b\"\n[profile.b]\nextends = \"c\"\n[profile.c]\nextends = \"b\"\n"
    an_unknown_default_pool "[profile.prod]\nnode_pool = \"bgi\"\nnode_pools = { big = {} }\n"
    an_invalid_profile_name "[profile.\"a b\"]\n"
    a_date_for_a_parameter "[profile.prod]\nparams = { day = 2026-01-01 }\n"
    a_parameter_that_is_not_finite "[profile.prod]\nparams = { lr = inf }\n"
    an_invalid_parameter_name "[profile.prod]\nparams = { \"min-auc\" = 1 }\n"
}

#[test]
fn every_mistake_is_reported_at_once() {
    let text = "
[project]
nmae = \"prices\"
default_profile = \"x\"

[profile.prod]
namespace = \"A\"
platform = \"g\"
layout = 3
labels = { \"a b\" = \"c d\" }

[profile.test]
registry = { \"\" = \"\" }
resources = { cpu = true, memory = \"2Gi..1Gi\", gpu = 1 }
tolerations = []
";
    let sandbox = Sandbox::new()
        .file("argot.toml", text)
        .file("hello.argot", HELLO);
    let run = sandbox.run("check --format short").passes_not();
    insta::assert_snapshot!(run.stderr);
}

/// The rest of a command goes on: mistakes of a source are reported beside those of the project file.
#[test]
fn sources_are_checked_all_the_same() {
    Sandbox::new()
        .file("argot.toml", "[profile.prod]\nspto = true\n")
        .file("x.argot", crate::support::MISTAKE)
        .run("compile x.argot --format short")
        .finds()
        .stderr_has("argot.toml:2:1: error[unknown-setting]: ")
        .stderr_has("x.argot:5:17: error[type-mismatch]: ");
}

#[test]
fn the_file_is_shown_as_it_would_be_typed() {
    let sandbox = Sandbox::new()
        .file("argot.toml", "[profile.prod]\nspto = true\n")
        .file("jobs/daily/x.argot", HELLO);
    sandbox
        .run("compile jobs/daily/x.argot --format short")
        .finds()
        .stderr_has("argot.toml:2:1: error");
    let mut inside = sandbox.command();
    inside.current_dir(sandbox.path("jobs/daily"));
    let output = inside
        .args(["check", "x.argot", "--format", "short"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("../../argot.toml:2:1: error"), "{said}");
}

#[test]
fn programs_see_the_places() {
    let run = Sandbox::new()
        .file("argot.toml", "[profile.prod]\nspto = true\n")
        .file("x.argot", HELLO)
        .run("compile x.argot --format json")
        .finds();
    let output: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    let first = &output["diagnostics"][0];
    assert_eq!(first["code"], "E0902");
    assert_eq!(first["labels"][0]["file"], "argot.toml");
    assert_eq!(first["labels"][0]["start"]["line"], 2);
    assert_eq!(first["fix"]["edits"][0]["text"], "spot");
}

/// Files of two projects on one command line are compiled as each of them says.
#[test]
fn each_file_has_its_own_project() {
    let project = |name: &str| {
        format!("[project]\ndefault_profile = \"x\"\n[profile.x]\nnamespace = \"{name}\"\n")
    };
    let run = Sandbox::new()
        .file("a/argot.toml", project("first"))
        .file("b/argot.toml", project("second"))
        .file("a/x.argot", HELLO)
        .file("b/x.argot", HELLO.replace("hello", "hi"))
        .run("compile a/x.argot b/x.argot")
        .clean();
    run.stdout_has("namespace: first")
        .stdout_has("namespace: second");
}

#[test]
fn an_unreadable_file_is_an_error() {
    let sandbox = Sandbox::new()
        .file("argot.toml", b"\xff\xfe")
        .file("x.argot", HELLO);
    sandbox
        .run("compile x.argot --format short")
        .finds()
        .stderr_is(
            "error[invalid-project-file]: `argot.toml` cannot be read: it is not UTF-8 text\n",
        );
}
