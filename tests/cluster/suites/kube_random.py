"""Plain Kubernetes, layout `jobs`: random programs, and some that were written for it, run as the simulator says.

`tests/agree` writes them down: the manifests, how each step ends and what it leaves, and what must come of it.
"""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import tempfile
import threading

from harness import REPO, Failure, case, expect, same
from plain import RUN, Namespace, with_variables

AT_ONCE = 6  # programs of a case that run at the same time
making = threading.Lock()
made = []


def cases(count):
    """The cases: those that were written, and `count` random ones."""
    with making:
        if not made or made[0] != count:
            with tempfile.TemporaryDirectory() as folder:
                file = pathlib.Path(folder) / "cases.json"
                env = os.environ | {"AGREE_WRITE": str(file), "AGREE_WRITTEN": str(count)}
                words = ["cargo", "test", "--locked", "--quiet", "-p", "argot-targets", "--test", "agree", "written_programs"]
                done = subprocess.run(words, cwd=REPO, env=env, capture_output=True, text=True)
                expect(done.returncode == 0, f"the programs cannot be written:\n{done.stdout}{done.stderr}")
                made[:] = [count, json.loads(file.read_text())]
        return made[1]


def play(cluster, one):
    """Runs one, and says what is not as it must be."""
    namespace = cluster.namespace("random")
    cluster.plan(namespace, one["plan"])
    # The releaser looks every second.
    cluster.apply(namespace, with_variables(one["manifests"], ARGOT_POLL=1))
    phase = cluster.wait_job(namespace, RUN)
    run = Namespace(cluster, namespace, "jobs")
    try:
        same(phase, one["run"], "the end of the run")
        same(run.released(), one["ends"], "the ends of the tasks, as the releaser says")
        ran = {name: end for name, end in one["ends"].items() if end in ("Succeeded", "Failed")}
        same({name: end for name, end in run.ends().items() if end}, ran, "the ends of the Jobs")
        suspended = {name for name, job in run.jobs().items() if job["spec"].get("suspend")}
        same(suspended, set(one["ends"]) - set(ran), "the Jobs that are suspended at the end")
        seen = cluster.seen(namespace)
        for report in seen:
            turn = report["env"].get("JOB_COMPLETION_INDEX")
            report["key"] = report["node"] + (f"/{turn}" if turn else "")
        begun = {report["key"] for report in seen}
        expect(begun <= set(one["argv"]), f"what has begun: {begun}, of {set(one['argv'])}")
        same({key.split("/")[0] for key in begun}, set(ran), "what has begun")
        for report in seen:
            given, wanted = report["argv"][1:], one["argv"][report["key"]]
            same(len(given), len(wanted), f"how many arguments {report['key']} was given")
            for value, text in zip(given, wanted):
                expect(text is None or value == text, f"{report['key']} was given {value!r}, not {text!r}")
    except Failure as failure:
        raise Failure(f"{one['name']} in {namespace}: {failure}\n{cluster.state(namespace)}\n{run.said()[-1500:]}") from None
    cluster.kubectl("delete", "namespace", namespace, "--wait=false")


def play_all(cluster, some):
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        failed = [str(error) for error in pool.map(lambda one: attempt(cluster, one), some) if error]
    expect(not failed, f"{len(failed)} of {len(some)} programs differ from the simulator:\n" + "\n".join(failed[:5]))


def attempt(cluster, one):
    try:
        return play(cluster, one)
    except Failure as failure:
        return failure


@case(quick=True)
def some(cluster):
    """Some programs end as the simulator says, task by task, and each step is given what it says."""
    found = cases(5)
    flows = [one for one in found if not one["name"].startswith("seed-")]
    play_all(cluster, flows[:: max(len(flows) // 5, 1)][:5] + found[-5:])


@case(timeout=3600, alone=True)
def all_of_them(cluster):
    """The programs that were written, and 100 random ones: the same."""
    play_all(cluster, cases(100))
