"""Measures the perplexity of the tuned model on the held-out rows."""

import math
import os

import torch
from datasets import load_from_disk
from transformers import AutoModelForCausalLM, AutoTokenizer

MAX_ROWS = 500
MAX_TOKENS = 1024


def main():
    tuned_dir = os.environ["tuned_dir"]
    tokenizer = AutoTokenizer.from_pretrained(tuned_dir)
    model = AutoModelForCausalLM.from_pretrained(tuned_dir, torch_dtype=torch.bfloat16)
    model.to("cuda").eval()
    rows = load_from_disk(os.environ["data_dir"])["test"]

    loss, tokens = 0.0, 0
    with torch.inference_mode():
        for row in rows.select(range(min(MAX_ROWS, len(rows)))):
            ids = tokenizer(
                row["text"], return_tensors="pt", truncation=True, max_length=MAX_TOKENS
            ).input_ids.to("cuda")
            predicted = ids.shape[1] - 1
            if predicted > 0:
                loss += model(ids, labels=ids).loss.item() * predicted
                tokens += predicted
    if tokens == 0:
        raise SystemExit("no held-out text")
    perplexity = math.exp(loss / tokens)

    with open(os.environ["perplexity"], "w", encoding="utf-8") as file:
        file.write(repr(perplexity))
    with open(os.environ["report"], "w", encoding="utf-8") as file:
        file.write(f"# Evaluation\n\n- tokens: {tokens}\n- perplexity: {perplexity:.3f}\n")


if __name__ == "__main__":
    main()
