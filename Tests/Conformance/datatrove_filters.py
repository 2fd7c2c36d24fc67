#!/usr/bin/env python3
"""Compares the profile `datatrove` with datatrove itself: decision and first reason of four filters on the same documents.

    pip install 'datatrove==0.10.*' spacy regex numpy
    python3 Tests/Conformance/datatrove_filters.py --winnow .build/release/winnow documents.jsonl

Documents are JSON lines {"id", "text"}; English is what datatrove's defaults are made for. Ends with 1 when any filter agrees on fewer
than --minimum of the documents.
"""
import argparse
import collections
import json
import subprocess
import sys
import tempfile

# datatrove's reasons by our rules.
REASONS = {
    "gopher-repetition": {
        "maximum-duplicate-paragraphs": "dup_para_frac",
        "maximum-duplicate-paragraph-characters": "dup_para_char_frac",
        "maximum-duplicate-lines": "dup_line_frac",
        "maximum-duplicate-line-characters": "dup_line_char_frac",
        **{f"maximum-top-{n}-gram-characters": f"top_{n}_gram" for n in (2, 3, 4)},
        **{f"maximum-duplicate-{n}-gram-characters": f"duplicated_{n}_n_grams" for n in range(5, 11)},
    },
    "gopher-quality": {
        "minimum-words": "gopher_short_doc",
        "maximum-words": "gopher_long_doc",
        "minimum-mean-word-length": "gopher_below_avg_threshold",
        "maximum-mean-word-length": "gopher_above_avg_threshold",
        "maximum-hash-signs-per-word": "gopher_too_many_hashes",
        "maximum-ellipses-per-word": "gopher_too_many_ellipsis",
        "maximum-bullet-lines": "gopher_too_many_bullets",
        "maximum-ellipsis-lines": "gopher_too_many_end_ellipsis",
        "minimum-alphabetic-words": "gopher_below_alpha_threshold",
        "minimum-stop-words": "gopher_enough_stop_words",
    },
    "fineweb": {
        "minimum-terminal-punctuation-lines": "line_punct_ratio",
        "maximum-short-lines": "short_line_ratio",
        "maximum-repeated-line-characters": "char_dup_ratio",
        "maximum-newlines-per-word": "list_ratio",
    },
    "c4": {
        "no-lorem-ipsum": "lorem_ipsum",
        "no-curly-brackets": "curly_bracket",
        "minimum-sentences": "too_few_sentences",
    },
}


def theirs(rows):
    from datatrove.data import Document
    from datatrove.pipeline.filters.c4_filters import C4QualityFilter
    from datatrove.pipeline.filters.fineweb_quality_filter import FineWebQualityFilter
    from datatrove.pipeline.filters.gopher_quality_filter import GopherQualityFilter
    from datatrove.pipeline.filters.gopher_repetition_filter import GopherRepetitionFilter

    filters = {
        "gopher-repetition": GopherRepetitionFilter(),
        "gopher-quality": GopherQualityFilter(),
        "fineweb": FineWebQualityFilter(),
        "c4": C4QualityFilter(),
    }
    for name, datatrove_filter in filters.items():
        verdicts = []
        for row in rows:
            verdict = datatrove_filter.filter(Document(text=row["text"], id=row["id"]))
            verdicts.append("keep" if verdict is True else verdict[1])
        yield name, verdicts


def ours(winnow, name, rows):
    """The verdicts of `winnow apply filter`, read from its ledger."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = f"{folder}/ledger.jsonl"
        lines = "".join(json.dumps({"id": str(i), "text": row["text"]}) + "\n" for i, row in enumerate(rows))
        subprocess.run(
            [winnow, "apply", "filter", "--with", f"rules=filters/quality/datatrove/{name}.yaml", "--ledger", ledger],
            input=lines.encode(), stdout=subprocess.DEVNULL, check=True,
        )
        verdicts = {}
        for line in open(ledger, encoding="utf-8"):
            entry = json.loads(line)
            rule = entry.get("rule") or ""
            verdicts[entry["id"]] = REASONS[name].get(rule.split(".")[-1], rule) if entry["verdict"] == "dropped" else "keep"
        return [verdicts.get(str(i), "keep") for i in range(len(rows))]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("documents")
    parser.add_argument("--winnow", default=".build/release/winnow")
    parser.add_argument("--minimum", type=float, default=0.9)
    options = parser.parse_args()
    rows = [json.loads(line) for line in open(options.documents, encoding="utf-8")]
    failed = False
    for name, expected in theirs(rows):
        found = ours(options.winnow, name, rows)
        same = sum(a == b for a, b in zip(expected, found))
        decisions = sum((a == "keep") == (b == "keep") for a, b in zip(expected, found))
        print(f"{name}: decision {decisions}/{len(rows)}, decision and reason {same}/{len(rows)}")
        pairs = collections.Counter((a, b) for a, b in zip(expected, found) if a != b)
        for (a, b), count in pairs.most_common(5):
            print(f"  {count} times datatrove says {a}, winnow {b}")
        failed |= same < options.minimum * len(rows)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
