"""What steps share on Argo: volumes, locks, caches, artifacts."""

import json

from harness import case, expect, labels_of, name_of, same
from outside import artifact, give_rights, local_s3, stored

# A step that says when it has run.
TIMED = """
component work(seconds: float = 2.0) -> (from: float, to: float) {
    image  = "busybox:1.37.0"
    script = \"\"\"
        #!/bin/sh
        date +%%s.%%N > "$from"
        sleep "$seconds"
        date +%%s.%%N > "$to"
        \"\"\"
    %s
}
"""


def spans(run):
    """When each step of TIMED has run, as it says itself."""
    outputs = [row["outputs"] for row in run.nodes.values() if row["type"] == "Pod"]
    return sorted((float(out["from"]), float(out["to"])) for out in outputs)


def most_at_once(spans):
    return max(sum(begun <= at < ended for begun, ended in spans) for at, _ in spans)


# Volumes.

VOLUMES = """
component write(disk: volume, text: string) {
    image   = "busybox:1.37.0"
    command = ["sh", "-c", "echo \\"$0\\" >> /data/text", text]
    mounts  = { "/data" = disk }
}
component read(disk: volume) -> (text: string, memory: string, scratch: string, files: string, settings: string, variables: string) {
    image  = "busybox:1.37.0"
    env_from = [secret("keys"), config("settings")]
    env    = { TOKEN = secret("keys", "token"), MODE = config("settings", "mode"), POD = field("metadata.namespace") }
    mounts = {
        "/data"     = disk,
        "/dev/shm"  = memory_volume(64Mi),
        "/scratch"  = scratch_volume(1Gi),
        "/keys"     = secret_volume("keys"),
        "/settings" = config_volume("settings"),
        "/own"      = ephemeral(1Gi),
        "/existing" = existing("shared", read_only = true),
    }
    script = \"\"\"
        #!/bin/sh
        set -e
        cat /data/text > "$text"
        echo shm > /dev/shm/x && cat /dev/shm/x > "$memory"
        touch /scratch/x /own/x && ls /scratch /own > "$scratch"
        head -n 9 /keys/* > "$files"
        (head -n 9 /settings/*; cat /existing/note; if touch /existing/y 2> /dev/null; then echo written; fi) > "$settings"
        echo "$TOKEN $MODE $POD $token $mode" > "$variables"
        \"\"\"
}
pipeline main() -> (text: string) {
    volume shared = claim(size = 1Gi)
    let a = write(disk = shared, text = "one")
    let b = write(disk = shared, text = "two") after a
    let t = read(disk = shared) after b
    return t.text
}
"""

OBJECTS = """
apiVersion: v1
kind: Secret
metadata: {name: keys}
stringData: {token: "s3cr$(MODE) t", other: x}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {mode: "fa$$st"}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: shared}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: fill}
spec:
  restartPolicy: Never
  volumes: [{name: shared, persistentVolumeClaim: {claimName: shared}}]
  containers: [{name: main, image: "busybox:1.37.0", command: [sh, -c, "echo kept > /shared/note"], volumeMounts: [{name: shared, mountPath: /shared}]}]
"""


@case(quick=True, argo="any")
def volumes(cluster):
    """A claim of the run is shared by its steps and deleted with it; space, secrets and settings are where they are mounted."""
    namespace = cluster.namespace("volumes")
    cluster.apply(namespace, OBJECTS)
    cluster.wait("the file on the claim", lambda: cluster.one(namespace, "pod", "fill")["status"].get("phase") == "Succeeded")
    run = cluster.run(cluster.compile(VOLUMES), namespace=namespace).expect("Succeeded")
    expected = {
        "text": "one\ntwo",
        "memory": "shm",
        "scratch": "/own:\nx\n\n/scratch:\nx",
        "files": "==> /keys/other <==\nx\n==> /keys/token <==\ns3cr$(MODE) t",
        "settings": "fa$$stkept",
        "variables": f"s3cr$(MODE) t fa$$st {namespace} s3cr$(MODE) t fa$$st",
    }
    found = run.nodes["t"]["outputs"]
    same({name: found.get(name) for name in expected}, expected, "what the step saw")
    # That of the pod goes with the pod.
    cluster.wait("the end of the run's claim", lambda: f"{run.name}-shared" not in [name_of(item) for item in cluster.get(namespace, "pvc")])


# Locks.


@case(quick=True, argo="any")
def mutex(cluster):
    """Steps with one mutex run one after the other, others beside them."""
    source = (
        TIMED % ""
        + """
        pipeline main() {
            let a = work() with { mutex = "disk" }
            let b = work() with { mutex = "disk" }
            let c = work() with { mutex = "disk" }
            let d = work() with { mutex = "other" }
        }
        """
    )
    run = cluster.run(cluster.compile(source)).expect("Succeeded")
    ran = {task: [float(run.nodes[task]["outputs"][side]) for side in ("from", "to")] for task in "abcd"}
    same(most_at_once([ran[task] for task in "abc"]), 1, "how many have the lock at once")


