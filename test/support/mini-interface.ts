import { mapTree } from './map-tree.js';

/** The parts of a vLLM tree that say what `vllm serve` can be told: written for dgx-patch's tests. */
export const INTERFACE: Readonly<Record<string, string>> = {
  'vllm/envs.py': `
from typing import Any, Callable

environment_variables: dict[str, Callable[[], Any]] = {
    # A comment in between.
    "VLLM_PLAIN": lambda: os.getenv("VLLM_PLAIN", "0"),
    "VLLM_CHOSEN": env_with_choices("VLLM_CHOSEN", None, ["one", "Two"]),
    "VLLM_OLD": lambda: deprecated_env("VLLM_OLD", "1"),
}
`,
  'vllm/config/__init__.py': 'from .cache import CacheConfig\nfrom vllm.config.drafting import DraftConfig\n',
  'vllm/config/cache.py': `
from typing import Literal, Optional
from vllm.config.kinds import Engine

Kind = Literal["auto", "fp8"]

@config
class CacheConfig:
    kind: Kind = "auto"
    """Not a field: a text."""
    maybe: Optional[Kind] = None
    caching: bool | None = None
    size: int = 16
    engine: Engine | None = None
    open_kind: str | Kind = "auto"
`,
  'vllm/config/kinds.py':
    'from enum import Enum\n\nclass Engine(Enum):\n    FLASH_ONE = "a"\n    TRITON_TWO = "b"\n',
  'vllm/config/drafting.py': `
from typing import Literal

Methods = Literal["ngram", "mtp"]

class Base:
    tokens: int = 0

@config
class DraftConfig(Base):
    method: Methods | None = None
`,
  'vllm/config/whole.py':
    'from .drafting import DraftConfig\n\nclass WholeConfig:\n    draft: DraftConfig | None = None\n',
  'vllm/engine/arg_utils.py': `
from vllm.config import CacheConfig
from vllm.config.whole import WholeConfig

class EngineArgs:
    @staticmethod
    def add_cli_args(parser):
        cache_kwargs = get_kwargs(CacheConfig)
        group = parser.add_argument_group(title="Cache")
        group.add_argument("--kv-kind", **cache_kwargs["kind"])
        group.add_argument("--maybe-kind", **cache_kwargs["maybe"])
        group.add_argument("--caching", **{**cache_kwargs["caching"], "default": None})
        group.add_argument("--size", "-s", **cache_kwargs["size"])
        group.add_argument("--open-kind", **cache_kwargs["open_kind"])
        engine_kwargs = cache_kwargs["engine"]
        engine_kwargs["type"] = str.upper
        group.add_argument("--engine", **engine_kwargs)
        whole_kwargs = get_kwargs(WholeConfig)
        group.add_argument("--draft-config", "-dc", **whole_kwargs["draft"])
        group.add_argument("--tensor-parallel-size", type=int)
        group.add_argument("--max-model-len", type=int)
        group.add_argument("--gpu-memory-utilization", type=float)
        group.add_argument("--max-num-seqs", type=int)
        group.add_argument("--distributed-executor-backend", type=str)
        group.add_argument("--level", choices=["low", "high"])
        group.add_argument("--switch", action="store_true")
        group.add_argument("--either", action=argparse.BooleanOptionalAction)
        return parser
`,
  'vllm/entrypoints/openai/cli_args.py': `
class BaseFrontendArgs:
    host: str | None = None
    auto_tools: bool = False

    @classmethod
    def add_cli_args(cls, parser):
        frontend_kwargs = get_kwargs(cls)
        frontend_kwargs = cls._customize(frontend_kwargs)
        for key, value in frontend_kwargs.items():
            extra = value.pop("flags", [])
            group.add_argument(*extra, f"--{key.replace('_', '-')}", **value)

class FrontendArgs(BaseFrontendArgs):
    port: int = 8000
`,
};

export const interfaceTree = (more: Readonly<Record<string, string>> = {}) =>
  mapTree({ ...INTERFACE, ...more });
