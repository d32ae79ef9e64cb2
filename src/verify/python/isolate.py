"""Runs one source file of a tree without the packages that it imports.

A module that is not of the standard library is a stub: any name can be imported from it, called,
subclassed, subscripted or used as a decorator. A call is remembered. With REAL_TORCH, torch is itself.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import re
import sys
import types
import typing

REAL_TORCH = "--torch" in sys.argv and importlib.util.find_spec("torch") is not None


def is_decorated(args, kwargs):
    return len(args) == 1 and not kwargs and isinstance(args[0], (type, types.FunctionType, classmethod, staticmethod, property))


class StubMeta(type):
    """The type of stub names. Each name is a class of its own, so that several can be bases of one class."""

    def __getattr__(cls, name):
        return stub_of(cls, name)

    def __call__(cls, *args, **kwargs):
        if "_is_stub" not in cls.__dict__:
            return super().__call__(*args, **kwargs)
        return args[0] if is_decorated(args, kwargs) else Made(cls.__name__, args, kwargs)

    def __getitem__(cls, _):
        return cls

    def __or__(cls, _):
        return cls

    __ror__ = __or__

    def __iter__(cls):
        return iter(())


def stub_of(owner, name):
    """A stub that its owner has from then on."""
    if name == "__version__":
        return "99.0.0"
    if name.startswith("__"):
        raise AttributeError(name)
    value = stub(name)
    setattr(owner, name, value)
    return value


def stub(name):
    return StubMeta(name, (), {"_is_stub": True, "__init__": lambda self, *args, **kwargs: None})


class Made:
    """What the call of a stub gave."""

    def __init__(self, name, args, kwargs):
        self.made, self.args, self.kwargs = name, args, kwargs

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return stub(name)

    def __call__(self, *args, **kwargs):
        return args[0] if is_decorated(args, kwargs) else Made(self.made, args, kwargs)

    def __getitem__(self, _):
        return self

    def __iter__(self):
        return iter(())

    def __lt__(self, _):
        return False

    __gt__ = __le__ = __ge__ = __lt__


class Setting(int):
    """A configuration value: any attribute, and what a call of it gives, is another; as a number it is 8."""

    def __new__(cls, **values):
        self = super().__new__(cls, 8)
        self.__dict__.update(values)
        return self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Setting()

    def __call__(self, *args, **kwargs):
        return Setting()


SUFFIX = ".isolated"


def is_asked_by_tree():
    """True where an isolated file imports, and not for what torch imports in turn."""
    frame = sys._getframe(2)
    while frame is not None and "importlib" in frame.f_code.co_filename:
        frame = frame.f_back
    return frame is not None and frame.f_globals.get("__name__", "").endswith(SUFFIX)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        top = name.split(".")[0]
        if top in sys.stdlib_module_names or (top == "torch" and REAL_TORCH) or not is_asked_by_tree():
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return re if spec.name == "regex" else None

    def exec_module(self, module):
        # What `typing` looks into must be what it knows, a ParamSpec for example.
        known = typing if module.__name__ == "typing_extensions" else None
        module.__getattr__ = lambda name: getattr(known, name, None) or stub_of(module, name)


def load(path, package):
    """The file's module. `package` is what its relative imports are relative to."""
    module = types.ModuleType(package + SUFFIX)
    module.__package__ = package
    module.__file__ = path
    sys.modules[module.__name__] = module  # dataclasses look their module up
    with open(path, encoding="utf-8") as file:
        exec(compile(file.read(), path, "exec"), module.__dict__)
    return module


# Before the path finders: what is installed here must not stand in for what the tree means.
sys.meta_path.insert(0, Finder())
