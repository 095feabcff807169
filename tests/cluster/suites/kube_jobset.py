"""Plain Kubernetes, layout `jobset`: one JobSet, with JobSet's own controller and webhooks."""

import time

from harness import case, expect, labels_of, same
from plain import RUN, STEP, before, begin, manifests, most_at_once, play


@case(quick=True)
def diamond(cluster):
    """Steps run in the order of `dependsOn`, side by side where they can; values pass."""
    run = play(cluster, 'pipeline main() { let a = step(text = "a") let b = step(text = "${a}b", seconds = 3.0) let c = step(text = "${a}c", seconds = 3.0) step(text = "${b}${c}d") }', "jobset")
    times = run.times()
    before(times, "a", "b", "c")
    before(times, "b", "step")
    before(times, "c", "step")
    same(most_at_once({"b": times["b"], "c": times["c"]}), 2, "how many of b and c run at once")
    run.once("a", "b", "c", "step")
    same(run.texts()["step"], "abacd", "what the last step was given")


@case()
def wide(cluster):
    """More than five dependencies go through Jobs `TASK-after-N` that do nothing; the step waits for all."""
    steps = " ".join(f"let s{number} = step(text = \"{number}\", seconds = {number % 3}.0)" for number in range(12))
    run = play(cluster, f"pipeline main() {{ {steps} let last = step() after {', '.join(f's{number}' for number in range(12))} }}", "jobset")
    times = run.times()
    for number in range(12):
        before(times, f"s{number}", "last")
    helpers = sorted(name for name in run.jobs() if "-after-" in name)
    same(helpers, ["last-after-1-0", "last-after-2-0", "last-after-3-0"][: len(helpers)], "the Jobs that only wait")
    expect(len(helpers) >= 2, f"there are too few of them: {helpers}")
    run.once(*(f"s{number}" for number in range(12)), "last")


@case(quick=True)
def failure(cluster):
    """The first failure ends the JobSet: what runs is stopped, what waits is not made."""
    began = time.monotonic()
    run = play(cluster, "pipeline main() { let a = step(seconds = 1.0, code = 2) let b = step(seconds = 60.0) let c = step() after a }", "jobset", "Failed")
    expect(time.monotonic() - began < 45, "it took as long as the step sleeps")
    expect("c" not in run.times(), "c has run")
    same(run.cluster.one(run.namespace, "jobset", RUN)["status"].get("restarts", 0), 0, "how often the JobSet was started again")


@case()
def retries(cluster):
    """A step is tried again within the JobSet, as `retry` says."""
    source = """
    component counted(disk: volume) -> (out: string) {
        image = "busybox:1.37.0"
        mounts = { "/disk" = disk }
        command = ["sh", "-c", r"echo begin 1; echo x >> /disk/n; wc -l < /disk/n > $0; [ $(wc -l < /disk/n) -ge 2 ]", out.path]
    }
    pipeline main() {
        volume disk = claim(size = 1Gi)
        let a = counted(disk) with { retry { limit = 2 } }
        step(text = a)
    }"""
    run = play(cluster, source, "jobset")
    same({name: len(times) for name, times in run.times().items()}, {"a": 2, "step": 1}, "the attempts")
    same(run.texts()["step"], "2", "what the second attempt has left")


@case()
def loops(cluster):
    """A loop over one step is an Indexed Job with its parallelism; one over several is laid out."""
    source = """
    component all(texts: list[string]) { image = "busybox:1.37.0", command = ["sh", "-c", r"echo text $0", texts] }
    pipeline main() {
        let turns = for x in ["a", "b", "c", "d"] parallel 2 { let one = step(text = "<${x}>", seconds = 1.5) yield { out = one.out } }
        for x in ["e", "f"] parallel 1 { let two = step(text = x) step(text = "${two}${x}") }
        all(texts = turns.out)
    }"""
    run = play(cluster, source, "jobset")
    times, texts = run.times(), run.texts()
    turns = {name: spans for name, spans in times.items() if "/" in name}
    same(sorted(texts[name] for name in turns), ["<a>", "<b>", "<c>", "<d>"], "what the turns were given")
    same(most_at_once(turns), 2, "how many turns ran at once at the most")
    of = {text: times[name] for name, text in texts.items() if name in times}
    for first, after in (("e", "ee"), ("ee", "f"), ("f", "ff")):
        before(of, first, after)
    last = [text for name, text in run.containers() if name == "all"]
    same(last, ['text ["<a>","<b>","<c>","<d>"]\n'], "what comes after all turns")


