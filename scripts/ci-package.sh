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

binfmt=/proc/sys/fs/binfmt_misc
work=$(mktemp -d "${CI_PACKAGE_TMP:-${TMPDIR:-/var/tmp}}/dgx-patch-package.XXXXXX")
registered=
finish() {
  [ -z "$registered" ] || echo -1 >"$binfmt/qemu-aarch64"
  rm -rf --one-file-system "$work"
}
trap finish EXIT

echo "ci-package: installing what makes and runs foreign roots"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  binutils buildah binutils-aarch64-linux-gnu mmdebstrap qemu-user-static shellcheck >/dev/null
shellcheck scripts/*.sh scripts/package/*.sh scripts/release/*.sh

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
bare() { # <architecture> <script>
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$work/$1" sh "/try/$2"
}
bare amd64 try.sh
bare amd64 try-wheel.sh
node scripts/mini-release.mjs "$work/amd64/try/readme"
node scripts/readme-commands.mjs >"$work/amd64/try/readme/commands.sh"
bare amd64 try-readme.sh

echo "ci-package: the tool as an image"
export BUILDAH_ISOLATION=chroot CONTAINERS_STORAGE_CONF=$work/storage.conf
printf '[storage]\ndriver = "vfs"\ngraphroot = "%s/images"\nrunroot = "%s/run"\n' "$work" "$work" >"$work/storage.conf"
mkdir -p "$work/context/amd64" "$work/mounted"
tar -xzf dist-release/dgx-patch-*-linux-x64.tar.gz --strip-components=1 -C "$work/context/amd64"
rm -rf "$work/amd64/home" "$work/amd64/try"
tar -C "$work/amd64" --exclude=./dev -cf "$work/context/base.tar" .
printf 'FROM scratch\nADD base.tar /\n' | buildah build --quiet --tag localhost/bare --file - "$work/context" >/dev/null
buildah build --quiet --build-arg BASE=localhost/bare --tag localhost/dgx-patch --file Containerfile "$work/context" >/dev/null
# As `docker run --rm --user … -v "$PWD:/work" dgx-patch …`: no root, and what it writes is in the mounted folder.
cp -r "$work/upstream" "$work/mounted/upstream"
chown -R 1234:1234 "$work/mounted"
container=$(buildah from localhost/dgx-patch)
tool() {
  buildah run --user 1234:1234 --volume "$work/mounted:/work" "$container" -- dgx-patch "$@"
}
tool status --target vllm@mini --mirror vllm=upstream | grep '^vllm/software-e2m1'
tool apply --target vllm@mini --mirror vllm=upstream --out patched
[ "$(stat -c %u "$work/mounted/patched/CMakeLists.txt")" = 1234 ]
[ "$(buildah inspect --type image --format '{{.OCIv1.Config.User}}' localhost/dgx-patch)" = 1000:1000 ]

# The kernel hands foreign programs to qemu, by the rule that its package brings.
[ -e "$binfmt/register" ] || mount -t binfmt_misc binfmt_misc "$binfmt" ||
  skip "arm64: the kernel cannot be told about qemu"
if [ ! -e "$binfmt/qemu-aarch64" ]; then
  cat /usr/lib/binfmt.d/qemu-aarch64.conf >"$binfmt/register"
  registered=yes
fi
# It is unpacked only: no program of its packages has run.
echo "ci-package: a bare $VERSION_CODENAME, arm64 under qemu"
root arm64 extract bash,coreutils,dash,findutils,git,grep,gzip,libc-bin,libstdc++6,sed,tar
bare arm64 try.sh
