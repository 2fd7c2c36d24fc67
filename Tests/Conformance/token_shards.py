#!/usr/bin/env python3
"""Reads shards with the Python reader of docs/formats/token-shards.md and with plain zstd, opens every export with its owner's own loader,
and compares ids and document boundaries; then imports each again and compares, and imports Parquet as pyarrow, datasets,
Polars and DuckDB write it.

    python3 -m venv venv
    venv/bin/pip install numpy zstandard xxhash pyarrow datasets datatrove mosaicml-streaming polars duckdb && venv/bin/pip install --no-deps megatron-core
    venv/bin/python Tests/Conformance/token_shards.py --winnow .build/release/winnow SHARDS

SHARDS: a folder written by `winnow shards write`. Opt-in, not part of `make test`. A loader that is not installed is said and left out. Exit
code 1 when anything differs. Last run equal throughout: numpy 2.1.3, zstandard 0.25.0, xxhash 3.8.2, pyarrow 26.0.1, datasets 5.2.0,
datatrove 0.10.1, mosaicml-streaming 0.13.0, megatron-core 0.16.1, torch 2.15.0.
"""
import argparse
import importlib.metadata
import importlib.util
import io
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

import numpy
import zstandard

ROOT = pathlib.Path(__file__).parents[2]


def documented_reader():
    page = (ROOT / "docs/formats/token-shards.md").read_text(encoding="utf-8")
    space = {}
    exec(re.search(r"```python\n(.*?)```", page, re.S).group(1), space)
    return space["Shard"]


def check(what, equal):
    print(f"{'equal' if equal else 'DIFFERENT':9}  {what}", flush=True)
    check.failures += not equal


check.failures = 0


def same(documents, others):
    """Equal documents in equal order."""
    others = list(others)
    return len(documents) == len(others) and all(numpy.array_equal(a, b) for a, b in zip(documents, others))


def cut(tokens, end_of_document):
    ends = numpy.flatnonzero(tokens == end_of_document) + 1
    return numpy.split(tokens, ends)[: len(ends)]


def read_shards(arguments, manifest, name, split):
    """Documents and their ids, read by the page's reader and checked against zstd, the manifest and `winnow shards cat`."""
    Shard, source = documented_reader(), random.Random(1)
    documents, ids = [], []
    for entry in split["shards"]:
        path = arguments.shards / entry["file"]
        shard = Shard(path)
        plain = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(path.read_bytes()), read_across_frames=True).read()
        tokens = numpy.frombuffer(plain, shard.dtype)
        check(f"{path.name}: plain zstd content and the reader's tokens", numpy.array_equal(tokens, shard.read(0, shard.tokens)))
        ranges = [sorted((source.randrange(shard.tokens + 1), source.randrange(shard.tokens + 1))) for _ in range(50)]
        check(f"{path.name}: 50 stretches", all(numpy.array_equal(tokens[a:b], shard.read(a, b)) for a, b in ranges))
        facts = (shard.tokens, shard.documents, shard.text_bytes, shard.tokenizer, shard.vocabulary, shard.end_of_document)
        keys = (entry["tokens"], entry["documents"], entry["text_bytes"], manifest["tokenizer_sha256"], manifest["vocabulary_size"],
                manifest["end_of_document"])
        check(f"{path.name}: what the manifest says", facts == keys)
        documents += numpy.split(tokens, shard.ends)[: shard.documents]
        ids += shard.labels()
    printed = subprocess.run([arguments.winnow, "shards", "cat", arguments.shards, "--split", name, "--ids"], check=True, capture_output=True)
    lines = printed.stdout.decode().splitlines()
    check(f"{name}: documents that winnow prints", same(documents, (numpy.array(line.split(), dtype=numpy.int64) for line in lines)))
    return documents, ids


def megatron(prefix):
    from megatron.core.datasets.indexed_dataset import IndexedDataset
    data = IndexedDataset(str(prefix))
    borders = data.document_indices
    for first, end in zip(borders, borders[1:]):
        yield numpy.concatenate([data[number] for number in range(first, end)])


