"""Plain Kubernetes: what a run may do in a cluster, and what others can do to it."""

import json
import re
import time

from harness import FOLDER, case, documents, expect, labels_of, name_of, same
from plain import RUN, begin, manifests, play

LOCKED = '''
component locked(text: string, code: int = 0) -> (out: string) {
    image = "busybox:1.37.0"
    command = ["sh"]
    security { run_as_user = 1000, run_as_non_root = true, read_only_root = true, allow_privilege_escalation = false, drop_capabilities = ["ALL"], seccomp = "RuntimeDefault" }
    script = r"""
        echo "begin $(date +%s.%N)"
        echo "text $text $(id -u)"
        if touch /root-is-writable 2> /dev/null; then echo "text writable"; fi
        if [ -e /var/run/secrets/kubernetes.io/serviceaccount/token ]; then echo "text token"; fi
        printf %s "$text" > "$out"
        echo "end $(date +%s.%N)"
        exit "$code"
        """
}
'''
# Enough steps before the last one for a Job of a JobSet that only waits; a step that is tried again has an init container.
WIDE = LOCKED + """
pipeline main() {
    let a = locked(text = "a") with { retry { limit = 1 } }
    let b = locked(text = "b") let c = locked(text = "c") let d = locked(text = "d") let e = locked(text = "e") let f = locked(text = "f")
    let g = locked(text = "${a}g") after b, c, d, e, f
}"""
CHAIN = LOCKED + """
pipeline main() { let a = locked(text = "a") let g = locked(text = "${a}g") }"""


def restricted(layout):
    """The case of a layout."""

    def of(cluster):
        namespace = cluster.namespace(f"restricted-{layout}")
        cluster.kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted", "pod-security.kubernetes.io/enforce-version=latest")
        run = play(cluster, CHAIN if layout == "pod" else WIDE, layout, namespace=namespace)
        same(run.texts()["g"], "ag 1000", "what the last step was given")
        same(set(re.sub(r"^\w+ ", "", text) for text in run.texts().values()), {"1000"}, "the users of the steps")

    of.__name__ = f"restricted_{layout}"
    of.__doc__ = f"A locked-down pipeline runs in a namespace that enforces the Pod Security Standard `restricted`. Layout {layout}."
    return case(quick=layout == "jobs")(of)


RESTRICTED = [restricted(layout) for layout in ("pod", "jobs", "jobset")]


@case()
def tokens(cluster):
    """Steps have no token of the API server, unless they name a service account."""
    source = LOCKED + 'pipeline main() { let a = locked(text = "a") let b = locked(text = "${a}b") with { service_account = "reader" } }'
    for layout in ("jobs", "jobset"):
        run = play(cluster, source, layout)
        same({name: text.replace("\n", " ") for name, text in run.texts().items()}, {"a": "a 1000", "b": "ab 1000 token"}, f"what the steps see in layout {layout}")


