"""What runs are started from: templates, schedules, names."""

import json

from harness import FOLDER, case, expect, name_of, same

GREET = """
component greet(who: string, times: int) -> (text: string) {
    image   = "busybox:1.37.0"
    command = ["sh"]
    script  = "for i in $(seq $times); do printf '%s;' \\"$who\\"; done > \\"$text\\""
}
pipeline greeting(who: string, times: int = 2) -> (text: string) {
    let t = greet(who, times)
    return t
}
"""


def workflow(template, parameters, name="run", cluster_scope=False):
    """A run of a template, as `argo submit --from` makes it."""
    given = [{"name": key, "value": value} for key, value in parameters.items()]
    spec = {"workflowTemplateRef": {"name": template, "clusterScope": cluster_scope}, "arguments": {"parameters": given}}
    return json.dumps({"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": name}, "spec": spec})


@case(quick=True, argo="any")
def workflow_template(cluster):
    """Runs of a WorkflowTemplate: with a parameter that has no default, and with another in place of a default."""
    namespace = cluster.namespace("template")
    cluster.apply(namespace, cluster.compile(GREET, "--as", "workflow-template"))
    one = cluster.run(workflow("greeting", {"who": "it's {\"$(X)\"}"}, "one"), namespace=namespace).expect("Succeeded")
    same(one.nodes["t"]["outputs"].get("text"), "it's {\"$(X)\"};" * 2, "what the first run gives")
    two = cluster.run(workflow("greeting", {"who": "a", "times": "3"}, "two"), namespace=namespace).expect("Succeeded")
    same(two.nodes["t"]["outputs"].get("text"), "a;a;a;", "what the second run gives")
    three = cluster.run(workflow("greeting", {}, "three"), namespace=namespace).expect("Failed")
    expect("spec.arguments.who.value" in three.message, f"a run without a value says {three.message!r}")


@case(argo="any", alone=True)
def cluster_workflow_template(cluster):
    """A run of a ClusterWorkflowTemplate."""
    namespace = cluster.namespace("cluster-template")
    name = f"greeting-{namespace[-6:]}"
    cluster.apply(namespace, cluster.compile(GREET, "--as", "cluster-workflow-template", "--name", name))
    try:
        run = cluster.run(workflow(name, {"who": "b"}, cluster_scope=True), namespace=namespace).expect("Succeeded")
    finally:
        cluster.kubectl("delete", "clusterworkflowtemplate", name)
    same(run.nodes["t"]["outputs"].get("text"), "b;b;", "what the run gives")


REFERENCE = """
component convert(text: string, times: int) -> (text: string) {
    template_ref { name = "greeting", template = "greet-all" }
}
component shared(text: string) -> (text: string) {
    template_ref { name = "CLUSTER", template = "greet-all", cluster = true }
}
pipeline main() -> (a: string, b: string) {
    let a = convert(text = "x", times = 2)
    let b = shared(text = a)
    return { a = a, b = b }
}
"""

# What another team has put into the cluster.
REFERENCED = """
apiVersion: argoproj.io/v1alpha1
kind: KIND
metadata: {name: NAME}
spec:
  templates:
  - name: greet-all
    inputs: {parameters: [{name: text}, {name: times, value: "3"}]}
    outputs: {parameters: [{name: text, valueFrom: {path: /tmp/text}}]}
    script:
      image: busybox:1.37.0
      command: [sh]
      env: [{name: T, value: "{{inputs.parameters.text}}"}, {name: COUNT, value: "{{inputs.parameters.times}}"}]
      source: for i in $(seq $COUNT); do printf '%s.' "$T"; done > /tmp/text
"""


@case(quick=True, argo="any")
def template_ref(cluster):
    """A step is a template that another file brings, of the namespace and of the cluster."""
    namespace = cluster.namespace("reference")
    name = f"greeting-{namespace[-6:]}"
    cluster.apply(namespace, REFERENCED.replace("KIND", "WorkflowTemplate").replace("NAME", "greeting"))
    cluster.apply(namespace, REFERENCED.replace("KIND", "ClusterWorkflowTemplate").replace("NAME", name))
    try:
        run = cluster.run(cluster.compile(REFERENCE.replace("CLUSTER", name)), namespace=namespace).expect("Succeeded")
    finally:
        cluster.kubectl("delete", "clusterworkflowtemplate", name)
    same(run.nodes["a"]["outputs"].get("text"), "x.x.", "what the first step gives")
    same(run.nodes["b"]["outputs"].get("text"), "x.x..x.x..x.x..", "what the second step gives")


