#!/usr/bin/env python3
"""Losses, gradients and 200 steps of training, ours beside PyTorch and Hugging Face transformers on the same weights and batches.

    python3 -m venv venv && venv/bin/pip install torch transformers
    swift build -c release --package-path Benchmarks --product training
    venv/bin/python Tests/Conformance/training_in_pytorch.py Benchmarks/.build/release/training [CASE...]

For a Llama with grouped keys and values, one with an output projection of its own, one with soft caps, a Qwen3 (normalized queries and
keys), a GPT-2 and a EuroBERT (an encoder with masked tokens), all freshly drawn by transformers: the loss of the first step within
1e-4 relative, the gradient of every tensor within 1e-4 of its greatest value, the losses of 200 steps of AdamW (decay on matrices only)
within 1e-3. For LAMB and Muon, written here in a few lines of PyTorch in fp32, the same on the first Llama. Opt-in: not part of `make test`.
"""
import json, math, subprocess, sys, tempfile

import numpy, torch, transformers
from transformers import (EuroBertConfig, EuroBertForMaskedLM, GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM,
                          Qwen3Config, Qwen3ForCausalLM)
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

program = sys.argv[1]
BATCH, LENGTH, STEPS, RATE, VOCABULARY, CAP, LOGIT_CAP = 4, 48, 200, 1e-3, 211, 0.5, 3.0


def capped_attention(module, query, key, value, attention_mask, scaling, **rest):
    key, value = (t.repeat_interleave(module.num_key_value_groups, 1) for t in (key, value))
    scores = CAP * torch.tanh(query @ key.transpose(2, 3) * scaling / CAP)
    later = torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1)
    return (scores.masked_fill(later, -math.inf).softmax(-1) @ value).transpose(1, 2).contiguous(), None


ALL_ATTENTION_FUNCTIONS["capped"] = capped_attention
llama = dict(vocab_size=VOCABULARY, hidden_size=64, intermediate_size=176, num_hidden_layers=3, num_attention_heads=4,
             max_position_embeddings=64, rms_norm_eps=1e-5)


def model_of(name):
    torch.manual_seed(1)
    match name:
        case "llama, untied":
            return LlamaForCausalLM(LlamaConfig(num_key_value_heads=4, tie_word_embeddings=False, **llama))
        case "llama, soft caps":
            return LlamaForCausalLM(LlamaConfig(
                num_key_value_heads=2, tie_word_embeddings=True, attn_implementation="capped", initializer_range=0.2, **llama))
        case "qwen3":
            return Qwen3ForCausalLM(Qwen3Config(num_key_value_heads=2, head_dim=16, tie_word_embeddings=True, **llama))
        case "gpt2":
            return GPT2LMHeadModel(GPT2Config(vocab_size=VOCABULARY, n_embd=64, n_layer=3, n_head=4, n_positions=64, resid_pdrop=0,
                                              embd_pdrop=0, attn_pdrop=0, bos_token_id=0, eos_token_id=0))
        case "eurobert":
            return EuroBertForMaskedLM(EuroBertConfig(
                num_key_value_heads=2, tie_word_embeddings=True, bos_token_id=0, eos_token_id=0, pad_token_id=None,
                mask_token_id=VOCABULARY - 1, **llama))
        case _:
            return LlamaForCausalLM(LlamaConfig(num_key_value_heads=2, tie_word_embeddings=True, **llama))


class LAMB(torch.optim.Optimizer):
    """You et al. 2020, algorithm 2; no trust ratio for vectors."""

    def __init__(self, parameters):
        super().__init__(parameters, dict(step=0))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            group["step"] += 1
            for p in group["params"]:
                state = self.state[p]
                m, v = state.setdefault("m", torch.zeros_like(p)), state.setdefault("v", torch.zeros_like(p))
                m.lerp_(p.grad, 0.1), v.lerp_(p.grad**2, 0.05)
                u = m / (1 - 0.9 ** group["step"]) / ((v / (1 - 0.95 ** group["step"])).sqrt() + 1e-8)
                if p.dim() == 1:
                    p -= RATE * u
                    continue
                u += 0.1 * p
                p -= RATE * p.norm() / u.norm() * u


class Muon(torch.optim.Optimizer):
    """torch.optim.Muon with adjust_lr_fn "match_rms_adamw", but fp32 where that one has bfloat16."""

    def __init__(self, parameters):
        super().__init__(parameters, {})

    @torch.no_grad()
    def step(self):
        for p in self.param_groups[0]["params"]:
            m = self.state[p].setdefault("m", torch.zeros_like(p))
            m.lerp_(p.grad, 0.05)
            x = p.grad.lerp(m, 0.95)
            x = x.T if p.size(0) > p.size(1) else x
            x = x / x.norm().clamp(min=1e-7)
            for _ in range(5):
                g = x @ x.T
                x = 3.4445 * x + (-4.7750 * g + 2.0315 * g @ g) @ x
            x = x.T if p.size(0) > p.size(1) else x
            p.mul_(1 - RATE * 0.1).sub_(RATE * 0.2 * math.sqrt(max(p.shape)) * x)


