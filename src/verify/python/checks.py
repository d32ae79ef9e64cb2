"""What the edited Python of a tree does, file by file, in isolation.

usage: python3 checks.py SETTINGS.json [--torch]
Reads [{"path": "vllm/…", "file": "/absolute/…"}] and prints a list of checks.
"""

import ast
import inspect
import json
import sys
import traceback

from isolate import REAL_TORCH, Setting, load

PASSED, FAILED, NOT_RUN = "passed", "failed", "not run"


def check(what, good, detail):
    return {"what": what, "state": PASSED if good else FAILED, "detail": detail}


def classes(module):
    return [value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__]


def exclude_lists(module, tree):
    """An exporter that lists whole MTP layers leaves mtp.fc unquantised as well."""
    questions = [
        (["lm_head", "mtp.layers.0*"], "mtp.fc", True),
        (["lm_head", "mtp.layers.0*"], "lm_head", True),
        (["lm_head", "mtp.layers.0*"], "model.layers.0.mlp.gate_proj", False),
        (["model.layers.0*"], "mtp.fc", False),
        ([], "mtp.fc", False),
    ]
    # As the real one does for layers that are not fused.
    module.is_layer_skipped = lambda prefix, names, mapping: prefix in names
    for cls in classes(module):
        if "is_layer_excluded" not in vars(cls):
            continue
        config = object.__new__(cls)
        config.packed_modules_mapping = {}
        for names, prefix, expected in questions:
            config.exclude_modules = names
            got = bool(config.is_layer_excluded(prefix))
            yield check(f"{cls.__name__}: {prefix} under {names}", got == expected, f"excluded: {got}")


def passed_prefix(tree, factory):
    """The prefix that callers of a factory method give it, for a layer named `P`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == factory:
            for keyword in node.keywords:
                if keyword.arg == "prefix":
                    return eval(compile(ast.Expression(keyword.value), "prefix", "eval"), {"prefix": "P"})
    return None


def factory_prefixes(module, tree):
    """A layer that a factory method makes has the checkpoint's name, once."""
    for cls in classes(module):
        for name in ("create_qkvz_proj", "create_ba_proj"):
            method = vars(cls).get(name)
            given = passed_prefix(tree, name)
            if method is None or given is None:
                continue
            values = {"prefix": given, "quant_config": None, "hidden_size": 8, "key_dim": 16, "value_dim": 32, "num_v_heads": 4}
            wanted = [parameter for parameter in inspect.signature(method).parameters if parameter != "self"]
            made = method(Setting(ba_shards=1), **{key: values.get(key, 8) for key in wanted})
            got = made.kwargs.get("prefix")
            yield check(f"{cls.__name__}.{name}", got == given, f"the layer is named {got}, its caller says {given}")


def fused_shards(module, tree):
    """Qwen3-Next's in_proj_qkvz is one tensor in the checkpoint; Qwen3.5's is several. One class may serve both."""
    for cls in classes(module):
        method = vars(cls).get("create_qkvz_proj")
        if method is None:
            continue
        both = "gqa_interleaved_layout" in method.__code__.co_names
        for one in (True, False) if both else (cls.__name__.startswith("Qwen3Next"),):
            made = method(Setting(gqa_interleaved_layout=one), **{
                key: {"key_dim": 16, "value_dim": 32, "prefix": "P", "quant_config": None}.get(key, 8)
                for key in inspect.signature(method).parameters if key != "self"
            })
            sizes = made.kwargs.get("output_sizes")
            good = sum(sizes) == 96 and (len(sizes) == 1 if one else len(sizes) > 1)
            layout = f", interleaved: {one}" if both else ""
            yield check(f"{cls.__name__}: shards of in_proj_qkvz{layout}", good, f"output sizes {sizes} for key 16, value 32")


def mtp_layers(module, tree):
    """NVFP4 exporters keep mtp.fc in BF16; other formats quantise it as before."""
    for cls in classes(module):
        mapping = vars(cls).get("packed_modules_mapping") or {}
        if "gate_up_proj" in mapping:
            got = mapping["gate_up_proj"]
            yield check(f"{cls.__name__}: parts of gate_up_proj", got == ["gate_proj", "up_proj"], f"{got}")
        if not cls.__name__.endswith("MultiTokenPredictor"):
            continue
        for name, kept in (("modelopt_fp4", False), ("fp8", True)):
            quant = type("Quant", (), {"get_name": lambda self, name=name: name})()
            predictor = object.__new__(cls)
            predictor.__init__(vllm_config=Setting(quant_config=quant), prefix="mtp")
            got = predictor.fc.kwargs.get("quant_config")
            good = got is (quant if kept else None)
            yield check(f"{cls.__name__}: fc under {name}", good, "quantised" if got is not None else "not quantised")


def emulation(module, tree):
    """The emulated product of a checkpoint's NVFP4 weight against the exact one."""
    run = getattr(module, "run_nvfp4_emulations", None)
    if run is None:
        return
    if not REAL_TORCH:
        yield {"what": "emulated product", "state": NOT_RUN, "detail": "this interpreter has no torch"}
        return
    import torch

    if not isinstance(getattr(module, "FLOAT4_E2M1_MAX", 6.0), float):
        module.FLOAT4_E2M1_MAX = 6.0  # which the package knows from a type of its own
    torch.manual_seed(0)
    weight, x = torch.randn(256, 512) * 0.02, torch.randn(8, 512)
    factor = weight.abs().max() / (6 * 448)
    blocks = weight.reshape(256, 32, 16)
    scales = (blocks.abs().amax(-1) / 6 / factor).to(torch.float8_e4m3fn)
    values = blocks / (scales.float() * factor).unsqueeze(-1)
    table = torch.tensor([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0])
    codes = (values.abs().unsqueeze(-1) - table).abs().argmin(-1) + 8 * (values < 0)
    codes = codes.reshape(256, 512)
    packed = (codes[:, 0::2] | codes[:, 1::2] << 4).to(torch.uint8)
    given = {"x": x, "input_global_scale": torch.tensor(1.0), "weight": packed, "weight_scale_swizzled": scales,
             "weight_global_scale": factor}
    exact = x @ weight.t()
    out = run(*[given[name] for name in inspect.signature(run).parameters if name in given])
    error = ((out - exact).norm() / exact.norm()).item()
    yield check("emulated product", error < 0.15, f"relative error {error:.3f}")


ROLES = [exclude_lists, factory_prefixes, fused_shards, mtp_layers, emulation]


def prove(path, file):
    with open(file, encoding="utf-8") as opened:
        text = opened.read()
    try:
        module = load(file, ".".join(path.split("/")[:-1]))
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        # An edit can break the syntax or use a name that is not there; the rest may be the stubs' doing.
        broken = isinstance(error, (SyntaxError, NameError))
        detail = f"it does not load by itself: {type(error).__name__}: {error} (line {last.lineno})"
        yield {"what": path, "state": FAILED if broken else NOT_RUN, "detail": detail}
        return
    yield {"what": path, "state": PASSED, "detail": "it loads"}
    tree = ast.parse(text)
    for role in ROLES:
        try:
            for found in role(module, tree):
                yield {**found, "what": f"{path}: {found['what']}"}
        except Exception as error:
            yield {"what": f"{path}: {role.__name__}", "state": NOT_RUN, "detail": f"it cannot be run without its packages: {type(error).__name__}: {error}"}


def main():
    with open(sys.argv[1], encoding="utf-8") as opened:
        files = json.load(opened)
    print(json.dumps([found for own in files for found in prove(own["path"], own["file"])]))


main()
