"""Plain Kubernetes, layout `jobs`: a Job for each step, and the releaser as it is emitted, with the rights that are emitted."""

import os
import pathlib
import re
import signal
import time

from harness import case, ended, expect, labels_of, name_of, same
from plain import RUN, STEP, before, begin, most_at_once, play

FORK = 'pipeline main() { let a = step(text = "a", seconds = 1.0) let b = step(text = "${a}b", seconds = SECONDS) let c = step(text = "${a}c", seconds = SECONDS) step(text = "${b}${c}d") }'
# The same, but b ends when it is let go.
HELD = 'pipeline main() { let a = step(text = "a", seconds = 1.0) let b = held(gate = "b", where = run.namespace) after a let c = step(text = "${a}c") step(text = "${b}${c}d") }'


@case(quick=True)
def diamond(cluster):
    """Steps run when those before them have ended, side by side where they can, each once; values pass."""
    _, run = begin(cluster, HELD, "jobs", "diamond")
    run.began("b")
    run.began("c")  # while b still runs
    run.let_go("b")
    run.wait("Succeeded")
    times = run.times()
    before(times, "a", "b", "c")
    before(times, "b", "step")
    before(times, "c", "step")
    run.once("a", "b", "c", "step")
    same(run.texts(), {"a": "a", "c": "ac", "step": "bacd"}, "what the steps were given")
    same(run.released(), dict.fromkeys(["a", "b", "c", "step"], "Succeeded"), "what the releaser says")
    same(run.said().strip().split("\n")[-1], "the run has Succeeded", "the releaser's last word")
    same(run.ends(), dict.fromkeys(["a", "b", "c", "step"], "Succeeded"), "the Jobs")


@case(quick=True)
def failure(cluster):
    """What comes after a failure is omitted and has no pod, what does not depend on it runs, and the run's Job fails."""
    source = 'pipeline main() { let a = step(code = 3) let b = step() after a let c = step() after b let d = step(text = "d", seconds = 1.0) step(text = "${d}e") }'
    run = play(cluster, source, "jobs", "Failed")
    run.once("a", "d", "step")
    same(run.released(), {"a": "Failed", "b": "Omitted", "c": "Omitted", "d": "Succeeded", "step": "Succeeded"}, "what the releaser says")
    same(run.said().strip().split("\n")[-1], "the run has Failed", "the releaser's last word")
    same([run.jobs()[name]["spec"]["suspend"] for name in "abcd"], [False, True, True, False], "which Jobs are suspended")
    failed = [one for one in run.jobs()[""]["status"]["conditions"] if one["type"] == "Failed"]
    same([one["reason"] for one in failed], ["PodFailurePolicy"], "why the run's Job has failed")
    same(len([pod for pod in run.pods() if not labels_of(pod).get("argot.dev/task")]), 1, "how often the releaser was started")


@case(quick=True)
def conditions(cluster):
    """`allow_failure` forgives; `failed`, `succeeded` and `skipped` decide what runs, a whole block as well."""
    source = """pipeline main() {
        let a = step(code = 1) with { allow_failure = true }
        let b = step() after a
        if failed(a) { let yes = step(text = "a failed") }
        let no = if succeeded(a) { let inner = step() yield { out = inner.out } }
        if skipped(no) or failed(b) { let other = step() }
        if not failed(a) and succeeded(b) { let never = step() }
        if succeeded(b) and not succeeded(a) { let both = step(text = "both") }
    }"""
    run = play(cluster, source, "jobs")
    ran = {name.rsplit("-", 1)[-1]: end for name, end in run.released().items()}
    same(ran, {"a": "Failed", "b": "Succeeded", "yes": "Succeeded", "inner": "Skipped", "other": "Skipped", "never": "Skipped", "both": "Succeeded"}, "what the releaser says")
    same(sorted(name.rsplit("-", 1)[-1] for name in run.times()), ["a", "b", "both", "yes"], "what has begun")


@case()
def skipped(cluster):
    """`skipped(t)` holds where `t` did not start since a task before it has failed; the run fails all the same."""
    run = play(cluster, 'pipeline main() { let a = step(code = 1) let b = step() after a if skipped(b) { let yes = step(text = "b is skipped") } if succeeded(b) { let no = step() } }', "jobs", "Failed")
    same(sorted(name.rsplit("-", 1)[-1] for name in run.times()), ["a", "yes"], "what has begun")


HANDLED = """
pipeline inner(code: int) {
    step(code)
    on failure { let inside = step(text = "inner ${run.status}") }
}
pipeline main(code: int) {
    let call = inner(code) with { allow_failure = true }
    let b = step(code = code) after call
    let c = step() after b
    on exit { let always = step(text = "run ${run.status}") }
    on success { let well = step(text = "well") }
    on failure { let badly = step(text = "badly") }
}
"""


