"""The inputs and comparisons of the gpu rung."""

import torch

from reference import GROUP, quantise, unswizzle

POISON = 0xA5
SHAPES = [(1, 2048), (16, 5120), (130, 2112), (128, 7168), (8192, 16384)]
EXPERT_SHAPES = [(16, [1] * 16, 2048), (16, [3, 0, 70, 130] * 4, 2048), (32, [256] * 32, 4096)]
TIES = [0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5.0]


def inputs(rows, columns, kind, spread="normal"):
    """Values with every special class in the first row's groups, where it is long enough."""
    values = torch.randn(rows, columns, device="cuda") * 3
    if spread == "wide":
        values = values * torch.exp2(torch.randint(-12, 12, (rows, columns), device="cuda").float())
    values = values.to(kind)
    special = [0.0, -0.0, float("inf"), -float("inf"), float("nan"), -float("nan"), 6.0, -6.0]
    tiny = torch.finfo(kind).smallest_normal
    special += [tiny / 2, -tiny / 2, tiny, -tiny, torch.finfo(kind).max, torch.finfo(kind).min]
    ties = [sign * tie for tie in TIES for sign in (1, -1)]
    row = values[0]
    row[0:GROUP] = 0  # a group of zeros
    row[GROUP : 2 * GROUP] = float("nan")
    for at, value in enumerate(special):  # one special value in an ordinary group, each
        row[(2 + at) * GROUP + at % GROUP] = value
    start = (2 + len(special)) * GROUP
    row[start] = 6.0  # scale 1, so that the ties stay ties
    row[start + 1 : start + 1 + len(ties)] = torch.tensor(ties, device="cuda", dtype=kind)
    row[start + 1 + len(ties)] = 0.0
    return values


def differences(name, got, expected, extra):
    """One case's result; the first difference is named."""
    wrong = got != expected
    count = int(wrong.sum())
    case = {"case": name, **extra, "compared": got.numel(), "wrong": count}
    if count:
        at = wrong.nonzero()[0].tolist()
        case["first"] = {"at": at, "got": int(got[tuple(at)]), "expected": int(expected[tuple(at)])}
        columns = wrong.any(0).nonzero().flatten()
        case["wrongColumns"] = [int(columns[0]), int(columns[-1]), got.shape[1]]
    return case


class Runner:
    def __init__(self, module):
        self.module = module
        self.results = []

    def reciprocal(self, values):
        out = torch.empty_like(values)
        self.module.reciprocal(out, values)
        return out

    def outputs(self, rows, columns, scale_rows, scale_columns):
        packed = torch.full((rows, columns // 2), POISON, dtype=torch.uint8, device="cuda")
        scales = torch.full((scale_rows, scale_columns), POISON, dtype=torch.uint8, device="cuda")
        return packed, scales

    def check(self, kernel, rows, columns, kind, packed, scales, expected):
        extra = {"rows": rows, "columns": columns, "type": str(kind).split(".")[1]}
        self.results.append(differences(f"{kernel}: values", packed, expected[0], extra))
        self.results.append(differences(f"{kernel}: scales", scales, expected[1], extra))

    def plain(self, rows, columns, kind):
        values = inputs(rows, columns, kind, "wide")
        scale = torch.full((1,), 1.0, device="cuda")
        expected = quantise(values, scale, self.reciprocal)
        groups = columns // GROUP
        packed, scales = self.outputs(rows, columns, rows, groups)
        self.module.plain(packed, scales, values, scale, False)
        self.check("plain, row-major", rows, columns, kind, packed, scales, expected)
        padded_rows, padded = -(-rows // 128) * 128, -(-groups // 4) * 4
        packed, scales = self.outputs(rows, columns, padded_rows, padded)
        self.module.plain(packed, scales.view(torch.int32), values, scale, True)
        all_scales = unswizzle(scales, rows, groups)
        self.check("plain, swizzled", rows, columns, kind, packed, all_scales[:rows, :groups], expected)
        rest = all_scales[rows:].flatten()
        if rest.numel():
            zero = torch.zeros_like(rest)
            self.results.append(differences("plain, swizzled: padding", rest[None], zero[None], {"rows": rows, "columns": columns}))

    def gate(self, rows, columns, kind):
        both = torch.cat([inputs(rows, columns, kind), torch.randn(rows, columns, device="cuda").to(kind)], 1).contiguous()
        values = torch.empty(rows, columns, dtype=kind, device="cuda")
        self.module.silu_mul(values, both)
        return both, values

    def silu(self, rows, columns, kind):
        both, values = self.gate(rows, columns, kind)
        scale = torch.full((1,), 2.0, device="cuda")
        expected = quantise(values, scale, self.reciprocal)
        groups = columns // GROUP
        # The kernel of some trees writes far past a half-sized output: leave it room, and look at all of it.
        packed, scales = self.outputs(2 * rows, columns, -(-rows // 128) * 128, -(-groups // 4) * 4)
        self.module.silu(packed[:rows], scales.view(torch.int32), both, scale)
        self.check("silu and multiply", rows, columns, kind, packed[:rows], unswizzle(scales, rows, groups)[:rows, :groups], expected)
        past = packed[rows:]
        self.results.append(differences("silu and multiply: past the end", past, torch.full_like(past, POISON), {"rows": rows, "columns": columns}))

    def experts(self, count, sizes, columns, kind, fused):
        rows = sum(sizes)
        both, values = self.gate(rows, columns, kind)
        if not fused:
            both = values = inputs(rows, columns, kind)
        starts = torch.tensor([0, *sizes], device="cuda").cumsum(0).to(torch.int32)
        padded = [-(-size // 128) * 128 for size in sizes]
        scale_starts = torch.tensor([0, *padded], device="cuda").cumsum(0).to(torch.int32)
        global_scale = torch.linspace(0.5, 2.0, count, device="cuda")
        by_row = global_scale.repeat_interleave(torch.tensor(sizes, device="cuda"))[:, None]
        expected = quantise(values, by_row, self.reciprocal)
        groups = columns // GROUP
        packed, scales = self.outputs(rows, columns, sum(padded), groups)
        self.module.experts(packed, scales.view(torch.int32), both, global_scale, starts, scale_starts, fused)
        found = [
            unswizzle(scales[int(scale_starts[e]) : int(scale_starts[e + 1])], size, groups)[:size]
            for e, size in enumerate(sizes)
            if size
        ]
        name = f"{count} experts{', silu and multiply' if fused else ''}"
        self.check(name, rows, columns, kind, packed, torch.cat(found), expected)


def compare(module):
    """Every kernel over every shape and type: how many bytes differ from the reference."""
    runner = Runner(module)
    for kind in (torch.bfloat16, torch.float16):
        for rows, columns in SHAPES:
            runner.plain(rows, columns, kind)
            if rows * columns <= 1 << 24:
                runner.silu(rows, columns, kind)
        for count, sizes, columns in EXPERT_SHAPES:
            for fused in (False, True):
                runner.experts(count, sizes, columns, kind, fused)
    torch.cuda.synchronize()
    return runner.results
