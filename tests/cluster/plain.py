"""What the suites of plain Kubernetes share: a step that says when it runs, and what was seen of a run."""

import re

from harness import FOLDER, Failure, Run, ended, expect, labels_of, name_of, same

# It prints when it begins and ends, leaves `text`, and ends with `code`. `seconds` is how long it takes.
STEP = r'''
component step(text: string = "", seconds: float = 0.0, code: int = 0) -> (out: string) {
    image = "busybox:1.37.0"
    command = ["sh"]
    script = r"""
        echo "begin $(date +%s.%N)"
        trap 'kill $!; exit 143' TERM
        sleep "$seconds" &
        wait $!
        printf %s "$text" > "$out"
        echo "text $text"
        echo "end $(date +%s.%N)"
        exit "$code"
        """
}
'''
# It prints when it begins, and ends once `let_go` has been called with its `gate`.
HELD = r'''
component held(gate: string, where: string) -> (out: string) {
    image = "busybox:1.37.0"
    command = ["sh"]
    script = r"""
        echo "begin $(date +%s.%N)"
        trap 'exit 143' TERM
        until [ -e "/argot-standin/gates/$where/$gate" ]; do sleep 0.2; done
        printf %s "$gate" > "$out"
        echo "end $(date +%s.%N)"
        """
}
'''
RUN = "r"  # the name of every run: each has a namespace of its own


def manifests(cluster, source, layout, *flags):
    """What argot compiles for plain Kubernetes; the steps of STEP may be used. What runs by a schedule has no other name."""
    named = () if "schedule" in source else ("--name", RUN)
    return cluster.compile(STEP + (HELD if "held(" in source else "") + source, "--target", "kubernetes", "--layout", layout, *named, *flags)


def play(cluster, source, layout, phase="Succeeded", **options):
    """Runs a source to its end, which must be the one that is named."""
    text = manifests(cluster, source, layout)
    if layout != "jobset":
        return Played(cluster.run(text, layout, **options).expect(phase), layout)
    namespace = options.get("namespace") or cluster.namespace(layout)
    cluster.apply(namespace, text)
    found = cluster.wait("the end of the JobSet", lambda: cluster.one(namespace, "jobset", RUN).get("status", {}).get("terminalState"))
    found = {"Completed": "Succeeded"}.get(found, found)
    return Played(Run(cluster, namespace, job=RUN, phase=found).expect(phase), layout)


def begin(cluster, source, layout, name=None):
    """Starts a run, and does not wait for it."""
    text = manifests(cluster, source, layout)
    namespace = cluster.namespace(name or layout)
    cluster.apply(namespace, text)
    return text, Namespace(cluster, namespace, layout)


class Namespace:
    """What is seen of a run's namespace."""

    def __init__(self, cluster, namespace, layout):
        self.cluster, self.namespace, self.layout = cluster, namespace, layout

    def jobs(self):
        """The Jobs by their name without the run's; "" is the run's own."""
        return {name_of(job).removeprefix(RUN).removeprefix("-"): job for job in self.cluster.get(self.namespace, "jobs.batch")}

    def ends(self):
        """How each Job of a step is: Succeeded, Failed, or None."""
        return {name: ended(job) for name, job in self.jobs().items() if name}

    def pods(self):
        return self.cluster.get(self.namespace, "pods")

    def containers(self):
        """The logs of what has begun, oldest first, by task and turn: in a pod of several steps a task is a container.

        A pod that is gone tells its task by its name.
        """
        # Every Job of a JobSet is an Indexed Job; that of a loop says how many turns there are.
        sets = self.cluster.get(self.namespace, "jobset") if self.layout == "jobset" else []
        loops = {one["name"] for item in sets for one in item["spec"]["replicatedJobs"] if "completions" in one["template"]["spec"]}
        labels = {name_of(pod): labels_of(pod) for pod in self.pods()}
        found = []
        for path in (FOLDER / "pods").glob(f"{self.namespace}_*/*.log"):
            pod = path.parent.name.split("_", 1)[1]
            known = labels.get(pod, {"argot.dev/task": pod.removeprefix(RUN)[1:-6]})
            task, turn = known.get("argot.dev/task"), known.get("batch.kubernetes.io/job-completion-index")
            if self.layout == "jobset" and task not in loops:
                turn = None
            name = path.stem if path.stem != "main" else (task or "") + (f"/{turn}" if turn and task else "")
            text = path.read_text(errors="replace")
            begun = re.search(r"^begin (\S+)$", text, re.M)
            found.append((float(begun[1]) if begun else 0, name, text))
        return [(name, text) for _, name, text in sorted(found)]

    def times(self):
        """When each task has run, as its logs say: a list of (begin, end) with an entry for each attempt. An end that did not come is None."""
        found = {}
        for name, text in self.containers():
            if starts := re.findall(r"^begin (\S+)$", text, re.M):
                over = re.findall(r"^end (\S+)$", text, re.M)
                ends = [float(time) for time in over] + [None] * (len(starts) - len(over))
                found.setdefault(name, []).extend(zip(map(float, starts), ends))
        return found

    def texts(self):
        """What the steps were given as `text`, by task."""
        return {name: "\n".join(re.findall(r"^text (.*)$", text, re.M)) for name, text in self.containers() if re.search("^text ", text, re.M)}

    def said(self):
        """What the releaser has printed."""
        return self.cluster.logs(self.namespace, f"{RUN}-?????", "main")

    def released(self):
        """How each task has ended, as the releaser says at the end."""
        lines = re.findall(r"^(\S+) (Succeeded|Failed|Skipped|Omitted)$", self.said(), re.M)
        return {name.removeprefix(f"{RUN}-"): end for name, end in lines}

    def began(self, task, timeout=60):
        """Waits until a task runs."""
        return self.cluster.wait(f"the begin of {task}", lambda: self.times().get(task), timeout, every=0.3)

    def let_go(self, gate):
        """Lets the steps end that are held at a gate."""
        folder = FOLDER / "standin/gates" / self.namespace
        folder.mkdir(parents=True, exist_ok=True)
        (folder / gate).touch()

    def wait(self, phase):
        """Waits for the end of the run, which must be this one."""
        found = self.cluster.wait_job(self.namespace, RUN)
        if found != phase:
            raise Failure(f"the run is {found}, not {phase}\n{self.cluster.state(self.namespace)}\n{self.said()[-2000:]}")
        return self

    def once(self, *tasks):
        """Fails unless these tasks, and no others, have begun, and each once."""
        same({name: len(times) for name, times in self.times().items()}, dict.fromkeys(tasks, 1), "how often tasks have begun")


class Played(Namespace):
    """A run that has ended."""

    def __init__(self, run, layout):
        super().__init__(run.cluster, run.namespace, layout)
        self.run = run


def before(times, first, *others):
    """Fails unless a task has ended before others have begun."""
    for other in others:
        end, begin = times[first][-1][1], times[other][0][0]
        if not end or end > begin:
            raise Failure(f"{other} has begun at {begin}, before the end of {first} at {end}")


def most_at_once(times):
    """How many attempts ran at the same time at the most."""
    steps = sorted((time, change) for spans in times.values() for span in spans for time, change in zip(span, (1, -1)))
    most = now = 0
    for _, change in steps:
        now += change
        most = max(most, now)
    return most


def with_variables(text, **variables):
    """Manifests of the layout `jobs` whose releaser has further variables in its environment."""
    home = '        - name: HOME\n          value: "/tmp"\n'
    expect(text.count(home) == 1, "the releaser has no HOME")
    return text.replace(home, home + "".join(f'        - name: {name}\n          value: "{value}"\n' for name, value in variables.items()))