@case(quick=True)
def handlers_of_failure(cluster):
    """`on failure` and `on exit` run after a failed run and a failed call, are told how it ended, and change nothing; `on success` does not run."""
    source = HANDLED.replace("main(code: int)", "main(code: int = 1)")
    run = play(cluster, source, "jobs", "Failed")
    times, texts = run.times(), {name.rsplit("-", 1)[-1]: text for name, text in run.texts().items()}
    same({name: texts.get(name) for name in ("inside", "always", "well", "badly")}, {"inside": "inner Failed", "always": "run Failed", "well": None, "badly": "badly"}, "what the handlers were given")
    # What comes after the call is forgiven its failure, and waits for its handler.
    always, inside = (next(name for name in times if name.endswith(end)) for end in ("always", "inside"))
    before(times, inside, "b", always)
    expect("c" not in times, "c has run")


@case()
def handlers_of_success(cluster):
    """`on success` and `on exit` run after a run that went well; a handler of the run that fails makes it a failure."""
    source = HANDLED.replace("main(code: int)", "main(code: int = 0)")
    run = play(cluster, source, "jobs")
    texts = {name.rsplit("-", 1)[-1]: text for name, text in run.texts().items()}
    same({name: texts.get(name) for name in ("inside", "always", "well", "badly")}, {"inside": None, "always": "run Succeeded", "well": "well", "badly": None}, "what the handlers were given")
    before(run.times(), "c", next(name for name in run.times() if name.endswith("always")))
    play(cluster, "pipeline main() { step() on exit { let bad = step(code = 1) } }", "jobs", "Failed")


@case(quick=True)
def indexed(cluster):
    """A loop over one step is an Indexed Job: each turn once with its own item, no more at a time than `parallel` says."""
    source = """
    component all(texts: list[string]) { image = "busybox:1.37.0", command = ["sh", "-c", r"echo text $0", texts] }
    pipeline main() {
        let turns = for x in ["a", "b c", "$(X)", "d", "e"] parallel 2 { let one = step(text = "<${x}>", seconds = 1.5) yield { out = one.out } }
        all(texts = turns.out)
    }"""
    run = play(cluster, source, "jobs")
    times = run.times()
    job = next(job for job in run.jobs().values() if job["spec"].get("completionMode") == "Indexed")
    task = labels_of(job)["argot.dev/task"]
    same(sorted(times), [f"{task}/{turn}" for turn in range(5)], "the turns")
    expect(all(len(spans) == 1 for spans in times.values()), f"a turn has run twice: {times}")
    same(most_at_once(times), 2, "how many turns ran at once at the most")
    texts = {name: run.texts()[name] for name in times}
    same(list(dict(sorted(texts.items())).values()), ["<a>", "<b c>", "<$(X)>", "<d>", "<e>"], "what the turns were given")
    last = [text for name, text in run.containers() if name == "all"]
    same(last, ['text ["<a>","<b c>","<$(X)>","<d>","<e>"]\n'], "what comes after all turns")


@case()
def indexed_failure(cluster):
    """A turn that fails fails the loop once all other turns have ended."""
    source = """pipeline main() {
        let turns = for x in [0, 1, 0, 0] parallel 2 { let one = step(code = x, seconds = 1.0) yield { out = one.out } }
        if failed(turns) { let after_it = step() }
        let none = step() after turns
    }"""
    run = play(cluster, source, "jobs", "Failed")
    turns = sorted(name for name in run.times() if "/" in name)
    same([name.rsplit("/", 1)[1] for name in turns], ["0", "1", "2", "3"], "the turns that have begun")
    ends = {name.rsplit("-", 1)[-1]: end for name, end in run.released().items()}
    same(ends.get("none"), "Omitted", "what comes after the loop")
    same(len([name for name in run.times() if "/" not in name]), 1, "what has run beside the turns")


@case(quick=True)
def laid_out(cluster):
    """A loop over several steps is laid out: each turn in its order, turn `i` after turn `i - n`."""
    source = """pipeline main() {
        for x in ["a", "b", "c"] parallel 2 { let one = step(text = x, seconds = 1.0) step(text = "${one}${x}", seconds = 1.0) }
    }"""
    run = play(cluster, source, "jobs")
    times, texts = run.times(), run.texts()
    same(sorted(texts.values()), ["a", "aa", "b", "bb", "c", "cc"], "what the steps were given")
    of = {text: times[name] for name, text in texts.items()}
    for x in "abc":
        before(of, x, x + x)
    turns = {x: [(of[x][0][0], of[x + x][0][1])] for x in "abc"}
    same(most_at_once(turns), 2, "how many turns ran at once at the most")


