#!/usr/bin/env python3
"""Training and matrix-product speed beside PyTorch on the same configuration, in turns.

    python3 -m venv venv && venv/bin/pip install torch numpy
    swift build -c release --package-path Benchmarks --product training
    venv/bin/python Benchmarks/training/compare.py train gpt2-small --peers eager,compile --rounds 3
    venv/bin/python Benchmarks/training/compare.py gemm

`train`: forward, backward and AdamW in fp32 on random tokens, scaled-dot-product attention; configurations are those of
`Sources/training/Training.swift`. Each round is a process of its own; tokens/s from the median step, memory as the process's
greatest resident size. `gemm`: GFLOP/s of products of both libraries, and of fused multiply-adds alone (the peak).
"""
import argparse, json, os, resource, statistics, subprocess, sys, time

HERE = os.path.dirname(os.path.abspath(__file__))
CONFIGURATIONS = {
    "gpt2-small": dict(family="gpt2", L=4, d=256, ff=1024, H=4, KV=4, T=256, V=8192, B=8, steps=30),
    "gpt2-124m": dict(family="gpt2", L=12, d=768, ff=3072, H=12, KV=12, T=512, V=32768, B=2, steps=4),
    "llama-small": dict(family="llama", L=4, d=256, ff=688, H=4, KV=4, T=256, V=8192, B=8, steps=30),
    "llama-30m": dict(family="llama", L=8, d=512, ff=1376, H=8, KV=4, T=512, V=16384, B=4, steps=6),
}
SHAPES = [
    (1024, 1024, 1024), (2048, 3072, 768), (2048, 768, 3072), (2048, 1152, 384), (2048, 384, 1024), (4096, 2048, 384),
    (1024, 768, 768), (512, 8192, 384),
]


def build(c):
    import torch, torch.nn as nn, torch.nn.functional as F

    hd = c["d"] // c["H"]

    class RMSNorm(nn.Module):
        def __init__(s):
            super().__init__()
            s.weight = nn.Parameter(torch.ones(c["d"]))

        def forward(s, x):
            return F.rms_norm(x, (c["d"],), s.weight, 1e-5)

    def rotate(x, cos, sin):
        a, b = x.chunk(2, -1)
        return x * cos + torch.cat((-b, a), -1) * sin

    class Block(nn.Module):
        def __init__(s):
            super().__init__()
            llama, d, kv = c["family"] == "llama", c["d"], c["KV"] * hd
            s.ln1, s.ln2 = (RMSNorm(), RMSNorm()) if llama else (nn.LayerNorm(d), nn.LayerNorm(d))
            s.qkv = nn.Linear(d, d + 2 * kv, bias=not llama)
            s.proj = nn.Linear(d, d, bias=not llama)
            s.up = nn.Linear(d, 2 * c["ff"] if llama else c["ff"], bias=not llama)
            s.down = nn.Linear(c["ff"], d, bias=not llama)

        def forward(s, x, cos, sin):
            B, T, C = x.shape
            kv = c["KV"] * hd
            q, k, v = s.qkv(s.ln1(x)).split((C, kv, kv), 2)
            q, k, v = (t.view(B, T, -1, hd).transpose(1, 2) for t in (q, k, v))
            if c["family"] == "llama":
                q, k = rotate(q, cos, sin), rotate(k, cos, sin)
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=c["KV"] != c["H"])
            x = x + s.proj(y.transpose(1, 2).contiguous().view(B, T, C))
            h = s.up(s.ln2(x))
            if c["family"] == "llama":
                gate, up = h.chunk(2, -1)
                return x + s.down(F.silu(gate) * up)
            return x + s.down(F.gelu(h, approximate="tanh"))

    class Model(nn.Module):
        def __init__(s):
            super().__init__()
            s.wte = nn.Embedding(c["V"], c["d"])
            if c["family"] == "gpt2":
                s.wpe = nn.Embedding(c["T"], c["d"])
            s.blocks = nn.ModuleList([Block() for _ in range(c["L"])])
            s.lnf = RMSNorm() if c["family"] == "llama" else nn.LayerNorm(c["d"])
            s.head = nn.Linear(c["d"], c["V"], bias=False)
            s.head.weight = s.wte.weight
            angles = torch.outer(torch.arange(c["T"]).float(), 10000 ** (-torch.arange(0, hd, 2).float() / hd)).repeat(1, 2)
            s.register_buffer("cos", angles.cos())
            s.register_buffer("sin", angles.sin())
            s.register_buffer("pos", torch.arange(c["T"]))
            for p in s.parameters():
                if p.dim() > 1:
                    nn.init.normal_(p, 0, 0.02)

        def forward(s, x, y):
            h = s.wte(x)
            if c["family"] == "gpt2":
                h = h + s.wpe(s.pos)
            for block in s.blocks:
                h = block(h, s.cos, s.sin)
            logits = s.head(s.lnf(h))
            return F.cross_entropy(logits.view(-1, c["V"]), y.view(-1))

    return Model()


