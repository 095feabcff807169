"""What the tests on the cluster share, and `try` with them: the API server, a run's namespace, what became of a run."""

import base64
import dataclasses
import gzip
import json
import os
import pathlib
import re
import secrets
import signal
import socket
import subprocess
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
REPO = HERE.parent.parent
FOLDER = pathlib.Path(os.environ.get("ARGOT_CLUSTER") or pathlib.Path.home() / ".cache/argot-cluster")
ARGOT = pathlib.Path(os.environ.get("ARGOT") or REPO / "target/debug/argot")
ARGO_SERIES = ("4.0", "3.7")
TEMPLATES = ("WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow")
OVER = ("Succeeded", "Failed", "Error")

stopping = threading.Event()  # set where no case is to go on


class Failure(Exception):
    """What is not as it should be."""


class Skip(Exception):
    """Why a case has nothing to show here."""


@dataclasses.dataclass
class Case:
    """One thing to be shown."""

    function: object
    quick: bool
    argo: str | None
    timeout: float
    alone: bool
    suite: str = ""

    @property
    def name(self):
        return self.function.__name__

    @property
    def summary(self):
        return (self.function.__doc__ or "").strip().split("\n")[0]


def case(*, quick=False, argo=None, timeout=180, alone=False):
    """Marks a function `def name(cluster)` of a suite as a case.

    quick: whether it runs without `--all`. argo: the version it needs, "any" for each that is tried, None for none at
    all. timeout: seconds for the whole of it. alone: whether nothing else may run at the same time.
    """
    return lambda function: Case(function, quick, argo, timeout, alone)


def expect(holds, otherwise):
    """Fails with a text, unless something holds."""
    if not holds:
        raise Failure(otherwise)


def shown(value):
    """A value as Python writes it; of a long one, its begin and its end."""
    text = repr(value)
    return text if len(text) < 2000 else f"{text[:800]} [...] {text[-800:]}"


def same(found, expected, what):
    """Fails unless two values are equal."""
    if found != expected:
        raise Failure(f"{what}: expected {shown(expected)}, found {shown(found)}")


def free_port():
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def name_of(item):
    return item["metadata"]["name"]


def labels_of(item):
    return item["metadata"].get("labels") or {}


def documents(text):
    """The objects that kubectl prints as JSON, one after the other, lists opened."""
    decoder, at, found = json.JSONDecoder(), 0, []
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        value, at = decoder.raw_decode(text, at)
        found += value["items"] if value["kind"] == "List" else [value]
    return found


