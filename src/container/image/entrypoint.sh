#!/bin/sh
# Starts one of the container's modes: serve, warm-up, ray-head, ray-worker, bash.
#
#   docker run … IMAGE serve [flags of vllm serve]
#
# Flags may come as arguments, which need no quoting beyond the shell's, or in VLLM_EXTRA_ARGS, which is
# split into words as a shell does it: quotes group, nothing is expanded.
set -eu

home=${DGX_PATCH_HOME:-/opt/dgx-patch}
sys=${DGX_PATCH_SYS:-/sys}
ray_port=${RAY_PORT:-6379}

say() { printf 'dgx-patch: %s\n' "$*" >&2; }

die() {
  say "$1"
  [ -z "${2:-}" ] || printf '  next:    %s\n' "$2" >&2
  exit 2
}

need_number() {
  case "$2" in
    '' | *[!0-9]*) die "$1 is \"$2\", not a whole number" "give it as -e $1=1" ;;
  esac
}

# What this image was built from, as one word: equal on all machines, or they must not work together.
image_id() {
  if [ -f "$home/image.json" ]; then
    sha256sum "$home/image.json" | cut -c1-12
  else
    echo unlabelled
  fi
}

ray_resources() { printf '{"dgx-patch-%s": 1}' "$(image_id)"; }

# RDMA ports that are up, as NCCL names them. Found, not guessed: a machine may have several or none.
active_hcas() {
  for state in "$sys"/class/infiniband/*/ports/*/state; do
    [ -r "$state" ] || continue
    grep -q ACTIVE "$state" || continue
    port=$(basename "$(dirname "$state")")
    device=$(basename "$(dirname "$(dirname "$(dirname "$state")")")")
    printf '%s:%s\n' "$device" "$port"
  done | paste -sd, -
}

# The address and the interface on the way to the head; on the head, those that hold its address.
route_to_head() { ip -4 route get "$HEAD_IP" 2>/dev/null | head -n1; }
interface_of() {
  held=$(ip -o -4 addr show to "$HEAD_IP" 2>/dev/null | awk '{ print $2; exit }')
  if [ -n "$held" ]; then echo "$held"; else route_to_head | sed -n 's/.* dev \([^ ]*\).*/\1/p'; fi
}

set_network() {
  [ -n "${HEAD_IP:-}" ] || die "HEAD_IP is not set" "give the head's address on the fast network: -e HEAD_IP=10.0.0.1"
  if [ "$1" = head ]; then
    node_ip=$HEAD_IP
  else
    node_ip=${WORKER_IP:-$(route_to_head | sed -n 's/.* src \([^ ]*\).*/\1/p')}
  fi
  [ -n "$node_ip" ] || die "no route to the head at $HEAD_IP" "check the cable and the address, or give -e WORKER_IP=…"
  export VLLM_HOST_IP="$node_ip"
  interface=$(interface_of)
  if [ -n "$interface" ]; then
    export NCCL_SOCKET_IFNAME="${NCCL_SOCKET_IFNAME:-$interface}"
    export GLOO_SOCKET_IFNAME="${GLOO_SOCKET_IFNAME:-$interface}"
  fi
  if [ -z "${NCCL_IB_HCA:-}" ]; then
    hcas=$(active_hcas)
    if [ -n "$hcas" ]; then
      export NCCL_IB_HCA="$hcas"
      say "RDMA over $hcas"
    else
      say "no RDMA port is up: NCCL uses sockets, which is slow (is /dev/infiniband passed in?)"
    fi
  fi
}


# Starts the server, asks it one thing, and ends it: kernels that are compiled at run time are then in the cache.
warm_up() {
  HOST=127.0.0.1
  export HOST
  (serve "$@") &
  server=$!
  trap 'kill "$server" 2>/dev/null || true; wait "$server" || true' EXIT
  base=http://127.0.0.1:${PORT:-8888}
  until curl -fsS --max-time 5 -o /dev/null "$base/health" 2>/dev/null; do
    kill -0 "$server" 2>/dev/null || die "the server ended before it was ready" "read its log above"
    sleep "${DGX_PATCH_POLL:-5}"
  done
  set -- -fsS --max-time 1800 -o /dev/null -H 'content-type: application/json'
  [ -z "${VLLM_API_KEY:-}" ] || set -- "$@" -H "authorization: Bearer $VLLM_API_KEY"
  curl "$@" -d "{\"model\": \"$MODEL\", \"prompt\": \"The sea is\", \"max_tokens\": 64}" "$base/v1/completions" ||
    die "the server did not answer" "read its log above"
  say "warm: the compiled kernels are in $HOME/.cache"
}

