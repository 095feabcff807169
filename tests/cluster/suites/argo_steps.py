"""How Argo runs steps: attempts, deadlines, daemons, sidecars, handlers."""

import datetime
import re

from harness import case, expect, free_port, same

# A step whose end is up to the plan of its run.
STEP = """
component work() -> (n: int) {
    image   = "ghcr.io/acme/work:1.0.0"
    command = ["work"]
    args    = ["--out", n.path]
    %s
}
pipeline main() -> (n: int) {
    let t = work()
    return t
}
"""

def attempts(run, task="t"):
    """The nodes of a task's attempts, in their order."""
    found = {int(match[1]): row for name, row in run.nodes.items() if (match := re.fullmatch(rf"{task}\((\d+)\)", name))}
    return [found[index] for index in sorted(found)]


def phases(run, task="t"):
    return [row["phase"] for row in attempts(run, task)]


def times(run, name):
    """When a node began and ended, in seconds; Argo says it in whole ones."""
    node = next(node for node in run.workflow["status"]["nodes"].values() if node["name"] == f"{run.name}.{name}")
    return [datetime.datetime.fromisoformat(node[key].replace("Z", "+00:00")).timestamp() for key in ("startedAt", "finishedAt")]


# Attempts.


@case(quick=True, argo="any")
def retries(cluster):
    """A step that fails twice is tried a third time, after 1 s and then 3 s; its outputs are those of the last attempt."""
    source = STEP % "retry { limit = 4, backoff = 1s, factor = 3 }"
    plan = {"fail": {"t(0)": 3, "t(1)": 4}, "outputs": {"t(2)": {"n": 7}}}
    run = cluster.run(cluster.compile(source), plan=plan).expect("Succeeded")
    same(phases(run), ["Failed", "Failed", "Succeeded"], "the attempts")
    same([row["exit"] for row in attempts(run)], [3, 4, 0], "their exit codes")
    same(run.nodes["t"]["outputs"].get("n"), "7", "the output of the task")
    waits = [times(run, f"t({at + 1})")[0] - times(run, f"t({at})")[1] for at in range(2)]
    expect(waits[0] >= 1 and waits[1] >= 3, f"the waits are {waits} s")


@case(argo="any")
def retries_end(cluster):
    """A step that goes on failing has `limit` further attempts and no more, and the run has failed."""
    run = cluster.run(cluster.compile(STEP % "retry { limit = 2 }"), plan={"fail": {"t": 3}}).expect("Failed")
    same(phases(run), ["Failed"] * 3, "the attempts")


@case(argo="any")
def retry_when(cluster):
    """`when` looks at the attempt that has ended: 75 is tried again, 1 is not."""
    source = STEP % "retry { limit = 5, when = last.exit_code == 75 }"
    run = cluster.run(cluster.compile(source), plan={"fail": {"t(0)": 75, "t(1)": 75, "t(2)": 1}}).expect("Failed")
    same([row["exit"] for row in attempts(run)], [75, 75, 1], "the exit codes")


@case(argo="any")
def retry_on(cluster):
    """What `on` says is tried again: failures are not errors."""
    source = """
        component work() -> (n: int) {
            image   = "ghcr.io/acme/work:1.0.0"
            command = ["work"]
            args    = ["--out", n.path]
        }
        pipeline main() {
            on_error = "continue"
            let a = work() with { retry { limit = 2, on = "failure" } }
            let b = work() with { retry { limit = 2, on = "error" } }
            let c = work() with { retry { limit = 2, on = "failure" } }
            let d = work() with { retry { limit = 2, on = "error" } }
            let e = work() with { retry { limit = 2, on = "always" } }
            let f = work() with { retry { limit = 2 } }
        }
        """
    plan = {"fail": {"a(0)": 3, "b(0)": 3, "e(0)": 3, "f(0)": 3}, "error": {"c(0)": True, "d(0)": True, "e(1)": True}}
    run = cluster.run(cluster.compile(source), plan=plan)
    # Of failures and errors Argo takes over one.
    expect(run.phase in ("Failed", "Error"), f"the run is {run.phase}")
    expected = {
        "a": ["Failed", "Succeeded"],
        "b": ["Failed"],
        "c": ["Error"],
        "d": ["Error", "Succeeded"],
        "e": ["Failed", "Error", "Succeeded"],
        "f": ["Failed", "Succeeded"],
    }
    same({task: phases(run, task) for task in expected}, expected, "the attempts")


# Deadlines.


