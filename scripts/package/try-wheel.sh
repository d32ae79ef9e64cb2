#!/bin/sh
# In a bare system with Python: the wheel in a virtual environment, used, and uninstalled without a trace.
set -eu
export HOME=/home/wheel
mkdir -p "$HOME"
python3 -m venv "$HOME/venv"
find "$HOME/venv" | sort >"$HOME/before"
"$HOME/venv/bin/pip" install --quiet --no-index --no-compile --find-links /try/release dgx-patch
"$HOME/venv/bin/pip" check
"$HOME/venv/bin/dgx-patch" status --target vllm@mini --mirror vllm=/try/upstream >/dev/null
PYTHONDONTWRITEBYTECODE=1 "$HOME/venv/bin/python" -m dgx_patch --version
"$HOME/venv/bin/pip" uninstall --quiet --yes dgx-patch
find "$HOME/venv" | grep -v __pycache__ | sort >"$HOME/after"
grep -v __pycache__ "$HOME/before" | diff - "$HOME/after"
echo "wheel: installed, used and uninstalled"
