#!/bin/sh
# Compiles the kernels check's translation units for the set's targets and looks for the instruction.
#
#   check-kernels.sh UNITS SOURCE OUT
#
# UNITS holds units.tsv (name, target, instruction, how often it must be there), <name>.cu for each name, and
# the headers that they include. SOURCE is the patched tree. OUT gets PTX and a cubin for each, and proof.json.
# The same compiler gives the same bytes, inside a container or outside.
set -eu

units=$1
source=$2
out=$3
mkdir -p "$out"
nvcc=${NVCC:-nvcc}
command -v "$nvcc" >/dev/null || {
  printf 'dgx-patch: nvcc was not found\n  next:    use a base image with the CUDA toolkit (a -devel image)\n' >&2
  exit 3
}
release=$("$nvcc" --version | sed -n 's/.* V\([0-9.]*\).*/\1/p')
tab=$(printf '\t')
failed=0
rows=

while IFS="$tab" read -r name target instruction expected; do
  base=$out/$name.sm_$target
  # To PTX for this target alone, then to machine code: the PTX is what is looked at.
  "$nvcc" -ptx -gencode="arch=compute_$target,code=compute_$target" -std=c++17 -O3 \
    -I "$units" -I "$units/stubs" -I "$source" -I "$source/csrc" -o "$base.ptx" "$units/$name.cu"
  "$nvcc" -cubin -arch="sm_$target" -o "$base.cubin" "$base.ptx"
  count=$(grep -c -F "$instruction" "$base.ptx" || true)
  if [ "$count" -ne "$expected" ]; then
    printf 'dgx-patch: %s for sm_%s has %s of %s, and not %s\n' "$name" "$target" "$count" "$instruction" "$expected" >&2
    failed=1
  fi
  sum=$(sha256sum "$base.cubin" | cut -d' ' -f1)
  rows="$rows${rows:+,
}    { \"unit\": \"$name\", \"target\": \"sm_$target\", \"instruction\": \"$instruction\", \"count\": $count, \"cubin\": \"$sum\" }"
done <"$units/units.tsv"

printf '{\n  "formatVersion": 1,\n  "compiler": "nvcc %s",\n  "units": [\n%s\n  ]\n}\n' "$release" "$rows" >"$out/proof.json"
[ "$failed" -eq 0 ] || exit 4
cat "$out/proof.json"