@case(argo="any")
def mutex_of_runs(cluster):
    """Two runs with one mutex run one after the other."""
    source = TIMED % "" + 'pipeline main() {\n    mutex = "warehouse"\n    let t = work()\n}\n'
    namespace = cluster.namespace("mutex")
    names = [name_of(item) for name in ("one", "two") for item in cluster.apply(namespace, cluster.compile(source, "--name", name))]
    ran = []
    for name in names:
        workflow = cluster.wait_workflow(namespace, name)
        same(workflow["status"]["phase"], "Succeeded", name)
        outputs = next(node["outputs"] for node in workflow["status"]["nodes"].values() if node["type"] == "Pod")
        ran.append([float(next(item["value"] for item in outputs["parameters"] if item["name"] == side)) for side in ("from", "to")])
    same(most_at_once(ran), 1, "how many runs at once")


@case(quick=True, argo="any")
def semaphore(cluster):
    """A semaphore is held as often as the key of its ConfigMap says."""
    source = (
        TIMED % 'semaphore { config = "limits", key = "gpu" }'
        + """
        pipeline main() {
            let turns = for i in 0..4 {
                let t = work(seconds = 6.0)
                yield { to = t.to }
            }
        }
        """
    )
    namespace = cluster.namespace("semaphore")
    cluster.apply(namespace, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: limits}\ndata: {gpu: "2"}\n')
    run = cluster.run(cluster.compile(source), namespace=namespace).expect("Succeeded")
    ran = spans(run)
    same((len(ran), most_at_once(ran)), (4, 2), "how many steps, and how many at once")


@case(argo="any")
def parallel(cluster):
    """`parallel` holds back what would be too much: of a run, of a loop, of a called pipeline."""
    source = (
        TIMED % ""
        + """
        pipeline inner() {
            parallel = 1
            let a = work(seconds = 1.0)
            let b = work(seconds = 1.0)
            let c = work(seconds = 1.0)
        }
        pipeline main() {
            parallel = 3
            let called = inner()
            for i in 0..4 parallel 2 {
                let t = work(seconds = 1.0)
            }
        }
        """
    )
    run = cluster.run(cluster.compile(source)).expect("Succeeded")

    def below(prefix):
        rows = [row for name, row in run.nodes.items() if row["type"] == "Pod" and name.startswith(prefix)]
        return sorted((float(row["outputs"]["from"]), float(row["outputs"]["to"])) for row in rows)

    called, loop = below("called"), below("for")
    same((len(called), most_at_once(called)), (3, 1), "steps of the called pipeline, and at once")
    same(len(loop), 4, "the turns of the loop")
    expect(most_at_once(loop) <= 2 and most_at_once(spans(run)) <= 3, f"at once: {most_at_once(loop)} turns, {most_at_once(spans(run))} steps")


# Caches.

CACHED = """
component work(text: string) -> (upper: string) {
    image  = "busybox:1.37.0"
    cache  { max_age = 1h }
    script = "printf %s \\"$text\\" | tr a-z A-Z > \\"$upper\\""
    command = ["sh"]
}
pipeline main(text: string = "abc") -> (upper: string) {
    let t = work(text)
    return t
}
"""

def pods_of(cluster, run):
    """The names of the pods of a run."""
    return [name_of(item) for item in cluster.get(run.namespace, "pods") if labels_of(item).get("workflows.argoproj.io/workflow") == run.name]


@case(quick=True, argo="any", alone=True)
def cache(cluster):
    """With the rights of Argo's own manifests a step with `cache` runs and is then an error. With the page's Role its result is used again: by the same inputs, and by no others."""
    run = cluster.run(cluster.compile(CACHED), "cache").expect("Error")
    message = run.nodes["t"]["message"]
    expect('cannot create resource "configmaps" in API group "" in the namespace "argo"' in message, f"it says {message!r}")
    same(len(pods_of(cluster, run)), 1, "how many pods have run")
    give_rights(cluster, "argo")
    upper, pods = {}, {}
    try:
        for name, text in (("first", "abc"), ("again", "abc"), ("other", "xyz")):
            run = cluster.run(cluster.compile(CACHED, "--name", name, "-p", f"text={text}"), namespace=run.namespace).expect("Succeeded")
            upper[name], pods[name] = run.nodes["t"]["outputs"].get("upper"), len(pods_of(cluster, run))
        kept = [name_of(item) for item in cluster.get("argo", "configmaps", "-l", "workflows.argoproj.io/configmap-type=Cache")]
    finally:
        cluster.kubectl("delete", "-n", "argo", "role/argo-configmaps", "rolebinding/argo-configmaps", "configmap/main-work-cache", "--ignore-not-found")
    same(upper, {"first": "ABC", "again": "ABC", "other": "XYZ"}, "the results")
    same(pods, {"first": 1, "again": 0, "other": 1}, "how many pods have run")
    same(kept, ["main-work-cache"], "what is kept, and where")


# Artifacts.

