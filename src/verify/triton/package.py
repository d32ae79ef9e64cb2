"""Imports single files of a tree; what they import of vLLM is a stub, but for what lies beside them."""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
import types

import triton
import triton.language as tl


class Platform:
    """`current_platform` on a device of some capability."""

    def __init__(self, capability):
        self.major, self.minor = capability

    def is_cuda(self):
        return True

    is_cuda_alike = is_cuda

    @staticmethod
    def _number(capability, minor=None):
        if isinstance(capability, tuple):
            return capability[0] * 10 + capability[1]
        return capability if minor is None else capability * 10 + minor

    def is_device_capability(self, capability, **_):
        return self._number(capability) == self.major * 10 + self.minor

    def has_device_capability(self, capability, **_):
        return self.major * 10 + self.minor >= self._number(capability)

    def is_device_capability_family(self, capability, **_):
        return self.major == self._number(capability) // 10

    def get_device_capability(self, **_):
        return types.SimpleNamespace(major=self.major, minor=self.minor, to_int=lambda: self.major * 10 + self.minor)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: False


class Stub:
    """A name of a module that is not there: called, decorated with or asked for more, it is harmless."""

    def __call__(self, *args, **kwargs):
        return args[0] if len(args) == 1 and callable(args[0]) else self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Stub()


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, root, capability):
        self.root, self.platform = root, Platform(capability)

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] != "vllm":
            return None
        place = os.path.join(self.root, *name.split("."))
        if os.path.isfile(f"{place}.py"):
            return importlib.util.spec_from_file_location(name, f"{place}.py")
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        if module.__name__ == "vllm.triton_utils":
            module.tl, module.triton, module.HAS_TRITON, module.tldevice = tl, triton, True, tl
        if module.__name__ == "vllm.platforms":
            module.current_platform = self.platform

        def missing(name):
            if name.startswith("__"):
                raise AttributeError(name)
            return Stub()

        module.__getattr__ = missing


def install(root, capability):
    sys.meta_path.insert(0, Finder(root, capability))


def module_of(path):
    """The module of a file of the tree, by its path in it."""
    return importlib.import_module(path.removesuffix(".py").replace("/", "."))
