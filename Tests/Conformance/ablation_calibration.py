#!/usr/bin/env python3
"""Calibrates `winnow ablate` on pages of a crawl: the same documents in another order have to say "cannot tell", planted damage (words
shuffled, boilerplate left in, half of the documents copies of a few) has to say "hurts", and by more than another random half of the pages,
which is the yardstick of what the choice of documents does to a small corpus.

    python3 Tests/Conformance/ablation_calibration.py --winnow .build/release/winnow crawl.warc.gz ... [--draw 2] [--tokens 300000]

English pages of 300 to 3,000 characters of main text, without near-duplicates; --draw decides which of them make up the halves and which judge.
Boilerplate is the text of the whole page, below a menu of titles of its site. Needs nothing but Python. Opt-in, not part of `make test`; a small
version of it is. Exit code 1 when a verdict differs.
"""
import argparse
import gzip
import hashlib
import html.parser
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import urllib.parse
import zlib

EXPECTED = {"other-order": "cannot tell", "shuffled": "hurts", "boilerplate": "hurts", "copies": "hurts"}


class PageText(html.parser.HTMLParser):
    """All text of a page, a line for each block."""

    HIDDEN = {"script", "style", "noscript", "template", "head"}
    INLINE = {"a", "abbr", "b", "code", "em", "i", "kbd", "small", "span", "strong", "sub", "sup", "tt", "u", "var"}

    def __init__(self, source):
        super().__init__()
        self.hidden, self.parts = 0, []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.hidden += tag in self.HIDDEN
        self.parts.append("" if tag in self.INLINE else "\n")

    def handle_endtag(self, tag):
        self.hidden = max(0, self.hidden - (tag in self.HIDDEN))
        self.parts.append("" if tag in self.INLINE else "\n")

    def handle_data(self, data):
        if not self.hidden:
            self.parts.append(data)

    @property
    def text(self):
        return "\n".join(" ".join(line.split()) for line in "".join(self.parts).split("\n") if line.strip())


