#!/bin/sh
# Healthy: vLLM answers in serve mode, Ray answers in the Ray modes.
set -eu
mode=$(cat "${DGX_PATCH_MODE_FILE:-/run/dgx-patch-mode}" 2>/dev/null || echo serve)
case "$mode" in
  serve) exec curl -fsS --max-time 5 -o /dev/null "http://127.0.0.1:${PORT:-8888}/health" ;;
  ray) exec ray health-check --address "${HEAD_IP:?}:${RAY_PORT:-6379}" ;;
  *) exit 0 ;;
esac
