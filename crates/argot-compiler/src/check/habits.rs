//! Attribute names that people know from Kubernetes, Argo, Hera and Kubeflow Pipelines, with the Argot way to write
//! each.

use crate::attributes::Block::{self, *};

/// How to write something in Argot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Here {
    /// An attribute: its name and an example.
    Attribute(&'static str, &'static str),
    /// A raw field of Kubernetes or Argo, inside this attribute.
    Raw(&'static str),
    /// Something else, as a sentence of help.
    Written(&'static str),
}

use Here::{Attribute, Raw, Written};

/// Names in lowercase without `_` and `-`, and how to write them in some blocks.
pub(super) struct Habit {
    names: &'static [&'static str],
    places: &'static [Block],
    /// What to write instead.
    pub(super) here: Here,
}

const fn habit(names: &'static [&'static str], places: &'static [Block], here: Here) -> Habit {
    Habit {
        names,
        places,
        here,
    }
}

const STEP: &[Block] = &[Component, With, Defaults];
const CALL: &[Block] = &[Component, With];
const CONTAINERS: &[Block] = &[Component, With, Defaults, Init, Sidecar];
const ANYWHERE: &[Block] = &[Component, With, Defaults, Pipeline];
const BODY: &[Block] = &[Component, Pipeline];

const HABITS: &[Habit] = &[
    // The container.
    habit(
        &["imagepullpolicy", "pullpolicy"],
        CONTAINERS,
        Attribute("image_pull", "image_pull = \"Always\""),
    ),
    habit(
        &["workingdir", "workdirectory", "workingdirectory", "cwd"],
        CONTAINERS,
        Attribute("workdir", "workdir = \"/work\""),
    ),
    habit(
        &["entrypoint", "cmd"],
        CONTAINERS,
        Written("write `command = [\"python\", \"train.py\"]`"),
    ),
    habit(
        &["arguments", "argv"],
        CONTAINERS,
        Attribute("args", "args = [\"--lr\", lr]"),
    ),
    habit(
        &["source", "code"],
        &[Component],
        Attribute("script", "script = \"...\""),
    ),
    habit(
        &["environment", "envs", "envvars", "envvariables"],
        CONTAINERS,
        Attribute("env", "env = { LEVEL = \"info\" }"),
    ),
    habit(
        &["envfrom"],
        CONTAINERS,
        Written("write `env_from = [secret(\"name\")]`"),
    ),
    habit(
        &["volumes", "volumemounts", "mount"],
        CONTAINERS,
        Attribute("mounts", "mounts = { \"/data\" = data }"),
    ),
    habit(
        &["sidecars"],
        STEP,
        Attribute("sidecar", "sidecar \"proxy\" { image = \"...\" }"),
    ),
    habit(
        &["initcontainers", "initcontainer"],
        STEP,
        Attribute("init", "init \"prepare\" { image = \"...\" }"),
    ),
    habit(
        &[
            "requests",
            "limits",
            "request",
            "limit",
            "cpurequest",
            "cpulimit",
            "memoryrequest",
            "memorylimit",
        ],
        &[Resources],
        Written("write a range for the request and the limit: `cpu = 1..2`; `cpu = 1` is both"),
    ),
    habit(
        &["cpus", "cores"],
        &[Resources],
        Attribute("cpu", "cpu = 2"),
    ),
    habit(
        &["mem", "ram"],
        &[Resources],
        Attribute("memory", "memory = 4Gi"),
    ),
    habit(
        &["ephemeralstorage", "disk", "storage"],
        &[Resources],
        Attribute("ephemeral", "ephemeral = 10Gi"),
    ),
    habit(
        &[
            "gpus",
            "gpucount",
            "gpulimit",
            "acceleratorlimit",
            "acceleratorcount",
        ],
        &[Resources],
        Attribute("gpu", "gpu = 1"),
    ),
    habit(
        &["accelerator", "accelerators", "acceleratortype", "gputype"],
        &[Resources],
        Attribute("gpu_model", "gpu_model = \"a100\""),
    ),
    // The execution of a step.
    habit(
        &[
            "retries",
            "retrystrategy",
            "retrypolicy",
            "backofflimit",
            "maxretries",
        ],
        STEP,
        Attribute("retry", "retry { limit = 3 }"),
    ),
    habit(
        &["retries", "retrystrategy", "backofflimit"],
        &[Pipeline],
        Written("to retry every step of a pipeline, write `defaults { retry { limit = 3 } }`"),
    ),
    habit(
        &[
            "activedeadlineseconds",
            "timeoutseconds",
            "deadline",
            "maxduration",
        ],
        ANYWHERE,
        Written("write `timeout = 30s`"),
    ),
    habit(
        &["caching", "memoize", "enablecaching", "cacheoptions"],
        STEP,
        Attribute("cache", "cache { max_age = 1d }"),
    ),
    habit(
        &["synchronization", "mutexes", "semaphores", "lock"],
        ANYWHERE,
        Attribute("mutex", "mutex = \"name\""),
    ),
    habit(
        &[
            "continueon",
            "continueonerror",
            "ignorefailure",
            "allowfailures",
        ],
        STEP,
        Attribute("allow_failure", "allow_failure = true"),
    ),
    // The pod.
    habit(
        &["serviceaccountname"],
        ANYWHERE,
        Attribute("service_account", "service_account = \"name\""),
    ),
    habit(
        &["nodeselector", "nodeselectors"],
        STEP,
        Attribute("node_selector", "node_selector = { disk = \"ssd\" }"),
    ),
    habit(
        &["toleration"],
        STEP,
        Attribute(
            "tolerations",
            "tolerations = [{ key = \"gpu\", operator = \"Exists\" }]",
        ),
    ),
    habit(
        &["nodeaffinity", "podaffinity", "podantiaffinity"],
        STEP,
        Written("write it inside `affinity = { nodeAffinity = { ... } }`"),
    ),
    habit(
        &["priorityclassname", "podpriorityclassname"],
        STEP,
        Attribute("priority_class", "priority_class = \"name\""),
    ),
    habit(
        &["imagepullsecrets", "imagepullsecret"],
        STEP,
        Written("write `image_pull_secrets = [\"name\"]`"),
    ),
    habit(
        &["securitycontext", "podsecuritycontext"],
        STEP,
        Attribute("security", "security { run_as_user = 1000 }"),
    ),
    habit(
        &["podspec", "podspecpatch", "spec"],
        STEP,
        Written("write fields of the pod spec as raw fields: `pod = { hostNetwork = true }`"),
    ),
    habit(
        &[
            "dnsconfig",
            "dnspolicy",
            "hostaliases",
            "hostipc",
            "hostname",
            "hostnetwork",
            "hostpid",
            "runtimeclassname",
            "schedulername",
            "terminationgraceperiodseconds",
            "topologyspreadconstraints",
        ],
        STEP,
        Raw("pod"),
    ),
    habit(
        &[
            "lifecycle",
            "livenessprobe",
            "ports",
            "readinessprobe",
            "startupprobe",
        ],
        STEP,
        Raw("container"),
    ),
    habit(
        &["templateref"],
        &[Component],
        Attribute(
            "template_ref",
            "template_ref { name = \"library\", template = \"load\" }",
        ),
    ),
    // Control flow.
    habit(
        &[
            "depends",
            "dependencies",
            "dependson",
            "needs",
            "runafter",
            "upstream",
            "waitfor",
        ],
        CALL,
        Written(
            "a step waits for the steps whose outputs it uses; to wait for others, write `step() after a, b`",
        ),
    ),
    habit(
        &[
            "withitems",
            "withparam",
            "withsequence",
            "foreach",
            "matrix",
            "parallelfor",
        ],
        ANYWHERE,
        Written("write a loop around the call: `for x in [1, 2] { step(n = x) }`"),
    ),
    habit(
        &["when", "condition", "runif"],
        CALL,
        Written("write the condition around the call: `if x > 1 { step() }`"),
    ),
    habit(
        &["onexit", "exithandler", "hooks", "finally"],
        ANYWHERE,
        Written("write a handler in the pipeline: `on exit { step() }`"),
    ),
    habit(
        &["dag", "steps", "tasks", "templates"],
        BODY,
        Written("call components in the body of a pipeline: `let a = load()`"),
    ),
    habit(
        &["inputs", "parameters", "params"],
        BODY,
        Written("declare inputs in parentheses after the name: `train(lr: float = 0.1)`"),
    ),
    habit(
        &["outputs", "results", "returns"],
        &[Pipeline],
        Written("declare outputs after the inputs: `pipeline main() -> (model: Model) { ... }`"),
    ),
    habit(
        &["results", "returns"],
        &[Component],
        Written("declare outputs after the inputs: `component train() -> (model: Model) { ... }`"),
    ),
    // A pipeline.
    habit(
        &["parallelism", "maxparallel"],
        &[Pipeline],
        Attribute("parallel", "parallel = 4"),
    ),
    habit(
        &["cronschedule", "schedules"],
        &[Pipeline],
        Attribute(
            "schedule",
            "schedule { cron = \"0 6 * * *\", timezone = \"Europe/Berlin\" }",
        ),
    ),
    habit(
        &["schedule", "schedules", "crontab"],
        &[Schedule],
        Attribute("cron", "cron = \"0 6 * * *\""),
    ),
    habit(
        &["timezone"],
        &[Schedule],
        Attribute("timezone", "timezone = \"Europe/Berlin\""),
    ),
    habit(
        &["concurrencypolicy"],
        &[Schedule],
        Attribute("concurrency", "concurrency = \"Forbid\""),
    ),
    habit(
        &["successfuljobshistorylimit", "failedjobshistorylimit"],
        &[Schedule],
        Attribute("history", "history { success = 3, failure = 1 }"),
    ),
    habit(
        &["failfast", "failurestrategy"],
        &[Pipeline],
        Written("write `on_error = \"stop\"`, or `\"continue\"`"),
    ),
    habit(
        &["ttlstrategy", "ttlsecondsafterfinished"],
        &[Pipeline],
        Attribute("ttl", "ttl { after = 1d }"),
    ),
    habit(
        &["podgc"],
        &[Pipeline],
        Attribute("pod_gc", "pod_gc = \"OnPodCompletion\""),
    ),
    habit(
        &["artifactgc"],
        &[Pipeline],
        Attribute("artifact_gc", "artifact_gc = \"OnWorkflowDeletion\""),
    ),
    habit(
        &["archivelogs"],
        &[Pipeline],
        Attribute("archive_logs", "archive_logs = true"),
    ),
    habit(
        &["volumeclaimtemplates", "volumes", "pvc", "claims"],
        &[Pipeline],
        Written("declare a volume with a statement: `volume data = claim(size = 10Gi)`"),
    ),
    habit(
        &["namespace"],
        &[Pipeline],
        Written("set it in a profile, or with `argot compile --namespace`"),
    ),
    habit(
        &["doc", "description"],
        &[Component],
        Written("write the description as a `## ...` comment above the component"),
    ),
];