@case(quick=True)
def rights(cluster):
    """The releaser's account may get and patch what belongs to its run, by name, and nothing else."""
    text, run = begin(cluster, 'pipeline main() { let a = step(text = "a", seconds = 1.0) step(text = "${a}b") }', "jobs")
    namespace = run.namespace
    user = ("-n", namespace, "--as", f"system:serviceaccount:{namespace}:{RUN}", "--as-group", "system:serviceaccounts", "--as-group", f"system:serviceaccounts:{namespace}", "--as-group", "system:authenticated")
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": {"namespace": namespace}}
    rules = json.loads(cluster.kubectl("create", "--validate=false", "-o", "json", "-f", "-", *user, stdin=json.dumps(review)))["status"]["resourceRules"]
    # Every account may ask what it may, and the test's namespaces have rights for Argo.
    rules = [rule for rule in rules if not set(rule["apiGroups"]) & {"authorization.k8s.io", "authentication.k8s.io", "argoproj.io"}]
    found = {(resource, name): sorted(rule["verbs"]) for rule in rules for resource in rule["resources"] for name in rule.get("resourceNames") or ["*"]}
    owned = {("jobs", f"{RUN}-a"), ("jobs", f"{RUN}-step"), ("persistentvolumeclaims", f"{RUN}-workspace"), ("configmaps", RUN), ("serviceaccounts", RUN), ("roles", RUN), ("rolebindings", RUN)}
    same(found, dict.fromkeys(owned, ["get", "patch"]), "what the account may do")
    cluster.kubectl("create", "configmap", "other", "-n", namespace)
    for words in (("get", "secrets"), ("get", "pods"), ("get", "jobs"), ("get", "configmap", "other"), ("delete", "job", f"{RUN}-a"), ("delete", "job", RUN), ("patch", "job", RUN, "-p", "{}"), ("create", "configmap", "new"), ("get", "nodes"), ("get", "job", f"{RUN}-a", "-n", "default")):
        # The last flag counts, so that the namespace of the words does.
        done = cluster.kubectl(*user, *words, check=False)
        expect(done.returncode and "forbidden" in done.stderr.lower(), f"the account may {' '.join(words)}: {done.stdout}{done.stderr}")
    for words in (("get", "job", f"{RUN}-a"), ("get", "configmap", RUN)):
        cluster.kubectl(*user, *words)
    # No more than it has can be given on: rights by way of its Role, either.
    for more in ({"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}, {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["delete"]}):
        patch = json.dumps([{"op": "add", "path": "/rules/-", "value": more}])
        done = cluster.kubectl(*user, "patch", "role", RUN, "--type=json", "-p", patch, check=False)
        expect(done.returncode and "attempting to grant" in done.stderr, f"the account may give itself rights: {done.stdout}{done.stderr}")
    run.wait("Succeeded")


HOSTILE = [
    "x;touch${IFS}/standin-mark/MARK;",
    "$(touch /argot-standin/seen/MARK)",
    "`touch /argot-standin/seen/MARK`",
    "waiting]&&touch /argot-standin/seen/MARK",
    "x r-c false Complete released uid\nr-c false Complete released uid",
    "r-c true x waiting x r-b false Complete released x",
    "a[$(touch /argot-standin/seen/MARK)]",
    "x}; touch /argot-standin/seen/MARK; {",
    "<no value>",
    "released",
    "{{.metadata.name}}",
]


@case(quick=True)
def hostile(cluster):
    """Whoever may change one Job of a run can neither run commands as the releaser nor release other steps by it."""
    source = 'pipeline main() { let a = held(gate = "a", where = run.namespace) let b = step(text = "${a}b") let c = step(text = "${b}c") let d = step(text = "d", seconds = 1.0) }'
    _, run = begin(cluster, source, "jobs", "hostile")
    namespace = run.namespace
    mark = FOLDER / "standin/seen" / namespace
    run.began("a")
    run.began("d")
    config = cluster.one(namespace, "configmap", RUN)["metadata"]["uid"]
    uid = run.jobs()["c"]["metadata"]["uid"]

    def patch(name, kind, value, *more):
        cluster.kubectl("patch", "job", f"{RUN}-{name}", "-n", namespace, f"--type={kind}", "-p", json.dumps(value), *more)

    for text in HOSTILE:
        text = text.replace("/argot-standin/seen/MARK", f"/argot-standin/seen/{namespace}").replace("/standin-mark/MARK", f"/argot-standin/seen/{namespace}")
        # The template of a suspended Job can be changed, and so can its annotations, labels and owners.
        patch("c", "merge", {"metadata": {"annotations": {"argot.dev/state": text, "x": text}}, "spec": {"template": {"metadata": {"annotations": {"argot.dev/state": text}}}}})
        # One owner is there, or the Job would be taken away.
        owners = [{"apiVersion": "v1", "kind": "ConfigMap", "name": RUN, "uid": config}, {"apiVersion": "v1", "kind": "ConfigMap", "name": "x", "uid": text}]
        patch("c", "merge", {"metadata": {"ownerReferences": owners}})
        condition = {"type": text, "status": "True", "reason": "X", "message": text, "lastTransitionTime": "2026-01-01T00:00:00Z", "lastProbeTime": "2026-01-01T00:00:00Z"}
        cluster.kubectl("patch", "job", f"{RUN}-d", "-n", namespace, "--subresource=status", "--type=merge", "-p", json.dumps({"status": {"conditions": run.jobs()["d"]["status"].get("conditions", []) + [condition]}}), check=False)
        time.sleep(0.7)
    time.sleep(4)
    expect(not mark.exists(), f"a command has run: {mark}")
    same(sorted(run.times()), ["a", "d"], "what has begun before the end of a")
    expect(run.jobs()["c"]["metadata"]["uid"] == uid, "c is another one")
    run.let_go("a")
    # Whoever has made a mess of the Job puts it right again.
    patch("c", "merge", {"spec": {"template": {"metadata": {"annotations": {"argot.dev/state": "waiting"}}}}})
    run.wait("Succeeded")
    run.once("a", "b", "c", "d")
    expect(not mark.exists(), f"a command has run: {mark}")


@case()
def early(cluster):
    """A Job that others unsuspend before its turn runs then, as the server has it; the run goes on and ends by what has happened."""
    source = 'pipeline main() { let a = held(gate = "a", where = run.namespace) let b = step() after a let c = step(text = "c") after b }'
    _, run = begin(cluster, source, "jobs", "early")
    run.began("a")
    cluster.kubectl("patch", "job", f"{RUN}-b", "-n", run.namespace, "--type=merge", "-p", '{"spec": {"suspend": false}}')
    run.began("b")
    time.sleep(8)
    expect("c" not in run.times(), "c has begun before its turn")
    run.let_go("a")
    run.wait("Succeeded")
    run.once("a", "b", "c")


@case()
def accounts_of_a_run(cluster):
    """The service account of a run is that of its steps; the releaser has its own."""
    text = manifests(cluster, 'pipeline main() { service_account = "runner" step() }', "jobs")
    items = documents(cluster.kubectl("create", "--dry-run=client", "-o", "json", "-f", "-", stdin=text))
    accounts = {name_of(item): item["spec"]["template"]["spec"].get("serviceAccountName") for item in items if item["kind"] == "Job"}
    same(accounts, {RUN: RUN, f"{RUN}-step": "runner"}, "the accounts of the pods")
