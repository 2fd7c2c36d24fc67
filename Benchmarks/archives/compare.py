#!/usr/bin/env python3
"""Reads archives with Winnow and FastWARC in turns, one process and one thread each, and prints the ratio of each round.

    compare.py FILE.warc.gz... --ours ARCHIVE_READING [--rounds 5] [--work DIR]

Both read every byte of every response with its HTTP header parsed. ARCHIVE_READING is the built `archive-reading`. CPU seconds of the process are
taken, without start and imports; the file is in the page cache. FastWARC is installed, pinned, into a virtual environment under --work.
"""
import argparse, os, re, statistics, subprocess, sys, time

PINNED = ["FastWARC==2.0.1"]


def run_peer(path):
    from fastwarc.warc import ArchiveIterator, WarcRecordType
    start, responses, size = time.process_time(), 0, 0
    with open(path, "rb") as file:
        for record in ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=True):
            size += len(record.reader.read())
            responses += 1
    print(responses, size, os.path.getsize(path) / 1e6 / (time.process_time() - start))


def environment(work):
    python = os.path.join(work, "venv", "bin", "python")
    if not os.path.exists(python):
        subprocess.check_call([sys.executable, "-m", "venv", os.path.join(work, "venv")])
        subprocess.check_call([python, "-m", "pip", "install", "-q", *PINNED])
    return python


def main():
    if sys.argv[1:2] == ["--peer"]: return run_peer(sys.argv[2])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--ours", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--work", default="archives-work")
    options = parser.parse_args()
    python = environment(options.work)
    for path in options.files:
        open(path, "rb").read()
        rates = []
        for _ in range(options.rounds):
            ours = subprocess.check_output([options.ours, path], text=True)
            responses, size, rate = re.search(r"(\d+) responses, (\d+) bytes .*?([\d.]+) MB/s stored", ours).groups()
            peer = subprocess.check_output([python, __file__, "--peer", path], text=True).split()
            if [responses, size] != peer[:2]: sys.exit(f"{path}: ours {responses} responses, {size} bytes; FastWARC {peer[0]}, {peer[1]}")
            rates.append((float(rate), float(peer[2])))
        ratios = sorted(ours / peer for ours, peer in rates)
        middle = [statistics.median(column) for column in zip(*rates)]
        print(f"{path}: ours {middle[0]:.0f} MB/s stored, {PINNED[0]} {middle[1]:.0f} MB/s; ratio {statistics.median(ratios):.2f} "
              f"({ratios[0]:.2f} to {ratios[-1]:.2f}, {options.rounds} rounds)", flush=True)


if __name__ == "__main__":
    main()
