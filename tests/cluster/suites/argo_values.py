"""Awkward texts arrive at a process byte for byte, on every way through Argo.

The texts are those of `tests/conformance/values`, whose judge says the same of the manifest alone.
"""

import json
import tempfile

from harness import REPO, case, expect, same
from outside import give_rights

LISTED = json.loads((REPO / "tests/conformance/values/awkward.json").read_text())
ALL = [text[0] * text[1] if isinstance(text, list) else text for text in LISTED]


def carried(text):
    """Whether Argo can carry a text: what it reads as a tag, and some characters, it cannot."""
    characters = all(c in "\b\f\n\r\t" or (c >= " " and c != "\x7f") for c in text)
    private = any(0xE0000 <= ord(c) for c in text)
    return "{{" not in text and characters and not private


TEXTS = [text for text in ALL if carried(text) and len(text) < 1000]
LONG = [text for text in ALL if carried(text) and 1000 < len(text) < 128 << 10]
# Each kind of trouble once, for the loop, whose every turn is a pod.
SOME = ["", "\n", "trailing ", "- a", "say \"hi\"", "back\\slash", "two\nlines", "yes", "012", "{}", "$", "$$(HOME)", "$(HOME)", "é", "\u2028", "{ {x} }"]


def literal(text):
    """A text as a constant of the language."""
    plain = lambda c: "\\" + c if c in '"\\$' else c if " " <= c <= "~" else f"\\u{{{ord(c):X}}}"
    return '"' + "".join(map(plain, text)) + '"'


def conditions(texts):
    """Tasks `equal` that run if texts of the run are what they are, and `unequal` if they are not, twenty texts to one."""
    lines = []
    for at in range(0, len(texts), 20):
        for name, between, operator in (("equal", " and ", "=="), ("unequal", " or ", "!=")):
            condition = between.join(f"v{i} {operator} {literal(text)}" for i, text in list(enumerate(texts))[at : at + 20])
            lines.append(f"    if {condition} {{ let {name}{at} = reached() }}")
    return "\n".join(lines)


def source(texts):
    """A pipeline that takes each text as a parameter, and hands it on in every way.

    What one step is given is kept below 1 MiB for a text of 100 KB: Argo cannot hand over more.
    """
    each = lambda form: ", ".join(form.format(i=i) for i in range(len(texts)))
    lines = lambda form: "\n".join(form.format(i=i, text=literal(text)) for i, text in enumerate(texts))
    data = f"l = [{each('v{i}')}], m = {{ {each('k{i} = v{i}')} }}, r = {{ a = [{each('v{i}')}], b = v0 }}, j = {{ x = [{each('v{i}')}] }}"
    return f"""
const HOME = "/root"

component show({each("v{i}: string")}) {{
    image   = "ghcr.io/acme/show:1.0.0"
    command = ["show"]
    args    = [{each("v{i}")}]
    env     = {{ HOME = HOME, {each("E{i} = v{i}")} }}
}}
component script({each("v{i}: string")}) {{
    image   = "ghcr.io/acme/show:1.0.0"
    command = ["show"]
    env     = {{ HOME = HOME }}
    script  = "nothing"
}}
component make({each("v{i}: string")}) -> (file: Dataset, {each("o{i}: string")}) {{
    image   = "busybox:1.37.0"
    command = ["sh"]
    script  = \"\"\"
        set -e
        exec 3> "$file"
{lines('        printf %s "$v{i}" > "$o{i}"; printf %sx/x "$v{i}" >&3')}
        \"\"\"
}}
component read(file: Dataset) {{
    image   = "ghcr.io/acme/show:1.0.0"
    command = ["show", file.path]
}}
component data(l: list[string], m: map[string], r: {{ a: list[string], b: string }}, j: json) {{
    image   = "ghcr.io/acme/show:1.0.0"
    command = ["show"]
    args    = [l, m, r, j]
}}
component data_in_variables(l: list[string], m: map[string], r: {{ a: list[string], b: string }}, j: json) {{
    image   = "ghcr.io/acme/show:1.0.0"
    command = ["show"]
    env     = {{ HOME = HOME, L = l, M = m, R = r, J = j }}
}}
component computed(l: list[string], first: string) {{
    image   = "ghcr.io/acme/show:1.0.0"
    command = ["show"]
    args    = [[first] + l, {{ k = l }}]
    env     = {{ HOME = HOME }}
}}
component item(x: string) {{
    image   = "ghcr.io/acme/show:1.0.0"
    command = ["show", x, "<${{x}}>"]
    env     = {{ HOME = HOME, E = x }}
}}
component reached() {{ image = "ghcr.io/acme/show:1.0.0", command = ["show"] }}

pipeline inner(items: list[string]) {{
    for x in items {{
        let shown = item(x = x)
    }}
}}

pipeline main({each("v{i}: string")}, items: list[string]) {{
    let shown    = show({each("v{i} = v{i}")})
    let scripted = script({each("v{i} = v{i}")})
    let made     = make({each("v{i} = v{i}")})
    let again    = show({each("v{i} = made.o{i}")})
    let filed    = read(file = made.file)
    let whole    = data({data})
    let named    = data_in_variables({data})
    let more     = computed(l = [{each("v{i}")}], first = v0)
    let loop     = inner(items)
{conditions(texts)}
}}
"""


