//! Profiles: each setting, and what it changes in what comes out.

use argot_targets::targets::TARGETS;
use serde_json::{Value, json};

use crate::support::{HELLO, Run, Sandbox};

/// A pipeline with a little of everything that a profile speaks of.
const TRAIN: &str = r#"
component fetch() -> (table: Dataset) {
    image   = "ghcr.io/acme/etl:2.0.1"
    command = ["etl", "--out", table.path]
}

component fit(table: Dataset, lr: float, cache: volume) {
    image   = "ghcr.io/acme/trainer:1.4.2"
    command = ["python", "-m", "trainer"]
    args    = [table.path, lr]
    mounts  = { "/cache" = cache, "/scratch" = ephemeral(5Gi) }
    resources { cpu = 4, memory = 8Gi, gpu = 1, gpu_model = "h100" }
}

pipeline train(lr: float = 0.5) {
    volume cache = claim(10Gi, access = "ReadWriteMany")
    let data = fetch()
    fit(table = data, lr, cache)
}
"#;

/// What comes out of the pipeline under a profile with these settings.
fn under(settings: &str) -> Run {
    project(settings)
        .run("compile train.argot --profile prod")
        .clean()
}

fn project(settings: &str) -> Sandbox {
    Sandbox::new()
        .file("argot.toml", format!("[profile.prod]\n{settings}\n"))
        .file("train.argot", TRAIN)
}

