"""Plain Kubernetes, layout `pod`: one Job, whose pod runs the steps one after the other."""

import time

from harness import case, expect, name_of, same
from plain import RUN, before, begin, manifests, play

CHAIN = '''
component join(texts: list[string], folder: Dataset) -> (out: string, copy: Dataset) {
    image = "busybox:1.37.0"
    command = ["sh"]
    script = r"""
        echo "begin $(date +%s.%N)"
        mkdir "$copy"
        cp -r "$folder"/. "$copy"
        printf %s "$texts" > "$out"
        echo "end $(date +%s.%N)"
        """
}

component make() -> (folder: Dataset, name: string) {
    image = "busybox:1.37.0"
    command = ["sh"]
    init "fetch" { image = "busybox:1.37.0", command = ["sh", "-c", "echo begin 1; echo end 2"] }
    script = r"""
        echo "begin $(date +%s.%N)"
        mkdir -p "$folder/deep"
        printf 'one\\n' > "$folder/a"
        printf 'two' > "$folder/deep/b c"
        printf 'Ada "L"' > "$name"
        echo "end $(date +%s.%N)"
        """
}

pipeline main() -> (copy: Dataset, out: string) {
    let made = make()
    let hello = step(text = "hello ${made.name}", seconds = 1.0)
    let all = join(texts = [made.name, hello], folder = made.folder)
    return { copy = all.copy, out = all.out }
}
'''


@case(quick=True)
def chain(cluster):
    """Steps run one after the other, init containers first; values and folders pass from one to the next."""
    run = play(cluster, CHAIN, "pod")
    times = run.times()
    same(list(times), ["make-fetch", "made", "hello", "all"], "the containers that have run") if "make-fetch" in times else None
    before(times, "made", "hello")
    before(times, "hello", "all")
    outputs = {row["name"].split("/")[1]: row["outputs"] for row in run.run.rows if row["type"] == "Container"}
    same(outputs["all"], {"out": '["Ada \\"L\\"","hello Ada \\"L\\""]', "copy/a": "one\n", "copy/deep/b c": "two"}, "what the last step has left")
    same(len(run.pods()), 1, "the number of pods")


@case(quick=True)
def failure(cluster):
    """A step that fails ends the chain, and the run with it."""
    run = play(cluster, 'pipeline main() { step(text = "a") let b = step(text = "b", code = 3) after step let c = step(text = "c") after b }', "pod", "Failed")
    same(run.texts(), {"step": "a", "b": "b"}, "the steps that have begun")
    same([row["exit"] for row in run.run.rows if row["type"] == "Container"], [0, 3, None], "the exit codes")


@case()
def retries(cluster):
    """The only step of a pod is tried again as often as `retry` says, after 10 and 20 seconds."""
    run = play(cluster, "pipeline main() { step(code = 1) with { retry { limit = 2 } } }", "pod", "Failed")
    attempts = [begin for spans in run.times().values() for begin, _ in spans]
    same(len(attempts), 3, "the number of attempts")
    waits = [after - first for first, after in zip(attempts, attempts[1:])]
    expect(9 < waits[0] < 19 and 19 < waits[1] < 35, f"the waits are {waits}")


@case()
def retry_by_code(cluster):
    """`when` says which exit codes are tried again; another one fails the Job at once."""
    run = play(cluster, "pipeline main() { step(code = 4) with { retry { limit = 3, when = last.exit_code == 3 } } }", "pod", "Failed")
    same(len(run.pods()), 1, "the number of pods")


@case(quick=True)
def timeouts(cluster):
    """The timeout of the run ends a chain where it is; that of a single step ends its attempt."""
    for source in ("pipeline main() { timeout = 4s step(seconds = 1.0) let b = step(seconds = 60.0) after step }", "pipeline main() { step(seconds = 60.0) with { timeout = 3s } }"):
        began = time.monotonic()
        run = play(cluster, source, "pod", "Failed")
        expect(time.monotonic() - began < 45, "it took as long as the step sleeps")
        reasons = {condition["reason"] for condition in run.jobs()[""]["status"]["conditions"] if condition["type"] == "Failed"}
        expect(reasons <= {"DeadlineExceeded", "BackoffLimitExceeded"}, f"the reasons are {reasons}")
        same(list(run.times().values())[-1][0][1], None, "the end of the last step")


