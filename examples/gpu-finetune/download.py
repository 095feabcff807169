"""Downloads a model and a text data set from the Hugging Face hub to /workspace."""

import os

from datasets import load_dataset
from huggingface_hub import snapshot_download

MODEL_DIR = "/workspace/base"
DATA_DIR = "/workspace/data"


def write(output, text):
    with open(os.environ[output], "w", encoding="utf-8") as file:
        file.write(text)


def main():
    snapshot_download(os.environ["model"], local_dir=MODEL_DIR)
    rows = load_dataset(os.environ["dataset"], split="train")
    rows.train_test_split(test_size=0.02, seed=17).save_to_disk(DATA_DIR)
    write("model_dir", MODEL_DIR)
    write("data_dir", DATA_DIR)


if __name__ == "__main__":
    main()
