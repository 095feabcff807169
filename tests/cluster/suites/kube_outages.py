"""Plain Kubernetes, layout `jobs`: an API server that is away, for a while or for good."""

import os
import signal
import subprocess
import time

from harness import FOLDER, case, expect, same
from plain import RUN, begin, manifests, with_variables

FORK = 'pipeline main() { let a = step(text = "a", seconds = 5.0) let b = step(text = "${a}b", seconds = 20.0) let c = step(text = "${a}c", seconds = 90.0) step(text = "${b}${c}d") }'
AWAY = 60  # seconds


class Server:
    """The process of the API server."""

    def __init__(self, cluster):
        self.cluster, self.file = cluster, FOLDER / "pids/apiserver"
        self.pid = int(self.file.read_text())
        self.command = open(f"/proc/{self.pid}/cmdline", "rb").read().rstrip(b"\0").split(b"\0")

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        while os.path.exists(f"/proc/{self.pid}") and open(f"/proc/{self.pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z":
            time.sleep(0.05)

    def start(self):
        """With the same flags as before."""
        with open(FOLDER / "logs/apiserver.log", "ab") as log:
            started = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.file.write_text(f"{started.pid}\n")
        self.ready()

    def ready(self):
        self.cluster.wait("the API server", lambda: self.cluster.kubectl("get", "--raw", "/readyz", check=False).returncode == 0, 90)


def ended_well(run):
    run.wait("Succeeded")
    run.once("a", "b", "c", "step")
    same(run.texts()["step"], "abacd", "what the last step was given")


@case(alone=True, timeout=360)
def gone(cluster):
    """The API server is gone for a minute, in which a step ends: the releaser waits, then goes on, and nothing runs twice."""
    _, run = begin(cluster, FORK, "jobs", "gone")
    run.began("b")
    server = Server(cluster)
    server.kill()
    try:
        time.sleep(AWAY)
    finally:
        server.start()
    ended_well(run)


@case(alone=True, timeout=360)
def silent(cluster):
    """The API server takes connections for a minute and says nothing: the same."""
    _, run = begin(cluster, FORK, "jobs", "silent")
    run.began("b")
    server = Server(cluster)
    os.kill(server.pid, signal.SIGSTOP)
    try:
        time.sleep(AWAY)
    finally:
        os.kill(server.pid, signal.SIGCONT)
    server.ready()
    ended_well(run)


@case(quick=True)
def given_up(cluster):
    """A releaser that reaches no server says so in its log after its patience, and its Job fails at once, without being started again."""
    text = manifests(cluster, 'pipeline main() { let a = step(text = "a") }', "jobs")

    namespace = cluster.namespace("given-up")
    cluster.apply(namespace, with_variables(text, KUBERNETES_SERVICE_PORT=1, ARGOT_PATIENCE=8))
    same(cluster.wait_job(namespace, RUN), "Failed", "the end of the run")
    said = cluster.logs(namespace, f"{RUN}-?????", "main")
    expect("refused" in said and "r-a could not be read for" in said and "the releaser gives up" in said, f"the log says: {said}")
    pods = cluster.get(namespace, "pods")
    same(len(pods), 1, "how often the releaser was started")
    same(cluster.get(namespace, "jobs.batch")[0]["status"].get("ready", 0), 0, "what has run")
