"""Plain Kubernetes: what a step leaves, and what stands in the pipeline, arrives byte for byte in each layout."""

import json
import re

from harness import case, expect, same
from plain import play

TEXTS = ["", " ", "  a  ", "\n", "a\n", "a\n\n", "\n\na", "a\r\nb", "a\r", "\t", "'", '"', "'\"'", "`id`", "$(id)", "$HOME", "${HOME}", "$$", "$(X)", "$$(X)", "$(", "\\", "\\n", "a\\", "%s%n"]
TEXTS += ["-n", "-e", "--", "--help", "!", "*", "/*", "?", "~", "#x", "a;b&c|d", "<a>&amp;", "{{inputs.parameters.x}}", "{{=1}}", "null", "~null", "true", "no", "1e3", "0x1f", "0123", "[1]"]
TEXTS += ['{"a":1}', "ünïcødé", "日本語", "😀", "\u2028", "\u00a0", "\ufeffx", "e\u0301", "\x01\x1f\x7f", "\x1b[31m", ": - ", "- a", "a=b", "a: b", "$'\\n'", "EOF", "\n#!/bin/sh\nid\n", "x" * 100_000]
# As a text alone, a value need not be UTF-8.
BYTES = b"\xff\xfe\x80 \xc3"

DUMP = r"import os, sys; print('got', [os.fsencode(word).hex() for word in sys.argv[1:]])"


def literal(text):
    """A text as Argot's source has it."""
    known = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\", "$": "\\$"}
    return '"' + "".join(known.get(one) or (one if one.isprintable() else f"\\u{{{ord(one):x}}}") for one in text) + '"'


def names(count):
    return [f"v{number}" for number in range(count)]


def program(count):
    """A step that leaves the texts, and steps that are given them in all ways: as arguments, in variables, within JSON, as files."""
    inputs = ", ".join(f"{name}: string" for name in names(count))
    given = ", ".join(f"{name} = made.{name}" for name in names(count))
    table = json.dumps([text.encode().hex() for text in TEXTS[: count - 1]] + [BYTES.hex()])
    good = ", ".join(f"made.{name}" for name in names(count - 1))
    return f'''
    component make() -> ({inputs}, file: Dataset) {{
        image = "python:3.13"
        command = ["python3"]
        script = r"""
import os
for number, text in enumerate({table}):
    with open(os.environ[f"v{{number}}"], "wb") as file:
        file.write(bytes.fromhex(text))
with open(os.environ["file"], "wb") as file:
    file.write(bytes(range(256)))
"""
    }}
    component words({inputs}) {{ image = "python:3.13", command = ["python3", "-c", r"{DUMP}"], args = [{", ".join(names(count))}] }}
    component variables({inputs}) {{
        image = "python:3.13"
        command = ["python3"]
        script = r"""
import os
print("got", [os.environb[b"v%d" % number].hex() for number in range({count})])
"""
    }}
    component within(list: list[string], text: string, record: {{ a: string, b: list[string] }}, file: Dataset) {{
        image = "python:3.13"
        command = ["python3"]
        script = r"""
import os
print("got", [os.environb[name].hex() for name in (b"list", b"text", b"record")] + [open(os.environ["file"], "rb").read().hex()])
"""
    }}
    pipeline main() {{
        let made = make()
        words({given})
        variables({given}) after words
        within(list = [{good}], text = "<${{made.v18}}|${{made.v10}}>", record = {{ a = made.v11, b = [made.v2, "\\"", made.v7] }}, file = made.file) after variables
    }}'''


def got(run):
    """What each step has said that it was given."""
    found = {}
    for name, text in run.containers():
        if match := re.search(r"^got (.*)$", text, re.M):
            found[name] = [bytes.fromhex(word) for word in re.findall(r"'([0-9a-f]*)'", match[1])]
    return found


def less_a_line(text):
    return text.removesuffix("\n")


def of_steps(cluster, layout):
    """Whatever a step writes reaches others as an argument, in a variable, within JSON and as a file: less one line break at the end of a text."""
    run = play(cluster, program(len(TEXTS) + 1), layout)
    found = got(run)
    expected = [less_a_line(text).encode() for text in TEXTS] + [BYTES]
    same(sorted(found), ["variables", "within", "words"], "the steps that were given values")
    for name in ("words", "variables"):
        for value, wanted in zip(found[name], expected, strict=True):
            same(value, wanted, f"a value in {name}")
    texts = [less_a_line(text) for text in TEXTS]
    parts, text, record, file = found["within"]
    same(json.loads(parts), texts, "the list")
    same(text.decode(), f"<{texts[18]}|{texts[10]}>", "the text")
    same(json.loads(record), {"a": texts[11], "b": [texts[2], '"', texts[7]]}, "the record")
    same(file, bytes(range(256)), "the file")


