#!/usr/bin/env python3
"""Checkpoints that transformers saved, fine-tuned by `winnow train --from` and scored by both.

    python3 -m venv venv && venv/bin/pip install torch transformers
    swift build -c release --product winnow
    venv/bin/python Tests/Conformance/fine_tuning.py .build/release/winnow [WORK]

A Llama with grouped heads and an output projection of its own, one with rotary frequencies scaled as in Llama 3.1, a Qwen3, all with their
vocabulary padded to a multiple of 64, and a GPT-2,
freshly drawn by transformers and saved by save_pretrained, the first in bfloat16 and in several files. For each: the loss of the held-out
documents before fine-tuning, 50 steps of `winnow train --from`, the loss after them, by `winnow evaluate` and by transformers in the same
windows, within 1e-4 nats. Then 50 steps on one sequence, by the command and by AdamW in PyTorch with the same schedule: every step's loss
within 1e-3. The tokenizer is trained on the guides. Opt-in: not part of `make test`.
"""
import glob, json, math, os, subprocess, sys, tempfile

import torch, transformers
from transformers import (AutoModelForCausalLM, AutoTokenizer, GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM,
                          Qwen3Config, Qwen3ForCausalLM)

winnow = os.path.abspath(sys.argv[1])
work = sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp()
LENGTH, STEPS, BATCH, RATE = 128, 50, 8, 1e-3
print(f"torch {torch.__version__}, transformers {transformers.__version__}")
transformers.utils.logging.disable_progress_bar()


def run(*words):
    return subprocess.check_output([winnow, *map(str, words)], text=True)


def documents(path, files):
    with open(path, "w") as out:
        for file in files:
            # Without the names of special tokens, which transformers takes for such in any text.
            for number, part in enumerate(open(file).read().replace("<|", "<").split("\n## ")):
                out.write(json.dumps({"id": f"{os.path.basename(file)}-{number}", "url": "", "text": part, "metadata": {}}) + "\n")


root = os.path.dirname(os.path.abspath(__file__)) + "/../../"
guides = sorted(glob.glob(root + "docs/guide/*.md"))
documents(work + "/train.jsonl", guides[:-1])
documents(work + "/held-out.jsonl", guides[-1:])
run("tokenizer", "train", work + "/train.jsonl", "--vocabulary", 1000, "--output", work + "/tokenizer")
run("shards", "write", work + "/train.jsonl", "--tokenizer", work + "/tokenizer", "--output", work + "/shards", "--validation", "0%", "--quiet")
tokenizer = AutoTokenizer.from_pretrained(work + "/tokenizer")
end = tokenizer.eos_token_id
common = dict(vocab_size=1024, hidden_size=96, intermediate_size=256, num_hidden_layers=3, num_attention_heads=6, num_key_value_heads=2,
              max_position_embeddings=LENGTH, bos_token_id=end, eos_token_id=end)


def model_of(name):
    torch.manual_seed(3)
    match name:
        case "llama":
            return LlamaForCausalLM(LlamaConfig(tie_word_embeddings=False, rope_theta=50_000.0, **common)).bfloat16()
        case "llama 3.1":
            scaling = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64)
            return LlamaForCausalLM(LlamaConfig(tie_word_embeddings=True, rope_parameters=scaling | {"rope_theta": 10_000.0}, **common))
        case "qwen3":
            return Qwen3ForCausalLM(Qwen3Config(head_dim=32, tie_word_embeddings=True, **common))
        case "gpt2":
            return GPT2LMHeadModel(GPT2Config(vocab_size=1000, n_embd=96, n_layer=3, n_head=4, n_positions=LENGTH, resid_pdrop=0, embd_pdrop=0,
                                              attn_pdrop=0, bos_token_id=end, eos_token_id=end))


def windows(ids):
    """get_rolling_token_windows(context_len=1) through make_disjoint_window."""
    first = min(LENGTH, len(ids))
    yield [end] + ids[: first - 1], ids[:first]
    for done in range(first, len(ids), LENGTH):
        stop = min(len(ids), done + LENGTH)
        yield ids[stop - 1 - LENGTH : stop - 1], ids[done:stop]


@torch.no_grad()
def loss_of(model):
    total, count = 0.0, 0
    for line in open(work + "/held-out.jsonl"):
        ids = tokenizer(json.loads(line)["text"], add_special_tokens=False)["input_ids"]
        for inputs, targets in windows(ids) if ids else []:
            logits = model(torch.tensor([inputs])).logits[0, -len(targets) :].double()
            total += torch.nn.functional.cross_entropy(logits, torch.tensor(targets), reduction="sum").item()
            count += len(targets)
    return total / count


