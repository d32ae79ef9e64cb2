#!/usr/bin/env bash
# Builds the stage "kernels" for real, with buildah and with a docker daemon of its own, and runs the tests of
# container, recipes, smoke and image. Takes root, apt, a CUDA toolkit, about 12 GiB of disk and a few minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

skip() {
  echo "ci-container: skipped: $1"
  exit 0
}

[ "$(id -u)" -eq 0 ] || skip "it installs packages and makes a root file system: run it as root"
command -v apt-get >/dev/null || skip "apt-get is not here"
nvcc=$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)
[ -x "$nvcc" ] || skip "there is no CUDA toolkit (nvcc on the PATH, or /usr/local/cuda)"
# The program on the PATH may be a wrapper; nvcc itself knows where it lies.
nvcc_folder=$("$nvcc" -dryrun -x cu -E /dev/null 2>&1 | sed -n 's/^#\$ _HERE_=//p')
cuda=$(dirname "$nvcc_folder")

# Set by the caller where the temporary folder is small.
work=$(mktemp -d "${CI_CONTAINER_TMP:-${TMPDIR:-/var/tmp}}/dgx-patch-ci.XXXXXX")
free=$(df --output=avail -BG "$work" | tail -n1 | tr -dc 0-9)
daemon=
finish() {
  if [ -n "$daemon" ]; then
    kill "$daemon" 2>/dev/null || true
    wait "$daemon" 2>/dev/null || true
  fi
  rm -rf --one-file-system "$work"
}
trap finish EXIT
[ "$free" -ge 12 ] || skip "$free GiB are free at $work, and it takes 12"

echo "ci-container: installing engines"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  buildah debootstrap docker-compose docker.io iptables podman shellcheck >/dev/null

echo "ci-container: a base image from this distribution's packages and the toolkit in $cuda"
# shellcheck source=/dev/null
. /etc/os-release
# shellcheck disable=SC2016 # apt expands it
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n1)
debootstrap --variant=minbase --include=g++ "$VERSION_CODENAME" "$work/root" "$mirror" >"$work/debootstrap.log" ||
  { tail -n5 "$work/debootstrap.log"; exit 1; }
rm -rf "$work"/root/var/cache/apt/* "$work"/root/var/lib/apt/lists/* "$work"/root/usr/share/{doc,locale,man}
mkdir -p "$work/root/usr/local/cuda"
cp -a "$cuda/." "$work/root/usr/local/cuda"
rm -rf "$work"/root/usr/local/cuda/{doc,nsight*,samples,extras}

export BUILDAH_ISOLATION=chroot CONTAINERS_STORAGE_CONF=$work/storage.conf
export DGX_PATCH_TEST_BASE=localhost/dgx-patch-base
printf '[storage]\ndriver = "vfs"\ngraphroot = "%s/images"\nrunroot = "%s/run"\n' "$work" "$work" >"$work/storage.conf"
tar -C "$work/root" -cf "$work/base.tar" .
printf 'FROM scratch\nADD base.tar /\n' >"$work/Containerfile"
buildah build --quiet --tag "$DGX_PATCH_TEST_BASE" --file "$work/Containerfile" "$work" >/dev/null

echo "ci-container: a docker daemon without networks"
export DOCKER_HOST=unix://$work/docker.sock
# The distribution's client has BuildKit built in; another one on the PATH may lack it.
export PATH=/usr/bin:$PATH
dockerd --storage-driver vfs --bridge none --iptables=false --host "$DOCKER_HOST" --data-root "$work/docker" \
  --exec-root "$work/exec" --pidfile "$work/docker.pid" >"$work/docker.log" 2>&1 &
daemon=$!
for _ in $(seq 60); do
  docker info >/dev/null 2>&1 && break
  kill -0 "$daemon" 2>/dev/null || { tail -n5 "$work/docker.log"; exit 1; }
  sleep 1
done
docker import - "$DGX_PATCH_TEST_BASE" <"$work/base.tar" >/dev/null
rm -rf "$work/root" "$work/base.tar"

export DGX_PATCH_TEST_ENGINES="buildah docker" PATH=$PATH:$nvcc_folder
npx vitest run test/container test/recipes test/smoke
DGX_PATCH_TEST_ENGINES="$DGX_PATCH_TEST_ENGINES podman" npx vitest run test/image