@case(quick=True, argo="any")
def timeout_of_a_step(cluster):
    """A step that takes too long is ended, each attempt after its own time."""
    source = STEP % "timeout = 3s\n    retry { limit = 1, on = \"always\" }\n    termination_grace = 1s"
    run = cluster.run(cluster.compile(source), plan={"sleep": {"t": 300}})
    expect(run.phase in ("Failed", "Error"), f"the run is {run.phase}")
    same(len(attempts(run)), 2, "the attempts")
    # Where its own container is ended before it has said anything, Argo makes an error of the failure once the pod is gone.
    for row in attempts(run):
        expect("deadline" in row["message"] or row["message"] == "pod deleted", f"an attempt says {row['message']!r}")
    same(run.seen, {}, "what has come to its end")


@case(argo="any")
def timeout_of_a_run(cluster):
    """A run that takes too long is ended with its steps; what came later has not begun."""
    source = """
        component work() -> (n: int) {
            image   = "ghcr.io/acme/work:1.0.0"
            command = ["work"]
            args    = ["--out", n.path]
        }
        component next(n: int) { image = "busybox:1.37.0", command = ["echo", n] }
        pipeline main() {
            timeout = 4s
            let t = work()
            next(n = t)
        }
        """
    run = cluster.run(cluster.compile(source), plan={"sleep": {"t": 60}}).expect("Failed")
    same(run.nodes["t"]["phase"], "Failed", "the step")
    expect("next" not in run.nodes or run.nodes["next"]["phase"] in ("Omitted", "Skipped"), f"`next` is {run.nodes.get('next')}")
    same(run.seen, {}, "what has come to its end")


# Daemons.

DAEMON = """
component serve(port: int) {
    image     = "python:3.12.7-slim"
    command   = ["sh", "-c", "mkdir /tmp/www; cd /tmp/www; echo hello > index.html; sleep 8; exec python3 -m http.server $0", port]
    daemon    = true
    container = { readinessProbe = { %s, periodSeconds = 1 } }
}
component fetch(url: string) -> (page: string) {
    image  = "curlimages/curl:8.15.0"
    script = \"\"\"
        #!/bin/sh
        curl --silent --show-error --fail "$url" > "$page" || echo gone > "$page"
        \"\"\"
}
pipeline inner(port: int) -> (page: string) {
    let server = serve(port)
    let first  = fetch(url = "http://${server.ip}:${port}/")
    return first
}
pipeline main(port: int) -> (page: string, gone: string) {
    let call = inner(port)
    let late = fetch(url = "http://127.0.0.1:${port}/") after call
    return { page = call.page, gone = late }
}
"""


def daemon(cluster, probe):
    port = free_port()
    source = DAEMON % probe.replace("PORT", str(port))
    run = cluster.run(cluster.compile(source, "-p", f"port={port}")).expect("Succeeded")
    same(run.nodes["call.first"]["outputs"].get("page"), "hello", "what the daemon gives")
    same(run.nodes["call.first"]["inputs"]["url"], f"http://127.0.0.1:{port}/", "its address")
    same(run.nodes["late"]["outputs"].get("page"), "gone", "what is there once its graph has ended")
    # A program that is ended by a signal, SIGTERM or at last SIGKILL, may be shown as failed; the run is not.
    server = run.nodes["call.server"]
    ended = server["phase"] == "Succeeded" or server["message"].endswith(("(exit code 143)", "(exit code 137)"))
    expect(ended, f"the daemon is {server}")


@case(quick=True, argo="any")
def daemon_http(cluster):
    """A daemon counts as done once its probe says that it is ready, and is ended with its graph."""
    daemon(cluster, 'httpGet = { path = "/", port = PORT }')


@case(argo="any")
def daemon_tcp(cluster):
    """The same with a probe that connects."""
    daemon(cluster, "tcpSocket = { port = PORT }")


@case(argo="any")
def daemon_exec(cluster):
    """The same with a probe that runs a program."""
    daemon(cluster, 'exec = { command = ["curl", "--fail", "http://127.0.0.1:PORT/"] }')


@case(argo="any")
def liveness(cluster):
    """A step that its liveness probe finds dead is ended, and tried again."""
    source = """
        component work() -> (n: int) {
            image     = "busybox:1.37.0"
            script    = "touch /tmp/alive; sleep 3; rm /tmp/alive; sleep 60; echo 1 > $n"
            command   = ["sh"]
            container = { livenessProbe = { exec = { command = ["cat", "/tmp/alive"] }, periodSeconds = 1, failureThreshold = 2 }, terminationMessagePath = "/dev/termination-log" }
            termination_grace = 1s
            retry     { limit = 1 }
        }
        pipeline main() -> (n: int) {
            let t = work()
            return t
        }
        """
    run = cluster.run(cluster.compile(source)).expect("Failed")
    same(phases(run), ["Failed", "Failed"], "the attempts")
    took = [ended - begun for begun, ended in (times(run, f"t({at})") for at in range(2))]
    expect(max(took) < 30, f"they took {took} s")


