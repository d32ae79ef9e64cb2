#!/bin/sh
# In a bare system with git, and with the release and a miniature of vLLM in /try: installs as a user does, uses
# it, and takes it away again.
set -eu
HOME=/home/user
export HOME DGX_PATCH_RELEASE=/try/release
mkdir -p "$HOME/work"
cd "$HOME/work"

sh "$DGX_PATCH_RELEASE/install.sh"
PATH=$HOME/.local/bin:$PATH
mini='--target vllm@mini --mirror vllm=/try/upstream'
# shellcheck disable=SC2086 # two options
{
  dgx-patch status $mini | grep -q '^vllm/software-e2m1 *needed'
  dgx-patch apply $mini --out patched | grep -q '^patched: [0-9]* fixes applied'
  dgx-patch apply $mini --out patched | grep -q 'nothing to do'
  dgx-patch diff $mini --format html >page.html
}
git -c safe.directory='*' -C patched log --format=%B | grep -q '^Dgx-Patch-Id: vllm/software-e2m1'
dgx-patch revert --dir patched | grep -q 'taken back'
dgx-patch recipe list | grep -q nvfp4

# A release whose sums do not fit is refused, and what is there stays.
cp -r /try/release "$HOME/broken"
for tarball in "$HOME"/broken/*.tar.gz; do echo >>"$tarball"; done
if DGX_PATCH_RELEASE=$HOME/broken sh /try/release/install.sh 2>"$HOME/said"; then exit 1; fi
grep -q 'nothing was installed' "$HOME/said"
dgx-patch --version >/dev/null
rm -r "$HOME/broken" "$HOME/said" "$HOME/work"

sh "$DGX_PATCH_RELEASE/install.sh" --uninstall
left=$(find "$HOME" -type f)
[ -z "$left" ] || { echo "left behind: $left"; exit 1; }
echo "installed, used and taken away: $(uname -m)"
