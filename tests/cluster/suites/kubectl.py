"""The releaser's script with the real kubectl of each version that it may meet, in a pod and by its own rights."""

import http.server
import json
import re
import subprocess
import tempfile
import threading

from harness import FOLDER, HERE, REPO, case, ended, expect, labels_of, same
from plain import RUN, manifests

VERSIONS = ("1.30", "1.31", "1.32", "1.33", "1.34", "1.35")
SCRIPT = REPO / "crates/argot-targets/src/kubernetes/release.sh"
ROWS = REPO / "tests/releaser/rows.json"
UID = "6f9619ff-8b86-d011-b42d-00c04fc964ff"  # the run's Job in ROWS

# A diamond with a failure that does not count, a condition, a value, a retry and a handler.
PROGRAM = """
component step(n: int = 0) -> int {
    image = "busybox:1.37.0"
    command = ["sh"]
    script = "echo $((n + 1)) > \\"$output\\""
}

component bad() {
    image = "busybox:1.37.0"
    command = ["sh"]
    script = "exit 3"
}

component good() {
    image = "busybox:1.37.0"
    command = ["sh"]
    script = "echo good"
}

pipeline versions() {
    let a = step()
    let b = step(n = a)
    let c = step(n = a) with { retry { limit = 1 } }
    let d = bad() with { allow_failure = true }
    if failed(d) {
        good() after b, c
    }
    if succeeded(d) {
        bad()
    }
    on exit {
        good()
    }
}
"""


def kubectl(version):
    """The program of a version; the cluster's own without one."""
    if version is None:
        return FOLDER / "bin/kubectl"
    done = subprocess.run([HERE / "build", f"kubectl-{version}"], capture_output=True, text=True)
    expect(done.returncode == 0, f"kubectl {version} is not built: {done.stderr.strip()}")
    return FOLDER / f"bin/kubectl-{version}"


def template():
    """What the script lets kubectl print."""
    found = re.search(r"^template='(.*?)'$", SCRIPT.read_text(), re.M | re.S)
    expect(found, "the script has no template")
    return found.group(1).replace("'${ARGOT_UID:-}'", UID)


