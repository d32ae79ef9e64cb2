#!/usr/bin/env bash
# Makes the release's files and tries them where nothing is installed: a bare Debian of this machine's
# architecture, and one for arm64 under qemu. Takes root, apt, 2 GiB of disk and about three minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

skip() {
  echo "ci-package: skipped: $1"
  exit 0
}

[ "$(id -u)" -eq 0 ] || skip "it makes root file systems: run it as root"
command -v apt-get >/dev/null || skip "apt-get is not here"
[ "$(uname -m)" = x86_64 ] || skip "it tries the arm64 files on an x86_64 machine"

work=$(mktemp -d "${CI_PACKAGE_TMP:-${TMPDIR:-/var/tmp}}/dgx-patch-package.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT

echo "ci-package: installing what makes and runs foreign roots"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  binutils binutils-aarch64-linux-gnu mmdebstrap proot qemu-user-static shellcheck >/dev/null
shellcheck scripts/package/*.sh

npm run --silent package

# shellcheck source=/dev/null
. /etc/os-release
# shellcheck disable=SC2016 # apt expands it
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n1)
root() { # <architecture> <variant> <packages>
  mmdebstrap --quiet --architectures="$1" --variant="$2" --include="$3" "$VERSION_CODENAME" "$work/$1" "$mirror" 2>"$work/log" ||
    { tail -n5 "$work/log"; exit 1; }
  mkdir "$work/$1/try"
  cp -r dist-release "$work/$1/try/release"
  cp scripts/package/try*.sh "$work/$1/try"
  cp -r "$work/upstream" "$work/$1/try/upstream"
}
node scripts/mini-upstream.mjs "$work/upstream"

echo "ci-package: a bare $VERSION_CODENAME, amd64"
root amd64 minbase git,libstdc++6,python3-venv
chroot "$work/amd64" sh /try/try.sh
chroot "$work/amd64" sh /try/try-wheel.sh

# No program of it has run: it is unpacked only, and qemu runs what the script names.
echo "ci-package: a bare $VERSION_CODENAME, arm64 under qemu"
root arm64 extract bash,coreutils,dash,findutils,git,grep,gzip,libc-bin,libstdc++6,sed,tar
proot -R "$work/arm64" -q qemu-aarch64-static /bin/sh /try/try.sh