def fields(lines):
    pairs = (line.partition(b":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def responses(path):
    """Address and HTTP message of each response of a gzipped WARC file."""
    with gzip.open(path, "rb") as archive:
        while line := archive.readline():
            if not line.strip():
                continue
            header = fields(iter(lambda: archive.readline().strip(), b""))
            body = archive.read(int(header[b"content-length"]))
            if header.get(b"warc-type") == b"response":
                yield header[b"warc-target-uri"].decode().strip("<>"), body


def page(message):
    """The HTML of a good answer; None for others."""
    head, _, data = message.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    header = fields(lines)
    if b" 200" not in status or b"html" not in header.get(b"content-type", b""):
        return None
    if header.get(b"transfer-encoding", b"").lower() == b"chunked":
        chunks = []
        while data:
            size, _, data = data.partition(b"\r\n")
            length = int(size.split(b";")[0] or b"0", 16)
            chunks.append(data[:length])
            data = data[length + 2:] if length else b""
        data = b"".join(chunks)
    if b"gzip" in header.get(b"content-encoding", b""):
        data = zlib.decompress(data, 47)
    charset = re.search(rb"charset=[\"']?([\w-]+)", header[b"content-type"] + b" " + data[:2048])
    try:
        return data.decode(charset.group(1).decode() if charset else "utf-8", "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def write(path, items):
    with open(path, "w", encoding="utf-8") as out:
        for item in items:
            out.write(json.dumps(item, ensure_ascii=False) + "\n")


def run(*command, input=None):
    done = subprocess.run(command, input=input, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def distinct(pages):
    """Pages less than half of whose runs of eight words stood in a page before."""
    seen = set()
    for url, text, source in pages:
        words = text.split()
        runs = {hash(tuple(words[start:start + 8])) for start in range(max(1, len(words) - 7))}
        if len(runs & seen) * 2 < len(runs):
            yield url, text, source
        seen |= runs


def english_pages(winnow, archives, folder):
    """Address, main text and HTML of pages of middling length, in the order of their addresses."""
    sources = {url: source for path in archives for url, message in responses(path) if (source := page(message))}
    raw = folder / "pages.jsonl"
    write(raw, ({"id": url, "url": url, "html": source} for url, source in sources.items()))
    texts = run(winnow, "extract", str(raw), "--format", "text")
    texts = run(winnow, "apply", "normalize", input=texts)
    texts = run(winnow, "apply", "identify-language", "--with", "keep=en", input=texts)
    items = sorted((item["id"], item["text"]) for item in map(json.loads, texts.splitlines()))
    return list(distinct((url, text, sources[url]) for url, text in items if 300 <= len(text) <= 3000))


# MARK: Damage


def shuffled(text):
    words = text.split()
    random.Random(text).shuffle(words)
    return " ".join(words)


def with_boilerplate(url, source, titles):
    """All text of the page below a menu of 40 titles of its site, the same on each page, and above a footer."""
    site = urllib.parse.urlparse(url).netloc
    menu = random.Random(site).sample(titles[site], min(40, len(titles[site])))
    return "\n".join([site, *menu, PageText(source).text, "Previous", "Next", "Back to top", "Terms of use", "Privacy policy"])


def corpora(pages, characters, draw):
    """Documents by variant, and those to judge by."""
    order = sorted(pages, key=lambda page: hashlib.sha256(f"{draw} {page[0]}".encode()).digest())
    titles = {}
    for url, text, _ in pages:
        titles.setdefault(urllib.parse.urlparse(url).netloc, []).append(text.split("\n")[0][:60])
    parts = {"held-out": [], "half": [], "other-half": []}
    for name, size in [("held-out", 200_000), ("half", characters), ("other-half", characters)]:
        while sum(len(text) for _, text, _ in parts[name]) < size:
            if not order:
                sys.exit("the archives have too few English pages; lower --characters")
            parts[name].append(order.pop())
    half = parts["half"]
    few = [text for _, text, _ in half[:20]]
    variants = {
        "half": [(url, text) for url, text, _ in half],
        # Documents are shuffled by their ids.
        "other-order": [(f"again {url}", text) for url, text, _ in half],
        "other-half": [(url, text) for url, text, _ in parts["other-half"]],
        "shuffled": [(url, shuffled(text)) for url, text, _ in half],
        "boilerplate": [(url, with_boilerplate(url, source, titles)) for url, _, source in half],
        "copies": [(url, text if index % 2 else few[index // 2 % 20]) for index, (url, text, _) in enumerate(half)],
    }
    return variants, [(url, text) for url, text, _ in parts["held-out"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("archives", nargs="+", metavar="archive")
    parser.add_argument("--winnow", required=True)
    parser.add_argument("--draw", default="1")
    parser.add_argument("--characters", type=int, default=350_000, help="of each half")
    parser.add_argument("--tokens", default="300000")
    parser.add_argument("--batch-tokens", default="512")
    parser.add_argument("--preset", default="nano")
    parser.add_argument("--seeds", default="3")
    parser.add_argument("--jobs", default="1")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        pages = english_pages(arguments.winnow, arguments.archives, folder)
        variants, held = corpora(pages, arguments.characters, arguments.draw)
        print(f"{len(pages)} pages; {len(variants['half'])} in a half, {len(held)} judge", flush=True)
        write(folder / "held-out.jsonl", ({"id": url, "text": text} for url, text in held))
        for variant, items in variants.items():
            write(folder / f"{variant}.jsonl", ({"id": url, "text": text} for url, text in items))
            (folder / f"{variant}.yaml").write_text(
                f"winnow: 1\nname: {variant}\nsources:\n  texts: {{ read: jsonl, paths: [{folder}/{variant}.jsonl] }}\n"
                "stages:\n  normalize: { use: normalize, from: texts }\n")
        output = run(
            arguments.winnow, "ablate", *(str(folder / f"{variant}.yaml") for variant in variants), "--held-out", str(folder / "held-out.jsonl"),
            "--tokens", arguments.tokens, "--batch-tokens", arguments.batch_tokens, "--sequence-length", "256", "--vocabulary", "2048",
            "--preset", arguments.preset, "--seeds", arguments.seeds, "--jobs", arguments.jobs, "--output", str(folder / "out"), "--json", "--quiet")
        sys.exit(1 if judge(json.loads(output)) else 0)


def judge(report):
    """Prints a line for each variant; how many verdicts are wrong."""
    wrong = 0
    yardstick = next(abs(row["difference"]) for row in report["variants"] if row["name"] == "other-half.yaml")
    for row in report["variants"]:
        name = row["name"].removesuffix(".yaml")
        seeds = " ".join(f"{value:.3f}" for value in row["bits-per-byte-by-seed"])
        text = f"{name}: {row['bits-per-byte']:.4f} bits per byte ({seeds}), {row['tokens']} tokens, {row['epochs']:.1f} times"
        if "verdict" in row:
            label = "yardstick"
            if name in EXPECTED:
                right = row["verdict"].startswith(EXPECTED[name]) and (EXPECTED[name] != "hurts" or row["difference"] > yardstick)
                wrong += not right
                label = "right" if right else "WRONG"
            text = (
                f"{label}  {text}; {row['difference']:+.4f} ({row['lower']:+.4f} to {row['upper']:+.4f}): {row['verdict']}")
        print(text)
    for note in report["notes"]:
        print("note:", note)
    return wrong


main()
