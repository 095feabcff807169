"""Plain Kubernetes: `argot-clean` takes away what an attempt has left, whoever wrote it; and what stops a step reaches its program."""

from harness import case, expect, same
from plain import play

# The first attempt leaves folders in which only their owner may write, and fails.
MESS = r'''
component mess(disk: volume) -> (out: string) {
    image = "busybox:1.37.0"
    mounts = { "/disk" = disk }
    command = ["sh"]
    SECURITY
    script = r"""
        echo "begin $(date +%s.%N)"
        at=$(dirname "$out")
        found=$(ls -A "$at")
        echo x >> /disk/attempts
        mkdir -p "$at/a/b"
        echo x > "$at/a/b/c"
        echo x > "$at/.hidden"
        chmod MODE "$at/a/b" "$at/a"
        [ "$(wc -l < /disk/attempts)" -ge 2 ] || exit 1
        printf %s "$found" > "$out"
        echo "text <$found> $(id -u) $(id -g)"
        echo "end $(date +%s.%N)"
        """
}
pipeline main() {
    volume disk = claim(size = 1Gi, access = "ReadWriteMany")
    let a = mess(disk) with { retry { limit = 1 } }
    let b = step(text = a)
}
'''


def cleaned(name, security, mode, user, summary):
    """The case of one way to say who a step is."""

    def of(cluster):
        run = play(cluster, MESS.replace("SECURITY", security).replace("MODE", mode), "jobs")
        same(len(run.times()["a"]), 2, "the attempts")
        same(run.texts()["a"], f"<> {user}", "what the second attempt has found, and who it is")

    of.__name__, of.__doc__ = name, summary
    return case()(of)


CASES = [
    cleaned("of_nobody_named", "", "0700", "0 0", "Where no user is named, the folder is emptied by root."),
    cleaned("of_root", "security { run_as_user = 0 }", "0500", "0 0", "What root has left is removed even from folders in which root may not write."),
    cleaned("of_a_user", "security { run_as_user = 1234 }", "0700", "1234 0", "What a user has left is removed by that user."),
    cleaned("of_a_user_and_group", "security { run_as_user = 1234, run_as_group = 4321, run_as_non_root = true, drop_capabilities = [\"ALL\"] }", "0700", "1234 4321", "What a user of a group has left is removed by the same."),
]


@case()
def stopped(cluster):
    """A step that leaves outputs is told when it is stopped, as any program is: at a timeout."""
    source = r'''
    component patient() -> (out: string) {
        image = "busybox:1.37.0"
        command = ["sh"]
        script = r"""
            echo "begin $(date +%s.%N)"
            trap 'echo "text stopped"; exit 143' TERM
            while :; do sleep 0.1; done
            echo late > "$out"
            """
    }
    pipeline main() { let a = patient() with { timeout = 3s } let b = step(text = a) }'''
    run = play(cluster, source, "jobs", "Failed")
    same(run.texts().get("a"), "stopped", "what the program says when it is stopped")
    expect(run.released() == {"a": "Failed", "b": "Omitted"}, f"the releaser says {run.released()}")


@case()
def no_output_in_a_pod(cluster):
    """In a pod of several steps, too, the step that does not write its output is the one that fails."""
    source = r'''
    component lazy() -> (out: string) { image = "busybox:1.37.0", command = ["sh", "-c", "true", out.path] }
    pipeline main() { let a = lazy() step(text = a) }'''
    run = play(cluster, source, "pod", "Failed")
    rows = {row["name"].rsplit("/", 1)[-1]: row for row in run.run.rows if row["type"] == "Container"}
    same((rows["a"]["phase"], rows["a"]["exit"]), ("Failed", 1), "how `a` has ended")
    expect(rows["step"]["phase"] == "Pending", f"`step` is {rows['step']['phase']}")