/// The lines that are in what comes out under a profile, and not without one.
fn added(settings: &str) -> String {
    let plain = Sandbox::new()
        .file("train.argot", TRAIN)
        .run("compile train.argot")
        .clean()
        .stdout;
    let mut before: Vec<&str> = plain.lines().collect();
    let with = under(settings).stdout;
    let mut out = String::new();
    for line in with.lines() {
        match before.iter().position(|other| *other == line) {
            Some(at) => drop(before.remove(at)),
            // The name ends in a hash of what the object holds.
            None if line.starts_with("  name: train-") => {}
            None => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

#[test]
fn amounts_without_their_unit_are_warned_of() {
    for (settings, said) in [
        ("resources = { memory = 16 }", "`16` is 16 bytes of memory"),
        ("resources = { cpu = \"500..1000\" }", "`500` is 500 cores"),
        ("workspace = { size = 10 }", "`10` is 10 bytes of storage"),
    ] {
        let run = project(settings).run("compile train.argot --profile prod");
        assert!(
            run.stderr.contains("missing-unit"),
            "{settings}: {}",
            run.stderr
        );
        assert!(run.stderr.contains(said), "{settings}: {}", run.stderr);
    }
}

macro_rules! settings {
    ($($name:ident $text:literal)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(added($text));
        }
    )*};
}

settings! {
    namespace "namespace = \"ml-prod\""
    service_account "service_account = \"robot\""
    registry "registry = { \"ghcr.io/acme\" = \"mirror.example/ml\", \"ghcr.io\" = \"mirror.example/ghcr\" }"
    storage_class "storage_class = { ReadWriteMany = \"filestore\", ReadWriteOnce = \"premium-rwo\" }"
    image_pull_secrets "image_pull_secrets = [\"regcred\"]"
    resources "resources = { cpu = \"500m..2\", memory = \"4Gi\", ephemeral = 1e9 }"
    labels "labels = { team = \"ml\", \"acme.com/cost-center\" = \"42\" }"
    annotations "annotations = { \"acme.com/contact\" = \"ml@acme.example\" }"
    queue "queue = \"shared\""
    node_pool "node_pool = \"big\"\n[profile.prod.node_pools.big]\nnode_selector = { pool = \"big\" }\ntolerations = [{ key = \"big\", operator = \"Exists\", effect = \"NoExecute\", seconds = 60 }]"
    platform "platform = \"gke\""
    accelerators "[profile.prod.accelerators.h100]\nresource = \"acme.com/gpu\"\nnode_selector = { gpu = \"h100\" }\ntolerations = [{ key = \"gpu\", operator = \"Equal\", value = \"h100\", effect = \"NoSchedule\" }]"
    spot "platform = \"gke\"\nspot = true"
    params "params = { lr = 0.125 }"
}

#[test]
fn versions_come_from_the_profile_and_flags_win() {
    // Only versions from 3.7 on know a mutex by an expression; what matters is which one is asked for.
    let sandbox = project("argo_version = \"3.6\"\nkube_version = \"1.35\"\nlayout = \"jobs\"");
    let shows = |flags: &str, version: &str, origin: &str| {
        let run = sandbox.run(&format!("config --profile prod {flags} --format json"));
        let settings = run.clean().stdout;
        let settings: Value = serde_json::from_str(&settings).unwrap();
        let settings = settings["settings"].as_array().unwrap().clone();
        let found = settings
            .iter()
            .find(|setting| setting["value"] == version)
            .unwrap_or_else(|| panic!("{settings:#?}"));
        assert_eq!(found["from"]["kind"], origin, "{found:#?}");
    };
    shows("", "3.6", "file");
    shows("--argo-version 3.7", "3.7", "flag");
    shows("--target kubernetes", "1.35", "file");
    shows("--target kubernetes --kube-version 1.30", "1.30", "flag");
    shows("--target kubernetes", "jobs", "file");
    shows("--target kubernetes --layout pod", "pod", "flag");
}

#[test]
fn the_default_profile_is_taken_where_none_is_named() {
    let sandbox = Sandbox::new()
        .file(
            "argot.toml",
            "[project]\ndefault_profile = \"test\"\n\
             [profile.test]\nnamespace = \"ml-test\"\n\
             [profile.prod]\nnamespace = \"ml-prod\"\n",
        )
        .file("x.argot", HELLO);
    let test = sandbox.run("compile x.argot").clean();
    let prod = sandbox.run("compile x.argot --profile prod").clean();
    test.stdout_has("namespace: ml-test");
    prod.stdout_has("namespace: ml-prod");
}

#[test]
fn without_a_profile_nothing_is_taken() {
    let sandbox = Sandbox::new().file("x.argot", HELLO);
    let plain = sandbox.run("compile x.argot").clean().stdout;
    sandbox
        .file("argot.toml", "[profile.prod]\nnamespace = \"ml-prod\"\n")
        .run("compile x.argot")
        .clean()
        .stdout_is(&plain);
}

#[test]
fn flags_win_over_the_profile() {
    let sandbox =
        project("namespace = \"ml-prod\"\nparams = { lr = 0.125 }").file("p.yaml", "lr: 0.25\n");
    let compile = |flags: &str| {
        sandbox
            .run(&format!("compile train.argot --profile prod {flags}"))
            .clean()
    };
    compile("")
        .stdout_has("namespace: ml-prod")
        .stdout_has("value: \"0.125\"");
    compile("--namespace other").stdout_has("namespace: other");
    compile("--params p.yaml").stdout_has("value: \"0.25\"");
    compile("--params p.yaml -p lr=0.75").stdout_has("value: \"0.75\"");
}

#[test]
fn a_cluster_template_takes_no_namespace_from_the_profile() {
    project("namespace = \"ml-prod\"")
        .run("compile train.argot --profile prod --as cluster-workflow-template")
        .passes()
        .stdout_lacks("namespace");
}

#[test]
fn a_profile_takes_what_it_does_not_say_from_another() {
    let sandbox = Sandbox::new()
        .file(
            "argot.toml",
            "[profile.base]\nservice_account = \"robot\"\nlabels = { team = \"ml\", tier = \"base\" }\n\
             resources = { cpu = 1, memory = \"1Gi\" }\n\
             [profile.mid]\nextends = \"base\"\nresources = { memory = \"2Gi\" }\n\
             [profile.prod]\nextends = \"mid\"\nlabels = { tier = \"prod\" }\n",
        )
        .file("x.argot", HELLO);
    sandbox
        .run("compile x.argot --profile prod")
        .clean()
        .stdout_has("serviceAccountName: robot")
        .stdout_has("team: ml")
        .stdout_has("tier: prod")
        .stdout_lacks("tier: base")
        .stdout_has("cpu: \"1\"")
        .stdout_has("memory: 2Gi");
    // The place is where it is written.
    sandbox
        .run("config --profile prod")
        .clean()
        .stdout_has("argot.toml:2\n")
        .stdout_has("argot.toml:7\n")
        .stdout_has("argot.toml:10\n");
}

#[test]
fn parameters_go_to_the_pipelines_that_have_them() {
    let sandbox = Sandbox::new()
        .file(
            "argot.toml",
            "[profile.prod.params]\nwho = \"all\"\nlr = 0.125\n",
        )
        .file("train.argot", TRAIN)
        .file("x.argot", HELLO);
    sandbox
        .run("compile train.argot x.argot --profile prod")
        .clean()
        .stdout_has("value: \"all\"")
        .stdout_has("value: \"0.125\"");
}

#[test]
fn a_parameter_of_another_type_says_where_it_is_set() {
    for command in ["compile train.argot", "check train.argot"] {
        let run = project("params = { lr = \"fast\" }").run(&format!("{command} --profile prod"));
        run.finds()
            .stderr_has("error[E0602 invalid-parameter]: the value given for `lr` is not valid")
            .stderr_has(" --> argot.toml:2:17\n")
            .stderr_has("-- this parameter is float\n");
    }
}

#[test]
fn parameters_that_no_pipeline_has_are_found_in_a_whole_project() {
    let sandbox = project("params = { lr = 0.1, lrr = 0.2 }");
    sandbox
        .run("check --format short")
        .passes()
        .stderr_has("argot.toml:2:28: warning[unused-setting]: the profile `prod` sets `lrr`");
    // One file does not tell.
    sandbox
        .run("check train.argot")
        .passes()
        .stderr_is("checked 1 file: no errors\n");
    sandbox.run("compile train.argot --profile prod").clean();
}

/// An error about what a profile has added points to the project file.
#[test]
fn what_a_profile_adds_is_blamed_on_it() {
    project("annotations = { note = \"{{workflow.name}}\" }")
        .run("compile train.argot --profile prod --format short")
        .finds()
        .stderr_has("argot.toml:2:24: error[substituted-text]: ");
}

#[test]
fn flags_of_another_target_are_wrong_usage() {
    let sandbox = project("target = \"kubernetes\"\nargo_version = \"3.6\"");
    for (flags, message) in [
        (
            "--layout pod",
            "error: `--layout` is a flag of the target `kubernetes`, and the target is `argo`\n",
        ),
        (
            "--kube-version 1.33",
            "error: `--kube-version` is a flag of the target `kubernetes`, and the target is `argo`\n",
        ),
        (
            "--target kubernetes --as workflow",
            "error: `--as` is a flag of the target `argo`, and the target is `kubernetes`\n",
        ),
        (
            "--target kubernetes --generate-name",
            "error: `--generate-name` is a flag of the target `argo`, and the target is `kubernetes`\n",
        ),
        (
            "--profile prod --no-split",
            "error: `--no-split` is a flag of the target `argo`, and the target is `kubernetes` by argot.toml:2\n",
        ),
        (
            "--profile prod --argo-version 3.7",
            "error: `--argo-version` is a flag of the target `argo`, and the target is `kubernetes` by argot.toml:2\n",
        ),
    ] {
        sandbox
            .run(&format!("compile train.argot {flags}"))
            .fails()
            .stderr_is(message);
    }
    // What a profile says of the other target is for when that is chosen.
    sandbox
        .run("compile train.argot --profile prod --target argo")
        .clean()
        .stdout_has("kind: Workflow");
}

#[test]
fn an_unknown_profile_is_an_error() {
    let sandbox = project("namespace = \"x\"");
    let run = sandbox.run("compile train.argot --profile prd").finds();
    insta::assert_snapshot!(run.stderr);
    sandbox.run("check --profile prd").passes_not();
    sandbox
        .run("dump train.argot --stage plan --profile prd")
        .finds();
    sandbox.run("config --profile prd").finds();
}

#[test]
fn a_profile_without_a_project_file_is_an_error() {
    let run = Sandbox::new()
        .file("x.argot", HELLO)
        .run("compile x.argot --profile prod")
        .finds();
    insta::assert_snapshot!(run.stderr);
}

const POOL: &str = r#"
component show() { image = "busybox:1.37.0", command = ["true"], node_pool = "big" }

pipeline hello() {
    show()
}
"#;

#[test]
fn pools_are_known_by_the_profile() {
    let sandbox = Sandbox::new()
        .file(
            "argot.toml",
            "[profile.a.node_pools.big]\nnode_selector = { pool = \"a\" }\n[profile.b]\n",
        )
        .file("x.argot", POOL);
    sandbox
        .run("compile x.argot --profile a")
        .clean()
        .stdout_has("pool: a");
    sandbox
        .run("compile x.argot --profile b")
        .finds()
        .stderr_has("error[E0405 invalid-value]: there is no node pool `big`")
        .stderr_has("= help: add `[profile.b.node_pools.big]` to `argot.toml`");
    sandbox
        .run("compile x.argot")
        .finds()
        .stderr_has("= help: choose one with `--profile NAME`");
    // Without a profile, `check` takes the pools of all of them.
    sandbox.run("check").passes();
    sandbox.run("check --profile b").passes_not();
    let none = Sandbox::new().file("x.argot", POOL);
    none.run("check").passes_not();
}

#[test]
fn a_plan_is_dumped_with_what_the_profile_says() {
    let run = project("queue = \"shared\"").run("dump train.argot --stage plan --profile prod");
    run.clean().stdout_has("\"shared\"");
}

#[test]
fn profiles_are_listed() {
    let sandbox = Sandbox::new().file(
        "argot.toml",
        "[project]\ndefault_profile = \"test\"\n\
         [profile.test]\n\
         [profile.prod]\nextends = \"test\"\ntarget = \"kubernetes\"\nplatform = \"gke\"\nnamespace = \"ml\"\n",
    );
    sandbox.run("profiles").clean().stdout_is(
        "PROFILE  TARGET      PLATFORM  NAMESPACE\n\
         test     argo        gfd       -          default\n\
         prod     kubernetes  gke       ml\n",
    );
    let run = sandbox.run("profiles --format json").clean();
    let output: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(output["file"], "argot.toml");
    assert_eq!(
        output["profiles"][1],
        json!({
            "name": "prod", "target": "kubernetes", "platform": "gke", "namespace": "ml",
            "default": false,
        })
    );
}

#[test]
fn where_there_are_no_profiles_the_way_to_one_is_said() {
    Sandbox::new()
        .run("profiles")
        .passes()
        .stdout_is("")
        .stderr_is("there is no `argot.toml` here or in a parent folder; add one with a table `[profile.NAME]`\n");
    Sandbox::new()
        .file("argot.toml", "")
        .run("profiles")
        .passes()
        .stdout_is("")
        .stderr_is("`argot.toml` has no profiles; add one as a table `[profile.NAME]`\n");
    Sandbox::new()
        .run("profiles nowhere")
        .fails()
        .stderr_is("error: cannot read `nowhere`: no such file or directory\n");
}

#[test]
fn the_settings_that_count_are_shown() {
    let sandbox = Sandbox::new()
        .file(
            "argot.toml",
            "[project]\ndefault_profile = \"prod\"\n\n\
             [profile.prod]\nplatform = \"gke\"\nlabels = { \"acme.com/team\" = \"ml\" }\nlayout = \"jobs\"\n",
        )
        .file("jobs/x.argot", HELLO);
    sandbox
        .run("config -n test jobs/x.argot")
        .clean()
        .stdout_is(
            "profile                 \"prod\"  argot.toml:2\n\
         target                  \"argo\"  default\n\
         argo_version            \"4.1\"   default\n\
         platform                \"gke\"   argot.toml:5\n\
         labels.\"acme.com/team\"  \"ml\"    argot.toml:6\n\
         namespace               \"test\"  --namespace\n",
        );
    let run = sandbox
        .run("config --target kubernetes --format json")
        .clean();
    let output: Value = serde_json::from_str(&run.stdout).unwrap();
    let setting = |path: &str| {
        let settings = output["settings"].as_array().unwrap();
        settings
            .iter()
            .find(|setting| setting["setting"] == path)
            .cloned()
    };
    assert_eq!(output["file"], "argot.toml");
    assert_eq!(
        setting("target").unwrap(),
        json!({ "setting": "target", "value": "kubernetes", "from": { "kind": "flag", "flag": "--target" } })
    );
    assert_eq!(
        setting("layout").unwrap(),
        json!({
            "setting": "layout", "value": "jobs",
            "from": { "kind": "file", "file": "argot.toml", "line": 7 },
        })
    );
    assert_eq!(
        setting("kube_version").unwrap()["from"],
        json!({ "kind": "default" })
    );
    assert_eq!(setting("argo_version"), None);
}

#[test]
fn a_broken_file_has_no_settings() {
    let sandbox = Sandbox::new().file("argot.toml", "[profile.prod]\nspto = true\n");
    for command in ["config", "profiles"] {
        sandbox
            .run(command)
            .finds()
            .stderr_has("E0902 unknown-setting");
        let run = sandbox.run(&format!("{command} --format json")).finds();
        let output: Value = serde_json::from_str(&run.stderr).unwrap();
        assert_eq!(output["diagnostics"][0]["name"], "unknown-setting");
    }
}

#[test]
fn an_artifact_is_given_by_its_address() {
    let source = r#"
component show(table: Dataset) { image = "busybox:1.37.0", command = ["cat", table.path] }

pipeline hello(table: Dataset) {
    show(table)
}
"#;
    Sandbox::new()
        .file(
            "argot.toml",
            "[profile.prod.params]\ntable = \"s3://acme/prices.csv\"\n",
        )
        .file("x.argot", source)
        .run("compile x.argot --profile prod")
        .clean()
        .stdout_has("key: prices.csv");
}

/// A pipeline that plain Kubernetes runs as Jobs that pass a file.
const PASS: &str = r#"
component fetch() -> (table: Dataset) {
    image   = "ghcr.io/acme/etl:2.0.1"
    command = ["etl", "--out", table.path]
}

component fit(image: string, table: Dataset, lr: float) {
    image   = image
    command = ["fit"]
    args    = [table.path, lr]
}

pipeline pass(lr: float = 0.5) {
    let data = fetch()
    fit(image = "ghcr.io/acme/trainer:1.4.2", table = data, lr)
}
"#;

/// What comes out of it for plain Kubernetes, as Jobs.
fn as_jobs(settings: &str) -> Run {
    let settings = format!("target = \"kubernetes\"\nlayout = \"jobs\"\n{settings}");
    project(&settings)
        .file("pass.argot", PASS)
        .run("compile pass.argot --profile prod")
        .clean()
}

fn count(run: &Run, text: &str) -> usize {
    run.stdout
        .lines()
        .filter(|line| line.trim() == text)
        .count()
}

#[test]
fn a_profile_can_ask_for_plain_kubernetes() {
    let run = as_jobs("namespace = \"ml-prod\"");
    let objects = run.stdout.split("---\n").count();
    assert_eq!(
        count(&run, "namespace: ml-prod"),
        objects + 1,
        "the last is of a RoleBinding's subject"
    );
    assert_eq!(count(&run, "kind: Job"), 3);
    // A flag wins, and without either `auto` finds that one pod will do.
    let sandbox = project("target = \"kubernetes\"\nlayout = \"jobs\"").file("pass.argot", PASS);
    let run = sandbox.run("compile pass.argot --profile prod --layout pod");
    assert_eq!(count(&run.clean(), "kind: Job"), 1);
    let sandbox = project("target = \"kubernetes\"").file("pass.argot", PASS);
    let run = sandbox.run("compile pass.argot --profile prod").clean();
    assert_eq!(count(&run, "kind: Job"), 1);
}

#[test]
fn the_workspace_comes_from_the_profile() {
    let run = as_jobs(
        "workspace = { size = \"50Gi\", access = \"ReadWriteMany\" }\n\
         storage_class = { ReadWriteMany = \"filestore\", ReadWriteOnce = \"premium-rwo\" }",
    );
    let run = run
        .stdout_has("accessModes: [\"ReadWriteMany\"]")
        .stdout_has("storageClassName: filestore")
        .stdout_has("storage: 50Gi");
    run.stdout_lacks("premium-rwo");
    as_jobs("workspace = { class = \"own\" }").stdout_has("storageClassName: own");
    // A class by access mode counts also where the access mode is the target's own choice.
    as_jobs("storage_class = { ReadWriteMany = \"a\", ReadWriteOnce = \"b\" }")
        .stdout_has("storageClassName: ");
}

#[test]
fn the_steps_of_plain_kubernetes_have_what_the_profile_says() {
    let run = as_jobs(
        "service_account = \"robot\"\nimage_pull_secrets = [\"regcred\"]\n\
         registry = { \"ghcr.io/acme\" = \"mirror.example/ml\" }\n\
         labels = { team = \"ml\" }\nparams = { lr = 0.125 }\n\
         releaser_image = \"mirror.example/kubectl:1.34\"\n\
         resources = { cpu = 3 }\nnode_pool = \"big\"\n\
         [profile.prod.node_pools.big]\nnode_selector = { pool = \"big\" }",
    );
    assert_eq!(count(&run, "serviceAccountName: robot"), 2);
    // The image of the releaser may lie behind the Secret, too.
    assert_eq!(count(&run, "- name: regcred"), 3);
    assert_eq!(count(&run, "pool: big"), 2);
    assert_eq!(count(&run, "image: mirror.example/ml/etl:2.0.1"), 1);
    // The image is an input of the step, and known by now.
    assert_eq!(count(&run, "image: mirror.example/ml/trainer:1.4.2"), 1);
    assert_eq!(count(&run, "image: mirror.example/kubectl:1.34"), 1);
    run.stdout_has("\"0.125\"")
        .stdout_has("team: ml")
        .stdout_has("cpu: \"3\"");
}

/// What the target cannot do with a setting is said of the setting.
#[test]
fn a_setting_that_the_layout_cannot_honour_is_shown() {
    project("target = \"kubernetes\"\nlayout = \"jobs\"\nqueue = \"shared\"")
        .file("pass.argot", PASS)
        .run("compile pass.argot --profile prod --format short")
        .finds()
        .stderr_has("argot.toml:4:9: error[unsupported-by-target]: ");
}

/// A profile can no more write a controller's label than a pipeline can; what goes to every pod is reported once.
#[test]
fn a_reserved_label_is_an_error_at_its_place() {
    for (setting, owner) in [
        (
            "labels = { \"argot.dev/run\" = \"x\" }",
            "the label `argot.dev/run` belongs to Argot",
        ),
        (
            "labels = { \"kueue.x-k8s.io/queue-name\" = \"x\" }",
            "the label `kueue.x-k8s.io/queue-name` belongs to Kueue",
        ),
        (
            "annotations = { \"workflows.argoproj.io/node-id\" = \"x\" }",
            "the annotation `workflows.argoproj.io/node-id` belongs to Argo Workflows",
        ),
    ] {
        for target in TARGETS.iter().map(|target| target.name()) {
            let run = project(setting)
                .run(&format!(
                    "compile train.argot --profile prod --target {target}"
                ))
                .finds()
                .stderr_has(&format!("error[E0422 reserved-label]: {owner}"))
                .stderr_has("--> argot.toml:2:");
            assert_eq!(
                run.stderr.matches("E0422 reserved-label").count(),
                1,
                "{run:#?}"
            );
        }
    }
    project("annotations = { \"workflows.argoproj.io/title\" = \"Prices\" }")
        .run("compile train.argot --profile prod")
        .clean()
        .stdout_has("workflows.argoproj.io/title: Prices");
}
