"""Stands for GB10 where there is none: Triton compiles for it, and what would be launched is noted."""

import contextlib

import torch
import triton
from triton.backends.compiler import GPUTarget
from triton.runtime.autotuner import Autotuner
from triton.runtime.jit import JITFunction

# What cudaGetDeviceProperties says of GB10, as far as sources ask.
PROPERTIES = {"max_shared_mem": 101376, "multiprocessor_count": 48, "max_num_regs": 65536, "warpSize": 32}

#: Every kernel that was compiled: name, configuration, bytes of shared memory, or the error.
LAUNCHES = []


class Utils:
    def get_device_properties(self, _device):
        return PROPERTIES


class Driver:
    """As much of a driver as compiling takes."""

    utils = Utils()

    def __init__(self, capability):
        self.capability = capability

    def get_current_target(self):
        return GPUTarget("cuda", self.capability[0] * 10 + self.capability[1], 32)

    def get_current_device(self):
        return 0

    def get_current_stream(self, _device=0):
        return 0

    def set_current_device(self, _device):
        pass

    def get_active_torch_device(self):
        return torch.device("cpu")

    def get_device_interface(self):
        return torch.cuda


def note(fn, kwargs, **found):
    shown = {name: kwargs[name] for name in ("num_warps", "num_stages", "BK", "BV", "BLOCK_N", "USE_TMA") if name in kwargs}
    LAUNCHES.append({"kernel": fn.__name__, "config": shown, **found})


def install(capability):
    """From here on, Triton compiles for the capability, and launches nothing."""
    triton.runtime.driver.set_active(Driver(capability))
    compile_only = JITFunction.run

    def run(self, *args, grid=None, warmup=False, **kwargs):
        try:
            compiled = compile_only(self, *args, grid=grid, warmup=True, **kwargs)
        except Exception as error:  # noqa: BLE001 (whatever the compiler says belongs to this configuration)
            note(self, kwargs, error=f"{type(error).__name__}: {error}".split("\n")[0][:300])
            return None
        compiled = compiled.result() if hasattr(compiled, "result") else compiled
        note(self, kwargs, shared=compiled.metadata.shared)
        return None

    def every_configuration(self, *args, **kwargs):
        for config in self.configs:
            self.fn.run(*args, **{**kwargs, **config.all_kwargs()})

    JITFunction.run = run
    Autotuner.run = every_configuration
    torch.cuda.get_device_name = lambda _device=0: "NVIDIA GB10"
    torch.cuda.get_device_capability = lambda _device=0: tuple(capability)
    torch.cuda.device_count = lambda: 1
    torch.cuda.device = lambda _index: contextlib.nullcontext()
    if hasattr(torch, "accelerator"):
        torch.accelerator.device_index = lambda _index: contextlib.nullcontext()
