#!/usr/bin/env python3
"""A model that `winnow train` wrote, opened by Hugging Face transformers: same losses, same greedy text.

    python3 -m venv venv && venv/bin/pip install torch transformers
    venv/bin/python Tests/Conformance/model_in_transformers.py .build/release/winnow MODEL [DOCUMENTS.jsonl]

Compared: the mean loss of the documents in rolling windows as lm-evaluation-harness cuts them (context of one token,
disjoint predictions), within 1e-4 nats, and 60 greedy tokens after three prompts, exactly. Opt-in: not part of `make test`.
"""
import json, subprocess, sys, tempfile

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

winnow, folder = sys.argv[1:3]
if len(sys.argv) > 3:
    path = sys.argv[3]
else:
    texts = ["The file is read line by line, and each line is a record.\n" * 40, "Größe, naïve, 東京, Привет", "a"]
    path = tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False).name
    with open(path, "w") as out:
        for number, text in enumerate(texts):
            out.write(json.dumps({"id": str(number), "url": "", "text": text, "metadata": {}}) + "\n")

model, info = AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True)
assert not info["missing_keys"] and not info["unexpected_keys"] and not info["mismatched_keys"], info
model = model.float().eval()
tokenizer = AutoTokenizer.from_pretrained(folder)
context, prefix = model.config.max_position_embeddings, model.config.bos_token_id
if prefix is None:
    prefix = model.config.eos_token_id


def windows(ids):
    """get_rolling_token_windows(context_len=1) through make_disjoint_window."""
    first = min(context, len(ids))
    yield [prefix] + ids[: first - 1], ids[:first]
    done = first
    while done < len(ids):
        end = min(len(ids), done + context)
        yield ids[end - 1 - context : end - 1], ids[done:end]
        done = end


total, count = 0.0, 0
with torch.no_grad():
    for line in open(path):
        ids = tokenizer(json.loads(line)["text"], add_special_tokens=False)["input_ids"]
        for inputs, targets in windows(ids) if ids else []:
            logits = model(torch.tensor([inputs])).logits[0, -len(targets) :].double()
            total += torch.nn.functional.cross_entropy(logits, torch.tensor(targets), reduction="sum").item()
            count += len(targets)
expected = total / count
ours = json.loads(
    subprocess.check_output([winnow, "evaluate", folder, "--documents", path, "--samples", "0", "--json"])
)["total"]
print(f"tokens {ours['tokens']} (transformers {count}), loss {ours['loss']:.6f} (transformers {expected:.6f})")
assert ours["tokens"] == count
assert abs(ours["loss"] - expected) < 1e-4

for prompt in ["The ", "To install the package, ", "A function is"]:
    ids = [prefix] + tokenizer(prompt, add_special_tokens=False)["input_ids"]
    with torch.no_grad():
        out = model.generate(
            torch.tensor([ids]), max_new_tokens=60, do_sample=False, pad_token_id=0, eos_token_id=model.config.eos_token_id
        )[0, len(ids) :].tolist()
    theirs = tokenizer.decode([token for token in out if token != model.config.eos_token_id])
    mine = subprocess.check_output(
        [winnow, "generate", folder, prompt, "--count", "60", "--temperature", "0"], text=True
    ).removesuffix("\n")
    print(repr(prompt), "->", repr(mine[:60]))
    assert mine == theirs, f"transformers: {theirs!r}"
print("equal")
