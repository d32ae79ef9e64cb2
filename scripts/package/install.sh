#!/bin/sh
# Installs dgx-patch: one file, ~/.local/bin/dgx-patch. `install.sh --uninstall` takes it and its cache away.
#
#   DGX_PATCH_RELEASE  where the files of a release are: a URL, or a folder (default: the newest release)
#   DGX_PATCH_BIN      where the command goes (default: ~/.local/bin)
set -eu

release=${DGX_PATCH_RELEASE:-https://github.com/YOUR-ORGANISATION/dgx-patch/releases/latest/download}
bin=${DGX_PATCH_BIN:-$HOME/.local/bin}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/dgx-patch

fail() {
  echo "install.sh: $1" >&2
  exit 1
}

# The file $1 of the release, into the folder $work.
fetch() {
  case $release in
    *://*)
      if command -v curl >/dev/null; then
        curl --fail --silent --show-error --location --output "$work/$1" "$release/$1"
      elif command -v wget >/dev/null; then
        wget -q -O "$work/$1" "$release/$1"
      else
        fail "neither curl nor wget is here: sudo apt-get install curl"
      fi
      ;;
    *) cp "$release/$1" "$work/$1" ;;
  esac || fail "$release/$1 cannot be read"
}

uninstall() {
  [ -e "$bin/dgx-patch" ] || fail "there is no $bin/dgx-patch"
  rm -f "$bin/dgx-patch"
  rm -rf "$cache"
  echo "removed: $bin/dgx-patch and $cache"
}

install() {
  [ "$(uname -s)" = Linux ] || fail "executables are made for Linux; elsewhere, build from the sources"
  case $(uname -m) in
    x86_64) arch=x64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) fail "no executable is made for $(uname -m); build from the sources" ;;
  esac
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  fetch SHA256SUMS
  tarball=$(sed -n "s/^[0-9a-f]\{64\}  \(dgx-patch-.*-linux-$arch\.tar\.gz\)$/\1/p" "$work/SHA256SUMS")
  [ -n "$tarball" ] || fail "the release has no executable for linux-$arch"
  fetch "$tarball"
  (cd "$work" && grep "  $tarball\$" SHA256SUMS | sha256sum --check --status) ||
    fail "$tarball is not what SHA256SUMS says: nothing was installed"
  tar -xzf "$work/$tarball" -C "$work"
  new=$work/${tarball%.tar.gz}/dgx-patch
  version=$("$new" --version) || fail "it does not start here; it needs glibc 2.28 and libstdc++6"
  mkdir -p "$bin"
  # Beside its place first: a copy that ends halfway replaces nothing.
  cp "$new" "$bin/.dgx-patch.new"
  mv -f "$bin/.dgx-patch.new" "$bin/dgx-patch"
  echo "dgx-patch $version is installed: $bin/dgx-patch"
  case :$PATH: in
    *":$bin:"*) ;;
    *) echo "$bin is not on the PATH: export PATH=\"$bin:\$PATH\"" ;;
  esac
}

case ${1:-} in
  '') install ;;
  --uninstall) uninstall ;;
  *) fail "usage: install.sh [--uninstall]" ;;
esac
