#!/usr/bin/env python3
"""The macro F1 of language identification beside CLD2, py3langid and fastText, on labelled lines.

    pip install pycld2==0.42 py3langid==0.2.2 fasttext-wheel==0.9.2
    python3 Tests/Conformance/language_identification.py --winnow .build/release/winnow lines.tsv [--training lines.tsv]

`lines.tsv` has lines `label TAB source TAB text`, labels being ISO 639-3 and ISO 15924 codes as in FLORES-200. Lines whose source begins
with `udhr` are scored as articles, the others as sentences. Languages count under the codes of `LanguageCode.swift`: dialects that are written
like their macrolanguage have its code. Each comparison is over the lines of the languages that both know. With `--training` (lines
`label TAB text`) the fastText library is trained on those of our labels, shuffled: letters only, small, 24 dimensions, n-grams of 2 to 4 letters,
8 epochs, not quantized. Ends with 1 where a peer's F1 is greater.
"""
import argparse
import collections
import gzip
import json
import pathlib
import random
import re
import subprocess
import tempfile
import unicodedata

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLD2_CODES = {"iw": "he", "jw": "jv", "in": "id", "mo": "ro", "zh-Hant": "zh", "sr-ME": "sr", "ji": "yi"}


def code_table():
    """The code of each ISO 639-3 code, as the product gives it."""
    source = (ROOT / "Sources/Curate/Classification/LanguageCode.swift").read_text(encoding="utf-8")
    pairs = re.search(r'"""\n(.*?)"""', source, re.DOTALL).group(1).replace("\\\n", " ").split()
    table = {pair[2:]: pair[:2] for pair in pairs}
    for common, members in re.findall(r'\("(\w+)", \[([^\]]*)\]\)', source):
        table.update({member: common for member in re.findall(r'"(\w+)"', members)})
    return table


def read(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file]


def winnow(program, texts):
    lines = "".join(json.dumps({"id": str(i), "text": text}) + "\n" for i, text in enumerate(texts))
    command = [program, "apply", "identify-language"]
    out = subprocess.run(command, input=lines.encode(), capture_output=True, check=True, cwd=ROOT).stdout
    found = {row["id"]: row.get("metadata", {}).get("language", "und") for row in map(json.loads, out.decode().splitlines())}
    return [found.get(str(i), "und") for i in range(len(texts))]


def cld2(texts):
    import pycld2

    def one(text):
        try:
            code = pycld2.detect(text, bestEffort=True)[2][0][1]
        except pycld2.error:
            return "und"
        return CLD2_CODES.get(code, code)

    return {CLD2_CODES.get(code, code) for name, code in pycld2.LANGUAGES if name in set(pycld2.DETECTED_LANGUAGES)}, list(map(one, texts))


def langid(texts):
    import py3langid
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return set(LanguageIdentifier.from_pickled_model(MODEL_FILE).nb_classes), [py3langid.classify(text)[0] for text in texts]


def letters(text):
    return " ".join("".join(c if unicodedata.category(c)[0] in "LM" else " " for c in unicodedata.normalize("NFC", text).lower()).split())


def fasttext(training, labels, codes, texts):
    import fasttext as library

    library.FastText.eprint = lambda *words: None
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
        lines = [f"__label__{label} {letters(text)}\n" for label, text in training if label in labels]
        random.Random(0).shuffle(lines)
        file.writelines(lines)
        file.flush()
        model = library.train_supervised(file.name, dim=24, minn=2, maxn=4, bucket=200_000, epoch=8, lr=0.5, minCount=1_000_000, thread=2, verbose=0)

    def one(text):
        found = model.predict(letters(text))[0]
        three = found[0].removeprefix("__label__").split("_")[0] if found else "und"
        return codes.get(three, three)

    return {codes.get(three, three) for three in (label.split("_")[0] for label in labels)}, list(map(one, texts))


def macro_f1(gold, found):
    right, expected, given = collections.Counter(), collections.Counter(gold), collections.Counter(found)
    right.update(a for a, b in zip(gold, found) if a == b)
    return sum(2 * right[code] / (expected[code] + given[code]) for code in expected) / len(expected), len(expected)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--winnow", default=".build/release/winnow")
    parser.add_argument("--training")
    parser.add_argument("lines")
    arguments = parser.parse_args()

    codes = code_table()
    labels = set((ROOT / "filters/language/labels.txt").read_text(encoding="utf-8").split())
    known = {codes.get(three, three) for three in (label.split("_")[0] for label in labels)}
    rows = [(codes.get(three, three), source, text) for label, source, text in read(arguments.lines) for three in [label.split("_")[0]]]
    texts = [text for _, _, text in rows]
    ours = winnow(str(pathlib.Path(arguments.winnow).resolve()), texts)
    peers = {"CLD2": cld2(texts), "py3langid": langid(texts)}
    if arguments.training:
        peers["fastText"] = fasttext(read(arguments.training), labels, codes, texts)

    worse = False
    print("| peer | text | languages | Winnow | peer |\n| --- | --- | --- | --- | --- |")
    for peer, (languages, found) in peers.items():
        for name, articles in (("sentences", False), ("articles", True)):
            chosen = [i for i, (code, source, _) in enumerate(rows) if source.startswith("udhr") == articles and code in known & languages]
            gold = [rows[i][0] for i in chosen]
            (mine, count), (theirs, _) = (macro_f1(gold, [answers[i] for i in chosen]) for answers in (ours, found))
            print(f"| {peer} | {name} | {count} | {mine:.4f} | {theirs:.4f} |", flush=True)
            worse |= theirs > mine
    raise SystemExit(1 if worse else 0)


if __name__ == "__main__":
    main()