def find(value, key):
    """Every text that stands under a key, however deep."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == key and isinstance(inner, str):
                yield inner
            yield from find(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from find(inner, key)


def opened(item):
    """An object, with the nodes of a Workflow that Argo has packed, since they are many or large."""
    packed = item.get("status", {}).get("compressedNodes")
    if packed:
        item["status"]["nodes"] = json.loads(gzip.decompress(base64.b64decode(packed)))
    return item


class Cluster:
    """The cluster that runs, as one case sees it. What it waits for ends at the case's deadline at the latest."""

    def __init__(self, argo=None, timeout=600):
        self.argo = argo
        self.deadline = time.monotonic() + timeout
        self.namespaces = []

    # What one does.

    def kubectl(self, *args, stdin=None, check=True):
        """What the cluster's kubectl prints. With check=False all of subprocess.CompletedProcess, and no failure."""
        command = [FOLDER / "bin/kubectl", "--kubeconfig", FOLDER / "admin.conf", *args]
        try:
            done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=self.left())
        except subprocess.TimeoutExpired:
            raise Failure(f"kubectl {' '.join(args)} does not end") from None
        if not check:
            return done
        if done.returncode:
            raise Failure(f"kubectl {' '.join(args)}: {done.stderr.strip()}")
        return done.stdout

    def command(self, *words, env=None):
        """What a program prints; it is ended when the time is up. It must end with 0."""
        with tempfile.TemporaryFile("w+") as output:
            process = subprocess.Popen(words, stdout=output, stderr=subprocess.STDOUT, env=os.environ | (env or {}), cwd=REPO, start_new_session=True)
            try:
                while process.poll() is None:
                    time.sleep(min(0.2, self.left()))
            finally:
                if process.returncode is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
            output.seek(0)
            text = output.read()
        expect(process.returncode == 0, f"{' '.join(map(str, words))} ends with {process.returncode}:\n{text.strip()}")
        return text

    def compile(self, source, *flags):
        """The YAML that argot makes of a source, or of a file that a pathlib.Path names; for the Argo that runs."""
        if self.argo and not any(flag.startswith(("--target", "--layout", "--argo-version", "--profile")) for flag in flags):
            flags = ("--argo-version", self.argo, *flags)
        with tempfile.TemporaryDirectory() as folder:
            path = source
            if isinstance(source, str):
                path = pathlib.Path(folder) / "main.argot"
                path.write_text(source)
            done = subprocess.run([ARGOT, "compile", path, *flags], capture_output=True, text=True, timeout=self.left())
        expect(done.returncode == 0, f"argot compile: {done.stderr.strip()}")
        return done.stdout

    def namespace(self, name="case", exact=False):
        """Makes a namespace, with what manifests take for granted there. Its name gets a suffix, unless it is exact."""
        if exact:
            self.kubectl("delete", "namespace", name, "--ignore-not-found")
        else:
            name = f"{name}-{secrets.token_hex(3)}"
        self.kubectl("create", "namespace", name)
        self.namespaces.append(name)
        self.kubectl("apply", "-n", name, "-f", "-", stdin=(HERE / "manifests/namespace.yaml").read_text().replace("NAMESPACE", name))
        return name

    def apply(self, namespace, text, *args, create=False):
        """Applies manifests, once the service accounts that they name are there. Gives the objects as the server has them.

        What has a generated name, or is to be made anew, is created.
        """
        planned = documents(self.kubectl("create", "--dry-run=client", "-o", "json", "-n", namespace, "-f", "-", stdin=text))
        brought = {name_of(item) for item in planned if item["kind"] == "ServiceAccount"}
        for account in sorted(set(find(planned, "serviceAccountName")) - brought - {"default"}):
            if "{{" not in account:
                self.kubectl("create", "serviceaccount", account, "-n", namespace, check=False)
        create = create or any("generateName" in item["metadata"] for item in planned)
        return documents(self.kubectl("create" if create else "apply", "-n", namespace, "-o", "json", *args, "-f", "-", stdin=text))

    def start(self, namespace, applied):
        """The names of the Workflows and Jobs to wait for; makes one of a template where there is none."""
        workflows = [name_of(item) for item in applied if item["kind"] == "Workflow"]
        jobs = [item for item in applied if item["kind"] == "Job"]
        if not workflows and not jobs:
            for item in applied:
                name = name_of(item)
                if item["kind"] == "CronJob":
                    jobs += documents(self.kubectl("create", "job", f"{name}-run", f"--from=cronjob/{name}", "-n", namespace, "-o", "json"))
                elif item["kind"] in TEMPLATES:
                    spec = item["spec"].get("workflowSpec") or {"workflowTemplateRef": {"name": name, "clusterScope": item["kind"].startswith("Cluster")}}
                    workflow = {"apiVersion": item["apiVersion"], "kind": "Workflow", "metadata": {"name": f"{name}-run"}, "spec": spec}
                    self.kubectl("create", "-n", namespace, "-f", "-", stdin=json.dumps(workflow))
                    workflows.append(f"{name}-run")
        # Of the Jobs of one run, that of the run's name ends last.
        runs = {labels_of(item).get("argot.dev/run") for item in jobs} - {None}
        names = [name_of(item) for item in jobs]
        return workflows, [name for name in names if name in runs] or names

    def plan(self, namespace, plan):
        """Tells the stand-ins of a namespace what to write and how to end, as the README says."""
        path = FOLDER / "standin/plans" / f"{namespace}.json"
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(plan))
        fresh.rename(path)

    # What one sees.

    def get(self, namespace, kind, *args):
        """The objects of a kind in a namespace."""
        return [opened(item) for item in json.loads(self.kubectl("get", "-n", namespace, kind, "-o", "json", *args))["items"]]

    def one(self, namespace, kind, name):
        """One object."""
        return opened(json.loads(self.kubectl("get", "-n", namespace, kind, name, "-o", "json")))

    def seen(self, namespace):
        """What the stand-ins of a namespace were given and have written, in the order in which they ended."""
        found = [json.loads(path.read_text()) for path in (FOLDER / "standin/seen" / namespace).glob("*.json")]
        return sorted(found, key=lambda report: report["time"])

    def logs(self, namespace, pod="*", container="*"):
        """What the containers have printed, oldest first; pod and container may hold `*`."""
        files = sorted((FOLDER / "pods").glob(f"{namespace}_{pod}/{container}.log"), key=lambda path: path.stat().st_mtime)
        return "".join(path.read_text(errors="replace") for path in files)

    # What one waits for.

    def left(self):
        """The seconds that are left."""
        left = self.deadline - time.monotonic()
        expect(not stopping.is_set(), "the tests are stopped")
        expect(left > 0, "the time is up")
        return left

    def wait(self, what, check, timeout=None, every=0.5):
        """What check gives, once that is true in the sense of Python."""
        until = min(self.deadline, time.monotonic() + (timeout or 1e9))
        while True:
            found = check()
            if found:
                return found
            expect(not stopping.is_set(), "the tests are stopped")
            expect(time.monotonic() < until, f"{what} did not come")
            time.sleep(every)

    def wait_workflow(self, namespace, name, timeout=None):
        """The Workflow, once it has ended, however."""

        def over():
            item = self.one(namespace, "workflows.argoproj.io", name)
            return item if item.get("status", {}).get("phase") in OVER else None

        try:
            return self.wait(f"the end of Workflow {name}", over, timeout)
        except Failure as error:
            raise Failure(f"{error}\n{self.state(namespace)}") from None

    def wait_job(self, namespace, name, timeout=None):
        """How a Job has ended: Succeeded or Failed."""
        try:
            return self.wait(f"the end of Job {name}", lambda: ended(self.one(namespace, "jobs.batch", name)), timeout)
        except Failure as error:
            raise Failure(f"{error}\n{self.state(namespace)}") from None

    def run(self, text, name="case", plan=None, timeout=None, namespace=None):
        """Applies manifests in a namespace of their own, waits for the run, and gives what became of it."""
        namespace = namespace or self.namespace(name)
        if plan:
            self.plan(namespace, plan)
        workflows, jobs = self.start(namespace, self.apply(namespace, text))
        expect(len(workflows) + len(jobs) == 1, f"the manifests are {len(workflows) + len(jobs)} runs")
        if workflows:
            return Run(self, namespace, workflow=self.wait_workflow(namespace, workflows[0], timeout))
        return Run(self, namespace, job=jobs[0], phase=self.wait_job(namespace, jobs[0], timeout))

    def state(self, namespace):
        """What is going on in a namespace, for whoever reads a failure."""
        self.deadline = max(self.deadline, time.monotonic() + 10)
        lines = []
        for item in self.get(namespace, "workflows.argoproj.io") if self.argo else []:
            status = item.get("status", {})
            lines.append(f"  Workflow {name_of(item)}: {status.get('phase')} {status.get('message', '')}")
            for node in (status.get("nodes") or {}).values():
                lines.append(f"    {node['name']} {node['type']}: {node.get('phase')} {node.get('message', '')}")
        for item in self.get(namespace, "jobs.batch"):
            lines.append(f"  Job {name_of(item)}: {ended(item) or ('suspended' if item['spec'].get('suspend') else 'not over')}")
        for item in self.get(namespace, "pods"):
            status = item.get("status", {})
            lines.append(f"  pod {name_of(item)}: {status.get('phase')} {status.get('reason', '')} {status.get('message', '')}")
        return "\n".join(lines)


