"""Is the NCCL that torch was built for the one that is installed? Says its version; ends with 1 where not."""

import importlib.metadata
import sys

import torch

built = ".".join(str(part) for part in torch.cuda.nccl.version()[:3])
wheels = [
    (name, distribution.version)
    for distribution in importlib.metadata.distributions()
    if (name := (distribution.metadata["Name"] or "").lower()).startswith("nvidia-nccl-")
]
print(f"NCCL: torch was built for {built}; installed: {wheels or 'none of its own'}")
if any(version.split(".")[:3] != built.split(".") for _, version in wheels):
    sys.exit(1)
