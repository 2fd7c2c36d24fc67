#!/usr/bin/env python3
"""Reads shards with the Python reader of docs/formats/token-shards.md, with plain zstd, and with the exports' own layouts, and compares.

    python3 -m venv venv && venv/bin/pip install numpy zstandard xxhash
    venv/bin/python Tests/Conformance/token_shards.py --winnow .build/release/winnow SHARDS

SHARDS: a folder written by `winnow shards write`. Opt-in, not part of `make test`. Exit code 1 when anything differs.
"""
import argparse
import io
import json
import pathlib
import random
import re
import struct
import subprocess
import sys
import tempfile

import numpy
import zstandard

ROOT = pathlib.Path(__file__).parents[2]


def reader():
    page = (ROOT / "docs/formats/token-shards.md").read_text(encoding="utf-8")
    space = {}
    exec(re.search(r"```python\n(.*?)```", page, re.S).group(1), space)
    return space["Shard"]


def check(what, equal):
    print(f"{'equal' if equal else 'DIFFERENT':9}  {what}", flush=True)
    check.failures += not equal


check.failures = 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shards", type=pathlib.Path)
    parser.add_argument("--winnow", required=True)
    arguments = parser.parse_args()
    manifest = json.loads((arguments.shards / "manifest.json").read_text())
    Shard, source = reader(), random.Random(1)
    for name, split in manifest["splits"].items():
        whole, ends = [numpy.empty(0, manifest["dtype"])], []
        printed = subprocess.run([arguments.winnow, "shards", "cat", arguments.shards, "--split", name, "--ids"],
                                 check=True, capture_output=True).stdout.decode().splitlines()
        ids = []
        for entry in split["shards"]:
            path = arguments.shards / entry["file"]
            shard = Shard(path)
            plain = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(path.read_bytes()), read_across_frames=True).read()
            tokens = numpy.frombuffer(plain, shard.dtype)
            check(f"{path.name}: plain zstd content and the reader's tokens", numpy.array_equal(tokens, shard.read(0, shard.tokens)))
            for _ in range(50):
                start = source.randrange(shard.tokens)
                end = source.randrange(start, shard.tokens)
                if not numpy.array_equal(tokens[start:end], shard.read(start, end)):
                    check(f"{path.name}: tokens {start} to {end}", False)
            check(f"{path.name}: counts of the manifest", (shard.tokens, shard.documents) == (entry["tokens"], entry["documents"]))
            ends += [sum(map(len, whole)) + int(end) for end in shard.ends]
            whole.append(tokens)
            ids += shard.labels()
        whole = numpy.concatenate(whole)
        lines = [list(map(int, line.split())) for line in printed]
        starts = [0, *ends][: len(ends)]
        check(f"{name}: documents that winnow prints", len(ids) == len(lines) == split["documents"] and all(
            line == whole[start:end].tolist() for line, start, end in zip(lines, starts, ends)))
        exports(arguments, name, whole, ends)
    sys.exit(1 if check.failures else 0)


def exports(arguments, name, whole, ends):
    with tempfile.TemporaryDirectory() as folder:
        for form in ["megatron", "datatrove", "llm.c"] + (["nanogpt"] if whole.dtype == numpy.uint16 else []):
            prefix = f"{folder}/{form}"
            subprocess.run([arguments.winnow, "shards", "export", arguments.shards, "--format", form, "--output", prefix, "--split", name],
                           check=True, capture_output=True)
            path = f"{prefix}-{name}"
            if form == "megatron":
                index = pathlib.Path(path + ".idx").read_bytes()
                assert index[:9] == b"MMIDIDX\0\0" and struct.unpack_from("<Q", index, 9) == (1,)
                count, documents = struct.unpack_from("<QQ", index, 18)
                lengths = numpy.frombuffer(index, "<i4", count, 34)
                tokens = numpy.fromfile(path + ".bin", {8: "<u2", 4: "<i4"}[index[17]])
                equal = documents == count + 1 and numpy.array_equal(numpy.cumsum(lengths), ends)
            elif form == "datatrove":
                tokens = numpy.fromfile(path + ".ds", whole.dtype)
                equal = numpy.array_equal(numpy.fromfile(path + ".ds.index", "<u8"), ends)
            else:
                tokens = numpy.fromfile(path + ".bin", whole.dtype, offset=1024 if form == "llm.c" else 0)
                equal = True
            check(f"{name}: {form} export", equal and numpy.array_equal(tokens, whole))


main()