def ours(folder):
    words = ("evaluate", folder, "--tokenizer", work + "/tokenizer", "--documents", work + "/held-out.jsonl", "--samples", 0, "--json")
    return json.loads(run(*words))["total"]["loss"]


# One sequence, so that the order of the data is known: every step of both sees it.
one = []
for line in open(work + "/train.jsonl"):
    one += tokenizer(json.loads(line)["text"], add_special_tokens=False)["input_ids"]
text = tokenizer.decode(one[: LENGTH + 20])
one = tokenizer(text, add_special_tokens=False)["input_ids"][: LENGTH + 1]
with open(work + "/one.jsonl", "w") as out:
    out.write(json.dumps({"id": "one", "url": "", "text": text, "metadata": {}}))
run("shards", "write", work + "/one.jsonl", "--tokenizer", work + "/tokenizer", "--output", work + "/one", "--validation", "0%", "--quiet")


def rate_of(step):
    """Warm-up over 5 %, then a cosine to a tenth."""
    warm = math.ceil(STEPS * 0.05)
    if step < warm:
        return RATE * (step + 1) / warm
    return RATE * (0.1 + 0.9 * (1 + math.cos(math.pi * (step - warm) / (STEPS - warm - 1))) / 2)


def losses_in_pytorch(model):
    groups = [{"params": [p for p in model.parameters() if (p.dim() > 1) == decays], "weight_decay": 0.1 * decays} for decays in (True, False)]
    optimizer = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.95), eps=1e-8)
    inputs, targets = torch.tensor([one[:-1]]), torch.tensor(one[1:])
    losses = []
    for step in range(STEPS):
        loss = torch.nn.functional.cross_entropy(model(inputs).logits[0], targets)
        model.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = rate_of(step)
        optimizer.step()
        losses.append(loss.item())
    return losses


def losses_in_winnow(given):
    folder = given + "-one"
    run("train", work + "/one", "--from", given, "--output", folder, "--tokens", STEPS * LENGTH, "--batch-tokens", LENGTH,
        "--sequence-length", LENGTH, "--learning-rate", RATE, "--quiet")
    return [entry["loss"] for entry in map(json.loads, open(folder + "/metrics.jsonl")) if "loss" in entry]


torch.set_num_threads(1)
for name in ["llama", "llama 3.1", "qwen3", "gpt2"]:
    given, tuned = f"{work}/{name}", f"{work}/{name}-tuned"
    model = model_of(name)
    model.save_pretrained(given, **({"max_shard_size": "200KB"} if name == "llama" else {}))
    tokenizer.save_pretrained(given)
    model = AutoModelForCausalLM.from_pretrained(given, dtype=torch.float32).eval()
    before = loss_of(model)
    mine = ours(given)
    assert abs(before - mine) < 1e-4, (name, before, mine)
    run("train", work + "/shards", "--from", given, "--output", tuned, "--tokens", STEPS * BATCH * LENGTH, "--batch-tokens", BATCH * LENGTH,
        "--sequence-length", LENGTH, "--learning-rate", RATE, "--quiet")
    after, info = AutoModelForCausalLM.from_pretrained(tuned, output_loading_info=True)
    assert type(after) is type(model) and not info["missing_keys"] and not info["unexpected_keys"], info
    theirs, mine_after = loss_of(after.float().eval()), ours(tuned)
    print(f"{name}, {len(glob.glob(given + '/*.safetensors'))} files: loss before {mine:.6f} (transformers {before:.6f}), after {STEPS} steps "
          f"{mine_after:.6f} (transformers {theirs:.6f})")
    assert abs(theirs - mine_after) < 1e-4 and mine_after < mine - 0.5, name
    losses, mine = losses_in_pytorch(model.train()), losses_in_winnow(given)
    worst = max(abs(a - b) for a, b in zip(losses, mine))
    print(f"{name}, one sequence: losses of {STEPS} steps {mine[0]:.4f} -> {mine[-1]:.4f}, greatest difference from PyTorch {worst:.1e}")
    assert len(mine) == len(losses) == STEPS and worst < 1e-3, name
    assert AutoTokenizer.from_pretrained(tuned)("a b")["input_ids"] == tokenizer("a b")["input_ids"]
print("equal")
