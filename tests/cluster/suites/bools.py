"""A `bool` that a program writes as Python, YAML or a shell does is read; anything else is an error, and nothing is decided by it."""

from harness import case, expect, same
from plain import play

READ = {"true": True, "True": True, " TRUE\\n": True, "1": True, "false": False, "False": False, "FALSE ": False, "0": False}
NONSENSE = ["maybe", "", "yes", "2"]

SOURCE = r'''
component say(text: string) -> (flag: bool) {
    image   = "busybox:1.37.0"
    command = ["sh"]
    script  = "printf %s \"$text\" > \"$flag\""
}
component reached() { image = "busybox:1.37.0", command = ["true"] }
component show(flag: bool) -> (text: string) {
    image   = "busybox:1.37.0"
    command = ["sh"]
    script  = "printf %s \"$flag\" > \"$text\"; echo \"text $flag\""
}
pipeline main() {
    STEPS
}
'''


def source(texts, decides=True):
    """Each text is written by a step and shown by one; and on Argo, where values can, it decides between two steps."""
    step = """let say{at} = say(text = "{text}")
    let show{at} = show(flag = say{at}.flag)"""
    if decides:
        step += """
    if say{at}.flag {{ let yes{at} = reached() }} else {{ let no{at} = reached() }}"""
    return SOURCE.replace("STEPS", "\n    ".join(step.format(at=at, text=text) for at, text in enumerate(texts)))


@case(argo="any", quick=True)
def of_programs_argo(cluster):
    """On Argo."""
    run = cluster.run(cluster.compile(source(READ)), "bools").expect("Succeeded")
    for at, (text, value) in enumerate(READ.items()):
        ends = {name: run.nodes[f"{name}{at}"]["phase"] for name in ("yes", "no")}
        same(ends, {"yes": "Succeeded" if value else "Skipped", "no": "Skipped" if value else "Succeeded"}, f"the branches of {text!r}")
        same(run.nodes[f"show{at}"]["outputs"], {"text": "true" if value else "false"}, f"what {text!r} is")


@case(argo="any")
def nonsense_argo(cluster):
    """On Argo, what is no bool: the run does not succeed, and neither branch runs."""
    for text in NONSENSE:
        run = cluster.run(cluster.compile(source([text])), "nonsense")
        expect(run.phase in ("Failed", "Error"), f"a run with {text!r} is {run.phase}")
        begun = {name for name in ("yes0", "no0", "show0") if run.nodes.get(name, {}).get("phase") in ("Succeeded", "Failed", "Running")}
        expect(not begun, f"{text!r} has let {begun} run")


@case()
def of_programs_jobs(cluster):
    """On plain Kubernetes."""
    run = play(cluster, source(READ, decides=False), "jobs")
    for at, (text, value) in enumerate(READ.items()):
        same(run.texts()[f"show{at}"], "true" if value else "false", f"what {text!r} is")


@case()
def nonsense_jobs(cluster):
    """On plain Kubernetes, what is no bool: the step that has written it fails."""
    for text in NONSENSE[:2]:
        run = play(cluster, source([text], decides=False), "jobs", "Failed")
        same(run.ends()["say0"], "Failed", f"the step that writes {text!r}")
