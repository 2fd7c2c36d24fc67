#!/usr/bin/env python3
"""GGUF files of `winnow export` in llama.cpp: same token ids, same probabilities, same greedy text.

    python3 -m venv venv && venv/bin/pip install xllamacpp numpy safetensors
    swift build -c release --product winnow && swift build -c release --package-path Benchmarks --product training
    venv/bin/python Tests/Conformance/model_in_llama_cpp.py .build/release/winnow Benchmarks/.build/release/training [WORK]

A Llama with grouped heads and tied embeddings, one with an output projection of its own and rotary frequencies scaled as in Llama 3.1, a Qwen3, a
GPT-2 and a Llama with linearly scaled frequencies whose tokenizer takes digits one by one, each with a tokenizer of another pattern, are trained on the guides by `winnow train --from` freshly drawn weights, and
exported in every type. llama.cpp must load each file; its ids of the texts below, of the guides and of 2,000 random ones must be those of
`winnow tokenizer encode`, special tokens as text and recognized (in GPT-4o's pattern of texts in ASCII); of the f32 file the log-probabilities of
every token after each of 128 must be ours within 1e-3, and 40 greedy tokens after three prompts the same. For the other types the loss is reported, with the mean and greatest difference of the
log-probabilities, and bounded. xllamacpp is a build of llama.cpp's server that starts from Python. Opt-in: not part of `make test`.
"""
import glob, importlib.metadata, json, os, random, shutil, subprocess, sys, tempfile, unicodedata, urllib.request

import numpy, xllamacpp
from safetensors.numpy import save_file

winnow, training = (os.path.abspath(path) for path in sys.argv[1:3])
work = sys.argv[3] if len(sys.argv) > 3 else tempfile.mkdtemp()
root = os.path.dirname(os.path.abspath(__file__)) + "/../../"
CONTEXT, TOKENS = 160, 128
# Of the mean difference from our log-probabilities, as a share of their standard deviation; and of the loss, in nats.
BOUNDS = {"f32": (1e-5, 1e-5), "f16": (2e-3, 1e-3), "bf16": (2e-2, 1e-2), "q8_0": (3e-2, 2e-2), "q4_0": (0.5, 0.3)}
print("xllamacpp", importlib.metadata.version("xllamacpp"))


def run(*words):
    return subprocess.check_output([winnow, *map(str, words)], text=True)


# MARK: Texts

TEXTS = [
    "Hello, world! It's what they'd've said: we'll see, I'M SURE.", "  two  spaces   three\tand a tab \n\n\n newlines \r\n and \r returns ",
    "0 12 345 6789 12345678901234567890 3.14159 1,000,000 ½ ²³ ٣٤ १२", "def f(x):\n    return {'a': [1, 2], \"b\": x**2}  # no\n\n\nclass A: pass\n",
    "for (int i=0;i<n;++i){a[i]+=b[i]<<2;}//end\n\t\t}", "Größe, naïve, façade, Ångström, Zürich, œuvre, ſt, ﬁne", "Привет, как дела? Съешь же ещё этих мягких булок",
    "東京都は日本の首都です。今日は天気がいい。", "대한민국의 수도는 서울이다", "مرحبا بالعالم، كيف حالك؟", "नमस्ते दुनिया, यह एक परीक्षण है", "ไทยไม่มีช่องว่างระหว่างคำ", "שלום עולם",
    "👋🏽 emoji 👨‍👩‍👧‍👦 and 🇩🇪 flags ✈️", "<|endoftext|> is text here, and <|endoftext|>", "a<|endoftext|>b", "https://example.org/a/b?c=d&e=f#g", "x" * 300, " " * 40,
    "\u00a0no\u00a0break\u2003em\u3000wide\u200bzero", "CamelCaseAndHTTPServer snake_case UPPER lower MiXeD", "\n", " ", "a", "...!!!???---___", "e\u0301 a\u0308 combining",
]
generator = random.Random(5)
ALPHABET = list("aAzZ019 \t\n\r'\"-_.,;:!?/\\()[]{}<>|") + list("éßñÄøЖяδ中文日本한글عربहิ👍🏽\u00a0\u2003\u0301'sS'tllmdre²½٣")
RANDOM = ["".join(generator.choices(ALPHABET, k=generator.randint(1, 40))) for _ in range(2000)]
guides = sorted(glob.glob(root + "docs/guide/*.md"))
PARTS = [part for file in guides for part in open(file).read().split("\n## ")]


def write_lines(path, texts):
    with open(path, "w") as out:
        for number, text in enumerate(texts):
            out.write(json.dumps({"id": str(number), "url": "", "text": text, "metadata": {}}) + "\n")


write_lines(work + "/train.jsonl", PARTS)
# Words of all scripts several times over, so that there are merges in each.
write_lines(work + "/vocabulary.jsonl", PARTS + TEXTS * 20)
write_lines(work + "/texts.jsonl", TEXTS + RANDOM + PARTS)

# MARK: Models


