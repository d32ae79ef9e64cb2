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

# Runs dgx-patch and looks for a line in what it says.
says() { # <pattern> <argument>…
  pattern=$1
  shift
  dgx-patch "$@" >said || { cat said; exit 1; }
  grep -q "$pattern" said || { echo "dgx-patch $* did not say: $pattern"; cat said; exit 1; }
}

says '^vllm/software-e2m1 *needed' status --target vllm@mini --mirror vllm=/try/upstream
says '^patched: [0-9]* fixes applied' apply --target vllm@mini --mirror vllm=/try/upstream --out patched
says 'nothing to do' apply --target vllm@mini --mirror vllm=/try/upstream --out patched
says '</html>' diff --target vllm@mini --mirror vllm=/try/upstream --format html
says 'fixes taken back' revert --dir patched
says 'nvfp4' recipe list
# A fix of one's own is TypeScript: the compiler for it is inside as well.
says 'vllm-mine in' fix new vllm/mine --id acme/vllm-mine --title 'A fix of ours, to try' --file vllm/envs.py
says 'ok   needed' fix test acme/vllm-mine

# A release whose sums do not fit is refused, and what is there stays.
cp -r /try/release "$HOME/broken"
for tarball in "$HOME"/broken/*.tar.gz; do echo >>"$tarball"; done
if DGX_PATCH_RELEASE=$HOME/broken sh /try/release/install.sh 2>"$HOME/said"; then exit 1; fi
grep -q 'nothing was installed' "$HOME/said"
dgx-patch --version >/dev/null
cd /
rm -r "$HOME/broken" "$HOME/said" "$HOME/work"

sh "$DGX_PATCH_RELEASE/install.sh" --uninstall
left=$(find "$HOME" -type f)
[ -z "$left" ] || { echo "left behind: $left"; exit 1; }
echo "installed, used and taken away: $(uname -m)"
