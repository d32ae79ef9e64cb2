#!/bin/sh
# How many compilers may run at once: one for each 6 GiB of free memory, and no more than processors.
set -eu
free=$(awk '/^MemAvailable:/ { print int($2 / (6 * 1024 * 1024)) }' "${DGX_PATCH_MEMINFO:-/proc/meminfo}")
processors=$(nproc)
[ "$free" -ge 1 ] || free=1
if [ "$free" -lt "$processors" ]; then echo "$free"; else echo "$processors"; fi