ARTIFACTS = """
component make(given: Dataset, text: Dataset) -> (file: Dataset, folder: Dataset, plain: Dataset, zipped: Dataset, kept: Dataset) {
    image   = "busybox:1.37.0"
    command = ["sh"]
    outputs {
        plain  { archive = "none" }
        zipped { archive = "zip" }
        kept   { to = "s3://argo/KEPT/kept.txt", archive = "none" }
    }
    script = \"\"\"
        set -e
        { cat "$given"; cat "$text"; } > "$file"
        mkdir -p "$folder/below"
        echo one > "$folder/one"
        printf 'a\\\\000b' > "$folder/below/bytes"
        cp "$file" "$plain"
        mkdir "$zipped"
        echo zip > "$zipped/z"
        echo kept > "$kept"
        \"\"\"
}
component show(file: Dataset, folder: Dataset, plain: Dataset, zipped: Dataset) -> (text: string) {
    image   = "busybox:1.37.0"
    command = ["sh"]
    script  = \"\"\"
        set -e
        { cat "$file" "$plain"; cd "$folder"; find . -type f | sort; od -An -c below/bytes; cat "$zipped/z"; } > "$text"
        \"\"\"
}
pipeline main(given: Dataset = Dataset("s3://argo/KEPT/given.txt"), text: Dataset = Dataset(text = "raw: $(X) é\\n")) -> (text: string, file: Dataset) {
    let made  = make(given, text)
    let shown = show(file = made.file, folder = made.folder, plain = made.plain, zipped = made.zipped)
    return { text = shown.text, file = made.file }
}
"""


@case(quick=True, argo="any")
def artifacts(cluster):
    """Files and folders pass from step to step, packed or not; one comes from a key, one from a text, one is put where it is asked."""
    namespace = cluster.namespace("artifacts")
    stored(f"{namespace}/given.txt", "given\n")
    source = ARTIFACTS.replace("KEPT", namespace)
    run = cluster.run(local_s3(cluster.compile(source)), namespace=namespace).expect("Succeeded")
    both = "given\nraw: $(X) é\n"
    expected = both * 2 + "./below/bytes\n./one\n   a  \\0   b\nzip"
    same(run.nodes["shown"]["outputs"].get("text"), expected, "what the second step saw")
    same(stored(f"{namespace}/kept.txt"), "kept\n", "what is kept")
    same(artifact(run, "made", "file"), both, "what is stored packed")
    same(artifact(run, "made", "plain"), both, "what is stored as it is")


COLLECTED = """
component make(name: string) -> (file: Dataset, size: int) {
    image   = "busybox:1.37.0"
    command = ["sh"]
    script  = "printf %s \\"$name\\" > \\"$file\\"; wc -c < \\"$file\\" > \\"$size\\""
}
component cut() -> (parts: list[Dataset]) {
    image   = "busybox:1.37.0"
    command = ["sh"]
    script  = "mkdir -p \\"$parts\\"; for i in b a; do echo $i > \\"$parts/$i.txt\\"; done; echo '[\\"b.txt\\", \\"a.txt\\"]' > \\"$parts_names\\""
}
component show(files: list[Dataset]) -> (text: string) {
    image   = "busybox:1.37.0"
    command = ["sh"]
    script  = "cd \\"$files\\" && for f in *; do echo $f $(cat $f); done > \\"$text\\""
}
component one(file: Dataset) -> (text: string) {
    image   = "busybox:1.37.0"
    command = ["sh"]
    script  = "cat \\"$file\\" > \\"$text\\""
}
component tell(who: string, file: Dataset) -> (text: string) {
    image   = "busybox:1.37.0"
    command = ["sh"]
    script  = "echo $who $(cat \\"$file\\") > \\"$text\\""
}
pipeline main(who: string = "ops") -> (made: string, cut: string, sizes: list[int], each: list[string], none: int) {
    let turns = for name in ["x", "yy", "zzz"] {
        let t = make(name)
        yield { file = t.file, size = t.size }
    }
    let shown = show(files = turns.file)
    let parts = cut()
    let all   = show(files = parts)
    let each  = for part in parts {
        let t = one(file = part)
        yield { text = t }
    }
    let empty = for _ in 0..0 {
        let t = make(name = "never")
        yield { file = t.file }
    }
    on success {
        let last = cut()
        for part in last { tell(who, file = part) }
    }
    return { made = shown, cut = all, sizes = turns.size, each = each.text, none = len(empty.file) }
}
"""


@case(quick=True, argo="any")
def lists_of_artifacts(cluster):
    """What the turns of a loop make is a folder; the files of a step are looped over one by one, in a handler of the run too;
    an empty loop gives none."""
    run = cluster.run(cluster.compile(COLLECTED)).expect("Succeeded")
    expected = {"made": "0 x\n1 yy\n2 zzz", "cut": "a.txt a\nb.txt b", "sizes": [1, 2, 3], "each": ["b", "a"], "none": "0"}
    found = dict(run.nodes[""]["outputs"])
    found |= {name: json.loads(found[name]) for name in ("sizes", "each") if name in found}
    same({name: found.get(name) for name in expected}, expected, "the outputs of the run")
    told = [node["outputs"]["text"] for path, node in run.nodes.items() if "tell" in path and "text" in node["outputs"]]
    same(sorted(told), ["ops a", "ops b"], "what the handler was told")
