#!/usr/bin/env python3
"""One training by one, two, three and four ranks of Open MPI: with gradients in parts the same bytes, without the same losses up to what
training makes of rounding; the same bytes again for a number of ranks; stopping, continuing and failing together.

    apt-get install openmpi-bin
    python3 Tests/Conformance/training_over_mpi.py .build/release/winnow [--steps 200] [--ranks 2,3,4]

A corpus of sentences with grammar is drawn here (fixed seed), made into shards by winnow and trained on with `nano` (24 sequences of 64
tokens a step, dropout, validation every 50 steps). Opt-in: not part of `make test`.
"""
import argparse, hashlib, json, os, pathlib, random, signal, subprocess, sys, tempfile, time

arguments = argparse.ArgumentParser()
arguments.add_argument("winnow", type=os.path.abspath)
arguments.add_argument("--steps", type=int, default=200)
arguments.add_argument("--ranks", type=lambda text: [int(n) for n in text.split(",")], default=[2, 3, 4])
options = arguments.parse_args()
winnow = options.winnow
environment = os.environ | {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
mpirun = ["mpirun", "--oversubscribe", "--bind-to", "none", "--mca", "odls_base_sigkill_timeout", "2"]
print(subprocess.check_output(["mpirun", "--version"], text=True).splitlines()[0])

random.seed(5)
words = {kind: [f"{kind}{n}" for n in range(count)] for kind, count in [("the", 3), ("small", 20), ("dog", 60), ("sees", 30)]}


def sentence():
    noun = lambda: f"{random.choice(words['the'])} {random.choice(words['small'])} {random.choice(words['dog'])}"
    return f"{noun()} {random.choice(words['sees'])} {noun()}."


folder = pathlib.Path(tempfile.mkdtemp())
with open(folder / "texts.jsonl", "w") as out:
    for number in range(2000):
        text = " ".join(sentence() for _ in range(random.randrange(5, 30)))
        out.write(json.dumps({"id": str(number), "url": "", "text": text, "metadata": {}}) + "\n")
tool = lambda *words: subprocess.run([winnow, *map(str, words)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
tool("tokenizer", "train", folder / "texts.jsonl", "--vocabulary", 512, "--output", folder / "tokenizer")
tool("shards", "write", folder / "texts.jsonl", "--tokenizer", folder / "tokenizer", "--output", folder / "shards", "--validation", "2%")
batch = 24 * 64
base = [winnow, "train", str(folder / "shards"), "--preset", "nano", "--batch-tokens", str(batch), "--sequence-length", "64", "--dropout", "0.05",
        "--tokens", str(options.steps * batch), "--validate-every", "50", "--checkpoint-every", "20", "--jobs", "1", "--quiet"]


parts = ["--gradient-parts", "12"]


def train(ranks, output, *more):
    start = [] if ranks == 1 else mpirun + ["-n", str(ranks)]
    outcome = subprocess.run(start + base + ["--output", str(output), *more], env=environment, capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stderr


def losses(output):
    lines = [json.loads(line) for line in open(output / "metrics.jsonl")]
    return [line["loss"] for line in lines if "loss" in line], [line["validation-loss"] for line in lines if "validation-loss" in line]


def digest(output):
    names = ["model.safetensors", "metrics.jsonl", "training.json", "config.json"]
    return [hashlib.sha256(open(output / name, "rb").read()).hexdigest() for name in names]


def compare(name, *more):
    """Losses of one rank and of several, step by step."""
    train(1, folder / f"{name}-1", *more)
    one, one_validation = losses(folder / f"{name}-1")
    assert len(one) == options.steps and one[-1] < one[0] - 1, "nothing was learned"
    print(f"{name}, 1 rank: loss {one[0]:.6f} -> {one[-1]:.6f}, validation {one_validation[0]:.6f} -> {one_validation[-1]:.6f}")
    for ranks in options.ranks:
        begin = time.time()
        train(ranks, folder / f"{name}-{ranks}", *more)
        several, validation = losses(folder / f"{name}-{ranks}")
        differences = [abs(a - b) for a, b in zip(one, several, strict=True)]
        far = next((step for step, difference in enumerate(differences) if difference >= 1e-5), options.steps)
        print(f"{name}, {ranks} ranks: loss {several[0]:.6f} -> {several[-1]:.6f}; greatest difference of {options.steps} steps {max(differences):.1e}, "
              f"of the first 10 {max(differences[:10]):.1e}; below 1e-5 for {far} steps; "
              f"validation {abs(one_validation[-1] - validation[-1]):.1e}; {time.time() - begin:.0f} s")
        assert max(differences[:10]) < 1e-5
        if more:
            assert max(differences) < 1e-5 and digest(folder / f"{name}-1") == digest(folder / f"{name}-{ranks}")


compare("in parts", *parts)
print("in parts: the same bytes")
compare("a share each")

# The same bytes again, stopped in between: mpirun hands a TERM signal of its own on to all ranks.
ranks = options.ranks[0]
again = folder / "again"
process = subprocess.Popen(mpirun + ["-n", str(ranks)] + base + ["--output", str(again)], env=environment, stderr=subprocess.PIPE, text=True)
while not (again / "checkpoints" / "timings.jsonl").exists() or len(open(again / "checkpoints" / "timings.jsonl").readlines()) < 30:
    time.sleep(0.02)
process.send_signal(signal.SIGINT)
said = process.communicate()[1]
assert said.count("stopped; the same command continues") == 1, said
assert not (again / "training.json").exists()
steps = sorted(int(path.name[5:]) for path in (again / "checkpoints").glob("step-*"))
train(ranks, again)
assert digest(again) == digest(folder / f"a share each-{ranks}")
print(f"stopped by Ctrl-C after step {steps[-1]} and continued, {ranks} ranks: the same bytes as in one go")

# A rank that dies takes all with it; the run goes on from the last checkpoint.
killed = folder / "killed"
process = subprocess.Popen(mpirun + ["-n", str(ranks)] + base + ["--output", str(killed)], env=environment, stderr=subprocess.PIPE, text=True)
while not (killed / "checkpoints" / "step-00000020" / "state.json").exists():
    time.sleep(0.02)
children = subprocess.check_output(["ps", "-o", "pid=", "--ppid", str(process.pid)], text=True).split()
os.kill(int(children[-1]), signal.SIGKILL)
process.communicate()
assert process.returncode != 0
train(ranks, killed)
assert digest(killed) == digest(folder / f"a share each-{ranks}")
print(f"one of {ranks} ranks killed: all end, and the same command gives the same bytes")

# One message, whoever fails and however many do.
for name, broken, wanted in [
    ("shards that are not there", ["train", str(folder / "nothing"), "--output", str(folder / "x")], 1),
    ("more ranks than sequences", base[1:] + ["--batch-tokens", "64", "--output", str(folder / "x")], 2),
    ("checkpoints of another run", base[1:] + ["--seed", "9", "--output", str(folder / "killed")], 1),
    ("an option that is none", ["train", str(folder / "shards"), "--preset", "tini", "--output", str(folder / "x")], 2),
]:
    outcome = subprocess.run(mpirun + ["-n", "3", winnow] + broken, env=environment, capture_output=True, text=True)
    messages = [line for line in outcome.stderr.splitlines() if "error:" in line]
    print(f"{name}: {messages}")
    assert outcome.returncode == wanted and len(messages) == 1, outcome.stderr

# Under another starter.
for name, settings in [("srun", {"SLURM_STEP_NUM_TASKS": "4"}), ("MPICH", {"PMI_SIZE": "4"})]:
    outcome = subprocess.run(base + ["--output", str(folder / "x")], env=os.environ | settings, capture_output=True, text=True)
    assert outcome.returncode == 1 and name in outcome.stderr and not (folder / "x").exists(), outcome.stderr
print("equal")
