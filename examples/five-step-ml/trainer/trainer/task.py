"""Trains a price model on Parquet shards; the same code serves tuning and training.

The tuning service passes a trial's hyper-parameters as flags with the names of
the study's parameters. Buckets are mounted under /gcs in a Vertex AI job.
"""

import argparse
import json
import math
import pathlib

import hypertune
import pandas
import xgboost

HOLDOUT = 0.2
SEED = 17


def local(uri):
    return pathlib.Path(uri.replace("gs://", "/gcs/", 1))


def whole(text):
    return int(float(text))


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, type=local)
    parser.add_argument("--features", required=True, type=json.loads)
    parser.add_argument("--label", required=True)
    parser.add_argument("--learning_rate", required=True, type=float)
    parser.add_argument("--max_depth", required=True, type=whole)
    parser.add_argument("--subsample", required=True, type=float)
    parser.add_argument("--rounds", default=100, type=whole)
    parser.add_argument("--model-dir", type=local)
    return parser.parse_args()


def main():
    args = parse()
    shards = sorted(args.data.glob("*.parquet"))
    frame = pandas.concat((pandas.read_parquet(s) for s in shards), ignore_index=True)
    held = frame.sample(frac=HOLDOUT, random_state=SEED)
    kept = frame.drop(held.index)

    def matrix(part):
        return xgboost.DMatrix(part[args.features].to_numpy(), label=part[args.label].to_numpy())

    booster = xgboost.train(
        {
            "objective": "reg:squarederror",
            "eta": args.learning_rate,
            "max_depth": args.max_depth,
            "subsample": args.subsample,
            "seed": SEED,
        },
        matrix(kept),
        num_boost_round=args.rounds,
    )
    errors = booster.predict(matrix(held)) - held[args.label].to_numpy()
    rmse = math.sqrt(float((errors**2).mean()))

    hypertune.HyperTune().report_hyperparameter_tuning_metric(
        hyperparameter_metric_tag="rmse", metric_value=rmse, global_step=args.rounds
    )
    if args.model_dir:
        args.model_dir.mkdir(parents=True, exist_ok=True)
        booster.save_model(args.model_dir / "model.bst")
        (args.model_dir / "rmse.txt").write_text(repr(rmse))
        (args.model_dir / "metrics.json").write_text(
            json.dumps({"rmse": rmse, "rows": len(frame), "held_out": len(held)})
        )


if __name__ == "__main__":
    main()