@case()
def queue(cluster):
    """The label of the queue stands on the JobSet. One that is suspended, as Kueue does, has no pod; it runs when it is let."""
    text = cluster.compile(STEP + 'pipeline main() { let a = step(text = "a") with { queue = "night" } let b = step(text = "${a}b") with { queue = "night" } }', "--target", "kubernetes", "--layout", "jobset", "--name", RUN)
    namespace = cluster.namespace("queue")
    cluster.apply(namespace, text.replace("spec:\n  replicatedJobs:", "spec:\n  suspend: true\n  replicatedJobs:"))
    same(labels_of(cluster.one(namespace, "jobset", RUN)).get("kueue.x-k8s.io/queue-name"), "night", "the label")
    time.sleep(5)
    same(cluster.get(namespace, "pods"), [], "the pods of a JobSet that is suspended")
    cluster.kubectl("patch", "jobset", RUN, "-n", namespace, "--type=merge", "-p", '{"spec": {"suspend": false}}')
    same(cluster.wait("the end of the JobSet", lambda: cluster.one(namespace, "jobset", RUN)["status"].get("terminalState"), 90), "Completed", "its end")


@case()
def ttl(cluster):
    """`ttl` takes the JobSet away with its Jobs and pods; ConfigMap and claim stay, as the page says."""
    _, run = begin(cluster, 'pipeline main() { ttl { after = 3s } let a = step(text = "a") step(text = "${a}b") }', "jobset")
    cluster.wait("the run", lambda: run.times().get("step"), 90)
    cluster.wait("the end of the JobSet", lambda: not cluster.get(run.namespace, "jobset,jobs,pods"), 90)
    kept = cluster.get(run.namespace, "configmaps,persistentvolumeclaims", "-l", f"argot.dev/run={RUN}")
    same(sorted(item["kind"] for item in kept), ["ConfigMap", "PersistentVolumeClaim"], "what is left")


@case()
def again(cluster):
    """The same manifests applied in the middle of a run: the server refuses the change that its own defaults seem to be, and none with `--server-side`."""
    text, run = begin(cluster, 'pipeline main() { let a = step(text = "a", seconds = 8.0) step(text = "${a}b") }', "jobset")
    run.began("a")
    spec = cluster.one(run.namespace, "jobset", RUN)["spec"]
    done = cluster.kubectl("apply", "-n", run.namespace, "-f", "-", stdin=text, check=False)
    expect(done.returncode and "field is immutable" in done.stderr, f"the JobSet is not refused: {done.stdout}{done.stderr}")
    same(cluster.one(run.namespace, "jobset", RUN)["spec"], spec, "the JobSet, from before to after")
    cluster.wait("the end of the JobSet", lambda: cluster.one(run.namespace, "jobset", RUN)["status"].get("terminalState"), 90)
    run.once("a", "step")


@case()
def again_server_side(cluster):
    """With `kubectl apply --server-side` the same manifests are a no-op."""
    text = manifests(cluster, 'pipeline main() { let a = step(text = "a", seconds = 6.0) step(text = "${a}b") }', "jobset")
    namespace = cluster.namespace("side")
    for _ in range(2):
        cluster.kubectl("apply", "--server-side", "-n", namespace, "-f", "-", stdin=text)
        generation = cluster.one(namespace, "jobset", RUN)["metadata"]["generation"]
        same(generation, 1, "how often the JobSet's spec was written")
    cluster.wait("the end of the JobSet", lambda: cluster.one(namespace, "jobset", RUN)["status"].get("terminalState"), 90)
    same(len(cluster.get(namespace, "pods")), 2, "the number of pods")
