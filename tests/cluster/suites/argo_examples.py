"""Every example runs on Argo with its own scripts. What is outside of the cluster is played: data, chats, databases, Google Cloud."""

import contextlib
import csv
import io
import json
import random
import re

from harness import REPO, case, expect, name_of, same
from outside import Web, artifact, local_s3, printed, programs, stored


def example(name, suffix="argot"):
    return REPO / "examples" / name / f"{name}.{suffix}"


def table(columns, rows):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def taxis():
    """Trips whose fare is 3 and 2 a mile; fewer of them in the Bronx."""
    boroughs = ["Manhattan"] * 3 + ["Brooklyn", "Queens"]
    rows = [(boroughs[at % 5] if at % 50 else "Bronx", at % 90 / 10, 3 + 2 * (at % 90) / 10) for at in range(2000)]
    return table(["pickup_borough", "distance", "fare"], rows)


def penguins():
    """Two kinds that can be told apart, and rows with gaps."""
    source = random.Random(7)
    kinds = {"Adelie": (38, 18, 190, 3700), "Gentoo": (47, 15, 217, 5000)}
    rows = []
    for at in range(200):
        kind = list(kinds)[at % 2]
        rows.append([kind, *(round(mean * source.gauss(1, 0.02), 1) if at % 40 else "" for mean in kinds[kind])])
    return table(["species", "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"], rows)


def cars():
    source = random.Random(3)
    rows = []
    for _ in range(120):
        features = [source.choice([4, 6, 8]), source.uniform(80, 400), source.uniform(60, 220), source.uniform(1800, 5000), source.uniform(9, 22), source.randint(70, 82)]
        rows.append([round(60 - features[3] / 120 - features[2] / 20 + source.gauss(0, 3), 1), *features])
    return table(["mpg", "cylinders", "displacement", "horsepower", "weight", "acceleration", "model_year"], rows)


def messages():
    spam = [f"spam\twin cash prize now {at}\n" for at in range(60)]
    ham = [f"ham\tsee you at home tonight {at}\n" for at in range(60)]
    return "".join(spam + ham + spam[:9])


URLS = {
    r"https://raw\.githubusercontent\.com/\S*?/taxis\.csv": "/taxis.csv",
    r"https://raw\.githubusercontent\.com/\S*?/penguins\.csv": "/penguins.csv",
    r"https://raw\.githubusercontent\.com/\S*?/mpg\.csv": "/mpg.csv",
    r"https://raw\.githubusercontent\.com/\S*?/diamonds\.csv": "/diamonds.csv",
    r"https://raw\.githubusercontent\.com/\S*?/sms\.tsv": "/sms.tsv",
    r"https://raw\.githubusercontent\.com/\S*?/tinyshakespeare/input\.txt": "/input.txt",
    r"https://earthquake\.usgs\.gov/\S*?\.csv": "/quakes.csv",
}


@contextlib.contextmanager
def world(files, answers=None):
    """A web server with these files, whose chat, store and tracker take what they are sent."""
    taking = {("POST", "/chat"): lambda body: (200, "ok"), ("POST", "/tracker/tickets"): lambda body: (200, "ok")}
    with Web(files, taking | (answers or {})) as web:
        yield web


def here(web, text):
    """A manifest that takes its data from a web server."""
    for pattern, path in URLS.items():
        text = re.sub(pattern, web.url + path, text)
    return text


