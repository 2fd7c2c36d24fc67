#!/usr/bin/env python3
"""Compares winnow's split patterns with a regular-expression engine on random adversarial strings. Opt-in, not part of `make test`.

    python3 -m venv venv && venv/bin/pip install tokenizers==0.23.3 tiktoken==0.14.0
    venv/bin/python Tests/Conformance/pretokenizers.py --winnow .build/release/winnow [--strings 100000] [sample.txt documents.jsonl ...]

Every pattern is compared with Hugging Face's pre-tokenizer (Oniguruma) in the form tokenizer.json states it. (tiktoken's engine shows
its words only through ids: compare_tokenizers.py.) Hugging Face's `Digits` step follows the Unicode version of its Rust compiler, newer
than that of its patterns and of winnow: what only `Digits` takes for a number is printed and kept out of the strings. Exit code 1 when a
word differs.
"""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile
from importlib.metadata import version

from tokenizers import Regex, pre_tokenizers

from compare_tokenizers import PATTERNS, adversarial, documents

RULES = {**PATTERNS, "whitespace": r" ?\S+|\s+(?!\S)|\s+", "words": r"[\p{L}\p{M}]+|\p{N}+|[^\s\p{L}\p{M}\p{N}]|\s+"}


def reference(rule, digits):
    steps = [pre_tokenizers.Digits(individual_digits=digits == "+digits")] if digits else []
    return pre_tokenizers.Sequence(steps + [pre_tokenizers.Split(Regex(RULES[rule]), "isolated")])


def newer_numbers():
    """Characters that the Digits step knows as numbers and the pattern engine does not."""
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    digits, pattern = pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.Split(Regex(r"\p{N}"), "isolated")

    def numbers(step):
        # What else stands alone does so between two numbers, in both.
        return {piece for piece, _ in step.pre_tokenize_str("a" + "a".join(characters) + "a") if len(piece) == 1 and piece != "a"}

    return numbers(digits) - numbers(pattern)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="*", type=pathlib.Path)
    parser.add_argument("--winnow", required=True)
    parser.add_argument("--strings", type=int, default=100_000)
    parser.add_argument("--patterns", default=",".join(rule + digits for rule in RULES for digits in ["", "+digits", "+digit-runs"]))
    parser.add_argument("--limit", type=int, default=5_000_000, help="characters taken of each input")
    arguments = parser.parse_args()
    texts = list(adversarial(arguments.strings, seed=random.SystemRandom().randrange(1 << 32)))
    for path in arguments.inputs:
        size = 0
        for text in documents(path):
            texts.append(text)
            size += len(text)
            if size >= arguments.limit:
                break
    newer = newer_numbers()
    print(f"numbers only to the Digits step: {' '.join(sorted(f'U+{ord(c):04X}' for c in newer)) or 'none'}")
    texts = ["".join(character for character in text if character not in newer) for text in texts]
    print(f"tokenizers {version('tokenizers')}; {arguments.strings} random strings, {len(texts) - arguments.strings} documents of text")
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        lines = pathlib.Path(folder) / "texts.jsonl"
        with open(lines, "w", encoding="utf-8") as file:
            file.writelines(json.dumps({"id": str(number), "text": text}) + "\n" for number, text in enumerate(texts))
        for pattern in arguments.patterns.split(","):
            rule, plus, digits = pattern.partition("+")
            output = subprocess.run([arguments.winnow, "tokenizer", "split", "--pattern", pattern, str(lines)],
                                    check=True, capture_output=True).stdout.decode().split("\n")
            engine, words, wrong = reference(rule, plus + digits), 0, []
            for number, text in enumerate(texts):
                expected = [len(piece.encode()) for piece, _ in engine.pre_tokenize_str(text)]
                words += len(expected)
                if [int(length) for length in output[number].split()] != expected:
                    wrong.append(text)
            failures += bool(wrong)
            print(f"{'equal' if not wrong else 'DIFFERENT':9}  {pattern:22} {len(texts)} strings, {words} words, "
                  f"{len(wrong)} differ {[ascii(text) for text in wrong[:2]]}", flush=True)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