def parameters(texts, items):
    return {f"v{i}": text for i, text in enumerate(texts)} | {"items": items}


def compile_with(cluster, text, values, *flags):
    """The YAML for these values of parameters."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(values, file)
        file.flush()
        return cluster.compile(text, "--params", file.name, *flags)


def text_of(value):
    """What a stand-in has reported."""
    return value if isinstance(value, str) else repr(value)


def arrived(seen, texts, what):
    """Fails unless the arguments and variables of `show` are these texts."""
    for i, text in enumerate(texts):
        same(text_of(seen["argv"][1 + i]), text, f"argument {i} of {what}")
        same(text_of(seen["env"].get(f"E{i}")), text, f"variable {i} of {what}")


def judge(run, texts, items, dollar="$"):
    """Fails unless a run was given the texts in every way. `dollar` is what becomes of `$` in the arguments of the step with the largest."""
    run.expect("Succeeded")
    seen = run.seen
    arrived(seen["shown"], texts, "`shown`")
    for i, text in enumerate(texts):
        same(text_of(seen["scripted"]["env"].get(f"v{i}")), text, f"variable {i} of the script")
    # Argo takes one line break from the end of an output.
    arrived(seen["again"], [text[:-1] if text.endswith("\n") else text for text in texts], "what has come through an output")
    same(seen["filed"]["files"]["/argot/inputs/file"], "".join(text + "x/x" for text in texts), "what has come through a file")
    found = [json.loads(argument) for node in ("whole", "more") for argument in seen[node]["argv"][1:]]
    keyed = {f"k{i}": text for i, text in enumerate(texts)}
    wanted = [texts, keyed, {"a": texts, "b": texts[0]}, {"x": texts}, [texts[0], *texts], {"k": texts}]
    same(found, json.loads(json.dumps(wanted[:4]).replace("$", dollar)) + wanted[4:], "lists, maps and records as arguments")
    found = [json.loads(seen["named"]["env"][name]) for name in "LMRJ"]
    same(found, [texts, keyed, {"a": texts, "b": texts[0]}, {"x": texts}], "lists, maps and records as variables")
    turns = sorted((report for node, report in seen.items() if node.startswith("loop.")), key=lambda report: report["node"])
    looped = sorted((text_of(report["argv"][1]), text_of(report["argv"][2]), text_of(report["env"].get("E"))) for report in turns)
    same(looped, sorted((text, f"<{text}>", text) for text in items), "the items of the loop")
    reached = {node for node in seen if "equal" in node}
    same(reached, {f"equal{at}" for at in range(0, len(texts), 20)}, "the conditions that held")


@case(quick=True, argo="any", timeout=240)
def given_to_the_compiler(cluster):
    """Texts that the compiler is given as parameters arrive: as arguments, variables, files, in JSON, through outputs, loops, conditions."""
    text = compile_with(cluster, source(TEXTS), parameters(TEXTS, SOME))
    judge(cluster.run(text, "values"), TEXTS, SOME)


@case(argo="any", timeout=900)
def given_to_the_run(cluster):
    """The same for a run of a WorkflowTemplate, whose texts the compiler does not see; every text is looped over."""
    namespace = cluster.namespace("values")
    cluster.apply(namespace, cluster.compile(source(TEXTS), "--as", "workflow-template"))
    given = {name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for name, value in parameters(TEXTS, TEXTS).items()}
    spec = {"workflowTemplateRef": {"name": "main"}, "arguments": {"parameters": [{"name": name, "value": value} for name, value in given.items()]}}
    run = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": "run"}, "spec": spec}
    judge(cluster.run(json.dumps(run), namespace=namespace), TEXTS, TEXTS)


def constants(texts):
    each = lambda form, between=", ": between.join(form.format(i=i, text=literal(text)) for i, text in enumerate(texts))
    return f"""
{each("const C{i} = {text}", chr(10))}

