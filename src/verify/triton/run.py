"""Compiles Triton kernels of a tree for GB10 and reads how much shared memory a block takes. No GPU is used.

usage: python3 run.py SETTINGS.json
Reads {"root", "capability", "limit", "attention", "fla"} and prints a list of checks.
"""

import inspect
import json
import sys

import torch

import package
import target

PASSED, FAILED, NOT_RUN = "passed", "failed", "not run"


def called(fn, values):
    """Calls a host function with the values that it has parameters for."""
    parameters = inspect.signature(fn).parameters
    missing = [
        name
        for name, parameter in parameters.items()
        if name not in values and parameter.default is inspect.Parameter.empty
    ]
    if missing:
        raise LookupError(f"{fn.__name__} has a parameter that is not known: {missing[0]}")
    return fn(**{name: values[name] for name in parameters if name in values})


def latent_decode(module, dtype):
    """MLA decoding of a DeepSeek-like model: 16 heads, latent width 512 + 64, pages of 64."""
    heads, latent, rope, splits = 16, 512, 64, 4
    keys = torch.zeros(4, 64, 1, latent + rope, dtype=dtype)
    values = {
        "q": torch.zeros(1, heads, latent + rope, dtype=torch.bfloat16),
        "k_buffer": keys,
        "v_buffer": keys[..., :latent],
        "att_out": torch.zeros(1, heads, splits, latent + 1),
        "Req_to_tokens": torch.zeros(1, 4, dtype=torch.int32),
        "B_Seqlen": torch.full((1,), 200, dtype=torch.int32),
        "num_kv_splits": splits,
        "sm_scale": 0.1,
        "page_size": 64,
        "logit_cap": 0.0,
        "k_scale": torch.ones(1),
        "v_scale": torch.ones(1),
        "is_mla": True,
    }
    called(module._decode_grouped_att_m_fwd, values)


def chunk_output(module):
    """The output of a chunk of gated delta-rule attention, in the shapes of Qwen3-Next."""
    tokens, heads, groups, width, chunk = 256, 32, 16, 128, 64
    values = {
        "q": torch.zeros(1, tokens, groups, width, dtype=torch.bfloat16),
        "k": torch.zeros(1, tokens, groups, width, dtype=torch.bfloat16),
        "v": torch.zeros(1, tokens, heads, width, dtype=torch.bfloat16),
        "h": torch.zeros(1, tokens // chunk, heads, width, width, dtype=torch.bfloat16),
        "g": torch.zeros(1, tokens, heads),
        "chunk_size": chunk,
    }
    called(module.chunk_fwd_o, values)


def triangular(module):
    """The inverse of I + A for chunks of 64."""
    called(module.solve_tril, {"A": torch.zeros(1, 256, 32, 64), "output_dtype": torch.bfloat16})


def subjects(settings):
    """What to launch: name, path of the file, how."""
    attention, fla = settings.get("attention"), settings.get("fla")
    if attention:
        yield "MLA decode, FP8 cache", attention, lambda module: latent_decode(module, torch.float8_e4m3fn)
        yield "MLA decode, bfloat16 cache", attention, lambda module: latent_decode(module, torch.bfloat16)
    if fla:
        yield "gated delta rule, chunk output", f"{fla}/chunk_o.py", chunk_output
        yield "gated delta rule, triangular inverse", f"{fla}/solve_tril.py", triangular


def verdict(what, launches, limit):
    fixed = len(launches) == 1
    fitting = [one for one in launches if one.get("shared", limit + 1) <= limit]
    sizes = [one["shared"] for one in launches if "shared" in one]
    errors = [one["error"] for one in launches if "error" in one]
    if not sizes:
        detail = f"no configuration compiles: {errors[0]}" if errors else "nothing was launched"
    elif fixed:
        detail = f"{sizes[0]} of {limit} bytes"
    else:
        detail = f"{len(fitting)} of {len(launches)} configurations fit into {limit} bytes, from {min(sizes)} to {max(sizes)}"
    return {"what": what, "state": PASSED if fitting else FAILED, "detail": detail, "facts": {"launches": launches}}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    target.install(settings["capability"])
    package.install(settings["root"], settings["capability"])
    checks = []
    for what, path, launch in subjects(settings):
        target.LAUNCHES.clear()
        try:
            launch(package.module_of(path))
        except Exception as error:  # noqa: BLE001 (a shape that is not known here says nothing of the tree)
            detail = f"it is called in a way that is not known: {type(error).__name__}: {error}"
            checks.append({"what": what, "state": NOT_RUN, "detail": detail[:300]})
            continue
        checks.append(verdict(what, list(target.LAUNCHES), settings["limit"]))
    print(json.dumps(checks))


main()