@case()
def sidecar(cluster):
    """A sidecar runs beside the step and ends with it; the init container before both."""
    source = r'''
    component served(shared: volume) -> (out: string) {
        image = "busybox:1.37.0"
        mounts = { "/shared" = shared }
        init "first" { image = "busybox:1.37.0", command = ["sh", "-c", "echo first > /shared/first"], mounts = { "/shared" = shared } }
        sidecar "side" {
            image = "busybox:1.37.0"
            command = ["sh", "-c", "cp /shared/first /shared/side; trap 'exit 0' TERM; while :; do sleep 0.1; done"]
            mounts = { "/shared" = shared }
        }
        command = ["sh", "-c", r"while [ ! -s /shared/side ]; do sleep 0.1; done; cp /shared/side $0", out.path]
    }
    pipeline main() { volume shared = scratch_volume(1Mi) served(shared) }
    '''
    run = play(cluster, source, "pod")
    same([row["outputs"] for row in run.run.rows if row["outputs"]], [{"out": "first\n"}], "what the step has left")


@case(quick=True)
def cron(cluster):
    """A pipeline with a schedule is a CronJob that the server takes; a Job made of it runs."""
    source = 'pipeline nightly() -> (out: string) { schedule { cron = "0 3 * * *", timezone = "Europe/Berlin", concurrency = "Forbid" } let a = step(text = "a") let b = step(text = "${a}b") return b }'
    text = manifests(cluster, source, "pod")
    run = cluster.run(text, "cron").expect("Succeeded")
    cron = cluster.one(run.namespace, "cronjobs", "nightly")
    same([cron["spec"][key] for key in ("schedule", "timeZone", "concurrencyPolicy")], ["0 3 * * *", "Europe/Berlin", "Forbid"], "the CronJob")
    same([row["outputs"] for row in run.rows if row["outputs"]][-1], {"out": "ab"}, "what the last step has left")
    again = cluster.kubectl("apply", "-n", run.namespace, "-f", "-", stdin=text)
    expect("unchanged" in again and "configured" not in again, f"applying it again is not without effect: {again}")


@case()
def fires(cluster):
    """The CronJob controller starts a run by itself when the minute comes, and not while `suspend` holds."""
    source = 'pipeline nightly() { schedule { cron = "* * * * *" } step(text = "a") }'
    namespace = cluster.namespace("fires")
    cluster.apply(namespace, manifests(cluster, source, "pod"))
    job = cluster.wait("a run by the schedule", lambda: cluster.get(namespace, "jobs.batch"), 90)[0]
    same(job["metadata"]["ownerReferences"][0]["name"], "nightly", "the owner of the run")
    same(cluster.wait_job(namespace, name_of(job)), "Succeeded", "the end of the run")


@case()
def ttl(cluster):
    """A run is deleted with its pods some time after its end."""
    _, run = begin(cluster, "pipeline main() { ttl { after = 3s } step() }", "pod")
    cluster.wait("the run", lambda: run.jobs(), 30)
    cluster.wait("the end of the run's Job and pods", lambda: not run.jobs() and not run.pods(), 60)


@case()
def again(cluster):
    """Applying the same manifests again during and after the run changes nothing; under another name it is another run."""
    text, run = begin(cluster, 'pipeline main() { step(text = "a", seconds = 4.0) }', "pod")
    run.cluster.wait("a pod", lambda: run.times(), 30)
    for phase in ("while it runs", "when it has ended"):
        said = cluster.kubectl("apply", "-n", run.namespace, "-f", "-", stdin=text)
        expect("configured" not in said and "created" not in said, f"{phase} it is not without effect: {said}")
        run.wait("Succeeded")
    same(len(run.pods()), 1, "the number of pods")
    same(cluster.get(run.namespace, "jobs.batch")[0]["metadata"]["name"], RUN, "the run")