def datatrove(prefix):
    from datatrove.pipeline.tokens.merger import get_data_reader, load_doc_ends
    width = int((prefix.parent / (prefix.name + ".ds.metadata")).read_text().splitlines()[0].rsplit("|", 1)[1])
    ends = load_doc_ends(open(f"{prefix}.ds.index", "rb"))
    for raw in get_data_reader(open(f"{prefix}.ds", "rb"), ends.tolist(), nb_bytes=width):
        yield numpy.frombuffer(raw, "<u2" if width == 2 else "<u4")


def llmc(prefix, end_of_document):
    """As `_load_data_shard` of llm.c's train_gpt2.py and train_llama3.py reads it: a header of 256 int32, then ids."""
    with open(f"{prefix}.bin", "rb") as file:
        header = numpy.frombuffer(file.read(256 * 4), dtype=numpy.int32)
        assert (header[0], header[1]) in [(20240520, 1), (20240801, 7)]
        tokens = numpy.frombuffer(file.read(), dtype=numpy.uint16 if header[1] == 1 else numpy.uint32)
    assert len(tokens) == header[2]
    return cut(tokens, end_of_document)


def nanogpt(prefix, end_of_document):
    """As `get_batch` of nanoGPT's train.py reads it."""
    return cut(numpy.memmap(f"{prefix}.bin", dtype=numpy.uint16, mode="r"), end_of_document)


def mds(prefix):
    from streaming import StreamingDataset
    data = StreamingDataset(local=str(prefix), shuffle=False, batch_size=1)
    return [data[number] for number in range(len(data))]


def huggingface(prefix, cache):
    from datasets import load_dataset
    return load_dataset("parquet", data_files=f"{prefix}.parquet", split="train", cache_dir=cache)


def exports(arguments, manifest, name, documents, ids):
    end = manifest["end_of_document"]
    with tempfile.TemporaryDirectory() as folder:
        def export(form, *more):
            path = pathlib.Path(folder) / (form + "".join(more))
            command = [arguments.winnow, "shards", "export", arguments.shards, "--format", form, "--output", path, "--split", name, *more]
            subprocess.run(command, check=True, capture_output=True)
            return path.with_name(f"{path.name}-{name}")

        def compare(form, module, read):
            if importlib.util.find_spec(module) is None:
                print(f"left out   {name}: {form}: {module} is not installed")
                return
            path = export(form)
            check(f"{name}: {form}", read(path))
            source = {"megatron": path, "datatrove": f"{path}.ds", "mds": path, "parquet": f"{path}.parquet"}.get(form, f"{path}.bin")
            imported(arguments, f"{name}: {form}", form, source, documents, folder)

        compare("megatron", "megatron", lambda path: same(documents, megatron(path)))
        compare("datatrove", "datatrove", lambda path: same(documents, datatrove(path)))
        compare("llm.c", "numpy", lambda path: same(documents, llmc(path, end)))
        if manifest["dtype"] == "uint16":
            compare("nanogpt", "numpy", lambda path: same(documents, nanogpt(path, end)))

        def rows(table, column):
            return same(documents, (numpy.asarray(row[column]) for row in table)) and [row["id"] for row in table] == ids

        compare("mds", "streaming", lambda path: rows(mds(path), "tokens"))
        compare("parquet", "datasets", lambda path: rows(huggingface(path, folder), "input_ids"))
        if importlib.util.find_spec("pyarrow") is not None:
            import pyarrow.parquet
            table = pyarrow.parquet.read_table(f"{export('parquet')}.parquet").to_pylist()
            check(f"{name}: parquet by pyarrow", rows(table, "input_ids"))
            packed = pyarrow.parquet.read_table(f"{export('parquet', '--packing', 'concatenate', '--sequence-length', '129')}.parquet").to_pylist()
            whole = numpy.concatenate(documents)
            check(f"{name}: packed rows", same([whole[at : at + 129] for at in range(0, len(whole) - 128, 128)],
                                               (numpy.asarray(row["input_ids"]) for row in packed)))


