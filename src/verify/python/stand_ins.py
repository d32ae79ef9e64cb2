"""What stands in for the names that a piece of a tree's code uses, on a device of a capability."""

import ast
import builtins

DEVICES = (90, 100, 120, 121)


class Anything:
    """Whatever is asked of it is there, and every condition on it holds."""

    def __init__(self, **known):
        self.__dict__.update(known)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()

    def _itself(self, *_, **__):
        return self

    def _true(self, *_):
        return True

    def _false(self, *_):
        return False

    def __iter__(self):
        return iter(())

    def __index__(self):
        return 0

    __call__ = __getitem__ = __enter__ = _itself
    __add__ = __sub__ = __mul__ = __mod__ = __floordiv__ = __truediv__ = __rmul__ = __rsub__ = _itself
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __bool__ = _true
    __ne__ = __exit__ = __instancecheck__ = _false
    __hash__ = object.__hash__

    def __setitem__(self, *_):
        pass

    def __radd__(self, other):
        return other


class Names(dict):
    """The names of a module of which little is known."""

    def __missing__(self, name):
        return getattr(builtins, name) if hasattr(builtins, name) else Anything()


class Platform(Anything):
    """vLLM's `current_platform`."""

    def is_cuda(self):
        return True

    def is_device_capability(self, asked):
        return self.device == (asked[0] * 10 + asked[1] if isinstance(asked, tuple) else asked)

    def is_device_capability_family(self, asked):
        return self.device // 10 == asked // 10

    def has_device_capability(self, asked):
        return self.device >= (asked[0] * 10 + asked[1] if isinstance(asked, tuple) else asked)

    def get_cuda_runtime_major(self):
        return 13


def names_on(device, **known):
    """Names with which a function is run as if on a device."""
    capability = (device // 10, device % 10)
    card = {90: "NVIDIA H100", 100: "NVIDIA B200", 120: "NVIDIA RTX PRO 6000", 121: "NVIDIA GB10"}[device]
    cuda = Anything(get_device_capability=lambda *_: capability, get_device_name=lambda *_: card)
    checks = {f"is_sm{name}_supported": device == int(name[:-1]) for name in ("120a", "121a")}
    checks |= {f"is_sm{major}0a_supported": capability[0] == major for major in (9, 10, 11)}
    checks["is_sm12x_supported"] = capability[0] == 12
    return Names(
        {name: (lambda *_, said=said: said) for name, said in checks.items()},
        __name__="piece",
        torch=Anything(cuda=cuda),
        current_platform=Platform(device=device),
        get_compute_capability=lambda *_: capability,
        _match_sm_version=lambda _, versions: str(device) in versions,
        **known,
    )


def functions(tree, name):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == name]


def assigned(tree, name):
    """Assignments of a value to a name, anywhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == name for to in node.targets):
            yield node


def value_of(expression, names):
    return eval(compile(ast.Expression(expression), "piece", "eval"), names)


def run(statements, names):
    exec(compile(ast.Module(list(statements), []), "piece", "exec"), names)


class _Bare(ast.NodeTransformer):
    """Without imports from the package, whose names are stood in for, and without annotations and decorators."""

    def visit_ImportFrom(self, node):
        return ast.copy_location(ast.Pass(), node)

    def visit_arg(self, node):
        node.annotation = None
        return node

    def visit_FunctionDef(self, node):
        node.decorator_list, node.returns = [], None
        return self.generic_visit(node)


def call(function, names, **given):
    """What a function returns; parameters that are not given are anything."""
    bare = _Bare().visit(ast.parse(ast.unparse(function)).body[0])
    run([ast.fix_missing_locations(bare)], names)
    wanted = [arg.arg for arg in function.args.args + function.args.kwonlyargs]
    return names[function.name](**{name: given.get(name, Anything()) for name in wanted})