@case()
def parallel(cluster):
    """`parallel` of a pipeline: at most so many Jobs at once, and as many where there are some."""
    steps = " ".join(f"let s{number} = step(seconds = 2.0)" for number in range(6))
    run = play(cluster, f"pipeline main() {{ parallel = 2 {steps} }}", "jobs")
    same(len(run.times()), 6, "the number of steps")
    same(most_at_once(run.times()), 2, "how many ran at once at the most")


@case()
def retries(cluster):
    """A step is tried again on an empty folder; by `when` a code is not; the attempts that are left over fail the step."""
    source = """
    component counted(disk: volume, name: string, good: int, code: int = 1) -> (out: string) {
        image = "busybox:1.37.0"
        mounts = { "/disk" = disk }
        command = ["sh"]
        script = r\"""
            echo "begin $(date +%s.%N)"
            echo x >> "/disk/$name"
            ls -A "$(dirname "$out")" > "/disk/$name-left"
            wc -l < "/disk/$name" > "$out"
            : > "$out.left"
            [ "$(wc -l < "/disk/$name")" -ge "$good" ] || exit "$code"
            echo "text left $(cat "/disk/$name-left")"
            echo "end $(date +%s.%N)"
            \"""
    }
    pipeline main() {
        volume disk = claim(size = 1Gi, access = "ReadWriteMany")
        let a = counted(disk, name = "a", good = 2) with { retry { limit = 2 } }
        let b = counted(disk, name = "b", good = 9, code = 4) with { retry { limit = 3, when = last.exit_code == 3 } }
        let c = counted(disk, name = "c", good = 2, code = 3) with { retry { limit = 3, when = last.exit_code == 3 } }
        let d = counted(disk, name = "d", good = 9) with { retry { limit = 1 } }
        step(text = "${a}${c}")
        let e = step(text = "${b}") after d
    }""".replace('\\"""', '"""')
    run = play(cluster, source, "jobs", "Failed")
    same({name: len(times) for name, times in run.times().items()}, {"a": 2, "b": 1, "c": 2, "d": 2, "step": 1}, "the attempts")
    same(run.released(), {"a": "Succeeded", "b": "Failed", "c": "Succeeded", "d": "Failed", "step": "Succeeded", "e": "Omitted"}, "what the releaser says")
    same({run.texts()[name] for name in "ac"}, {"left "}, "what an attempt finds in its folder")
    same(run.texts()["step"], "22", "what the second attempts have left")


@case()
def timeouts(cluster):
    """A timeout ends an attempt: of two that are too slow both are stopped; a quick one is not."""
    source = 'pipeline main() { let a = step(seconds = 120.0) with { timeout = 2s, retry { limit = 1 } } let b = step() after a let c = step(seconds = 0.5) with { timeout = 30s } }'
    began = time.monotonic()
    run = play(cluster, source, "jobs", "Failed")
    expect(time.monotonic() - began < 75, "it took as long as the step sleeps")
    same([end for _, end in run.times()["a"]], [None, None], "the ends of the slow attempts")
    same(run.released(), {"a": "Failed", "b": "Omitted", "c": "Succeeded"}, "what the releaser says")


@case()
def deletion(cluster):
    """Deleting the run's Job deletes all that belongs to the run, in the middle of it and after its end."""
    kinds = "jobs,pods,configmaps,serviceaccounts,roles,rolebindings,persistentvolumeclaims"
    for seconds in ("30.0", "1.0"):
        text, run = begin(cluster, FORK.replace("SECONDS", seconds), "jobs")
        if seconds == "1.0":
            run.wait("Succeeded")
        else:
            run.began("b")
            # It becomes the owner where nothing else is to be done.
            time.sleep(8)
        found = {item["kind"] for item in cluster.get(run.namespace, kinds, "-l", f"argot.dev/run={RUN}")}
        same(found, {"Job", "Pod", "ConfigMap", "ServiceAccount", "Role", "RoleBinding", "PersistentVolumeClaim"}, "what the run is made of")
        cluster.kubectl("delete", "job", "-n", run.namespace, RUN, "--wait=false")
        cluster.wait("the end of all that is the run's", lambda: not cluster.get(run.namespace, kinds, "-l", f"argot.dev/run={RUN}"), 90)
    # It can be started again once it is gone.
    cluster.apply(run.namespace, text)
    run.wait("Succeeded")


@case()
def ttl(cluster):
    """`ttl` takes the run away after its end, with all that belongs to it."""
    kinds = "jobs,pods,configmaps,serviceaccounts,roles,rolebindings,persistentvolumeclaims"
    _, run = begin(cluster, 'pipeline main() { ttl { after = 5s } let a = step(text = "a") step(text = "${a}b") }', "jobs")
    cluster.wait("the run", lambda: run.times().get("step"), 90)
    cluster.wait("the end of all that is the run's", lambda: not cluster.get(run.namespace, kinds, "-l", f"argot.dev/run={RUN}"), 90)