def imported(arguments, what, form, source, documents, folder):
    """The documents come back through `winnow shards import`, in another order."""
    shards = pathlib.Path(folder) / "imported"
    shutil.rmtree(shards, ignore_errors=True)
    run = subprocess.run([arguments.winnow, "shards", "import", source, "--format", form, "--tokenizer", arguments.shards / "tokenizer.json",
                          "--output", shards, "--quiet"], capture_output=True)
    if run.returncode:
        check(f"{what} imported: {run.stderr.decode().strip()}", False)
        return
    printed = subprocess.run([arguments.winnow, "shards", "cat", shards, "--ids"], check=True, capture_output=True).stdout.decode()
    expected = sorted(" ".join(map(str, document)) for document in documents)
    check(f"{what} imported", sorted(printed.splitlines()) == expected)


def parquet_of_others(arguments, name, documents, ids):
    """Parquet as pyarrow and datasets write it, imported. The documents are written without their end-of-document token."""
    if importlib.util.find_spec("pyarrow") is None:
        print(f"left out   {name}: Parquet of others: pyarrow is not installed")
        return
    import pyarrow
    import pyarrow.parquet
    bare = [document[:-1] for document in documents]
    forms = [("pyarrow's defaults", pyarrow.int32(), {})]
    for codec in ["none", "snappy", "gzip", "zstd"]:
        for version in ["1.0", "2.0"]:
            for number in [pyarrow.uint16() if arguments.width == 2 else pyarrow.uint32(), pyarrow.int64()]:
                options = dict(compression=codec, data_page_version=version, row_group_size=100, use_dictionary=codec != "none")
                forms.append((f"{number}, {codec}, pages {version}, groups of 100 rows", number, options))
    forms.append(("uint32, delta", pyarrow.uint32(), dict(use_dictionary=False, column_encoding={"input_ids.list.element": "DELTA_BINARY_PACKED", "id": "PLAIN"})))
    forms.append(("large lists, small pages", None, dict(data_page_size=4096)))
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/other.parquet"
        for what, number, options in forms:
            lists = pyarrow.large_list(pyarrow.int32()) if number is None else pyarrow.list_(number)
            rows = pyarrow.array([document.astype(numpy.int64) for document in bare] + [None, []], lists)
            table = pyarrow.table({"id": pyarrow.array(ids + ["null", "empty"]), "attention_mask": rows, "input_ids": rows})
            pyarrow.parquet.write_table(table, path, **options)
            # The null row is left out; the empty one is a document of its end-of-document token.
            imported(arguments, f"{name}: parquet ({what})", "parquet", path, documents + [documents[0][-1:]], folder)
        # Two writers that share no code with pyarrow. Their rows have no null.
        columns = {"id": ids, "input_ids": [document.tolist() for document in bare]}
        if importlib.util.find_spec("polars") is not None:
            import polars
            for codec in ["zstd", "snappy", "uncompressed"]:
                frame = polars.DataFrame(columns, schema={"id": polars.String, "input_ids": polars.List(polars.UInt32)})
                frame.write_parquet(path, compression=codec, row_group_size=1000)
                imported(arguments, f"{name}: parquet (polars, {codec})", "parquet", path, documents, folder)
        if importlib.util.find_spec("duckdb") is not None:
            import duckdb
            rows = pyarrow.table(columns)
            for version in ["V1", "V2"]:
                duckdb.sql(f"copy (select * from rows) to '{path}' (format parquet, parquet_version {version})")
                imported(arguments, f"{name}: parquet (duckdb, {version})", "parquet", path, documents, folder)
        if importlib.util.find_spec("datasets") is not None:
            import datasets
            datasets.Dataset.from_dict(columns).to_parquet(path)
            imported(arguments, f"{name}: parquet (datasets' defaults)", "parquet", path, documents, folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shards", type=pathlib.Path)
    parser.add_argument("--winnow", required=True)
    arguments = parser.parse_args()
    for package in ["numpy", "zstandard", "xxhash", "pyarrow", "datasets", "datatrove", "mosaicml-streaming", "megatron-core", "torch", "polars", "duckdb"]:
        try:
            print(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            print(f"{package} is not installed")
    manifest = json.loads((arguments.shards / "manifest.json").read_text())
    for name, split in manifest["splits"].items():
        documents, ids = read_shards(arguments, manifest, name, split)
        if documents:
            arguments.width = 2 if manifest["dtype"] == "uint16" else 4
            exports(arguments, manifest, name, documents, ids)
            parquet_of_others(arguments, name, documents, ids)
    sys.exit(1 if check.failures else 0)


main()