def torch_train(c, mode, threads):
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    model = build(c)
    parameters = sum(p.numel() for p in model.parameters())
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, betas=(0.9, 0.95), weight_decay=0.1, fused=mode != "eager")
    step_of = torch.compile(model) if mode == "compile" else model
    times, processor = [], []
    for step in range(c["steps"] + 2):
        x, y = torch.randint(c["V"], (c["B"], c["T"])), torch.randint(c["V"], (c["B"], c["T"]))
        start, before = time.perf_counter(), time.process_time()
        loss = step_of(x, y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        value = loss.item()
        if step >= 2:
            times.append(time.perf_counter() - start)
            processor.append(time.process_time() - before)
    rate = c["B"] * c["T"] / statistics.median(times)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"what": "train", "parameters": parameters, "tokens-per-second": rate, "loss": value, "peak-mb": peak,
            "tokens-per-cpu-second": c["B"] * c["T"] / statistics.median(processor)}


def torch_gemm(threads):
    import torch

    torch.set_num_threads(threads)
    out = {}
    for m, n, k in SHAPES:
        c = torch.empty(m, n)
        for name, a, b in [
            ("NN", torch.rand(m, k), torch.rand(k, n)), ("NT", torch.rand(m, k), torch.rand(n, k).t()),
            ("TN", torch.rand(k, m).t(), torch.rand(k, n)),
        ]:
            times = []
            for call in range(33):
                start = time.perf_counter()
                torch.mm(a, b, out=c)
                if call > 2:
                    times.append(time.perf_counter() - start)
            out[f"gemm {name} {m}x{n}x{k}"] = 2e-9 * m * n * k / statistics.median(times)
    return out


def child(arguments):
    text = subprocess.check_output(arguments, text=True)
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def compare_training(options):
    rows = {}
    names = ["winnow"] + options.peers.split(",")
    for _ in range(options.rounds):
        for name in names:
            if name == "winnow":
                found = child([options.program, "train", options.configuration, "--threads", str(options.threads), "--rounds",
                               str(CONFIGURATIONS[options.configuration]["steps"])])
            else:
                found = child([sys.executable, __file__, "--child", "train", options.configuration, "--peers", name,
                               "--threads", str(options.threads), "--steps",
                               str(CONFIGURATIONS[options.configuration]["steps"])])
            rows.setdefault(name, []).append(found[0])
    print(f"{options.configuration}: {rows['winnow'][0]['parameters']:,} parameters, {options.threads} threads")
    measure = "tokens-per-cpu-second" if options.cpu else "tokens-per-second"
    ours = statistics.median(r[measure] for r in rows["winnow"])
    for name in names:
        rates = [r[measure] for r in rows[name]]
        rate, peak = statistics.median(rates), max(r["peak-mb"] for r in rows[name])
        print(f"  {name:8} {rate:9.1f} tokens/{'CPU-' if options.cpu else ''}s [{min(rates):.1f}..{max(rates):.1f}]  {peak:6} MB"
              + ("" if name == "winnow" else f"  winnow is {ours / rate:.2f} times as fast"))


def compare_gemm(options):
    ours, theirs = {}, {}
    for _ in range(options.rounds):
        for row in child([options.program, "gemm", "--threads", str(options.threads)]):
            ours.setdefault(row["what"], []).append(row["gflops-median"])
        for name, rate in child([sys.executable, __file__, "--child", "gemm", "--threads", str(options.threads)])[0].items():
            theirs.setdefault(name, []).append(rate)
    peak = statistics.median(ours.pop("peak"))
    print(f"fused multiply-adds alone: {peak:.1f} GFLOP/s on {options.threads} threads")
    for name in ours:
        a, b = statistics.median(ours[name]), statistics.median(theirs[name])
        print(f"  {name:24} winnow {a:6.1f} ({100 * a / peak:4.1f} %)   PyTorch/MKL {b:6.1f} ({100 * b / peak:4.1f} %)")


parser = argparse.ArgumentParser()
parser.add_argument("what", choices=["train", "gemm"])
parser.add_argument("configuration", nargs="?", choices=CONFIGURATIONS, default="gpt2-small")
parser.add_argument("--peers", default="eager")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--rounds", type=int, default=1)
parser.add_argument("--program", default=os.path.join(HERE, "../.build/release/training"))
parser.add_argument("--cpu", action="store_true", help="rates by processor time: with --threads 1 also fair on a busy machine")
parser.add_argument("--steps", type=int, help="timed steps instead of the configuration's")
parser.add_argument("--child", action="store_true")
options = parser.parse_args()
if options.steps:
    CONFIGURATIONS[options.configuration]["steps"] = options.steps
if options.child and options.what == "train":
    print(json.dumps(torch_train(CONFIGURATIONS[options.configuration], options.peers, options.threads)))
elif options.child:
    print(json.dumps(torch_gemm(options.threads)))
elif options.what == "train":
    compare_training(options)
else:
    compare_gemm(options)