def fresh(kind, vocabulary, tied, folder, scaling):
    """Freshly drawn weights in Hugging Face's layout: width 96, two layers."""
    draw = numpy.random.default_rng(2)
    width, inner, layers = 96, 256, 2

    def matrix(*shape):
        return (draw.standard_normal(shape) * 0.02).astype(numpy.float32)

    ones, zeros = (lambda n: numpy.ones(n, numpy.float32)), (lambda n: numpy.zeros(n, numpy.float32))
    if kind == "gpt2":
        config = {"model_type": "gpt2", "vocab_size": vocabulary, "n_embd": width, "n_layer": layers, "n_head": 3, "n_positions": CONTEXT, "n_inner": inner}
        weights = {"transformer.wte.weight": matrix(vocabulary, width), "transformer.wpe.weight": matrix(CONTEXT, width)}
        for layer in range(layers):
            for name, shape in [("attn.c_attn", (width, 3 * width)), ("attn.c_proj", (width, width)), ("mlp.c_fc", (width, inner)), ("mlp.c_proj", (inner, width))]:
                weights[f"transformer.h.{layer}.{name}.weight"], weights[f"transformer.h.{layer}.{name}.bias"] = matrix(*shape), zeros(shape[1])
            for name in ("ln_1", "ln_2"):
                weights[f"transformer.h.{layer}.{name}.weight"], weights[f"transformer.h.{layer}.{name}.bias"] = ones(width), zeros(width)
        weights |= {"transformer.ln_f.weight": ones(width), "transformer.ln_f.bias": zeros(width)}
    else:
        heads, shared, size = 6, 2, 16 if kind == "llama" else 32
        config = {"model_type": kind, "vocab_size": vocabulary, "hidden_size": width, "intermediate_size": inner, "num_hidden_layers": layers,
                  "num_attention_heads": heads, "num_key_value_heads": shared, "head_dim": size, "max_position_embeddings": CONTEXT,
                  "rope_theta": 10000.0, "rope_scaling": scaling, "rms_norm_eps": 1e-5, "tie_word_embeddings": tied}
        weights = {"model.embed_tokens.weight": matrix(vocabulary, width), "model.norm.weight": ones(width)}
        if not tied:
            weights["lm_head.weight"] = matrix(vocabulary, width)
        for layer in range(layers):
            name = f"model.layers.{layer}."
            for key, shape in [("self_attn.q_proj", (heads * size, width)), ("self_attn.k_proj", (shared * size, width)), ("self_attn.v_proj", (shared * size, width)),
                               ("self_attn.o_proj", (width, heads * size)), ("mlp.gate_proj", (inner, width)), ("mlp.up_proj", (inner, width)), ("mlp.down_proj", (width, inner))]:
                weights[name + key + ".weight"] = matrix(*shape)
            for key in ["input_layernorm", "post_attention_layernorm"]:
                weights[name + key + ".weight"] = ones(width)
            for key in ["self_attn.q_norm", "self_attn.k_norm"] if kind == "qwen3" else []:
                weights[name + key + ".weight"] = ones(size)
    os.makedirs(folder, exist_ok=True)
    json.dump(config, open(folder + "/config.json", "w"))
    save_file(weights, folder + "/model.safetensors")


def trained(kind, pattern, tied, padding, scaling):
    folder = f"{work}/{kind}-{pattern}"
    run("tokenizer", "train", work + "/vocabulary.jsonl", "--vocabulary", 1600, "--pattern", pattern, "--output", folder + "-tokenizer")
    run("shards", "write", work + "/train.jsonl", "--tokenizer", folder + "-tokenizer", "--output", folder + "-shards", "--quiet")
    fresh(kind, 1600 + padding, tied, folder + "-fresh", scaling)
    shutil.copy(folder + "-tokenizer/tokenizer.json", folder + "-fresh")
    run("train", folder + "-shards", "--from", folder + "-fresh", "--output", folder, "--tokens", 150_000, "--batch-tokens", 1280,
        "--sequence-length", CONTEXT, "--learning-rate", 5e-3, "--quiet")
    return folder


# MARK: llama.cpp


class Model:
    """llama.cpp's server with a model of a GGUF file, its keys and values kept in fp32 and attention computed without halves."""

    def __init__(self, path):
        params = xllamacpp.CommonParams()
        params.model.path, params.n_ctx, params.n_parallel, params.warmup = path, CONTEXT, 1, False
        params.cache_type_k = params.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
        params.flash_attn_type, params.verbosity = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED, -1
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
        self.server = xllamacpp.Server(params)

    def ask(self, path, **words):
        request = urllib.request.Request(self.server.listening_address + path, json.dumps(words).encode(), {"Content-Type": "application/json"})
        return json.load(urllib.request.urlopen(request))

    def tokenize(self, text, begins=False, recognizes=False):
        return self.ask("/tokenize", content=text, add_special=begins, parse_special=recognizes)["tokens"]

    def logarithms(self, ids, vocabulary):
        """Of the probabilities of every token after each of `ids`."""
        rows = numpy.full((len(ids), vocabulary), numpy.nan)
        for end in range(len(ids)):
            answer = self.ask("/completion", prompt=ids[: end + 1], n_predict=1, temperature=0, n_probs=vocabulary, cache_prompt=True)
            for entry in answer["completion_probabilities"][0]["top_logprobs"]:
                rows[end, entry["id"]] = entry["logprob"]
        assert not numpy.isnan(rows).any()
        return rows

    def greedy(self, prompt, count):
        return self.ask("/completion", prompt=prompt, n_predict=count, temperature=0)["content"]


