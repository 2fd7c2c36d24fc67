#!/usr/bin/env python3
"""Losses, gradients and 200 steps of training, ours beside PyTorch and Hugging Face transformers on the same weights and batches.

    python3 -m venv venv && venv/bin/pip install torch transformers
    swift build -c release --package-path Benchmarks --product training
    venv/bin/python Tests/Conformance/training_in_pytorch.py Benchmarks/.build/release/training

For a Llama with grouped keys and values, one with an output projection of its own, and a GPT-2, all freshly drawn by transformers:
the loss of the first step within 1e-4 relative, the gradient of every tensor within 1e-4 of its greatest value, the losses of 200
steps of AdamW (decay on matrices only) within 1e-3. Opt-in: not part of `make test`.
"""
import json, subprocess, sys, tempfile

import numpy, torch, transformers
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

program = sys.argv[1]
BATCH, LENGTH, STEPS, RATE, VOCABULARY = 4, 48, 200, 1e-3, 211
torch.manual_seed(1)
llama = dict(vocab_size=VOCABULARY, hidden_size=64, intermediate_size=176, num_hidden_layers=3, num_attention_heads=4,
             max_position_embeddings=64, rms_norm_eps=1e-5)
models = {
    "llama, grouped keys": LlamaForCausalLM(LlamaConfig(num_key_value_heads=2, tie_word_embeddings=True, **llama)),
    "llama, untied": LlamaForCausalLM(LlamaConfig(num_key_value_heads=4, tie_word_embeddings=False, **llama)),
    "gpt2": GPT2LMHeadModel(GPT2Config(vocab_size=VOCABULARY, n_embd=64, n_layer=3, n_head=4, n_positions=64, resid_pdrop=0,
                                       embd_pdrop=0, attn_pdrop=0, bos_token_id=0, eos_token_id=0)),
}
# A text with structure: the next token mostly follows from the one before.
random = numpy.random.default_rng(7)
text = [0]
while len(text) < STEPS * BATCH * (LENGTH + 1):
    text.append((text[-1] * 7 + 3) % VOCABULARY if random.random() < 0.8 else int(random.integers(VOCABULARY)))
tokens = torch.tensor(text).view(STEPS, BATCH, LENGTH + 1)


def loss_of(model, batch):
    logits = model(batch[:, :-1]).logits
    return torch.nn.functional.cross_entropy(logits.reshape(-1, VOCABULARY), batch[:, 1:].reshape(-1))


print(f"torch {torch.__version__}, transformers {transformers.__version__}")
for name, model in models.items():
    model = model.float().train()
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder + "/start")
        numpy.array(text, dtype="<u4").tofile(folder + "/tokens")
        lines = subprocess.check_output(
            [program, "follow", folder + "/start", folder + "/tokens", str(BATCH), str(LENGTH), str(RATE), folder], text=True)
        ours = [json.loads(line)["loss"] for line in lines.splitlines()]
        gradient = type(model).from_pretrained(folder + "/gradient").state_dict()
        last = type(model).from_pretrained(folder + "/model").float().eval()
    groups = [
        {"params": [p for p in model.parameters() if p.dim() > 1], "weight_decay": 0.1},
        {"params": [p for p in model.parameters() if p.dim() == 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.95), eps=1e-8)
    worst, losses = ("", 0.0), []
    for step in range(STEPS):
        loss = loss_of(model, tokens[step])
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            for key, parameter in model.named_parameters():
                error = ((gradient[key] - parameter.grad).abs().max() / parameter.grad.abs().max()).item()
                worst = max(worst, (key, error), key=lambda pair: pair[1])
        optimizer.step()
        losses.append(loss.item())
    first = abs(ours[0] - losses[0]) / losses[0]
    curve = max(abs(a - b) for a, b in zip(ours, losses))
    with torch.no_grad():
        difference = (last(tokens[0][:, :-1]).logits - model.eval()(tokens[0][:, :-1]).logits).abs().max().item()
    print(f"{name}: first loss {losses[0]:.6f}, relative difference {first:.1e}; worst gradient {worst[1]:.1e} ({worst[0]}); "
          f"losses of {STEPS} steps {losses[0]:.3f} -> {losses[-1]:.3f}, greatest difference {curve:.1e}; "
          f"greatest difference of the last models' logits {difference:.1e}")
    assert len(ours) == STEPS and first < 1e-4 and worst[1] < 1e-4 and curve < 1e-3, name
    assert losses[-1] < losses[0] - 1, "nothing was learned"
print("equal")
