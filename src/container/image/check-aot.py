"""Are FlashInfer's kernels there that were compiled ahead of time? Says how many; ends with 1 where there are none."""

import sys

from flashinfer.jit import env

found = sorted(env.FLASHINFER_AOT_DIR.glob("*/*.so"))
print(f"FlashInfer: {len(found)} modules compiled ahead of time in {env.FLASHINFER_AOT_DIR}")
if not found:
    sys.exit(1)