def objects(cluster, namespace, web):
    """What the pages of the examples say that the namespace needs."""
    config = {
        "warehouse": {"host": "db.test", "database": "sales", "url": f"{web.url}/warehouse", "locks": f"{web.url}/locks"},
        "model-store": {"url": f"{web.url}/store"},
        "tracker": {"url": f"{web.url}/tracker"},
    }
    keys = {
        "warehouse-reader": {"username": "reader", "password": "p$(x)"},
        "model-store": {"token": "t0ken"},
        "chat": {"webhook": f"{web.url}/chat"},
        "tracker": {"token": "tr4cker"},
        "huggingface": {"token": "hf_x"},
    }
    items = [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data} for name, data in config.items()]
    items += [{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": data} for name, data in keys.items()]
    cluster.kubectl("apply", "-n", namespace, "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))


def run(cluster, web, name, *flags, suffix="", namespace=None, plan=None):
    """Runs an example in a namespace that has what its page asks for."""
    namespace = namespace or cluster.namespace(name)
    objects(cluster, namespace, web)
    text = cluster.compile(example(name), "--argo-version", cluster.argo, "-n", namespace, *flags)
    return cluster.run(local_s3(here(web, text)), namespace=namespace, plan=plan)


def chat(web):
    return [json.loads(body)["text"] for body in web.asked("POST", "/chat")]


@case(argo="any")
def quickstart(cluster):
    """quickstart: the second step is given what the first one wrote."""
    with world({}) as web:
        done = run(cluster, web, "quickstart", "-p", "who=O'Neil $(X)").expect("Succeeded")
    same(done.nodes["show"]["inputs"], {"text": "Hello, O'Neil $(X)!"}, "what `show` is given")


PSQL = """#!/usr/bin/env python3
import os, sys
print("distance,fare" if "trips" in sys.stdin.read() else "id,customer_id,amount,currency,created_at")
for at in range(ROWS):
    print(ROW)
print(sorted(sys.argv[1:]), os.environ["PGHOST"], os.environ["PGDATABASE"], os.environ["PGUSER"], os.environ["PGPASSWORD"], file=sys.stderr)
"""


@case(quick=True, argo="any")
def conditional_merge(cluster):
    """conditional-merge: a linear model of the sample; and of the warehouse, whose rows are few, a mean."""
    with world({"/taxis.csv": taxis()}) as web:
        done = run(cluster, web, "conditional-merge").expect("Succeeded")
        same(artifact(done, "page", "page"), "# Taxi fares\n\n- learnt from the sample\n- fare: 3.00 and 2.00 a mile\n- mean error: 0.00\n", "the page")
        namespace = cluster.namespace("conditional-merge-live")
        programs(namespace, {"psql": PSQL.replace("ROWS", "40").replace("ROW", 'f"{at},{at % 2 * 10}"')})
        done = run(cluster, web, "conditional-merge", "-p", "live=true", namespace=namespace).expect("Succeeded")
    same(artifact(done, "page", "page"), "# Taxi fares\n\n- learnt from the last 7 days\n- fare: 5.00 and 0.00 a mile\n- mean error: 5.00\n", "the page")
    expect("'--set=days=7'] db.test sales reader p$(x)" in cluster.logs(namespace, "*export*", "main"), "psql is called in another way")


def warehouse(usual):
    """The answers of a warehouse with locks, and the tables that are locked."""
    locked = set()

    def lock(name):
        def take(_):
            if name in locked:
                return 409, ""
            locked.add(name)
            return 200, f"token-{name}"

        return take

    def free(name):
        return lambda _: (locked.discard(name), (200, ""))[1]

    answers = {("GET", "/warehouse/orders/usual"): lambda _: (200, json.dumps({"rows": usual}))}
    for name in ("customers", "orders"):
        answers |= {("POST", f"/locks/{name}"): lock(name), ("DELETE", f"/locks/{name}"): free(name)}
    return locked, answers


@case(quick=True, argo="any")
def exit_handlers(cluster):
    """exit-handlers: both tables are loaded under their locks, which are given back, and the chat is told."""
    locked, answers = warehouse(usual=3)
    with world({}, answers) as web:
        namespace = cluster.namespace("exit-handlers")
        stored(f"{namespace}/customers.csv", "id,name\n1,a\n2,b\n")
        stored(f"{namespace}/orders.csv", "id,amount\n1,5\n2,6\n")
        done = run(cluster, web, "exit-handlers", "-p", f"day={namespace}", "-p", "bucket=argo", namespace=namespace).expect("Succeeded")
    same(done.nodes[""]["outputs"].get("orders"), "2", "the output of the run")
    same(locked, set(), "what is still locked")
    tokens = [(path, headers["X-Lock"]) for method, path, headers, _ in web.requests if method == "PUT"]
    same(tokens, [("/warehouse/customers", "token-customers"), ("/warehouse/orders", "token-orders")], "what is loaded, with which token")
    expect(len(chat(web)) == 1 and re.fullmatch(rf"{namespace} is loaded, in [0-9.]+ s", chat(web)[0]), f"the chat is told {chat(web)}")


@case(argo="any")
def exit_handlers_of_a_failure(cluster):
    """exit-handlers: a file that is no table ends the run; the lock is given back, a ticket is opened."""
    locked, answers = warehouse(usual=3)
    with world({}, answers) as web:
        namespace = cluster.namespace("exit-handlers")
        stored(f"{namespace}/customers.csv", "id,name\n1\n")
        stored(f"{namespace}/orders.csv", "id,amount\n1,5\n")
        done = run(cluster, web, "exit-handlers", "-p", f"day={namespace}", "-p", "bucket=argo", namespace=namespace).expect("Failed")
    same(locked, set(), "what is still locked")
    expect("orders" not in done.nodes or done.nodes["orders"]["phase"] == "Omitted", "the second table is loaded, too")
    same([json.loads(body)["title"] for body in web.asked("POST", "/tracker/tickets")], [f"{done.name} has failed"], "the tickets")
    expect(len(chat(web)) == 1 and "load (Failed)" in chat(web)[0].replace("result", "load"), f"the chat is told {chat(web)}")


GCLOUD = """#!/usr/bin/env python3
import json, os, sys, urllib.request
words = sys.argv[1:]
given = {}
for word in words:
    path = word.partition("=")[2] if word.startswith("--config=") else word
    if path.startswith("/") and os.path.exists(path):
        given[word] = open(path).read()
body = json.dumps({"words": words, "given": given}).encode()
answer = json.load(urllib.request.urlopen(urllib.request.Request("URL/gcloud", body)))
for path, text in answer.get("files", {}).items():
    open(path, "w").write(text)
sys.stdout.write(answer.get("text", ""))
sys.exit(answer.get("code", 0))
"""


class Cloud:
    """Google Cloud, as far as the example asks for it: objects, and jobs that end as soon as they are made."""

    def __init__(self):
        self.objects, self.made, self.endpoint = {}, [], None

    def __call__(self, body):
        call = json.loads(body)
        words, given = call["words"], call["given"]
        plain = [word for word in words if not word.startswith("-")]
        flags = dict(word.partition("=")[::2] for word in words if word.startswith("--"))
        return 200, json.dumps(self.do(" ".join(plain[:3]), plain, flags, given))

    def do(self, command, plain, flags, given):
        if plain[:2] == ["storage", "cp"]:
            source, target = plain[2], plain[3]
            if target.startswith("gs://"):
                self.objects[target] = given[source]
                return {}
            return {"files": {target: self.objects[source]}} if source in self.objects else {"code": 1}
        if command in ("dataflow flex-template run", "ai custom-jobs create"):
            self.made.append((plain[-1] if plain[0] == "dataflow" else flags["--display-name"], flags))
            if plain[0] == "ai":
                found = dict(re.findall(r"--(\w[\w-]*)=([^|]*)", flags["--args"]))
                self.objects |= {f"{found['model-dir']}/rmse.txt": "712.5", f"{found['model-dir']}/metrics.json": json.dumps(found)}
            return {"text": "job-1\n"}
        if command == "dataflow jobs describe":
            return {"text": "JOB_STATE_DONE\n"}
        if command == "ai custom-jobs describe":
            return {"text": "JOB_STATE_SUCCEEDED\n"}
        if command == "ai hp-tuning-jobs list":
            return {"text": "[]"}
        if command == "ai hp-tuning-jobs create":
            self.made.append((flags["--display-name"], json.loads(next(iter(given.values())))))
            return {"text": json.dumps({"name": "tuning-1"})}
        if command == "ai hp-tuning-jobs describe":
            trial = lambda rmse, depth: {
                "state": "SUCCEEDED",
                "parameters": [{"parameterId": "learning_rate", "value": 0.07}, {"parameterId": "max_depth", "value": depth}, {"parameterId": "subsample", "value": 1}],
                "finalMeasurement": {"metrics": [{"metricId": "rmse", "value": rmse}]},
            }
            return {"text": json.dumps({"state": "JOB_STATE_SUCCEEDED", "trials": [trial(900, 9), trial(700, 5.0)]})}
        if command == "ai endpoints create":
            self.endpoint = flags["--display-name"]
            return {}
        if command == "ai endpoints list":
            return {"text": f"endpoints/{self.endpoint}\n" if self.endpoint else ""}
        if command == "ai models upload":
            self.made.append((flags["--display-name"], flags))
            return {}
        if command == "ai models list":
            return {"text": "models/7\n" if flags["--filter"] == f"displayName={self.made[-1][0]}" else ""}
        if command == "ai endpoints deploy-model":
            self.made.append(("deployed", flags))
        return {}


@case(quick=True, argo="any")
def five_step_ml(cluster):
    """five-step-ml: from a CSV file to an endpoint; each step is given what the one before it has made."""
    cloud = Cloud()
    with world({"/diamonds.csv": "carat,price\n0.2,300\n0.3,400\n"}, {("POST", "/gcloud"): cloud}) as web:
        namespace = cluster.namespace("five-step-ml")
        programs(namespace, {"gcloud": GCLOUD.replace("URL", web.url)})
        done = run(cluster, web, "five-step-ml", "-p", "project=p", "-p", "bucket=b", "-p", "trainer_package=gs://b/t.tar.gz", "-p", f"source={web.url}/diamonds.csv", namespace=namespace)
        done.expect("Succeeded")
    root = f"gs://b/five-step-ml/{done.name}"
    same(done.nodes["raw"]["outputs"].get("rows"), "2", "the rows of the file")
    same(cloud.objects[f"{root}/raw/data.csv"], "carat,price\n0.2,300\n0.3,400\n", "the file in the bucket")
    same(cloud.objects[f"{root}/schema/diamonds.avsc"], (REPO / "examples/five-step-ml/diamonds.avsc").read_text(), "the schema in the bucket")
    same(json.loads(done.nodes["tuned"]["outputs"]["best"]), {"learning_rate": 0.07, "max_depth": 5, "subsample": 1.0}, "what the tuner has found")
    found = json.loads(artifact(done, "trained", "metrics"))
    same((found["learning_rate"], found["max_depth"], found["subsample"], found["features"]), ("0.07", "5", "1", '["carat","depth","table","x","y","z"]'), "what is trained with")
    same(done.nodes[""]["outputs"].get("endpoint"), "endpoints/diamonds", "the endpoint")
    same(done.nodes[""]["outputs"].get("rmse"), "712.5", "the error")
    same([name for name, _ in cloud.made], [f"convert-{done.name}", f"tune-{done.name}", f"train-{done.name}", f"diamonds-{done.name}", "deployed"], "what was made")


# Enough of the libraries for the scripts of gpu-finetune.
LIBRARIES = {
    "python/huggingface_hub.py": """
import os
def snapshot_download(name, local_dir):
    os.makedirs(local_dir)
    open(local_dir + "/name", "w").write(name + " " + os.environ["HF_TOKEN"])
""",
    "python/datasets.py": """
import json, os
class Rows(list):
    def train_test_split(self, test_size, seed): return Parts(train=Rows(self[:2]), test=Rows(self[2:]))
    def select(self, which): return [self[at] for at in which]
class Parts(dict):
    def save_to_disk(self, path):
        os.makedirs(path)
        json.dump(self, open(path + "/rows.json", "w"))
def load_dataset(name, split): return Rows({"text": f"{name} {at}"} for at in range(3))
def load_from_disk(path): return {key: Rows(rows) for key, rows in json.load(open(path + "/rows.json")).items()}
""",
    "python/torch.py": """
import contextlib
bfloat16 = "bfloat16"
inference_mode = contextlib.nullcontext
""",
    "python/transformers.py": """
class Ids:
    shape = (1, 3)
    def to(self, device): return self
class Batch: input_ids = Ids()
class AutoTokenizer:
    @staticmethod
    def from_pretrained(path): return lambda text, **_: Batch()
class Model:
    def to(self, device): return self
    def eval(self): return self
    def __call__(self, ids, labels): return type("Out", (), {"loss": type("Loss", (), {"item": staticmethod(lambda: 0.5)})})
class AutoModelForCausalLM:
    @staticmethod
    def from_pretrained(path, torch_dtype):
        open(path + "/weights").read()
        return Model()
""",
    # The script itself needs real weights; this reads what the step before has left, and leaves what the next one asks for.
    "torchrun": """#!/usr/bin/env python3
import json, os, sys
assert sys.argv[1:3] == ["--standalone", "--nproc-per-node=4"], sys.argv
assert "Trainer(" in open(sys.argv[3]).read()
base, token = open(os.environ["model_dir"] + "/name").read().split()
assert len(json.load(open(os.environ["data_dir"] + "/rows.json"))["train"]) == 2
os.makedirs("/workspace/tuned")
open("/workspace/tuned/weights", "w").write(base)
open(os.environ["tuned_dir"], "w").write("/workspace/tuned")
print(os.getuid(), base, token, os.environ["learning_rate"], os.environ["epochs"], os.environ["batch_size"])
""",
}


@case(quick=True, argo="any")
def gpu_finetune(cluster):
    """gpu-finetune: three steps as one user share a claim; each runs on the node that has its GPUs."""
    cluster.kubectl("apply", "-f", "-", stdin="apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: training-high}\nvalue: 1000\n")
    with world({}) as web:
        namespace = cluster.namespace("gpu-finetune")
        programs(namespace, LIBRARIES)
        objects(cluster, namespace, web)
        text = cluster.compile(example("gpu-finetune"), "-n", namespace)
        # Where the libraries are.
        path = f"/argot-standin/programs/{namespace}/python"
        text = re.sub(r"^( +)- name: HF_HOME\n", rf"\1- name: PYTHONPATH\n\1  value: {path}\n\g<0>", text, flags=re.M)
        done = cluster.run(text, namespace=namespace).expect("Succeeded")
    same(float(done.nodes[""]["outputs"]["perplexity"]), 1.6487212707001282, "the perplexity")
    same(artifact(done, "quality", "report"), "# Evaluation\n\n- tokens: 2\n- perplexity: 1.649\n", "the report")
    same(printed(cluster, namespace, f"{done.name}-finetune-*"), ["1000 google/gemma-2b hf_x 0.00002 2 4"], "what the middle step saw")
    nodes = {re.search(r"(download|finetune|evaluate)-\d+$", name_of(pod))[1]: pod["spec"]["nodeName"] for pod in cluster.get(namespace, "pods")}
    same((nodes["finetune"], nodes["evaluate"]), ("training-h100", "gfd-a100"), "where the steps ran")


@case(quick=True, argo="any")
def map_reduce(cluster):
    """map-reduce: the words of a text are counted part by part, however many parts there are."""
    text = "the cat and\nthe dog\nand the\n" * 10
    with world({"/input.txt": text}) as web:
        done = run(cluster, web, "map-reduce", "-p", "lines=8").expect("Succeeded")
    same(done.nodes[""]["outputs"].get("words"), "70", "the words")
    same(artifact(done, "table", "table").replace("\r", ""), "word,count\nthe,30\nand,20\ncat,10\ndog,10\n", "the table")
    same(sum(row["type"] == "Pod" and "counted" in name for name, row in done.nodes.items()), 4, "the parts")


@case(argo="any")
def modules(cluster):
    """modules: a spam filter out of four files learns to tell the messages apart."""
    with world({"/sms.tsv": messages()}) as web:
        done = run(cluster, web, "modules", "-p", "test_share=0.3").expect("Succeeded")
    same(float(done.nodes[""]["outputs"]["accuracy"]), 1.0, "the accuracy")
    model = json.loads(artifact(done, "model", "model"))
    same(sorted(model), ["ham", "spam"], "the labels of the model")


@case(argo="any", timeout=300)
def nested(cluster):
    """nested: a loop in a condition in a pipeline in a loop in a condition; a borough with few trips is left out."""
    with world({"/taxis.csv": taxis()}) as web:
        done = run(cluster, web, "nested").expect("Succeeded")
    text = cluster.logs(done.namespace, "*log*", "main")
    expect("Bronx: 40 trips are too few" in text, f"the logs say {text!r}")
    same(len(re.findall(r"(?:Manhattan|Brooklyn|Queens): degree [123] with an error of ", text)), 3, "the boroughs that are fitted")
    expect(re.search(r"the largest error is \d\S*e-1\d", text), f"the logs say {text!r}")


@case(argo="any")
def nested_and_nothing_to_do(cluster):
    """nested: told not to, it does nothing."""
    with world({"/taxis.csv": taxis()}) as web:
        done = run(cluster, web, "nested", "-p", "refit=false").expect("Succeeded")
    same(printed(cluster, done.namespace), ["nothing to do"], "what is printed")
    same(sum(row["type"] == "Pod" and row["phase"] == "Succeeded" for row in done.nodes.values()), 1, "how many steps have run")


@case(argo="any")
def nightly(cluster):
    """nightly: the schedule is accepted; a run of it sums the orders of the warehouse up."""
    with world({}) as web:
        namespace = cluster.namespace("nightly")
        programs(namespace, {"psql": PSQL.replace("ROWS", "6").replace("ROW", 'f"{at},c{at % 2},{at}.5,{[\'EUR\', \'CHF\'][at // 4]},2026-01-01"')})
        done = run(cluster, web, "nightly", namespace=namespace).expect("Succeeded")
    same({name: done.nodes[""]["outputs"].get(name) for name in ("customers",)}, {"customers": "2"}, "the customers")
    same(artifact(done, "built", "features").replace("\r", ""), "customer_id,orders,total_eur,total_usd\nc0,2,3.0,0\nc1,2,5.0,0\n", "the features")
    expect("'--set=lookback=26h', '--set=mode=incremental'" in cluster.logs(namespace, "*extract*", "main"), "psql is called in another way")
    pod = next(pod for pod in cluster.get(namespace, "pods") if "build-features" in name_of(pod))
    same(next(one for one in pod["spec"]["containers"] if one["name"] == "main")["resources"]["limits"]["memory"], "2Gi", "the memory of the step, which is a parameter")


@case(argo="any")
def nightly_report(cluster):
    """nightly-report: the strongest earthquakes are posted to the chat."""
    quakes = table(["mag", "place"], [(4.5, "here"), ("", "nowhere"), (6.1, "there, far"), (4.4, "elsewhere")])
    with world({"/quakes.csv": quakes}) as web:
        done = run(cluster, web, "nightly-report", "-p", "top=2").expect("Succeeded")
    expected = "The strongest of the last day: magnitude 6.1\n\n- 1 of magnitude 6\n- 2 of magnitude 4\n\n1. 6.1: there, far\n1. 4.5: here\n"
    same(chat(web), [expected], "what the chat is told")
    expect(done.name, "the run has a name")


@case(argo="any", timeout=300)
def portable(cluster):
    """portable: with the profile of Google's cluster the training runs on spot nodes with an L4, the rest on CPU nodes."""
    with world({"/penguins.csv": penguins()}) as web:
        done = run(cluster, web, "portable", "--profile", "cloud", "-p", "min_accuracy=0.9").expect("Succeeded")
    expect(float(done.nodes[""]["outputs"]["accuracy"]) > 0.9, "the accuracy")
    nodes = {name_of(pod): pod["spec"]["nodeName"] for pod in cluster.get(done.namespace, "pods")}
    same({node for name, node in nodes.items() if "-train-" in name}, {"gke-l4-spot"}, "where it is trained")
    same({node for name, node in nodes.items() if "-train-" not in name}, {"gke-cpu-spot"}, "where all else has run")


@case(argo="any", timeout=300)
def portable_that_fails(cluster):
    """portable: with the profile of one's own cluster, for Argo; a model that is not good enough ends the run, and the chat is told."""
    with world({"/penguins.csv": penguins()}) as web:
        done = run(cluster, web, "portable", "--profile", "onprem", "--target", "argo", "-p", "min_accuracy=1.5").expect("Failed")
    same(chat(web), [f"{done.name} has failed"], "what the chat is told")
    images = {one["image"] for pod in cluster.get(done.namespace, "pods") for one in pod["spec"]["containers"] if one["name"] == "main"}
    same(images, {"mirror.example.com/python:3.12.7-slim"}, "the images")
    nodes = {name_of(pod): pod["spec"]["nodeName"] for pod in cluster.get(done.namespace, "pods")}
    same({node for name, node in nodes.items() if "-train-" in name}, {"gfd-l4"}, "where it is trained")
    same({node for name, node in nodes.items() if "-train-" not in name}, {"pool-cpu"}, "where all else has run")


@case(argo="any")
def queued(cluster):
    """queued: four shares draw side by side, and the interval holds the median."""
    with world({}) as web:
        done = run(cluster, web, "queued", "-p", "rounds=50", "-p", "size=500").expect("Succeeded")
    low, high = (float(done.nodes[""]["outputs"][name]) for name in ("low", "high"))
    expect(2 < low < high < 3.5, f"the interval is {low} to {high}")


@case(argo="any", timeout=300)
def sweep(cluster):
    """sweep: the best of four trials is deployed; where that is not enough, people are told."""
    with world({"/penguins.csv": penguins()}) as web:
        done = run(cluster, web, "sweep").expect("Succeeded")
        same(sum(row["type"] == "Pod" and name.endswith(".model(0)") for name, row in done.nodes.items()), 4, "the trials")
        same(web.files["/store/penguins/current"].decode(), done.name, "the version that is served")
        expect("weights" in json.loads(web.files[f"/store/penguins/{done.name}.json"]), "what is stored is no model")
        tokens = {headers["Authorization"] for method, path, headers, _ in web.requests if path.startswith("/store")}
        same(tokens, {"Bearer t0ken"}, "the store's token")
        same(len(chat(web)), 1, "how often the chat is told")
        expect(chat(web)[0].startswith(f"{done.name} is deployed, with an accuracy of "), f"the chat is told {chat(web)}")
        trials = '[{"rate":0.1,"penalty":0,"epochs":1}]'
        done = run(cluster, web, "sweep", "-p", "min_accuracy=1.5", "-p", f"trials={trials}").expect("Succeeded")
        expect(chat(web)[1].startswith(f"{done.name}: the best accuracy is ") and chat(web)[1].endswith("and 1.5 is needed"), f"the chat is told {chat(web)}")
        same(web.files["/store/penguins/current"].decode() == done.name, False, "whether it is served")


@case(argo="any", timeout=300)
def train_until_good(cluster):
    """train-until-good: each turn goes on where the one before has stopped, until the loss is low enough."""
    with world({"/mpg.csv": cars()}) as web:
        done = run(cluster, web, "train-until-good", "-p", "goal=30", "-p", "epochs=2").expect("Succeeded")
        outputs = [row["outputs"] for name, row in done.nodes.items() if row["type"] == "Pod" and "loss" in row["outputs"]]
        epochs = sorted(int(out["epoch"]) for out in outputs)
        same(epochs, [2 * (turn + 1) for turn in range(len(epochs))], "the epochs of the turns")
        expect(len(epochs) > 1, "one turn is enough")
        losses = [float(out["loss"]) for out in sorted(outputs, key=lambda out: int(out["epoch"]))]
        expect(losses[-1] <= 30 < losses[-2], f"the losses are {losses}")
        model = json.loads(web.files["/store/mileage/latest.json"])
        same(model["epoch"], epochs[-1], "the model in the store")


@case(argo="any", timeout=300)
def train_until_it_is_enough(cluster):
    """train-until-good: after ten turns it gives up, and the run has failed."""
    with world({"/mpg.csv": cars()}) as web:
        done = run(cluster, web, "train-until-good", "-p", "goal=0.1", "-p", "epochs=1").expect("Failed")
    same(sum(row["type"] == "Pod" and "loss" in row["outputs"] for row in done.nodes.values()), 10, "the turns")
    expect("after 10 epochs the loss is still " in cluster.logs(done.namespace, "*give-up*", "main"), "it does not say why")


@case(argo="4.0", timeout=2400, alone=True)
def wide(cluster):
    """wide: a graph of a thousand tasks, split into graphs and objects, in which each rating has its stores' errors."""
    namespace = cluster.namespace("wide")
    cluster.plan(namespace, {"defaults": {"error": 0.25}})
    applied = cluster.apply(namespace, cluster.compile(example("wide")), "--server-side")
    workflow = cluster.wait_workflow(namespace, next(name_of(item) for item in applied if item["kind"] == "Workflow"))
    same(workflow["status"]["phase"], "Succeeded", "the run")
    seen = [report["argv"][1:] for report in cluster.seen(namespace)]
    fits = sorted(words[2] for words in seen if words[0] == "fit")
    same(len(fits), 962, "the stores that are fitted")
    same(len(set(fits)), 962, "the stores that are fitted once")
    rates = {words[2]: json.loads(words[4]) for words in seen if words[0] == "rate"}
    same(len(rates), 38, "the ratings")
    same({name: set(errors) for name, errors in rates.items()}, dict.fromkeys(rates, {0.25}), "what they rate")
    same((len(rates["r01"]), len(rates["all"])), (26, 37), "how many errors a rating has")