SCHEDULED = """
component work() -> (n: int) { image = "ghcr.io/acme/work:1.0.0", command = ["work", n.path] }
pipeline nightly() -> (n: int) {
    schedule { cron = [CRON], timezone = "Europe/Berlin", concurrency = "Forbid", history { success = 1 } }
    labels = { team = "growth" }
    let t = work()
    return t
}
"""


@case(quick=True, argo="any")
def schedule(cluster):
    """A CronWorkflow is accepted by the controller, with every form of schedule; a run that is made of it ends well."""
    namespace = cluster.namespace("schedule")
    crons = ["30 2 * * *", "@daily", "0 6 1-5 * mon-fri", "*/15 0 29 2 *"]
    text = cluster.compile(SCHEDULED.replace("CRON", ", ".join(json.dumps(cron) for cron in crons)))
    planned = json.loads(cluster.kubectl("create", "--dry-run=client", "-o", "json", "-f", "-", stdin=text))
    broken = planned | {"metadata": {"name": "broken"}, "spec": planned["spec"] | {"schedules": ["61 * * * *"]}}
    cluster.kubectl("create", "-n", namespace, "-f", "-", stdin=json.dumps(broken))
    applied = cluster.apply(namespace, text)
    same([(item["kind"], item["spec"]["schedules"]) for item in applied], [("CronWorkflow", crons)], "the object")

    # Only the controller's log says which schedules it has taken.
    def said(name):
        lines = (FOLDER / "logs/argo.log").read_text(errors="replace").splitlines()
        return " ".join(line for line in lines if f"{namespace}/{name}" in line).replace(f"{namespace}/{name} added", "added")

    cluster.wait("that the schedule is taken", lambda: "CronWorkflow added" in said("nightly"))
    cluster.wait("that the broken one is not", lambda: "cron schedule 61 * * * * is malformed" in said("broken"))
    expect("malformed" not in said("nightly"), said("nightly"))
    expect("CronWorkflow added" not in said("broken"), said("broken"))
    run = cluster.run(json.dumps({"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": "now"}, "spec": applied[0]["spec"]["workflowSpec"]}), namespace=namespace)
    run.expect("Succeeded")
    same(run.nodes["t"]["outputs"].get("n"), "t.n", "what the run gives")


@case(argo="any", timeout=240)
def schedule_comes_due(cluster):
    """A schedule that comes due starts a run, with the labels of the pipeline."""
    namespace = cluster.namespace("due")
    cluster.apply(namespace, cluster.compile(SCHEDULED.replace("CRON", '"* * * * *"')))
    runs = cluster.wait("a run", lambda: cluster.get(namespace, "workflows.argoproj.io"))
    cluster.kubectl("delete", "cronworkflow", "nightly", "-n", namespace, "--cascade=orphan")
    done = cluster.wait_workflow(namespace, name_of(runs[0]))
    same(done["status"]["phase"], "Succeeded", "the run")
    labels = done["metadata"]["labels"]
    same((labels.get("team"), labels.get("workflows.argoproj.io/cron-workflow")), ("growth", "nightly"), "its labels")


@case(quick=True, argo="any")
def names(cluster):
    """`--generate-name` can be created twice; a Workflow of the same name and content is applied once; `--name` names it."""
    namespace = cluster.namespace("names")
    generated = cluster.compile(GREET, "-p", "who=x", "--generate-name")
    made = [name_of(cluster.apply(namespace, generated)[0]) for _ in range(2)]
    expect(made[0] != made[1] and all(name.startswith("greeting-") for name in made), f"the names are {made}")
    hashed = cluster.compile(GREET, "-p", "who=x")
    applied = [name_of(cluster.apply(namespace, hashed)[0]) for _ in range(2)]
    same(applied[0], applied[1], "the name of what has not changed")
    other = name_of(cluster.apply(namespace, cluster.compile(GREET, "-p", "who=y"))[0])
    expect(other != applied[0], f"what has changed has the name {other} too")
    named = name_of(cluster.apply(namespace, cluster.compile(GREET, "-p", "who=x", "--name", "mine"))[0])
    for name in [*made, applied[0], other, named]:
        same(cluster.wait_workflow(namespace, name)["status"]["phase"], "Succeeded", name)
    same(sorted(name_of(item) for item in cluster.get(namespace, "workflows.argoproj.io")), sorted([*made, applied[0], other, "mine"]), "the runs")