def is_beyond_ascii(text):
    return any(c > "\x7f" and unicodedata.category(c)[0] in "LM" for c in text)


def require_same_ids(folder, pattern, model):
    """Special tokens as text, as a corpus has them, and recognized. GPT-4o's pattern tells capitals from small letters, and counts combining
    marks as letters; llama.cpp knows both of ASCII alone, so texts with other letters may differ."""
    texts = [json.loads(line)["text"] for line in open(work + "/texts.jsonl")]
    excused = set()
    for recognizes, flag in ((False, []), (True, ["--recognize-special"])):
        lines = run("tokenizer", "encode", "--tokenizer", folder, work + "/texts.jsonl", *flag).splitlines()
        assert len(lines) == len(texts)
        for number, (text, line) in enumerate(zip(texts, lines)):
            theirs = model.tokenize(text, recognizes=recognizes)
            if theirs != [int(word) for word in line.split()]:
                assert pattern == "o200k" and is_beyond_ascii(text), f"{text[:80]!r}\nours      {line[:200]}\nllama.cpp {theirs[:50]}"
                excused.add(number)
    kinds = [sum(first <= number < last for number in excused) for first, last in
             ((0, len(TEXTS)), (len(TEXTS), len(TEXTS + RANDOM)), (len(TEXTS + RANDOM), len(texts)))]
    print(f"  the same ids of {len(texts)} texts but {len(excused)}: {kinds[0]} of {len(TEXTS)} chosen, {kinds[1]} of {len(RANDOM)} random, "
          f"{kinds[2]} of {len(PARTS)} parts of guides")


def normalized(logits):
    greatest = logits.max(1, keepdims=True)
    return logits - greatest - numpy.log(numpy.exp(logits - greatest).sum(1, keepdims=True))


def loss_of(rows, ids):
    return -float(rows[numpy.arange(len(ids) - 1), ids[1:]].mean())


LLAMA3 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}
CASES = [
    ("llama", "cl100k", True, 24, None), ("llama", "o200k", False, 0, LLAMA3), ("qwen3", "qwen2", True, 0, None), ("gpt2", "gpt2", True, 24, None),
    ("llama", "gpt2+digits", True, 0, {"rope_type": "linear", "factor": 4.0}),
]
for kind, pattern, tied, padding, scaling in CASES:
    folder = trained(kind, pattern, tied, padding, scaling)
    config = json.load(open(folder + "/config.json"))
    end, begin = config["eos_token_id"], config["bos_token_id"]
    begin = end if begin is None else begin
    ids = None
    print(f"{kind}, {pattern}{'' if tied else ', output projection of its own'}{', padded vocabulary' if padding else ''}"
          + (f", rotary frequencies scaled ({scaling['rope_type']})" if scaling else ""))
    for weights, (mean_bound, loss_bound) in BOUNDS.items():
        path = f"{folder}-{weights}.gguf"
        run("export", folder, "--format", "gguf", "--type", weights, "--output", path)
        model = Model(path)
        if weights == "f32":
            require_same_ids(folder, pattern, model)
            assert model.tokenize("a", begins=True) == [begin] + model.tokenize("a")
            ids = model.tokenize("\n## ".join(PARTS), begins=True)[:TOKENS]
            numpy.array(ids, dtype="<i4").tofile(work + "/tokens")
            subprocess.check_call([training, "logits", folder, work + "/tokens", work + "/logits"])
            ours = normalized(numpy.fromfile(work + "/logits", dtype="<f4").reshape(len(ids) + 1, -1)[:-1].astype(numpy.float64))
            theirs = model.logarithms(ids, ours.shape[1])
            worst = numpy.abs(ours - theirs).max()
            print(f"  f32: logarithms of probabilities down to {ours.min():.1f}, greatest difference {worst:.1e}; loss {loss_of(ours, ids):.6f} and {loss_of(theirs, ids):.6f}")
            assert worst < 1e-3
            for prompt in ["The ", "winnow train ", "A document is"]:
                mine = run("generate", folder, prompt, "--count", 40, "--temperature", 0).removesuffix("\n")
                found = model.greedy(prompt, 40)
                print(f"    {prompt!r} -> {mine[:50]!r}")
                assert mine == found, f"llama.cpp: {found!r}"
            continue
        theirs = model.logarithms(ids, ours.shape[1])
        difference = numpy.abs(ours - theirs)
        mean, change = difference.mean() / ours.std(), loss_of(theirs, ids) - loss_of(ours, ids)
        print(f"  {weights}: differences {difference.mean():.1e} in the mean ({mean:.1e} of their deviation), {difference.max():.1e} at most; "
              f"loss {loss_of(theirs, ids):.6f} ({change:+.1e})")
        assert mean < mean_bound and abs(change) < loss_bound
print("equal")
