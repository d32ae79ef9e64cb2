"""What edited Python says on 9.0, 10.0, 12.0 and 12.1: the named pieces of a file are run with stand-ins.

A question yields what it is about, the answers by device, and those that are right.
"""

import ast
import sys

from stand_ins import DEVICES, Anything, assigned, call, functions, names_on, run, value_of

HOPPER_AND_SM100 = {90: True, 100: True, 120: False, 121: False}
SM12X = {90: False, 100: False, 120: True, 121: True}
GIB = 1 << 30


def on_each(ask, devices=DEVICES):
    return {device: ask(device) for device in devices}


def outcome(ask):
    """What is answered, or that it is refused."""
    try:
        return ask()
    except Exception as error:
        return f"refused: {type(error).__name__}"


def with_memory(ask, total, available):
    """Asks while the host has so much memory."""
    before = sys.modules.get("psutil")
    memory = Anything(total=total, available=available)
    sys.modules["psutil"] = Anything(virtual_memory=lambda: memory)
    try:
        return ask()
    finally:
        sys.modules.pop("psutil")
        if before:
            sys.modules["psutil"] = before


def cooperative_topk(tree):
    for node in assigned(tree, "use_cooperative_topk"):
        yield "cooperative top-k", on_each(lambda device: value_of(node.value, names_on(device))), HOPPER_AND_SM100


def hopper(tree):
    def told(device):
        names = names_on(device, is_nvidia=True, os=Anything(getenv=lambda *_: "1"))
        for name in ("is_nvidia_hopper", "is_tma_supported"):
            run(assigned(tree, name), names)
        return names
    if any(assigned(tree, "is_nvidia_hopper")):
        yield "is_nvidia_hopper", on_each(lambda device: told(device)["is_nvidia_hopper"]), HOPPER_AND_SM100
        yield "is_tma_supported", on_each(lambda device: bool(told(device)["is_tma_supported"]), (120, 121)), {120: False, 121: False}


def gdn_prefill(tree):
    for fn in functions(tree, "_resolve_gdn_prefill_backend"):
        def asked(wish, head):
            text = Anything(linear_key_head_dim=head)
            config = Anything(additional_config={"gdn_prefill_backend": wish}, model_config=Anything(hf_text_config=text))
            return on_each(lambda device: call(fn, names_on(device), vllm_config=config)[1])
        yield "prefill, 128 a head", asked("auto", 128), dict.fromkeys(DEVICES, "flashinfer")
        yield "prefill, 64 a head", asked("auto", 64), {90: "flashinfer", 100: "triton", 120: "triton", 121: "triton"}
        yield "prefill by CuTe DSL", asked("cutedsl", 128), {90: "triton", 100: "cutedsl", 120: "triton", 121: "triton"}


def total_memory(tree):
    for cls in ast.walk(tree):
        if not isinstance(cls, ast.ClassDef) or not cls.name.startswith("Nvml"):
            continue
        for fn in functions(cls, "get_device_total_memory"):
            class NotSupported(Exception):
                pass
            def asked(device, error):
                def info(_):
                    if error:
                        raise error
                    return Anything(total=80 * GIB)
                pynvml = Anything(nvmlDeviceGetMemoryInfo=info, NVMLError_NotSupported=NotSupported)
                return with_memory(lambda: outcome(lambda: call(fn, names_on(device, pynvml=pynvml))), 128 * GIB, 128 * GIB)
            memory = on_each(lambda device: asked(device, NotSupported() if device == 121 else None))
            yield "total memory", memory, {90: 80 * GIB, 100: 80 * GIB, 120: 80 * GIB, 121: 128 * GIB}
            yield "a driver that fails", {121: asked(121, OSError())}, {121: "refused: OSError"}


def weight_release(tree):
    for fn in functions(tree, "process_weights_after_loading"):
        # The loader's own, and none of the methods of that name that it calls.
        if "target_device" not in {argument.arg for argument in fn.args.args}:
            continue
        def freed(device, available):
            count = []
            names = names_on(device)
            cuda = names["torch"].cuda
            cuda.get_device_properties = lambda *_: Anything(is_integrated=device == 121)
            cuda.memory_reserved, cuda.memory_allocated = (lambda *_: GIB), (lambda *_: 0)
            cuda.empty_cache = lambda: count.append(1)
            method = type("Method", (Anything,), {})
            names["QuantizeMethodBase"] = method
            modules = [("", Anything(quant_method=method())) for _ in range(3)]
            model, to = Anything(named_modules=lambda: modules), Anything(type="cuda")
            with_memory(lambda: call(fn, names, model=model, target_device=to), 100, available)
            return len(count)
        if "psutil" in ast.unparse(fn):
            yield "caches freed, host full", on_each(lambda device: freed(device, 10)), {90: 0, 100: 0, 120: 0, 121: 3}
            yield "caches freed, host idle", {121: freed(121, 90)}, {121: 0}
        else:
            yield "caches freed, host full", {121: freed(121, 10)}, {121: 3}


