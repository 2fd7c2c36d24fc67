#!/usr/bin/env python3
"""Scores main-content extractors on the same pages in one run.

    compare.py FOLDER... [--ours NAME=FILE.jsonl]... [--peers a,b] [--work DIR] [--json FILE]

FOLDER holds `ground_truth.jsonl`: `id`, `html_file`, and either `expected_text` (with `page_type` where known) or the segments `with` and
`without`. Ours are files of JSON lines {"id","text"}, as `extraction-training --texts` and `winnow extract --jsonl` write them; NAME in FILE stands for
the folder's name.
Peers are installed, pinned, into a virtual environment under --work on first use; all get the page as text, decoded as UTF-8.

Metrics, on runs of word characters:
  words     word-bag F1, lower case; the mean over the pages
  shingles  four-word shingle F1: precision and recall are averaged over the pages, F1 is taken of the means
            (scrapinghub/article-extraction-benchmark)
  segments  F1 of segments found: `with` wanted, `without` unwanted (the evaluation in adbar/trafilatura)
"""
import argparse, collections, gzip, json, os, re, subprocess, sys, time

PINNED = ["trafilatura==2.3.1", "lxml_html_clean==0.4.6", "Resiliparse==2.0.1", "jusText==3.0.2", "readability-lxml==0.9"]
PEERS = {
    "trafilatura": "trafilatura standard", "trafilatura-fast": "trafilatura fast", "resiliparse": "resiliparse main content",
    "readability": "readability-lxml", "justext": "jusText",
}
VERSIONED = {"trafilatura": "trafilatura", "trafilatura-fast": "trafilatura", "resiliparse": "Resiliparse",
             "readability": "readability-lxml", "justext": "jusText"}


# MARK: Pages