@case(quick=True)
def again(cluster):
    """The same manifests applied in the middle of a run and after it: the server refuses the Jobs that were released, and nothing is started again."""
    text, run = begin(cluster, HELD, "jobs")
    run.began("b")
    cluster.wait("the end of c", lambda: run.ends()["c"])

    def apply():
        before = {name: job["spec"] for name, job in run.jobs().items()}
        done = cluster.kubectl("apply", "-n", run.namespace, "-f", "-", stdin=text, check=False)
        refused = set(re.findall(r'Job[^"\n]*"([^"]+)" is invalid: spec\.template', done.stderr))
        same({name: job["spec"] for name, job in run.jobs().items()}, before, "the Jobs' specs, from before to after")
        expect(done.returncode, "kubectl reports no error")
        expect("configured" not in "".join(line for line in done.stdout.splitlines(True) if "job.batch" in line), f"a Job was changed: {done.stdout}")
        return {name.removeprefix(f"{RUN}-") for name in refused}

    same(apply(), {"a", "b", "c"}, "the Jobs that are refused in the middle")
    run.let_go("b")
    run.wait("Succeeded")
    same(apply(), {"a", "b", "c", "step"}, "the Jobs that are refused at the end")
    time.sleep(4)
    run.once("a", "b", "c", "step")
    same(run.ends(), dict.fromkeys(["a", "b", "c", "step"], "Succeeded"), "the Jobs")


@case()
def two_runs(cluster):
    """Two runs of one pipeline in one namespace, by `--name`, do not know of each other."""
    source = 'pipeline main() { let a = step(text = "a", seconds = 2.0) step(text = "${a}b", code = CODE) }'
    namespace = cluster.namespace("two")
    for name, code in (("one", 0), ("two", 1)):
        cluster.apply(namespace, cluster.compile(STEP + source.replace("CODE", str(code)), "--target", "kubernetes", "--layout", "jobs", "--name", name))
    same([cluster.wait_job(namespace, name) for name in ("one", "two")], ["Succeeded", "Failed"], "the ends of the runs")
    cluster.kubectl("delete", "job", "-n", namespace, "two")
    cluster.wait("the end of the second", lambda: not cluster.get(namespace, "jobs,configmaps,roles", "-l", "argot.dev/run=two"), 60)
    same(len(cluster.get(namespace, "jobs,configmaps,roles", "-l", "argot.dev/run=one")), 5, "what is left of the first")


@case(quick=True)
def killed(cluster):
    """A releaser that is deleted in the middle of a run is started again and goes on; nothing runs twice."""
    _, run = begin(cluster, HELD, "jobs")

    def releasers():
        return [pod for pod in run.pods() if labels_of(pod).get("batch.kubernetes.io/job-name") == RUN]

    run.began("b")
    first = name_of(releasers()[0])
    cluster.kubectl("delete", "pod", "-n", run.namespace, first, "--force", "--grace-period=0")
    cluster.wait("another releaser", lambda: [pod for pod in releasers() if name_of(pod) != first and pod["status"].get("phase") == "Running"], 60)
    run.let_go("b")
    run.wait("Succeeded")
    run.once("a", "b", "c", "step")
    same(run.texts()["step"], "bacd", "what the last step was given")


@case()
def dead(cluster):
    """A releaser whose process dies is started again by its Job, time and again."""
    _, run = begin(cluster, HELD, "jobs")
    run.began("b")
    for _ in range(2):

        def process():
            for pod in run.pods():
                if labels_of(pod).get("batch.kubernetes.io/job-name") == RUN and pod["status"].get("phase") == "Running":
                    found = [path for path in pathlib.Path("/proc").glob("[0-9]*") if of(path, name_of(pod))]
                    return found and (name_of(pod), int(found[0].name))

        def of(path, pod):
            try:
                return b"release.sh" in (path / "cmdline").read_bytes() and f"HOSTNAME={pod}\0".encode() in (path / "environ").read_bytes()
            except OSError:
                return False

        pod, pid = cluster.wait("a releaser that runs", process, 60)
        os.kill(pid, signal.SIGKILL)
        cluster.wait("its end", lambda: cluster.one(run.namespace, "pod", pod)["status"].get("phase") == "Failed", 30)
    run.let_go("b")
    run.wait("Succeeded")
    run.once("a", "b", "c", "step")
    same(len([pod for pod in run.pods() if labels_of(pod).get("batch.kubernetes.io/job-name") == RUN]), 3, "how many releasers there were")
