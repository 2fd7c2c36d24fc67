#!/usr/bin/env python3
"""Training speed beside llm.c's CPU trainer (github.com/karpathy/llm.c, `train_gpt2.c`) on the same configuration, in turns.

    git clone https://github.com/karpathy/llm.c
    swift build -c release --package-path Benchmarks --product training
    python3 Benchmarks/training/llm_c.py llm.c --steps 4 --rounds 2

CHECKOUT is compiled as its Makefile does it (gcc, -Ofast -march=native -fopenmp), but for batch size and sequence length, which its `main`
sets to 4 and 64. It gets a checkpoint of random weights and a file of random tokens in its formats, in a folder of their own. Tokens/s from
the median step, the first left out.
"""
import argparse, array, json, os, random, re, statistics, subprocess, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# Those of Sources/training/Training.swift: layers, width, heads, length, vocabulary, batch.
CONFIGURATIONS = {"gpt2-small": (4, 256, 4, 256, 8192, 8), "gpt2-124m": (12, 768, 12, 512, 32768, 2)}
FLAGS = "-Ofast -Wno-unused-result -Wno-ignored-pragmas -Wno-unknown-attributes -march=native -fopenmp -DOMP".split()


def header(*values):
    return array.array("i", list(values) + [0] * (256 - len(values))).tobytes()


def write_inputs(folder):
    random.seed(0)
    c, l = WIDTH, LAYERS
    draws = array.array("f", (random.gauss(0, 0.02) for _ in range(100003)))
    normal = lambda count: (draws * (count // len(draws) + 1))[:count]
    same = lambda count, value: array.array("f", [value]) * count
    with open(os.path.join(folder, "gpt2_124M.bin"), "wb") as file:
        file.write(header(20240326, 3, LENGTH, VOCABULARY, l, HEADS, c, VOCABULARY))
        for tensor in [
            normal(VOCABULARY * c), normal(LENGTH * c), same(l * c, 1), same(l * c, 0), normal(l * 3 * c * c), same(l * 3 * c, 0),
            normal(l * c * c), same(l * c, 0), same(l * c, 1), same(l * c, 0), normal(l * 4 * c * c), same(l * 4 * c, 0),
            normal(l * 4 * c * c), same(l * c, 0), same(c, 1), same(c, 0),
        ]:
            tensor.tofile(file)
    data = os.path.join(folder, "dev/data/tinyshakespeare")
    os.makedirs(data)
    tokens = array.array("H", (random.randrange(VOCABULARY) for _ in range(16 * BATCH * LENGTH + 1)))
    for split in ("train", "val"):
        with open(os.path.join(data, f"tiny_shakespeare_{split}.bin"), "wb") as file:
            file.write(header(20240520, 1, len(tokens)))
            tokens.tofile(file)


def compile_peer(checkout, folder):
    with open(os.path.join(checkout, "train_gpt2.c")) as file:
        source = file.read()
    for name, value in (("B", BATCH), ("T", LENGTH)):
        source, count = re.subn(rf"(\n    int {name} = )\d+;", rf"\g<1>{value};", source, count=1)
        if count != 1:
            raise SystemExit(f"{checkout}/train_gpt2.c sets no 'int {name}' in main")
    path = os.path.join(folder, "train_gpt2.c")
    with open(path, "w") as file:
        file.write(source)
    subprocess.run(["gcc", *FLAGS, "-I", checkout, path, "-lm", "-lgomp", "-o", os.path.join(folder, "train_gpt2")], check=True)


def run_peer(folder, threads, steps):
    """Milliseconds of each step but the first, the last loss, and the greatest resident size in MB."""
    process = subprocess.Popen(
        ["stdbuf", "-oL", "./train_gpt2"], cwd=folder, env={**os.environ, "OMP_NUM_THREADS": str(threads)}, text=True,
        stdout=subprocess.PIPE)
    times, memory, loss = [], 0, 0.0
    for line in process.stdout:
        found = re.match(r"step \d+: train loss ([\d.]+).*\(took ([\d.]+) ms\)", line)
        if found:
            loss = float(found.group(1))
            times.append(float(found.group(2)))
            with open(f"/proc/{process.pid}/status") as status:
                memory = int(re.search(r"VmHWM:\s+(\d+)", status.read()).group(1)) // 1024
        if len(times) == steps + 1:
            break
    process.kill()
    process.wait()
    if len(times) != steps + 1:
        raise SystemExit("llm.c's trainer ended early")
    return times[1:], loss, memory


parser = argparse.ArgumentParser()
parser.add_argument("checkout")
parser.add_argument("configuration", nargs="?", choices=CONFIGURATIONS, default="gpt2-small")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--rounds", type=int, default=1)
parser.add_argument("--steps", type=int, default=4, help="timed steps of llm.c")
parser.add_argument("--program", default=os.path.join(HERE, "../.build/release/training"))
options = parser.parse_args()
LAYERS, WIDTH, HEADS, LENGTH, VOCABULARY, BATCH = CONFIGURATIONS[options.configuration]
OWN_STEPS = 30 if options.configuration == "gpt2-small" else 4
ours, peers = [], []
with tempfile.TemporaryDirectory() as folder:
    write_inputs(folder)
    compile_peer(os.path.abspath(options.checkout), folder)
    for _ in range(options.rounds):
        line = subprocess.check_output(
            [options.program, "train", options.configuration, "--threads", str(options.threads), "--rounds", str(OWN_STEPS)], text=True)
        ours.append(json.loads(line))
        times, loss, memory = run_peer(folder, options.threads, options.steps)
        peers.append(BATCH * LENGTH * 1000 / statistics.median(times))
own = statistics.median(row["tokens-per-second"] for row in ours)
peer = statistics.median(peers)
print(f"GPT-2, {LAYERS} layers of {WIDTH}, vocabulary {VOCABULARY}, {options.threads} threads")
print(f"  winnow  {own:9.1f} tokens/s  {max(row['peak-mb'] for row in ours):6} MB")
print(f"  llm.c   {peer:9.1f} tokens/s  {memory:6} MB  loss {loss:.3f}  winnow is {own / peer:.1f} times as fast")
