#!/bin/sh
# In a bare system: every command of README.md that needs no engine and no GPU, typed as it stands. The release page
# and upstream are folders below /try.
set -eu
HOME=/home/reader
PATH=$HOME/.local/bin:$HOME/stand-ins:$PATH
export HOME PATH DGX_PATCH_RELEASE=/try/release DGX_PATCH_MIRRORS=vllm=/try/readme/mirror
mkdir -p "$HOME/stand-ins" "$HOME/work"
printf '#!/bin/sh\ncat /try/release/install.sh\n' >"$HOME/stand-ins/curl"
chmod +x "$HOME/stand-ins/curl"
git config --global url.file:///try/readme/mirror.insteadOf https://github.com/vllm-project/vllm.git
git config --global safe.directory '*'
cp /try/readme/upstream-pins.json "$HOME/work"
cd "$HOME/work"
sh /try/readme/commands.sh >"$HOME/said" 2>&1 || { tail -n40 "$HOME/said"; exit 1; }
[ -s context/Containerfile ]
[ -s review.md ]
echo "README: $(grep -c '^+ dgx-patch' "$HOME/said") commands typed as they stand"