class Run:
    """What became of a run: of a Workflow, or of the Jobs in a namespace."""

    def __init__(self, cluster, namespace, workflow=None, job=None, phase=None):
        self.cluster, self.namespace, self.workflow, self.job = cluster, namespace, workflow, job
        self.phase = phase or workflow["status"]["phase"]
        self.name = job or name_of(workflow)

    @property
    def message(self):
        return self.workflow["status"].get("message", "")

    @property
    def rows(self):
        """A dict for each node of the Workflow, or for each Job and container: see workflow_rows and job_rows."""
        return list(workflow_rows(self.workflow)) if self.workflow else list(job_rows(self.cluster, self.namespace))

    @property
    def nodes(self):
        """The rows of a Workflow by name, without the Workflow's in front: "" is the run, "t" a task, "c.t" one in a call."""
        return {row["name"].removeprefix(self.name).removeprefix("."): row for row in self.rows}

    @property
    def seen(self):
        """What the stand-ins were given: the last report of each task."""
        return {report["node"]: report for report in self.cluster.seen(self.namespace)}

    def expect(self, phase):
        """Fails unless the run has ended so."""
        if self.phase != phase:
            raise Failure(f"{self.name} is {self.phase}, not {phase}\n{self.cluster.state(self.namespace)}\n{self.cluster.logs(self.namespace)[-2000:]}")
        return self


