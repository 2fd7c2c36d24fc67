#!/usr/bin/env python3
"""Times main-content extractors on the same pages, in turns, one process and one thread each.

    speed.py crawl FILE.warc.gz... --ours EXTRACTION_SPEED [--rounds 3] [--peers a,b] [--work DIR]
    speed.py pages FOLDER...       --ours EXTRACTION_SPEED [...]

`crawl`: archive bytes to text (peers read with FastWARC, HTTP bodies decoded). `pages`: pages of `ground_truth.jsonl` folders, held in memory, bytes
to text. EXTRACTION_SPEED is the built `extraction-speed`; it does the same work with `MainContent`. CPU seconds of the process are taken,
without start, imports and loading; each round runs every system once, and the middle of the rounds is printed.
trafilatura reads the first --trafilatura-pages pages of a crawl only (600): it would take half an hour.
"""
import argparse, json, logging, os, statistics, subprocess, sys, time, warnings
from compare import html_bytes, records

PINNED = ["trafilatura==2.3.1", "lxml_html_clean==0.4.6", "Resiliparse==2.0.1", "FastWARC==2.0.1"]
PEERS = {"resiliparse": "Resiliparse", "trafilatura-fast": "trafilatura", "trafilatura": "trafilatura"}


def extractor(name):
    """A function from a page's bytes to its text."""
    if name == "resiliparse":
        from resiliparse.extract.html2text import extract_plain_text
        return lambda page: extract_plain_text(page.decode("utf-8", "replace"), main_content=True)
    import trafilatura
    return lambda page: trafilatura.extract(page.decode("utf-8", "replace"), fast=name.endswith("fast"))


def responses(paths):
    from fastwarc.warc import ArchiveIterator, WarcRecordType
    import zlib
    for path in paths:
        for record in ArchiveIterator(open(path, "rb"), record_types=WarcRecordType.response, parse_http=True):
            if record.http_headers is None or record.http_headers.status_code != 200: continue
            if not (record.http_content_type or "").startswith(("text/html", "application/xhtml")): continue
            body = record.reader.read()
            if (record.http_headers.get("Transfer-Encoding") or "").lower() == "chunked": body = dechunked(body)
            if (record.http_headers.get("Content-Encoding") or "").lower() == "gzip": body = zlib.decompress(body, 47)
            yield body


def dechunked(body):
    parts, i = [], 0
    while (end := body.find(b"\r\n", i)) >= 0:
        try: size = int(body[i:end].split(b";")[0], 16)
        except ValueError: return body
        if size == 0: break
        parts.append(body[end + 2:end + 2 + size])
        i = end + 4 + size
    return b"".join(parts)


def run_peer(name, mode, paths, limit):
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    extract = extractor(name)
    pages = [html_bytes(f, r) for f in paths for r in records(f)] if mode == "pages" else responses(paths)
    if mode == "pages":
        for page in pages[:5]: extract(page)
    count = size = text = 0
    start = time.process_time()
    for page in pages:
        if limit and count >= limit: break
        try: text += len((extract(page) or "").encode("utf-8", "ignore"))
        except Exception: pass
        count += 1
        size += len(page)
    print(json.dumps({"pages": count, "bytes": size, "text_bytes": text, "cpu_seconds": time.process_time() - start}))


def environment(work):
    python = os.path.join(work, "venv", "bin", "python")
    if not os.path.exists(python):
        subprocess.check_call([sys.executable, "-m", "venv", os.path.join(work, "venv")])
        subprocess.check_call([python, "-m", "pip", "install", "-q", *PINNED])
    return python


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=["crawl", "pages"])
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--ours")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default="resiliparse,trafilatura-fast")
    parser.add_argument("--trafilatura-pages", type=int, default=600)
    parser.add_argument("--work", default=os.path.join(os.path.expanduser("~"), ".cache", "winnow-extraction-speed"))
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    options = parser.parse_args()
    limit = options.trafilatura_pages if options.mode == "crawl" else 0
    if options.peer: return run_peer(options.peer, options.mode, options.paths, limit if "trafilatura" in options.peer else 0)
    python = environment(options.work)
    commands = {"ours": [options.ours, options.mode, *options.paths]} if options.ours else {}
    for name in options.peers.split(","):
        commands[name] = [python, os.path.abspath(__file__), options.mode, *options.paths, "--peer", name,
                          "--trafilatura-pages", str(options.trafilatura_pages)]
    rounds = {name: [] for name in commands}
    for number in range(options.rounds):
        for name, command in commands.items():
            # A slow peer's figure does not need every round.
            if name.startswith("trafilatura") and number > 0: continue
            rounds[name].append(json.loads(subprocess.check_output(command).decode().strip().splitlines()[-1]))
    rate = {name: statistics.median(r["pages"] / r["cpu_seconds"] for r in found) for name, found in rounds.items()}
    for name, found in rounds.items():
        r, version = found[0], f" {version_of(python, PEERS[name])}" if name in PEERS else ""
        spread = ", ".join(f"{x['cpu_seconds']:.2f}" for x in found)
        ratio = f"; ours is {rate['ours'] / rate[name]:.2f} times as fast" if "ours" in rate and name != "ours" else ""
        print(f"{name}{version}: {rate[name]:.0f} pages/s, {r['bytes'] / r['pages'] * rate[name] / 1e6:.1f} MB/s "
              f"({r['pages']} pages, {r['bytes'] / 1e6:.1f} MB in, {r['text_bytes'] / 1e6:.1f} MB out; CPU s: {spread}){ratio}")


def version_of(python, package):
    code = f"import importlib.metadata; print(importlib.metadata.version('{package}'))"
    return subprocess.check_output([python, "-c", code]).decode().strip()


if __name__ == "__main__": main()
