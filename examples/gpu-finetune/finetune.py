"""Fine-tunes a causal language model; torchrun starts one process per GPU."""

import os

import torch
from datasets import load_from_disk
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    DataCollatorForLanguageModeling,
    Trainer,
    TrainingArguments,
)
from transformers.trainer_utils import get_last_checkpoint

CHECKPOINTS = "/workspace/checkpoints"
TUNED_DIR = "/workspace/tuned"
MAX_TOKENS = 1024


def main():
    model_dir = os.environ["model_dir"]
    tokenizer = AutoTokenizer.from_pretrained(model_dir)
    tokenizer.pad_token = tokenizer.eos_token
    model = AutoModelForCausalLM.from_pretrained(model_dir, torch_dtype=torch.bfloat16)

    def tokenize(batch):
        return tokenizer(batch["text"], truncation=True, max_length=MAX_TOKENS)

    rows = load_from_disk(os.environ["data_dir"])["train"]
    options = TrainingArguments(
        output_dir=CHECKPOINTS,
        learning_rate=float(os.environ["learning_rate"]),
        num_train_epochs=int(os.environ["epochs"]),
        per_device_train_batch_size=int(os.environ["batch_size"]),
        bf16=True,
        gradient_checkpointing=True,
        save_steps=500,
        save_total_limit=2,
        logging_steps=20,
        report_to=[],
    )
    with options.main_process_first():
        rows = rows.map(tokenize, batched=True, remove_columns=rows.column_names)

    trainer = Trainer(
        model=model,
        args=options,
        train_dataset=rows,
        data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
    )
    last = get_last_checkpoint(CHECKPOINTS) if os.path.isdir(CHECKPOINTS) else None
    trainer.train(resume_from_checkpoint=last)
    trainer.save_model(TUNED_DIR)

    if trainer.is_world_process_zero():
        tokenizer.save_pretrained(TUNED_DIR)
        with open(os.environ["tuned_dir"], "w", encoding="utf-8") as file:
            file.write(TUNED_DIR)


if __name__ == "__main__":
    main()