def of_the_source(cluster, layout):
    """Whatever stands in the pipeline reaches a step as an argument, in a variable and within JSON, byte for byte."""
    inputs = ", ".join(f"{name}: string" for name in names(len(TEXTS)))
    given = ", ".join(f"{name} = {literal(text)}" for name, text in zip(names(len(TEXTS)), TEXTS))
    turns = "" if layout == "pod" else f"for x in [{', '.join(map(literal, TEXTS[:-1]))}] {{ let one = turn(text = x) }}"
    source = f'''
    component words({inputs}) {{ image = "python:3.13", command = ["python3", "-c", r"{DUMP}"], args = [{", ".join(names(len(TEXTS)))}] }}
    component variables({inputs}) {{
        image = "python:3.13"
        command = ["python3"]
        script = r"""
import os
print("got", [os.environb[b"v%d" % number].hex() for number in range({len(TEXTS)})])
"""
    }}
    component turn(text: string) {{ image = "python:3.13", command = ["python3", "-c", r"{DUMP}"], args = [text] }}
    component listed(list: list[string]) {{ image = "python:3.13", command = ["python3", "-c", r"{DUMP}"], args = [list] }}
    pipeline main() {{
        words({given})
        variables({given}) after words
        listed(list = [{", ".join(map(literal, TEXTS[:-1]))}]) after variables
        {turns}
    }}'''
    found = got(play(cluster, source, layout))
    for name in ("words", "variables"):
        for value, wanted in zip(found[name], TEXTS, strict=True):
            same(value, wanted.encode(), f"a value in {name}")
    same(json.loads(found["listed"][0]), TEXTS[:-1], "the list")
    if layout != "pod":
        of_turns = {int(name.rsplit("/", 1)[1]): value for name, value in found.items() if "/" in name}
        same([of_turns[number] for number in sorted(of_turns)], [[text.encode()] for text in TEXTS[:-1]], "the items of the turns")


def files(cluster, layout):
    """Folders pass as they are; what is read of another step cannot be written, and a step sees only the folders of those that it reads from."""
    source = r'''
    component make() -> (folder: Dataset) {
        image = "busybox:1.37.0"
        command = ["sh", "-c", r"mkdir -p $0/deep/er && printf 'a b' > $0/deep/er/'c d' && ln -s deep/er $0/link && chmod 750 $0/deep", folder.path]
    }
    component other() -> (file: Dataset) { image = "busybox:1.37.0", command = ["sh", "-c", r"echo secret > $0", file.path] }
    component read(folder: Dataset) -> (copy: Dataset) {
        image = "busybox:1.37.0"
        command = ["sh"]
        script = r"""
            cat "$folder/link/c d" > "$copy" || exit 9
            echo "text $(stat -c %A "$folder/deep" | cut -c2-4,8-)"
            if touch "$folder/new" 2> /dev/null; then echo "text written"; fi
            echo "text $(ls /argot/from | tr '\n' ' ')"
            """
    }
    pipeline main() {
        let made = make()
        let hidden = other() after made
        let copy = read(folder = made) after hidden
        let again = read(folder = made) after copy
        let end = other() after again
        step(text = "end") after end
    }'''
    run = play(cluster, source, layout)
    same({name: text for name, text in run.texts().items() if name != "step"}, {"copy": "rwx---\nmade ", "again": "rwx---\nmade "}, "what the readers see")


def missing(cluster, layout):
    """A step that ends well without writing its output fails itself, and says which it is; what would read it does not begin."""
    source = """
    component lazy() -> (out: string, file: Dataset) {
        image = "busybox:1.37.0"
        command = ["sh", "-c", r"echo text lazy; echo x > $0; : $1", out.path, file.path]
    }
    pipeline main() { let a = lazy() step(text = a.out) }"""
    run = play(cluster, source, layout, "Failed")
    same(run.texts(), {"a": "lazy"}, "what has begun")
    said = [text for name, text in run.containers() if name == "a"]
    expect("there is no file /argot/outputs/file" in said[0] and "/argot/outputs/out" not in said[0], f"the step has said: {said}")


def in_each_layout(function, quick):
    """The cases of a function, one for each layout."""
    made = []
    for layout in ("pod", "jobs", "jobset"):

        def one(cluster, layout=layout):
            function(cluster, layout)

        one.__name__ = f"{function.__name__}_{layout}"
        one.__doc__ = f"{function.__doc__} Layout {layout}."
        made.append(case(quick=layout in quick, timeout=240)(one))
    return made


CASES = in_each_layout(of_steps, ("jobs", "pod")) + in_each_layout(of_the_source, ("jobs",)) + in_each_layout(files, ("jobs",)) + in_each_layout(missing, ("pod", "jobs"))