def length_floor(tree):
    for fn in functions(tree, "_prepare_uniform_decode_kernel"):
        def stored(length):
            kept = []
            tl = Anything(program_id=lambda *_: 0, load=lambda *_, **__: length, maximum=max)
            tl.store = lambda _, value, **__: kept.append(value)
            call(fn, names_on(121, tl=tl), max_decode_len=2)
            return [value for value in kept if isinstance(value, int)][:1]
        yield "length of a padded slot", {121: stored(0)}, {121: [0]}
        yield "length of a slot of 5", {121: stored(5)}, {121: [4]}


def block_fp8(tree):
    """Whether CUTLASS gets a block FP8 weight of so many rows, where that is decided."""
    def by_class(fn, device, rows):
        scale = Anything(group_shape=(1, 128))
        config = Anything(weight_shape=(rows, 512), activation_quant_key=Anything(scale=scale))
        base = Anything(can_implement=lambda _: (True, None))
        return call(fn, names_on(device, GroupShape=lambda *given: given, super=lambda: base), config=config)[0]

    def by_method(cls):
        def asked(fn, device, rows):
            own = Anything(_run_triton=lambda *_: "triton", input_quant_op=lambda *_: (0, 0))
            for node in ast.walk(cls):
                if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).startswith("self.is_"):
                    run([node], names_on(device, self=own))
            weight = Anything(shape=(rows, 512))
            return not isinstance(call(fn, names_on(device), self=own, weight=weight, input_scale=None), str)
        return asked

    class Chosen(Exception):
        pass

    def by_function(fn, device, rows):
        def dispatch(cutlass, *_):
            raise Chosen(cutlass)
        names = names_on(device, cdiv=lambda a, b: -(-a // b), should_use_deepgemm=lambda *_: False)
        names["should_use_deepgemm_for_fp8_linear"] = names["should_use_deepgemm"]
        names["dispatch_w8a8_blockscale_func"] = dispatch
        weight, scale = Anything(shape=(rows, 512)), Anything(shape=(-(-rows // 128), 4))
        try:
            call(fn, names, weight=weight, weight_scale=scale, input_scale=None, input=Anything(shape=(4, 512)),
                 cutlass_block_fp8_supported=True, use_aiter_and_is_supported=False)
        except Chosen as chosen:
            return chosen.args[0]
        raise RuntimeError("nothing is chosen")

    asked = [(fn, by_function) for fn in functions(tree, "apply_w8a8_block_fp8_linear")]
    for cls in ast.walk(tree):
        name = getattr(cls, "name", "")
        if name == "CutlassFp8BlockScaledMMKernel":
            asked += [(fn, by_class) for fn in functions(cls, "can_implement")]
        if name == "W8A8BlockFp8LinearOp":
            asked += [(fn, by_method(cls)) for fn in functions(cls, "_run_cutlass")]
    for fn, ask in asked:
        for rows, right in ((576, {100: True, 120: False, 121: False}), (512, {100: True, 120: True, 121: True})):
            yield f"CUTLASS for {rows} rows", on_each(lambda device: bool(ask(fn, device, rows)), tuple(right)), right


def fp8_backends(tree):
    for fn in functions(tree, "_heuristic_func_bmm_fp8"):
        def offered(device):
            names = names_on(device, CUDNN_AVAILABLE=True, _is_cudnn_override_shape_available=lambda: False)
            return "cudnn" in call(fn, names, suitable_backends=["cudnn", "cublas", "cutlass"])
        yield "cuDNN for FP8", on_each(offered), HOPPER_AND_SM100


def cutlass_fmha(tree):
    for fn in functions(tree, "get_fmha_module"):
        answers = on_each(lambda device: not isinstance(outcome(lambda: call(fn, names_on(device))), str))
        yield "CUTLASS FMHA", answers, {90: False, 100: True, 120: False, 121: False}


def nvfp4_attention(tree):
    for fn in ast.walk(tree):
        if not isinstance(fn, ast.FunctionDef):
            continue
        for mark in fn.decorator_list if fn.name.startswith("nvfp4_attention_sm120_") else []:
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "supported_compute_capability":
                versions = value_of(mark.args[0], {})
                yield fn.name, on_each(lambda device: device in versions), SM12X
    for fn in functions(tree, "gen_nvfp4_attention_sm120_module"):
        def flags(device, known=True):
            def asked(supported_major_versions):
                if not known or device // 10 not in supported_major_versions:
                    raise RuntimeError
                return [f"sm_{device}a"]
            context = Anything(get_nvcc_flags_list=asked)
            spec = lambda *_, extra_cuda_cflags, **__: extra_cuda_cflags[0]
            return call(fn, names_on(device, current_compilation_context=context, sm120a_nvcc_flags=["sm_120a"], gen_jit_spec=spec))
        yield "compiled for", on_each(flags, (120, 121)), {120: "sm_120a", 121: "sm_121a"}
        yield "compiled by CUDA 12.8 for", {120: flags(120, False)}, {120: "sm_120a"}


def gpu_arch(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("GPUArch") and node.args:
            answers = on_each(lambda device: value_of(node.args[0], names_on(device)), (120, 121))
            if all(isinstance(arch, str) and arch.startswith("sm_12") for arch in answers.values()):
                yield f"GPUArch at line {node.lineno}", answers, {120: "sm_120a", 121: "sm_121a"}
    for fn in ast.walk(tree):
        if isinstance(fn, ast.FunctionDef) and "GPUArch, 'sm_120a'" in ast.unparse(fn):
            has = lambda device: lambda _options, _kind, value: value == f"sm_{device}a"
            yield fn.name, on_each(lambda device: bool(call(fn, names_on(device, _has_option_value=has(device))))), SM12X
        if isinstance(fn, ast.FunctionDef) and any("experimental" in ast.unparse(mark) for mark in fn.decorator_list):
            yield f"{fn.name}: decorator", {121: "experimental"}, {121: "plain"}


def stages(tree):
    for block in ast.walk(tree):
        body = getattr(block, "body", [])
        for at, node in enumerate(body if isinstance(body, list) else []):
            if isinstance(node, ast.Assign) and "self.ab_stage" in ast.unparse(node.targets[0]) and "_compute_stages" in ast.unparse(node):
                until = next((i for i, later in enumerate(body[at:]) if isinstance(later, ast.While)), 1)
                def left(gated):
                    kernel = Anything(ab_stage=4, is_gated=gated)
                    run(body[at + 1:at + until], names_on(121, self=kernel))
                    return kernel.ab_stage
                yield "stages of a gated MoE", {121: left(True) <= 2}, {121: True}
                yield "stages of another MoE", {121: left(False)}, {121: 4}


def cute_dsl(tree):
    for node in assigned(tree, "SMEM_CAPACITY_MAP"):
        sizes = value_of(node.value, names_on(121))
        yield "shared memory", on_each(lambda device: sizes.get(f"sm_{device}"), (120, 121)), {120: 101376, 121: 101376}
    for cls in ast.walk(tree):
        if not isinstance(cls, ast.ClassDef) or cls.name != "MmaSM120BlockScaledOp":
            continue
        for fn in functions(cls, "__post_init__"):
            def admitted(device):
                arches = {f"sm_{name}a": f"sm_{name}a" for name in (*DEVICES, 103, 110)}
                names = names_on(device, Arch=Anything(**arches))
                own = Anything()
                for listed in assigned(cls, "admissible_archs"):
                    own.admissible_archs = value_of(listed.value, names)
                given = ast.parse(ast.unparse(fn)).body[0]
                for node in assigned(given, "arch"):
                    node.value = ast.copy_location(ast.Constant(f"sm_{device}a"), node.value)
                return not isinstance(outcome(lambda: call(given, names, self=own)), str)
            yield "block-scaled MMA of SM120", on_each(admitted), SM12X


QUESTIONS = [cooperative_topk, hopper, gdn_prefill, total_memory, weight_release, length_floor, block_fp8,
             fp8_backends, cutlass_fmha, nvfp4_attention, gpu_arch, stages, cute_dsl]