component show() {{
    image   = "ghcr.io/acme/show:1.0.0"
    command = ["show", {each("C{i}")}]
    env     = {{ HOME = "/root", {each("E{i} = C{i}")} }}
}}
component given({each("v{i}: string = C{i}")}) {{
    image   = "ghcr.io/acme/show:1.0.0"
    command = ["show", {each("v{i}")}]
    env     = {{ HOME = "/root", {each("E{i} = v{i}")} }}
}}
component read({each("f{i}: Dataset")}) {{
    image   = "ghcr.io/acme/show:1.0.0"
    command = ["show", {each("f{i}.path")}]
}}
pipeline main() {{
    let shown = show()
    let taken = given()
    let files = read({each("f{i} = Dataset(text = C{i})")})
}}
"""


@case(quick=True, argo="any")
def constants_of_the_source(cluster):
    """Constants arrive: in arguments and variables, as defaults, and as the content of artifacts."""
    # Argo has no artifact without content.
    texts = [text for text in TEXTS if text]
    run = cluster.run(cluster.compile(constants(texts)), "constants").expect("Succeeded")
    arrived(run.seen["shown"], texts, "`shown`")
    arrived(run.seen["taken"], texts, "`taken`")
    files = run.seen["files"]["files"]
    same([files[f"/argot/inputs/f{i}"] for i in range(len(texts))], texts, "the artifacts")


@case(argo="any", timeout=300)
def long_texts(cluster):
    """A text of 100 KB arrives in every way, once the controller may make ConfigMaps, as the page says; without that right the step is an error.

    In the arguments of a step whose arguments are over 128 KiB together, `$` stays doubled, as the page says too.
    """
    for at, text in enumerate(LONG):
        compiled = compile_with(cluster, source(["x", text]).replace(literal(text), "v1"), parameters(["x", text], [text]))
        namespace = cluster.namespace("long")
        if at == 0:
            run = cluster.run(compiled.replace("name: main-", "name: without-"), namespace=namespace).expect("Error")
            message = run.nodes["shown"]["message"]
            expect(f'cannot create resource "configmaps" in API group "" in the namespace "{namespace}"' in message, f"it says {message!r}")
        give_rights(cluster, namespace)
        # The arguments of one step are in a ConfigMap, where Kubernetes does not read them.
        judge(cluster.run(compiled, namespace=namespace), ["x", text], [text], dollar="$$")


SCRIPTS = """
component a() -> (text: string) { image = "busybox:1.37.0", command = ["sh"], script = SCRIPT }
component b() -> (text: string) { image = "busybox:1.37.0", command = ["python3"], script = LONG }
pipeline main() {
    let a = a()
    let b = b()
}
"""


@case(quick=True, argo="any")
def scripts(cluster):
    """Scripts reach their interpreter to the letter: with tags, dollars, and of a size that needs a ConfigMap."""
    braced = "cat > \"$text\" <<'END'\n{{x}} {{workflow.name}} {{=1+1}} $$ $(HOME) $(date) ${x} `y` \\n \u2028 \U0001f600\nEND\n"
    long = "TEXT = '''" + "é$(HOME)\n" * 9000 + "'''\nimport os\nopen(os.environ['text'], 'w').write(str(TEXT.count('é$(HOME)')))\n"
    text = SCRIPTS.replace("SCRIPT", literal(braced)).replace("LONG", literal(long))
    run = cluster.run(cluster.compile(text), "scripts").expect("Succeeded")
    same(run.nodes["a"]["outputs"].get("text"), braced.split("\n")[1], "what the first script wrote")
    same(run.nodes["b"]["outputs"].get("text"), "9000", "what the second script counted")


LIMITS = """
component show(x: string) {
    image   = "ghcr.io/acme/show:1.0.0"
    command = ["show", x]
}
pipeline main(x: string) {
    let shown = show(x = x)
}
"""


@case(argo="any")
def what_argo_reads(cluster):
    """What the page says of texts of a run that Argo reads again, or cannot carry: some change, some end the run. As constants they are refused."""
    namespace = cluster.namespace("limits")
    cluster.apply(namespace, cluster.compile(LIMITS, "--as", "workflow-template"))
    arrives, changes, ends = "arrives", "is changed", "ends the run"
    expected = {"{{x}}": arrives, "{{workflow.name}}": changes, "{{ workflow.name }}": changes, "{{=1+1}}": changes} | dict.fromkeys(["\x1b[1m", "\a", "\v", "\x7f", "\U000f0000"], ends)
    found = {}
    for at, text in enumerate(expected):
        spec = {"workflowTemplateRef": {"name": "main"}, "arguments": {"parameters": [{"name": "x", "value": text}]}}
        run = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": f"run-{at}"}, "spec": spec}
        cluster.apply(namespace, json.dumps(run))
    for at, text in enumerate(expected):
        phase = cluster.wait_workflow(namespace, f"run-{at}")["status"]["phase"]
        reports = [report["argv"][1] for report in cluster.seen(namespace) if report["pod"].startswith(f"run-{at}-")]
        found[text] = ends if phase != "Succeeded" and not reports else arrives if reports == [text] else changes
    same(found, expected, "what becomes of them")
    for text in expected:
        try:
            cluster.compile(LIMITS, "-p", f"x={text}")
        except Exception as refused:
            expect("substituted-text" in str(refused) or "unprintable-text" in str(refused), f"{text!r} is refused: {refused}")
        else:
            expect(False, f"{text!r} is compiled")