# Becomes `ray start`, so that signals arrive. In a subshell it starts Ray and comes back.
join_ray() {
  exec ray start "$@" --node-ip-address="$VLLM_HOST_IP" --num-gpus="${NUM_GPUS:-1}" \
    --resources="$(ray_resources)" --disable-usage-stats
}

remember_mode() { printf '%s\n' "$1" 2>/dev/null >"${DGX_PATCH_MODE_FILE:-/run/dgx-patch-mode}" || true; }

serve() {
  [ -n "${MODEL:-}" ] || die "MODEL is not set" "name a model: -e MODEL=nvidia/Qwen3-30B-A3B-NVFP4"
  tensor_parallel=${TENSOR_PARALLEL_SIZE:-1}
  need_number TENSOR_PARALLEL_SIZE "$tensor_parallel"
  need_number PORT "${PORT:-8888}"

  # The words of VLLM_EXTRA_ARGS go behind the arguments. xargs takes quotes off and expands nothing.
  if [ -n "${VLLM_EXTRA_ARGS:-}" ]; then
    words=$(printf '%s' "$VLLM_EXTRA_ARGS" | xargs -r printf '%s\n') ||
      die "VLLM_EXTRA_ARGS has a quote without its partner" "pass the flags as arguments: … serve --flag value"
    while IFS= read -r word; do
      set -- "$@" "$word"
    done <<EOF
$words
EOF
    # vLLM warns about variables of its name that it does not know.
    unset VLLM_EXTRA_ARGS
  fi

  if [ "$tensor_parallel" -gt 1 ]; then
    set_network head
    export RAY_ADDRESS="$HEAD_IP:$ray_port"
    ray status --address "$RAY_ADDRESS" >/dev/null 2>&1 || (join_ray --head --port="$ray_port")
    python3 "$home/check-nodes.py" --nodes "$tensor_parallel" --resource "dgx-patch-$(image_id)"
    set -- --distributed-executor-backend ray "$@"
  fi

  # Whoever reaches the port may use the machine: without a key, that is this machine alone.
  [ -n "${VLLM_API_KEY:-}" ] || unset VLLM_API_KEY
  case " $* " in *" --api-key"*) keyed=yes ;; *) keyed=${VLLM_API_KEY:+yes} ;; esac
  if [ -z "${HOST:-}" ]; then
    if [ -n "$keyed" ]; then HOST=0.0.0.0; else
      HOST=127.0.0.1
      say "no VLLM_API_KEY: it listens on this machine alone (give a key, or say -e HOST=0.0.0.0)"
    fi
  fi

  set -- vllm serve "$MODEL" \
    --host "$HOST" --port "${PORT:-8888}" \
    --max-model-len "${MAX_MODEL_LEN:-131072}" \
    --gpu-memory-utilization "${GPU_MEMORY_UTIL:-0.75}" \
    --max-num-seqs "${MAX_NUM_SEQS:-128}" \
    --tensor-parallel-size "$tensor_parallel" "$@"
  say "$*"
  exec "$@"
}

mode=${1:-serve}
[ "$#" -eq 0 ] || shift
case "$mode" in
  serve)
    remember_mode serve
    serve "$@"
    ;;
  warm-up)
    remember_mode serve
    warm_up "$@"
    ;;
  ray-head)
    remember_mode ray
    set_network head
    join_ray --head --port="$ray_port" --dashboard-host=0.0.0.0 --block "$@"
    ;;
  ray-worker)
    remember_mode ray
    set_network worker
    join_ray --address="$HEAD_IP:$ray_port" --block "$@"
    ;;
  bash)
    remember_mode bash
    exec bash "$@"
    ;;
  *) die "there is no mode \"$mode\"" "one of: serve, warm-up, ray-head, ray-worker, bash" ;;
esac