def ended(job):
    """How a Job ended, if it did."""
    for condition in job.get("status", {}).get("conditions", []):
        if condition["status"] == "True" and condition["type"] in ("Complete", "Failed"):
            return {"Complete": "Succeeded"}.get(condition["type"], "Failed")
    return None


def values(parts):
    """Parameters by name, and artifacts by name as where their file is."""
    parts = parts or {}
    found = {item["name"]: item.get("value") for item in parts.get("parameters", [])}
    for item in parts.get("artifacts", []):
        where = item.get("s3", {}).get("key") or item.get("http", {}).get("url") or ("raw" if "raw" in item else "-")
        found[item["name"]] = {"artifact": where}
    return found


def workflow_rows(workflow):
    """A row for each node of a Workflow, in the order in which they began."""
    nodes = workflow.get("status", {}).get("nodes") or {}
    for node in sorted(nodes.values(), key=lambda node: (node.get("startedAt") or "", node["name"])):
        outputs = node.get("outputs") or {}
        code = outputs.get("exitCode")
        row = {"name": node["name"], "type": node["type"], "phase": node.get("phase"), "exit": int(code) if code else None}
        yield row | {"inputs": values(node.get("inputs")), "outputs": values(outputs), "message": node.get("message", "")}
    if not nodes:
        status = workflow.get("status", {})
        row = {"name": name_of(workflow), "type": "Workflow", "phase": status.get("phase"), "exit": None}
        yield row | {"inputs": {}, "outputs": {}, "message": status.get("message", "")}


def container_row(pod, spec, status):
    """A row for a container of a pod. Its inputs are its variables, its outputs what it left in /argot/outputs."""
    state = (status or {}).get("state", {})
    over = state.get("terminated")
    phase = ("Succeeded" if over["exitCode"] == 0 else "Failed") if over else "Running" if "running" in state else "Pending"
    inputs = {item["name"]: item["value"] for item in spec.get("env", []) if "value" in item and not item["value"].startswith("/argot/outputs")}
    file = FOLDER / "pods" / f"{pod['metadata']['namespace']}_{name_of(pod)}" / f"{spec['name']}.outputs.json"
    outputs = json.loads(file.read_text()) if file.exists() else {}
    message = (over or state.get("waiting") or {}).get("message") or (over or {}).get("reason", "").replace("Completed", "")
    row = {"name": f"{name_of(pod)}/{spec['name']}", "type": "Container", "phase": phase, "exit": over and over["exitCode"]}
    return row | {"inputs": inputs, "outputs": outputs, "message": message}


def job_rows(cluster, namespace):
    """A row for each Job of a namespace, and below it one for each container of its pods."""
    pods = cluster.get(namespace, "pods")
    for job in sorted(cluster.get(namespace, "jobs.batch"), key=lambda job: (job.get("status", {}).get("startTime") or "~", name_of(job))):
        status = job.get("status", {})
        phase = ended(job) or ("Suspended" if job["spec"].get("suspend") else "Running" if status.get("active") else "Pending")
        messages = [condition.get("message", "") for condition in status.get("conditions", []) if condition["type"] == "Failed"]
        yield {"name": name_of(job), "type": "Job", "phase": phase, "exit": None, "inputs": {}, "outputs": {}, "message": "; ".join(messages)}
        for pod in pods:
            if labels_of(pod).get("batch.kubernetes.io/job-name") != name_of(job):
                continue
            state = pod.get("status", {})
            statuses = {item["name"]: item for key in ("initContainerStatuses", "containerStatuses") for item in state.get(key) or []}
            specs = pod["spec"].get("initContainers", []) + pod["spec"]["containers"]
            rows = [container_row(pod, spec, statuses.get(spec["name"])) for spec in specs]
            if not statuses:
                rows[0]["message"] = "; ".join(condition.get("message", "") for condition in state.get("conditions", []))
            yield from rows
