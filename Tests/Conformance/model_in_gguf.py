#!/usr/bin/env python3
"""GGUF files of `winnow export`, read by llama.cpp's own Python reader: names, shapes and values.

    python3 -m venv venv && venv/bin/pip install gguf safetensors
    venv/bin/python Tests/Conformance/model_in_gguf.py .build/release/winnow MODEL...

Each MODEL (a Llama, Qwen3 or GPT-2 folder) is exported as f32, f16, bf16, q8_0 and q4_0. Every tensor that gguf lists for the architecture
and the model has must be there under its name; its values, dequantized by gguf, must be the model's within what the type can hold
(the rows of Llama's queries and keys in llama.cpp's order). Opt-in: not part of `make test`.
"""
import importlib.metadata, json, math, re, subprocess, sys, tempfile

import gguf, numpy
from safetensors.numpy import load_file

winnow = sys.argv[1]
BOUNDS = {"f32": 0, "f16": 2**-10, "bf16": 2**-8, "q8_0": 0.6 / 127, "q4_0": 0.13}
print("gguf", importlib.metadata.version("gguf"))


def divisors(config):
    """What llama.cpp divides rotary frequencies by, as its converter computes it from Llama 3.1's scaling; nothing without."""
    scaling = config.get("rope_scaling")
    if not scaling or scaling["rope_type"] != "llama3":
        return
    theta, size, length = config["rope_theta"], config["head_dim"], scaling["original_max_position_embeddings"]
    low, high, factor = scaling["low_freq_factor"], scaling["high_freq_factor"], scaling["factor"]
    for pair in range(size // 2):
        wavelength = 2 * math.pi * theta ** (2 * pair / size)
        share = (length / wavelength - low) / (high - low)
        yield 1 if wavelength < length / high else factor if wavelength > length / low else 1 / ((1 - share) / factor + share)


for folder in sys.argv[2:]:
    config, source = json.load(open(folder + "/config.json")), load_file(folder + "/model.safetensors")
    architecture = {"llama": gguf.MODEL_ARCH.LLAMA, "qwen3": gguf.MODEL_ARCH.QWEN3, "gpt2": gguf.MODEL_ARCH.GPT2}[config["model_type"]]
    layers = config.get("num_hidden_layers", config.get("n_layer"))
    names = gguf.get_tensor_name_map(architecture, layers)
    expected = {}
    for name, values in source.items():
        if re.search(r"(c_attn|c_proj|c_fc)\.weight$", name):
            values = values.T
        if config["model_type"] == "llama" and (match := re.search(r"\.([qk])_proj\.weight$", name)):
            heads = config["num_attention_heads" if match[1] == "q" else "num_key_value_heads"]
            values = values.reshape(heads, 2, -1, values.shape[1]).swapaxes(1, 2).reshape(values.shape)
        expected[names.get_name(name, try_suffixes=(".weight", ".bias"))] = values
    assert None not in expected, "gguf does not know a name"
    for kind, bound in BOUNDS.items():
        with tempfile.NamedTemporaryFile(suffix=".gguf") as file:
            done = subprocess.run([winnow, "export", folder, "--format", "gguf", "--type", kind, "--output", file.name], capture_output=True, text=True)
            if done.returncode and "multiples of 32" in done.stderr:
                print(f"{folder} {kind}: refused, {done.stderr.splitlines()[0]}")
                continue
            assert done.returncode == 0, done.stderr
            reader = gguf.GGUFReader(file.name)
            assert reader.get_field("general.architecture").contents() == gguf.MODEL_ARCH_NAMES[architecture]
            found = {tensor.name: tensor for tensor in reader.tensors}
            scaled = list(divisors(config))
            assert ("rope_freqs.weight" in found) == bool(scaled)
            if scaled:
                theirs = found.pop("rope_freqs.weight").data
                assert numpy.allclose(theirs, scaled, rtol=1e-6, atol=0), (theirs, scaled)
            assert set(found) == set(expected), set(found) ^ set(expected)
            worst = 0
            for name, values in expected.items():
                theirs = gguf.dequantize(found[name].data, found[name].tensor_type).reshape(values.shape)
                worst = max(worst, float(numpy.abs(theirs - values).max() / max(1e-30, numpy.abs(values).max())))
            print(f"{folder} {kind}: {len(found)} tensors, greatest difference {worst:.1e} of a tensor's greatest value")
            assert worst <= bound
print("equal")
