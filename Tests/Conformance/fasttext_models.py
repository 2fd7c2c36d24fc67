#!/usr/bin/env python3
"""Models of every kind, trained by the fastText library, give the same probabilities in `winnow classifier predict`; models that Winnow
trains load in the library and give the same there.

Needs the Python package fasttext (0.9.2 or 0.9.3) with numpy below 2.

    fasttext_models.py --winnow .build/release/winnow
"""
import argparse, itertools, os, random, subprocess, tempfile

import fasttext

fasttext.FastText.eprint = lambda text: None


def words(seed):
    rnd = random.Random(seed)
    alphabets = ["abcdefgh", "ijklmnop", "qrstuvwx", "абвгдежз", "一二三四五六七八", "éèàùöäü", "ابتثجحخ"]
    return [["".join(rnd.choice(a) for _ in range(rnd.randint(1, 7))) for _ in range(60)] for a in alphabets]


def training_lines(seed, count, parts=1):
    rnd, vocabulary = random.Random(seed), words(1)
    for _ in range(count):
        label = rnd.randrange(len(vocabulary))
        text = [rnd.choice(vocabulary[label] if rnd.random() < 0.8 else rnd.choice(vocabulary)) for _ in range(rnd.randint(1, 14))]
        part = rnd.randrange(parts)
        yield f"__label__l{label}" + (f"p{part} w{part} " if parts > 1 else " ") + " ".join(text)


def probe_lines():
    yield from (line.split(" ", 1)[1] for line in training_lines(7, 400))
    yield from ["", " ", "zzz", "a", "\u00a0x\u00a0y", "\U0001F600 \U0001F600", "__label__l1 abc", "</s> abc", "abc </s> def", "一" * 300]


def library_answers(model, lines):
    for line in lines:
        labels, probabilities = model.predict(line, k=-1)
        yield {label.removeprefix("__label__"): float(p) for label, p in zip(labels, probabilities)}


def winnow_answers(winnow, model, lines):
    out = subprocess.run([winnow, "classifier", "predict", model, "--count", "1000", "--threshold=-1"], input="\n".join(lines) + "\n",
                         capture_output=True, text=True, check=True).stdout.split("\n")[:-1]
    for line in out:
        parts = line.split("\t")
        yield {parts[i]: float(parts[i + 1]) for i in range(0, len(parts) - 1, 2)}


def compare(name, winnow, path, model, lines):
    worst, tops, count = 0.0, 0, 0
    for ours, theirs in zip(winnow_answers(winnow, path, lines), library_answers(model, lines), strict=True):
        # The library leaves out labels that its tree search gave up at a probability below 1e-5.
        assert theirs.keys() <= ours.keys() and all(ours[label] < 2e-5 for label in ours.keys() - theirs.keys()), (name, ours, theirs)
        if not theirs:
            continue
        count += 1
        worst = max([worst] + [abs(ours[label] - theirs[label]) for label in theirs])
        tops += ours[max(theirs, key=theirs.get)] >= max(ours.values()) - 1e-6
    verdict = "equal" if worst <= 1e-5 and tops == count else "DIFFERENT"
    print(f"{name:<44} {count} lines, greatest difference {worst:.1e}, best label the same {tops}/{count}: {verdict}")
    return verdict == "equal"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--winnow", default=".build/release/winnow")
    arguments = parser.parse_args()
    lines = [line for line in probe_lines() if "\n" not in line]
    good = total = 0
    with tempfile.TemporaryDirectory() as folder:
        text = os.path.join(folder, "train.txt")
        with open(text, "w", encoding="utf-8") as file:
            file.write("\n".join(training_lines(3, 4000)) + "\n")
        for loss, shape in itertools.product(["softmax", "hs", "ova", "ns"], [dict(minn=0, maxn=0), dict(minn=2, maxn=4), dict(wordNgrams=2, minn=1, maxn=3)]):
            model = fasttext.train_supervised(text, dim=10, epoch=4, lr=0.5, bucket=5000, loss=loss, thread=1, verbose=0, **shape)
            path = os.path.join(folder, "model.bin")
            model.save_model(path)
            total += 1
            good += compare(f"{loss} {shape}", arguments.winnow, path, model, lines)
            if shape.get("maxn", 0) == 0 or loss == "ns":
                continue
            for norm, cutoff in [(False, 0), (True, 600)]:
                model = fasttext.load_model(path)
                model.quantize(input=text, qnorm=norm, cutoff=cutoff, retrain=cutoff > 0, epoch=1, lr=0.1, thread=1, verbose=0)
                quantized = os.path.join(folder, "model.ftz")
                model.save_model(quantized)
                total += 1
                good += compare(f"{loss} {shape} qnorm={norm} cutoff={cutoff}", arguments.winnow, quantized, model, lines)
        # The library quantizes outputs of at least 256 labels.
        with open(text, "w", encoding="utf-8") as file:
            file.write("\n".join(training_lines(3, 12000, parts=45)) + "\n")
        for loss in ["softmax", "hs", "ova"]:
            model = fasttext.train_supervised(text, dim=10, epoch=2, lr=0.5, bucket=5000, loss=loss, thread=1, verbose=0, minn=2, maxn=3)
            model.quantize(input=text, qnorm=True, qout=True, thread=1, verbose=0)
            path = os.path.join(folder, "model.ftz")
            model.save_model(path)
            total += 1
            good += compare(f"{loss}, 315 labels, qnorm and qout", arguments.winnow, path, model, lines)
        for loss in ["softmax", "hierarchical", "one-versus-all", "negative-sampling"]:
            for quantize in [[], ["--quantize"]]:
                path = os.path.join(folder, "ours.bin")
                subprocess.run([arguments.winnow, "classifier", "train", text, "--output", path, "--dimension", "10", "--loss", loss, "--minimum-ngram", "2",
                                "--maximum-ngram", "4", "--buckets", "5000"] + quantize, check=True, capture_output=True)
                total += 1
                good += compare(f"trained by winnow: {loss} {' '.join(quantize)}", arguments.winnow, path, fasttext.load_model(path), lines)
    print(f"{good} of {total} models agree within 1e-5 (fasttext {getattr(fasttext, '__version__', 'unknown')})")
    raise SystemExit(0 if good == total else 1)


if __name__ == "__main__":
    main()
