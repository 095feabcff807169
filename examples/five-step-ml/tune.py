"""Runs a Vertex AI hyper-parameter tuning job and writes its best trial.

Standard library and the gcloud client only. Inputs and output paths are
environment variables that carry the names of the component's interface.
"""

import json
import os
import subprocess
import tempfile
import time

METRIC = "rmse"
ALIVE = {"JOB_STATE_QUEUED", "JOB_STATE_PENDING", "JOB_STATE_RUNNING", "JOB_STATE_SUCCEEDED"}
FAILED = {"JOB_STATE_FAILED", "JOB_STATE_CANCELLED", "JOB_STATE_EXPIRED", "JOB_STATE_PAUSED"}


def gcloud(*words):
    """Runs a `gcloud ai hp-tuning-jobs` command and returns its JSON answer."""
    command = [
        "gcloud", "ai", "hp-tuning-jobs", *words,
        "--project=" + os.environ["project"],
        "--region=" + os.environ["region"],
        "--format=json",
        "--quiet",
    ]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def bounds(space, name, number):
    return {"minValue": number(space[name]["min"]), "maxValue": number(space[name]["max"])}


def job_config():
    """The job as the API's own JSON, which is also YAML."""
    space = json.loads(os.environ["space"])
    return {
        "studySpec": {
            "metrics": [{"metricId": METRIC, "goal": "MINIMIZE"}],
            "parameters": [
                {
                    "parameterId": "learning_rate",
                    "doubleValueSpec": bounds(space, "learning_rate", float),
                    "scaleType": "UNIT_LOG_SCALE",
                },
                {
                    "parameterId": "max_depth",
                    "integerValueSpec": bounds(space, "max_depth", int),
                    "scaleType": "UNIT_LINEAR_SCALE",
                },
                {
                    "parameterId": "subsample",
                    "doubleValueSpec": bounds(space, "subsample", float),
                    "scaleType": "UNIT_LINEAR_SCALE",
                },
            ],
        },
        "trialJobSpec": {
            "baseOutputDirectory": {"outputUriPrefix": os.environ["root"] + "/tune"},
            "workerPoolSpecs": [
                {
                    "machineSpec": {"machineType": os.environ["machine"]},
                    "replicaCount": 1,
                    "pythonPackageSpec": {
                        "executorImageUri": os.environ["training_image"],
                        "packageUris": [os.environ["trainer_package"]],
                        "pythonModule": "trainer.task",
                        "args": [
                            "--data=" + os.environ["table_uri"],
                            "--features=" + os.environ["features"],
                            "--label=" + os.environ["label"],
                        ],
                    },
                }
            ],
        },
    }


def start():
    """The name of this run's job; a retried step finds the one it started before."""
    display_name = os.environ["job_name"]
    for job in gcloud("list"):
        if job["displayName"] == display_name and job["state"] in ALIVE:
            return job["name"]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as config:
        json.dump(job_config(), config)
        config.flush()
        return gcloud(
            "create",
            "--config=" + config.name,
            "--display-name=" + display_name,
            "--max-trial-count=" + os.environ["max_trials"],
            "--parallel-trial-count=" + os.environ["parallel_trials"],
        )["name"]


def wait(name):
    while True:
        job = gcloud("describe", name)
        print(name, job["state"], flush=True)
        if job["state"] == "JOB_STATE_SUCCEEDED":
            return job
        if job["state"] in FAILED:
            raise SystemExit("tuning ended as " + job["state"])
        time.sleep(60)


def score(trial):
    metrics = trial["finalMeasurement"]["metrics"]
    return next(float(m["value"]) for m in metrics if m["metricId"] == METRIC)


def write(output, text):
    with open(os.environ[output], "w", encoding="utf-8") as file:
        file.write(text)


def main():
    job = wait(start())
    trials = [t for t in job.get("trials", []) if t["state"] == "SUCCEEDED"]
    if not trials:
        raise SystemExit("no trial has succeeded")
    best = min(trials, key=score)
    found = {p["parameterId"]: p["value"] for p in best["parameters"]}

    write("best", json.dumps({
        "learning_rate": float(found["learning_rate"]),
        "max_depth": int(float(found["max_depth"])),
        "subsample": float(found["subsample"]),
    }))
    write("best_rmse", repr(score(best)))
    write("trials", json.dumps(trials, indent=2))


if __name__ == "__main__":
    main()