@case(quick=True, argo="any")
def sidecar(cluster):
    """A sidecar runs beside the step, and is ended with it; an init container has run before."""
    port = free_port()
    source = """
        component fetch(www: volume, port: int) -> (page: string) {
            image  = "curlimages/curl:8.15.0"
            mounts = { "/www" = www }
            init "write" {
                image   = "busybox:1.37.0"
                command = ["sh", "-c", "echo hello > /www/index.html"]
                mounts  = { "/www" = www }
            }
            sidecar "server" {
                image   = "python:3.12.7-slim"
                command = ["sh", "-c", "sleep 1; exec python3 -m http.server $0 --directory /www", port]
                mounts  = { "/www" = www }
            }
            script = \"\"\"
                #!/bin/sh
                curl --silent --fail --retry 20 --retry-delay 1 --retry-connrefused "http://127.0.0.1:$port/" > "$page"
                \"\"\"
        }
        pipeline main(port: int) -> (page: string) {
            volume www = scratch_volume(1Gi)
            let t = fetch(www, port)
            return t
        }
        """
    run = cluster.run(cluster.compile(source, "-p", f"port={port}")).expect("Succeeded")
    same(run.nodes["t"]["outputs"].get("page"), "hello", "what the sidecar gives")


PROBED = """
component fetch() -> (page: string) {
    raw_template = {
        container = {
            image   = "curlimages/curl:8.15.0"
            command = ["sh", "-c", "sleep 4; curl --silent --fail http://127.0.0.1:PORT/index.html > /tmp/page"]
        }
        sidecars = [{
            name           = "server"
            image          = "python:3.12.7-slim"
            command        = ["sh", "-c", "mkdir /tmp/www; cd /tmp/www; for f in started alive ready index.html; do echo $f > $f; done; exec python3 -m http.server PORT"]
            startupProbe   = { httpGet = { path = "/started", port = PORT }, periodSeconds = 1 }
            livenessProbe  = { httpGet = { path = "/alive", port = PORT }, periodSeconds = 1 }
            readinessProbe = { httpGet = { path = "/ready", port = PORT }, periodSeconds = 1 }
        }]
        outputs = { parameters = [{ name = "page", valueFrom = { path = "/tmp/page" } }] }
    }
}
component wait(limit: int) {
    raw_template = { suspend = { duration = "2" } }
}
pipeline main() -> (page: string) {
    let t = fetch()
    let w = wait(limit = 1) after t
    return t
}
"""


@case(argo="any")
def probed_sidecar(cluster):
    """A raw template: a sidecar with probes, of which that of the start comes first; then a step that is suspended for 2 s."""
    run = cluster.run(cluster.compile(PROBED.replace("PORT", str(free_port())))).expect("Succeeded")
    same(run.nodes["t"]["outputs"].get("page"), "index.html", "what the sidecar gives")
    asked = re.findall(r'"GET /(\w+) ', cluster.logs(run.namespace, "*fetch*", "server").replace(".html", ""))
    same(set(asked), {"started", "alive", "ready", "index"}, "what the sidecar was asked")
    same(asked.count("started"), len([one for one in asked[: asked.index("alive")] if one == "started"]), "probes of the start before the first of life")
    begun, ended = times(run, "w")
    expect(run.nodes["w"]["type"] == "Suspend" and ended - begun >= 2, f"the suspended step is {run.nodes['w']}, {ended - begun} s")


# Handlers.

HANDLERS = """
component work(name: string) { image = "ghcr.io/acme/work:1.0.0", command = ["work", name] }
component note(text: string) { image = "ghcr.io/acme/work:1.0.0", command = ["note", text] }
pipeline inner() {
    work(name = "inner")
    on exit    { let x = note(text = "inner ${run.status}") }
    on failure { let f = note(text = "inner failed") }
}
pipeline main() {
    let c = inner()
    let w = work(name = "after") after c
    on exit    { let x = note(text = "${run.status} ${len(run.failures)}") }
    on success { let s = note(text = "good") }
    on failure { let f = note(text = "bad") }
}
"""


def notes(run):
    return sorted(report["argv"][1] for report in run.cluster.seen(run.namespace) if report["argv"][0] == "note")


@case(quick=True, argo="any")
def handlers(cluster):
    """Handlers of a run and of a call run after a success, each once."""
    run = cluster.run(cluster.compile(HANDLERS)).expect("Succeeded")
    same(notes(run), ["Succeeded 0", "good", "inner Succeeded"], "what the handlers were told")


@case(argo="any")
def handlers_of_failures(cluster):
    """Handlers of a run and of a call run after a failure, each once; what came later has not run."""
    run = cluster.run(cluster.compile(HANDLERS), plan={"fail": {"c.work": 3}}).expect("Failed")
    same(notes(run), ["Failed 1", "bad", "inner Failed", "inner failed"], "what the handlers were told")
    same([report["argv"][1] for report in run.cluster.seen(run.namespace) if report["argv"][0] == "work"], ["inner"], "what has run")
