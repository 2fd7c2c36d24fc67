#!/usr/bin/env python3
"""How much mojibake is repaired, and how much clean text is taken for it, beside ftfy.

    pip install ftfy==6.3.1
    python3 Tests/Conformance/mojibake.py --winnow .build/release/winnow lines.tsv

`lines.tsv` has lines `label TAB text` (or with columns between them) in many languages. Each text is taken as UTF-8 for one of nine
single-byte encodings and encoded again; bytes that an encoding leaves undefined become C1 controls. A text is repaired when the result is
what normalization without repair makes of the original; what ftfy repairs is normalized likewise (NFC, plain spaces, no controls). Clean
texts count as damaged when the repair changed them beyond that; a few of them are mojibake in truth. Ends with 1 when Winnow repairs less than ftfy, or damages more.
"""
import argparse
import collections
import gzip
import importlib.metadata
import json
import random
import subprocess

import ftfy

ENCODINGS = ["windows-1252", "windows-1251", "windows-1250", "iso-8859-2", "mac-roman", "cp437", "windows-1253", "windows-1254", "windows-1257"]
LANGUAGES = ["eng_Latn", "deu_Latn", "fra_Latn", "spa_Latn", "ita_Latn", "por_Latn", "nld_Latn", "swe_Latn", "pol_Latn", "ces_Latn", "hun_Latn", "ron_Latn",
             "tur_Latn", "vie_Latn", "fin_Latn", "rus_Cyrl", "ukr_Cyrl", "bul_Cyrl", "ell_Grek", "heb_Hebr", "arb_Arab", "hin_Deva", "jpn_Jpan", "zho_Hans",
             "kor_Hang"]


def misread(text, encoding):
    result = []
    for byte in text.encode("utf-8"):
        try:
            result.append(bytes([byte]).decode(encoding))
        except UnicodeDecodeError:
            result.append(chr(byte))
    return "".join(result)


def normalize(winnow, texts, repairs):
    lines = "\n".join(json.dumps({"id": str(i), "text": text}) for i, text in enumerate(texts)) + "\n"
    settings = ["maximum-replacement-fraction=1", f"repair-mojibake={'true' if repairs else 'false'}"]
    command = [winnow, "apply", "normalize"] + [word for setting in settings for word in ("--with", setting)]
    out = subprocess.run(command, input=lines.encode(), capture_output=True, check=True).stdout
    found = {row["id"]: row["text"] for row in map(json.loads, out.decode().splitlines())}
    return [found.get(str(i), "") for i in range(len(texts))]


def repair_by_ftfy(texts):
    settings = dict(uncurl_quotes=False, fix_latin_ligatures=False, fix_character_width=False, unescape_html=False, normalization=None)
    return [ftfy.fix_text(text, **settings) for text in texts]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--winnow", default=".build/release/winnow")
    parser.add_argument("--lines-per-language", type=int, default=20)
    parser.add_argument("lines")
    arguments = parser.parse_args()
    open_file = gzip.open if arguments.lines.endswith(".gz") else open
    by_label = collections.defaultdict(list)
    with open_file(arguments.lines, "rt", encoding="utf-8") as file:
        for line in file:
            columns = line.rstrip("\n").split("\t")
            by_label[columns[0]].append(columns[-1])
    chosen = random.Random(1)
    worse = False

    print("mojibake: texts repaired exactly, of those that have characters beyond ASCII")
    print(f"{'encoding':<14}{'texts':>7}{'winnow':>9}{'ftfy':>9}")
    totals = [0, 0, 0]
    for encoding in ENCODINGS:
        pairs = []
        for label in LANGUAGES:
            texts = [text for text in by_label[label] if not text.isascii()]
            for text in chosen.sample(texts, min(arguments.lines_per_language, len(texts))):
                pairs.append((text, misread(text, encoding)))
        expected = normalize(arguments.winnow, [text for text, _ in pairs], repairs=False)
        broken = [text for _, text in pairs]
        ours = normalize(arguments.winnow, broken, repairs=True)
        theirs = normalize(arguments.winnow, repair_by_ftfy(broken), repairs=False)
        counts = [len(pairs), sum(a == b for a, b in zip(ours, expected)), sum(a == b for a, b in zip(theirs, expected))]
        totals = [a + b for a, b in zip(totals, counts)]
        print(f"{encoding:<14}{counts[0]:>7}{counts[1] / counts[0]:>9.1%}{counts[2] / counts[0]:>9.1%}")
    print(f"{'all':<14}{totals[0]:>7}{totals[1] / totals[0]:>9.1%}{totals[2] / totals[0]:>9.1%}")
    worse = worse or totals[1] < totals[2]

    clean = [text for label in sorted(by_label) for text in by_label[label][:arguments.lines_per_language]]
    kept = normalize(arguments.winnow, clean, repairs=False)
    ours = normalize(arguments.winnow, clean, repairs=True)
    theirs = normalize(arguments.winnow, repair_by_ftfy(clean), repairs=False)
    ours_damaged = [(a, b) for a, b in zip(kept, ours) if a != b]
    theirs_damaged = [(a, b) for a, b in zip(kept, theirs) if a != b]
    print(f"clean text in {len(by_label)} languages and scripts: {len(clean)} texts, changed by winnow {len(ours_damaged)}, by ftfy {len(theirs_damaged)}")
    for name, damaged in [("winnow", ours_damaged), ("ftfy", theirs_damaged)]:
        for before, after in damaged[:5]:
            place = next((i for i, (a, b) in enumerate(zip(before, after)) if a != b), 0)
            print(f"  {name}: ...{before[max(0, place - 20):place + 20]!r} -> {after[max(0, place - 20):place + 20]!r}")
    worse = worse or len(ours_damaged) > len(theirs_damaged)
    print(f"ftfy {importlib.metadata.version('ftfy')}")
    raise SystemExit(1 if worse else 0)


if __name__ == "__main__":
    main()
