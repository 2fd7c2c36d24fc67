"""Encoding speed of Winnow beside gigatoken, tiktoken and Hugging Face tokenizers: one text, one tokenizer, one thread, in turns.

usage: compare.py TEXT TOKENIZER PROGRAM [--bytes N] [--rounds N] [--peers gigatoken,tiktoken,tokenizers]

TOKENIZER is a folder with tokenizer.json and ranks.tiktoken (`winnow tokenizer export --format tiktoken`) of the cl100k pattern, PROGRAM the
benchmark `tokenizers`. The text is cut at line ends into documents of about 4 KiB; each round encodes all of them twice in a new process,
cold and warm. Reading and loading are not timed. Needs `pip install gigatoken==0.10.0 tiktoken==0.14.0 tokenizers==0.23.3`.
Times are processor seconds of the one thread, so that other work on the machine disturbs little. Prints medians, and whether the ids of the
first 500 documents are the same.
"""
import argparse, base64, os, re, statistics, subprocess, sys, time
from importlib.metadata import version

# cl100k as Llama 3 states it: tiktoken 0.14.0 takes it faster than tiktoken's own form, and the ids are the same.
PATTERN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def documents(path, limit):
    """As the benchmark cuts: at least 4,096 bytes, up to the end of a line."""
    with open(path, "rb") as file:
        data = file.read(limit)
    result, start = [], 0
    while start < len(data):
        end = data.find(b"\n", min(start + 4095, len(data)))
        end = len(data) if end < 0 else end + 1
        result.append(data[start:end].decode("utf-8", "replace"))
        start = end
    return len(data), result


def encoder(peer, folder):
    if peer == "gigatoken":
        import gigatoken

        tokenizer = gigatoken.Tokenizer(folder + "/tokenizer.json")
        return lambda texts: tokenizer.encode_batch(texts, parallel=False)
    if peer == "tiktoken":
        import tiktoken

        with open(folder + "/ranks.tiktoken", "rb") as file:
            ranks = {base64.b64decode(line.split()[0]): int(line.split()[1]) for line in file}
        encoding = tiktoken.Encoding("x", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})
        return lambda texts: [encoding.encode_ordinary(text) for text in texts]
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(folder + "/tokenizer.json")
    return lambda texts: [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]


def digest(rows):
    value = 0
    for row in rows[:500]:
        for token in row:
            value = (value * 31 + int(token)) & 0xFFFFFFFFFFFFFFFF
    return value


def child(peer, text, folder, limit):
    size, texts = documents(text, limit)
    encode = encoder(peer, folder)
    for name in ["cold", "warm"]:
        start = time.process_time()
        rows = encode(texts)
        print(name, size / (time.process_time() - start) / 1e6, flush=True)
    print("ids", digest(rows))


def measure(peer, options):
    if peer == "winnow":
        command = [options.program, "encode", options.text, options.tokenizer, "--threads", "1", "--bytes", str(options.bytes)]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        rates = dict(re.findall(r"encode (\w+):.* ([\d.]+) MB for each second", output))
        return {**{k: float(v) for k, v in rates.items()}, "ids": int(re.search(r"documents: (\d+)", output)[1])}
    environment = {**os.environ, "RAYON_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    command = [sys.executable, __file__, options.text, options.tokenizer, options.program, "--bytes", str(options.bytes), "--child", peer]
    output = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    result = dict(line.split() for line in output.splitlines())
    return {"cold": float(result["cold"]), "warm": float(result["warm"]), "ids": int(result["ids"])}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text")
    parser.add_argument("tokenizer")
    parser.add_argument("program")
    parser.add_argument("--bytes", type=int, default=20_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default="gigatoken,tiktoken,tokenizers")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        return child(options.child, options.text, options.tokenizer, options.bytes)
    peers = ["winnow"] + options.peers.split(",")
    results = {peer: [] for peer in peers}
    for _ in range(options.rounds):
        for peer in peers:
            results[peer].append(measure(peer, options))
    ours = {name: statistics.median(row[name] for row in results["winnow"]) for name in ["cold", "warm"]}
    print("| | cold MB/s | warm MB/s | ours/its cold | ours/its warm | same ids |\n| --- | --- | --- | --- | --- | --- |")
    for peer in peers:
        name = peer if peer == "winnow" else f"{peer} {version(peer)}"
        cold, warm = (statistics.median(row[k] for row in results[peer]) for k in ["cold", "warm"])
        same = {row["ids"] for row in results[peer]} == {results["winnow"][0]["ids"]}
        print(f"| {name} | {cold:.1f} | {warm:.1f} | {ours['cold'] / cold:.2f} | {ours['warm'] / warm:.2f} | {'yes' if same else 'NO'} |")


main()
