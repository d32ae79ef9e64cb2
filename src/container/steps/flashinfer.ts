import { fetchedLinks, type ImageFacts, linkName } from '../facts.js';
import { mounts, PIP, run, word } from './words.js';

/**
 * What FlashInfer compiles ahead of time, in its own words: what vLLM asks for on GB10. Sixteen-bit floats are
 * bfloat16, no scores are capped, and XQA and the collectives are not used there. At v0.6.8.post1 and arch 12.1a that
 * is 127 modules of 696; what is left out is compiled when it is asked for.
 */
const AHEAD =
  '--f16-dtype bfloat16 --use-logits-soft-cap false --add-gemma false --add-xqa false --add-comm false';

/** Below FlashInfer's package: where it looks for a kernel before it compiles one. */
const AOT = '/opt/flashinfer-aot';

function aheadOfTime(): string[] {
  return [
    '# The kernels that a first request would wait for, minutes long.',
    'WORKDIR /src/flashinfer',
    ...run(
      '',
      `{ MAX_JOBS="$(/src/jobs.sh)" python3 -m flashinfer.aot ${AHEAD} --build-dir /src/flashinfer-aot --out-dir ${AOT} \\
      || { echo "dgx-patch: FlashInfer's kernels did not compile; build again with --no-aot" >&2; exit 1; }; }`,
      `mv ${AOT} "$(python3 -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/flashinfer/data/aot"`,
    ),
    'WORKDIR /',
    '# FlashInfer finds them, or the build ends.',
    'COPY image/check-aot.py /src/check-aot.py',
    'RUN python3 /src/check-aot.py',
  ];
}

/** FlashInfer's package, of the patched tree, with its kernels. */
export function flashinfer(facts: ImageFacts): string[] {
  const { set, parts, aot, offline } = facts;
  if (!parts.has('flashinfer')) return [];
  const links = fetchedLinks(facts).flatMap((link) => {
    const dir = word(`/src/flashinfer/${link.path}`);
    if (offline) return [`ADD prefetched/sources/${word(linkName(link))}.tar ${dir}/`];
    return run(
      '',
      `git init -q ${dir}`,
      `git -C ${dir} fetch -q --depth=1 ${word(link.url)} ${word(link.commit)}`,
      `git -C ${dir} checkout -q FETCH_HEAD`,
    );
  });
  return [
    'ADD trees/flashinfer.tar /src/flashinfer/',
    ...(parts.has('cutlass') ? ['ADD trees/cutlass.tar /src/flashinfer/3rdparty/cutlass/'] : []),
    ...links,
    `ENV FLASHINFER_CUDA_ARCH_LIST="${set.arch.replaceAll(/[;,]/g, ' ')}"`,
    ...run(
      mounts(offline, PIP),
      'pip wheel --no-deps --wheel-dir /wheels /src/flashinfer',
      'pip install /wheels/flashinfer*.whl',
    ),
    ...(aot ? aheadOfTime() : []),
    '',
  ];
}