/// The entry for a name in a block, if there is one. Case, `_` and `-` are ignored.
pub(super) fn find(name: &str, place: Block) -> Option<&'static Habit> {
    let bare: String = name
        .chars()
        .filter(|c| !matches!(c, '_' | '-'))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    HABITS
        .iter()
        .find(|habit| habit.places.contains(&place) && habit.names.contains(&bare.as_str()))
}

/// A name in the style of Kubernetes and Argo: `host_network` becomes `hostNetwork`.
pub(super) fn camel_case(name: &str) -> String {
    let mut out = String::new();
    for part in name.split(['_', '-']) {
        let mut letters = part.chars();
        match letters.next() {
            Some(first) if !out.is_empty() => out.extend(first.to_uppercase()),
            Some(first) => out.extend(first.to_lowercase()),
            None => {}
        }
        out.push_str(letters.as_str());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attributes::{Shape, rows};

    #[test]
    fn every_attribute_that_is_named_exists_where_it_is_offered() {
        for habit in HABITS {
            for place in habit.places {
                if let Attribute(name, example) = habit.here {
                    let fits = rows().any(|row| {
                        let begin = match row.shape {
                            Shape::Value => format!("{name} = "),
                            Shape::Block => format!("{name} {{ "),
                            Shape::Labelled => format!("{name} \""),
                        };
                        row.name == name
                            && row.places.contains(place)
                            && example.starts_with(&begin)
                    });
                    assert!(fits, "`{example}` {}", place.place());
                }
            }
        }
    }

    #[test]
    fn names_are_found_in_any_spelling() {
        for name in ["retryStrategy", "retry_strategy", "RetryStrategy"] {
            assert!(
                find(name, Component)
                    .is_some_and(|habit| habit.here == Attribute("retry", "retry { limit = 3 }"))
            );
        }
        assert!(find("retry_strategy", Resources).is_none());
        assert_eq!(camel_case("host_network"), "hostNetwork");
        assert_eq!(camel_case("dnsPolicy"), "dnsPolicy");
    }
}
