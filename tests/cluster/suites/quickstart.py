"""The quickstart on Argo, and a pipeline of two steps as one Job."""

from harness import REPO, case, expect, same

TWO = """
component make(n: int) -> (sum: int) {
    image = "busybox:1.37.0"
    command = ["sh"]
    script = "echo $((n + 1)) > \\"$sum\\""
}

pipeline two(n: int = 1) -> (sum: int) {
    let first = make(n = n)
    let second = make(n = first)
    return second
}
"""


@case(quick=True, argo="any")
def on_argo(cluster):
    """The quickstart prints its greeting."""
    run = cluster.run(cluster.compile(REPO / "examples/quickstart/quickstart.argot")).expect("Succeeded")
    same(run.nodes["greeting"]["outputs"], {"text": "Hello, world!"}, "the outputs of `greeting`")
    # Argo's own lines stand between those of the program.
    lines = cluster.logs(run.namespace, "*show*", "main").split("\n")
    expect("Hello, world!" in lines, f"`show` prints {lines}")


@case(quick=True)
def as_a_job(cluster):
    """Two steps in one pod hand a number on."""
    run = cluster.run(cluster.compile(TWO, "--target", "kubernetes", "--layout", "pod")).expect("Succeeded")
    outputs = [row["outputs"] for row in run.rows if row["outputs"]]
    same([list(files.values()) for files in outputs], [["2\n"], ["3\n"]], "what the steps have left")
