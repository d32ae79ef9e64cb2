"""Builds the tree's NVFP4 quantisation kernels as a torch extension and compares what they compute.

usage: python3 run.py SETTINGS.json RESULT.json
"""

import json
import os
import statistics
import sys
import time

import torch
from torch.utils.cpp_extension import load

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cases  # noqa: E402


def paths(software_only):
    """The conversions to run, each by the target that the tree takes it for.

    Only arch-specific targets from compute capability 10.0 on have the instruction; a plain one, and every
    older device, takes the software conversion.
    """
    major, minor = torch.cuda.get_device_capability()
    if major < 10:
        return [("software", f"{major}.{minor}a" if major == 9 else f"{major}.{minor}")]
    both = [("hardware", f"{major}.{minor}a"), ("software", f"{major}.{minor}")]
    return both[1:] if software_only else both


def build(settings, path, target):
    """The extension, compiled for one target."""
    here = os.path.dirname(os.path.abspath(__file__))
    # torch adds targets of its own unless it is told not to.
    os.environ["TORCH_CUDA_ARCH_LIST"] = target
    stable = ["-DSTABLE_ABI", "-DUSE_CUDA"] if settings["stable"] else []
    # torch's own defaults for extensions, which the tree's build does not have
    names = ("HALF_OPERATORS", "HALF_CONVERSIONS", "BFLOAT16_CONVERSIONS", "HALF2_OPERATORS")
    flags = ["-std=c++17", "-O3", *(f"-U__CUDA_NO_{name}__" for name in names)]
    flags += ["-DENABLE_NVFP4_SM120=1", "-DENABLE_CUTLASS_MOE_SM120=1"]
    folder = os.path.join(settings["work"], path)
    os.makedirs(folder, exist_ok=True)
    return load(
        name=f"{settings['name']}_{path}",
        sources=[os.path.join(here, "binding.cpp"), *settings["sources"]],
        extra_include_paths=[here, *settings["includes"]],
        extra_cflags=["-std=c++17", *stable],
        extra_cuda_cflags=flags,
        build_directory=folder,
        verbose=True,
    )


def median_us(action, runs=40):
    """Median time of one call in microseconds, by device events."""
    for _ in range(5):
        action()
    times = []
    for _ in range(runs):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        action()
        end.record()
        end.synchronize()
        times.append(begin.elapsed_time(end) * 1000)
    return statistics.median(times)


def speed(module, rows=8192, columns=16384):
    """Row-major bfloat16, against a copy that moves as many bytes between device and device."""
    inputs = torch.randn(rows, columns, device="cuda").to(torch.bfloat16)
    packed = torch.empty(rows, columns // 2, dtype=torch.uint8, device="cuda")
    scales = torch.empty(rows, columns // 16, dtype=torch.uint8, device="cuda")
    one = torch.full((1,), 448.0 * 6.0 / 4.0, device="cuda")
    moved = inputs.numel() * 2 + packed.numel() + scales.numel()
    source = torch.empty(moved // 2, dtype=torch.uint8, device="cuda")
    sink = torch.empty_like(source)
    copy = median_us(lambda: sink.copy_(source))
    layouts = []
    for layout in ("row-major", "swizzled"):
        taken = median_us(lambda: module.plain(packed, scales, inputs, one, layout == "swizzled"))
        layouts.append({"layout": layout, "microseconds": round(taken, 2), "timesCopy": round(taken / copy, 3)})
    about = {"shape": [rows, columns], "type": "bfloat16", "bytesMoved": moved}
    return {**about, "copyMicroseconds": round(copy, 2), "layouts": layouts}


def prove(settings, path, target):
    started = time.time()
    module = build(settings, path, target)
    seconds = time.time() - started
    torch.manual_seed(20)
    wrong = module.exhaustive()
    forms = ["8 floats", "4 pairs", "8 pairs"][: 3 if settings["wide"] else 2]
    return {
        "path": path,
        "target": "sm_" + target.replace(".", ""),
        "buildSeconds": round(seconds, 1),
        "exhaustive": [{"form": form, "inputs": 2**32, "wrong": count} for form, count in zip(forms, wrong)],
        "cases": cases.compare(module),
        "speed": speed(module),
    }


def main():
    with open(sys.argv[1]) as file:
        settings = json.load(file)
    result = {
        "device": torch.cuda.get_device_name(),
        "capability": ".".join(map(str, torch.cuda.get_device_capability())),
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "runs": [prove(settings, path, target) for path, target in paths(settings["software"])],
    }
    with open(sys.argv[2], "w") as file:
        json.dump(result, file, indent=2)


main()