def optimizers_of(kind, model):
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    if kind == "lamb":
        return [LAMB(matrices + vectors)]
    inside = [p for name, p in model.named_parameters() if p.dim() > 1 and "layers" in name] if kind == "muon" else []
    outside = [p for p in matrices if not any(p is q for q in inside)]
    groups = [{"params": outside, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}]
    return [torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.95), eps=1e-8)] + ([Muon(inside)] if inside else [])


# A text with structure: the next token mostly follows from the one before.
random = numpy.random.default_rng(7)
text = [0]
while len(text) < STEPS * BATCH * (LENGTH + 1):
    text.append((text[-1] * 7 + 3) % (VOCABULARY - 1) if random.random() < 0.8 else int(random.integers(VOCABULARY - 1)))
causal = torch.tensor(text).view(STEPS, BATCH, LENGTH + 1)
whole = causal[:, :, :LENGTH]
hidden = torch.from_numpy(random.random((STEPS, BATCH, LENGTH)) < 0.15)
masked = torch.stack((whole.masked_fill(hidden, VOCABULARY - 1), whole.masked_fill(~hidden, -1)), 1)


def batch_of(name, step):
    return (masked[step, 0], masked[step, 1]) if name == "eurobert" else (causal[step, :, :-1], causal[step, :, 1:])


def logits_of(name, model, inputs):
    logits = model(inputs).logits
    return LOGIT_CAP * torch.tanh(logits / LOGIT_CAP) if "caps" in name else logits


print(f"torch {torch.__version__}, transformers {transformers.__version__}")
CASES = [("llama, grouped keys", "adamw"), ("llama, untied", "adamw"), ("llama, soft caps", "adamw"), ("qwen3", "adamw"),
         ("gpt2", "adamw"), ("eurobert", "adamw"), ("llama", "lamb"), ("llama", "muon")]
torch.set_num_threads(1)
transformers.utils.logging.disable_progress_bar()
for name, kind in CASES:
    if sys.argv[2:] and not {name, kind} & set(sys.argv[2:]):
        continue
    model = model_of(name).float().train()
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder + "/start")
        if "caps" in name:
            config = json.load(open(folder + "/start/config.json"))
            config |= {"model_type": "winnow_llama", "attn_logit_softcapping": CAP, "final_logit_softcapping": LOGIT_CAP}
            json.dump(config, open(folder + "/start/config.json", "w"))
        (masked if name == "eurobert" else causal).numpy().astype("<i4").tofile(folder + "/tokens")
        lines = subprocess.check_output(
            [program, "follow", folder + "/start", folder + "/tokens", str(BATCH), str(LENGTH), str(RATE), folder, kind], text=True)
        ours = [json.loads(line)["loss"] for line in lines.splitlines()]
        if "caps" in name:
            for part in ("gradient", "model"):
                config = json.load(open(f"{folder}/{part}/config.json")) | {"model_type": "llama"}
                json.dump(config, open(f"{folder}/{part}/config.json", "w"))
        gradient = type(model).from_pretrained(folder + "/gradient").state_dict()
        last = type(model).from_pretrained(folder + "/model", attn_implementation=model.config._attn_implementation).float().eval()
    optimizers = optimizers_of(kind, model)
    worst, losses = ("", 0.0), []
    for step in range(STEPS):
        inputs, targets = batch_of(name, step)
        loss = torch.nn.functional.cross_entropy(
            logits_of(name, model, inputs).reshape(-1, VOCABULARY), targets.reshape(-1), ignore_index=-1)
        model.zero_grad()
        loss.backward()
        if step == 0:
            for key, parameter in model.named_parameters():
                error = ((gradient[key] - parameter.grad).abs().max() / parameter.grad.abs().max()).item()
                worst = max(worst, (key, error), key=lambda pair: pair[1])
        for optimizer in optimizers:
            optimizer.step()
        losses.append(loss.item())
    first = abs(ours[0] - losses[0]) / losses[0]
    curve = max(abs(a - b) for a, b in zip(ours, losses))
    with torch.no_grad():
        inputs = batch_of(name, 0)[0]
        difference = (logits_of(name, last, inputs) - logits_of(name, model.eval(), inputs)).abs().max().item()
    print(f"{name}, {kind}: first loss {losses[0]:.6f}, relative difference {first:.1e}; worst gradient {worst[1]:.1e} ({worst[0]}); "
          f"losses of {STEPS} steps {losses[0]:.3f} -> {losses[-1]:.3f}, greatest difference {curve:.1e}; "
          f"greatest difference of the last models' logits {difference:.1e}")
    assert len(ours) == STEPS and first < 1e-4 and worst[1] < 1e-4 and curve < 1e-3, name
    assert losses[-1] < losses[0] - (0.3 if name == "eurobert" or kind == "lamb" else 1), "nothing was learned"
print("equal")