def records(folder):
    with open(os.path.join(folder, "ground_truth.jsonl"), encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if "expected_text" in record or "with" in record:
                yield record


def html_bytes(folder, record):
    path = os.path.join(folder, record["html_file"])
    return gzip.open(path).read() if path.endswith(".gz") else open(path, "rb").read()


def html(folder, record): return html_bytes(folder, record).decode("utf-8", "replace")


# MARK: Peers

def extractor(name):
    """A function from a page to its text."""
    if name.startswith("trafilatura"):
        import trafilatura
        return lambda page: trafilatura.extract(page, fast=name.endswith("fast"))
    if name == "resiliparse":
        from resiliparse.extract.html2text import extract_plain_text
        return lambda page: extract_plain_text(page, main_content=True)
    if name == "readability":
        import lxml.html
        from readability import Document
        return lambda page: lxml.html.fromstring(Document(page).summary()).text_content()
    if name == "justext":
        import justext
        words = justext.get_stoplist("English")
        return lambda page: "\n".join(p.text for p in justext.justext(page, words) if not p.is_boilerplate)
    raise SystemExit(f"no peer named {name}")


def run_peer(name, folder, output):
    """Writes one peer's texts and a last line with its version and CPU seconds; run with the environment's own Python."""
    import importlib.metadata, logging, warnings
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    extract = extractor(name)
    pages = [(r["id"], html(folder, r)) for r in records(folder)]
    for _, page in pages[:3]:
        try: extract(page)
        except Exception: pass
    texts, failures, start = [], 0, time.process_time()
    for id, page in pages:
        try:
            texts.append((id, extract(page) or ""))
        except Exception:
            texts.append((id, ""))
            failures += 1
    seconds = time.process_time() - start
    with open(output, "w", encoding="utf-8") as file:
        for id, text in texts:
            file.write(json.dumps({"id": id, "text": text}) + "\n")
        version = importlib.metadata.version(VERSIONED[name])
        file.write(json.dumps({"version": version, "seconds": seconds, "failures": failures}) + "\n")


def environment(work):
    python = os.path.join(work, "venv", "bin", "python")
    if not os.path.exists(python):
        subprocess.check_call([sys.executable, "-m", "venv", os.path.join(work, "venv")])
        subprocess.check_call([python, "-m", "pip", "install", "-q", "-U", "pip"])
        subprocess.check_call([python, "-m", "pip", "install", "-q", *PINNED])
    return python


# MARK: Scores

def words(text): return re.findall(r"\w+", text or "")


def shingles(text, length=4):
    tokens = words(text)
    return collections.Counter(tuple(tokens[i:i + length]) for i in range(max(1, len(tokens) - length + 1))) if tokens else collections.Counter()


def bag_f1(text, expected):
    a, b = collections.Counter(words(text.lower())), collections.Counter(words(expected.lower()))
    total = sum(a.values()) + sum(b.values())
    return 2 * sum((a & b).values()) / total if total else 1.0


def shingle_scores(text, expected):
    a, b = shingles(text), shingles(expected)
    hits, extra, missing = sum((a & b).values()), sum((a - b).values()), sum((b - a).values())
    precision = hits / (hits + extra) if hits + extra else float(missing == 0)
    recall = hits / (hits + missing) if hits + missing else float(extra == 0)
    return precision, recall


def squeeze(text): return " ".join(text.split())


def score(truth, texts):
    """{metric: (value, pages)} for one system on one folder."""
    rows, precision, recall, bags = collections.OrderedDict(), [], [], collections.defaultdict(list)
    segments = collections.Counter()
    for record in truth:
        text = texts.get(record["id"], "")
        if "expected_text" in record:
            p, r = shingle_scores(text, record["expected_text"])
            precision.append(p)
            recall.append(r)
            f1 = bag_f1(text, record["expected_text"])
            bags["all"].append(f1)
            if record.get("page_type"): bags[record["page_type"]].append(f1)
        else:
            flat = squeeze(text)
            for segment in record["with"]: segments["hit" if squeeze(segment) in flat else "miss"] += 1
            for segment in record["without"]: segments["false" if squeeze(segment) in flat else "right"] += 1
    if bags:
        p, r = sum(precision) / len(precision), sum(recall) / len(recall)
        rows["shingles"] = (2 * p * r / (p + r) if p + r else 0.0, len(precision))
        rows["words"] = (sum(bags["all"]) / len(bags["all"]), len(bags["all"]))
        for kind in sorted(set(bags) - {"all"}): rows["words, " + kind] = (sum(bags[kind]) / len(bags[kind]), len(bags[kind]))
    if segments:
        rows["segments"] = (2 * segments["hit"] / max(1, 2 * segments["hit"] + segments["miss"] + segments["false"]), len(truth))
    return rows


def read_texts(path):
    texts, about = {}, {}
    for line in open(path, encoding="utf-8"):
        item = json.loads(line)
        if "id" in item: texts[item["id"]] = item.get("text") or ""
        else: about = item
    return texts, about


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--ours", action="append", default=[], metavar="NAME=FILE")
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--work", default=os.path.join(os.path.expanduser("~"), ".cache", "winnow-extraction-peers"))
    parser.add_argument("--json")
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    parser.add_argument("--output", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer: return run_peer(options.peer, options.folders[0], options.output)
    os.makedirs(options.work, exist_ok=True)
    peers = [name for name in options.peers.split(",") if name]
    python = environment(options.work) if peers else None
    report = {}
    for folder in options.folders:
        name, truth, columns = os.path.basename(folder.rstrip("/")), list(records(folder)), collections.OrderedDict()
        for peer in peers:
            output = os.path.join(options.work, f"{name}-{peer}.jsonl")
            subprocess.check_call([python, os.path.abspath(__file__), folder, "--peer", peer, "--output", output])
            texts, about = read_texts(output)
            columns[f"{PEERS[peer]} {about['version']}"] = score(truth, texts), len(truth) / about["seconds"]
        for item in options.ours:
            label, path = item.split("=", 1)
            columns[label] = score(truth, read_texts(path.replace("NAME", name))[0]), None
        rows = list(next(iter(columns.values()))[0])
        print(f"\n{name}: {len(truth)} pages\n")
        print("| F1 | " + " | ".join(columns) + " |\n|" + " --- |" * (len(columns) + 1))
        for row in rows:
            best = max(c[0][row][0] for c in columns.values())
            cells = [f"{c[0][row][0]:.3f}".join(("**", "**") if c[0][row][0] == best else ("", "")) for c in columns.values()]
            print(f"| {row} ({next(iter(columns.values()))[0][row][1]}) | " + " | ".join(cells) + " |")
        if peers: print("| pages/s, one core | " + " | ".join(f"{c[1]:.0f}" if c[1] else "" for c in columns.values()) + " |")
        sys.stdout.flush()
        report[name] = {label: {row: value[0] for row, value in c[0].items()} for label, c in columns.items()}
    if options.json: json.dump(report, open(options.json, "w"), indent=1)


if __name__ == "__main__": main()
