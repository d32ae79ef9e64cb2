"""NVFP4 quantisation in plain torch, written from its definition and not from the kernels.

A group of 16 values shares an E4M3 scale; a value is one of 0, 0.5, 1, 1.5, 2, 3, 4, 6 with a sign.
"""

import torch

GROUP = 16
# Smallest magnitude of each next code. Ties go to the even code: upwards at 0.75, 1.75 and 3.5.
STEPS = [(0.25, False), (0.75, True), (1.25, False), (1.75, True), (2.5, False), (3.5, True), (5.0, False)]


def e2m1(values):
    """Codes 0..15 of float32 values. NaN is +6, values past 6 saturate, -0 is kept."""
    size = values.abs()
    code = torch.zeros(values.shape, dtype=torch.uint8, device=values.device)
    for bound, included in STEPS:
        code += ((size >= bound) if included else (size > bound)).to(torch.uint8)
    code |= torch.signbit(values).to(torch.uint8) << 3
    return torch.where(torch.isnan(values), torch.full_like(code, 7), code)


def quantise(values, global_scale, reciprocal):
    """Packed codes [rows, n/2] and scales [rows, n/16] as bytes of half or bfloat16 values [rows, n].

    `global_scale` is a float32 tensor that broadcasts over rows; `reciprocal` is the device's approximate
    one, which the definition uses.
    """
    rows, columns = values.shape
    groups = values.float().view(rows, columns // GROUP, GROUP)
    nan = torch.isnan(groups)
    largest = torch.where(nan, torch.full_like(groups, -1.0), groups.abs()).amax(-1)
    largest = torch.where(nan.all(-1), torch.full_like(largest, float("nan")), largest)
    sixth = reciprocal(torch.full((1,), 6.0, device=values.device))
    scale = (global_scale * (largest * sixth)).clamp(max=448.0).to(torch.float8_e4m3fn)
    back = scale.float()
    factor = reciprocal(back * reciprocal(global_scale.expand_as(back).contiguous()))
    factor = torch.where(back != 0, factor, torch.zeros_like(factor))
    codes = e2m1(groups * factor.unsqueeze(-1)).view(rows, columns)
    return codes[:, 0::2] | (codes[:, 1::2] << 4), scale.view(torch.uint8)


def unswizzle(scales, rows, columns):
    """Row-major scales [padded rows, padded columns] of the tiled layout [m/128, k/4, 32, 4, 4]."""
    m, k = -(-rows // 128), -(-columns // 4)
    tiles = scales.view(torch.uint8).reshape(-1)[: m * k * 512].view(m, k, 32, 4, 4)
    return tiles.permute(0, 3, 2, 1, 4).reshape(m * 128, k * 4)
