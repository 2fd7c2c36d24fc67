#!/usr/bin/env python3
"""A model that `winnow train` wrote, opened by Hugging Face transformers: same logits, same losses, same greedy text.

    python3 -m venv venv && venv/bin/pip install torch transformers
    swift build -c release --package-path Benchmarks --product training
    venv/bin/python Tests/Conformance/model_in_transformers.py .build/release/winnow Benchmarks/.build/release/training MODEL [DOCUMENTS.jsonl]

Compared: the logits after each of the first tokens of the documents, as many as the context holds, taken in one by one and at once, within
1e-4; the mean loss of the documents in rolling windows as lm-evaluation-harness cuts them (context of one token, disjoint predictions),
within 1e-4 nats; and 60 greedy tokens after three prompts, exactly. Opt-in: not part of `make test`.
"""
import json, math, subprocess, sys, tempfile

import numpy, torch, transformers
from transformers import AutoModelForCausalLM, AutoTokenizer

winnow, training, folder = sys.argv[1:4]
print(f"torch {torch.__version__}, transformers {transformers.__version__}")
if len(sys.argv) > 4:
    path = sys.argv[4]
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


first = [prefix]
for line in open(path):
    first += tokenizer(json.loads(line)["text"], add_special_tokens=False)["input_ids"]
    if len(first) >= context:
        break
first = first[:context]
with tempfile.TemporaryDirectory() as work, torch.no_grad():
    numpy.array(first, dtype="<i4").tofile(work + "/tokens")
    subprocess.check_call([training, "logits", folder, work + "/tokens", work + "/logits"])
    ours = torch.from_numpy(numpy.fromfile(work + "/logits", dtype="<f4").reshape(len(first) + 1, -1))
    theirs = model(torch.tensor([first])).logits[0]
worst, at_once = (ours[:-1] - theirs).abs().max().item(), (ours[-1] - theirs[-1]).abs().max().item()
print(f"logits of {len(first)} tokens, up to {theirs.abs().max():.1f}: greatest difference {worst:.1e}, of the last taken in at once {at_once:.1e}")
assert worst < 1e-4 and at_once < 1e-4

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
print(f"tokens {ours['tokens']} (transformers {count}), loss {ours['loss']:.6f} (transformers {expected:.6f}), "
      f"perplexity {math.exp(ours['loss']):.4f} (transformers {math.exp(expected):.4f})")
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