class Server(http.server.BaseHTTPRequestHandler):
    """An API server that has Jobs which no real one would take, and answers as one does."""

    jobs = {}

    def do_GET(self):
        path = self.path.split("?")[0]
        name = path.rsplit("/", 1)[-1]
        group = {"name": "batch", "versions": [{"groupVersion": "batch/v1", "version": "v1"}], "preferredVersion": {"groupVersion": "batch/v1", "version": "v1"}}
        resources = [{"name": "jobs", "singularName": "job", "namespaced": True, "kind": "Job", "verbs": ["get", "patch"]}]
        answers = {
            "/api": {"kind": "APIVersions", "versions": ["v1"]},
            "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": [group]},
            "/api/v1": {"kind": "APIResourceList", "groupVersion": "v1", "resources": []},
            "/apis/batch/v1": {"kind": "APIResourceList", "groupVersion": "batch/v1", "resources": resources},
        }
        answer = answers.get(path) or self.jobs.get(name)
        absent = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404, "details": {"name": name, "group": "batch", "kind": "jobs"}}
        body = json.dumps(answer or absent).encode()
        self.send_response(200 if answer else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def rows(program):
    """Holds a kubectl to the rows of the script's tests: each Job alone, all in one answer, and with some that are not there."""
    cases = json.loads(ROWS.read_text())
    jobs, wanted = {}, []
    for at, one in enumerate(cases):
        name = f"job-{at}"
        jobs[name] = one["job"] | {"metadata": one["job"]["metadata"] | {"name": name}}
        wanted.append(name + one["row"].removeprefix(one["job"]["metadata"]["name"]))
    handler = type("Handler", (Server,), {"jobs": jobs})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with tempfile.TemporaryDirectory() as home:

            def get(*names):
                command = [program, f"--server=http://127.0.0.1:{server.server_port}", "--namespace=ml", "--request-timeout=30s"]
                command += ["get", "jobs.batch", *names, "--ignore-not-found", "-o", f"go-template={template()}"]
                done = subprocess.run(command, capture_output=True, text=True, timeout=120, env={"HOME": home, "PATH": "/usr/bin:/bin"})
                same((done.returncode, done.stderr), (0, ""), f"the end of {' '.join(names)}")
                return done.stdout

            whole = "".join(f"{row}\n" for row in wanted)
            same(get(*jobs), whole, "the rows of all Jobs")
            for at in range(0, len(wanted), 7):
                same(get(f"job-{at}"), wanted[at] + "\n", f"the row of a Job alone, {cases[at]['why']}")
            same(get("gone", "job-1", "gone-2"), wanted[1] + "\n", "the row of a Job beside others that are not there")
            same(get("gone"), "", "the answer where there is nothing")
            same(get("gone", "gone-2"), "", "the answer where there is nothing, twice")
    finally:
        server.shutdown()
        server.server_close()


def run(cluster, version):
    """A whole run in the layout `jobs`, as emitted, whose releaser has this kubectl."""
    kubectl(version)
    text = cluster.compile(PROGRAM, "--target", "kubernetes", "--layout", "jobs")
    images = re.findall(r"image: (alpine/kubectl:\S+)", text)
    expect(images, "no image of kubectl is used")
    if version:
        text = re.sub(r"image: alpine/kubectl:\S+", f"image: alpine/kubectl:{version}.0", text)
    done = cluster.run(text, name=f"kubectl-{(version or 'own').replace('.', '-')}").expect("Succeeded")
    phases = {row["name"].removeprefix(done.job): row["phase"] for row in done.rows if row["type"] == "Job"}
    log = cluster.logs(done.namespace, f"{done.job}-?????", "main").splitlines()
    ends = {line.split()[0].removeprefix(done.job): line.split()[1] for line in log if re.fullmatch(r"\S+ (Succeeded|Failed|Skipped|Omitted)", line)}
    expected = {"-a": "Succeeded", "-b": "Succeeded", "-c": "Succeeded", "-d": "Failed", "-good": "Succeeded", "-bad": "Skipped", "-on-exit-good": "Succeeded"}
    same(ends, expected, f"the ends in the log\n{log}\n")
    for name, end in expected.items():
        same(phases[name], "Suspended" if end == "Skipped" else end, f"the Job {name}")
    same(log[-1], "the run has Succeeded", "the last line of the log")
    # Every object is the run's, by the rights that were emitted.
    expect(not [line for line in log if "no owner" in line or "rror" in line], f"the log speaks of errors:\n{log}")
    # Nothing but the script's own words and kubectl's are in the log, and no answer was strange.
    expect(not [line for line in log if "not understood" in line], f"an answer was not understood:\n{log}")


def of_version(version):
    """The cases of one kubectl."""
    name = version.replace(".", "_")

    def words(cluster):
        rows(kubectl(version))

    def releaser(cluster):
        run(cluster, version)

    words.__name__, words.__doc__ = f"words_{name}", f"kubectl {version} prints of each Job the words that the script knows, whatever is in it."
    releaser.__name__, releaser.__doc__ = f"releaser_{name}", f"A run by the releaser goes as it should with kubectl {version}."
    return [case(timeout=900)(words), case(timeout=900)(releaser)]


@case(quick=True)
def words(cluster):
    """kubectl prints of each Job the words that the script knows, whatever is in it."""
    rows(kubectl(None))


@case(quick=True)
def releaser(cluster):
    """A run by the releaser goes as it should, in a pod and by the rights that were emitted."""
    run(cluster, None)


@case(timeout=400)
def continued(cluster):
    """A releaser that may not see its Jobs any more gives up; with its rights back and without its Job the run goes on where it was."""
    source = 'pipeline main() { let a = step() let b = step(text = a, seconds = 3.0) let c = step(text = b) }'
    text = manifests(cluster, source, "jobs")
    patience = '- name: ARGOT_PATIENCE\n          value: "4"\n        - name: ARGOT_NAMESPACE'
    namespace = cluster.namespace("continued")
    cluster.apply(namespace, text.replace("- name: ARGOT_NAMESPACE", patience))
    cluster.wait("the end of `a`", lambda: ended(cluster.one(namespace, "jobs.batch", f"{RUN}-a")))
    cluster.kubectl("delete", "rolebinding", RUN, "-n", namespace)
    same(cluster.wait_job(namespace, RUN), "Failed", "the end of the releaser")
    conditions = cluster.one(namespace, "jobs.batch", RUN)["status"]["conditions"]
    expect(any("exit code 4" in item.get("message", "") for item in conditions), f"it has not ended with 4: {conditions}")
    log = cluster.logs(namespace, f"{RUN}-?????", "main")
    expect(re.search(r"could not be read for \d+ seconds: the releaser gives up\n$", log), f"it says:\n{log}")
    cluster.kubectl("delete", "job", RUN, "-n", namespace, "--cascade=orphan")
    # The server refuses what has been released.
    cluster.kubectl("apply", "-n", namespace, "-f", "-", stdin=text, check=False)
    same(cluster.wait_job(namespace, RUN), "Succeeded", "the end of the run")
    pods = [labels_of(item).get("argot.dev/task") for item in cluster.get(namespace, "pods")]
    same(sorted(task for task in pods if task), ["a", "b", "c"], "the pods of steps")


each_version = [one for version in VERSIONS for one in of_version(version)]
