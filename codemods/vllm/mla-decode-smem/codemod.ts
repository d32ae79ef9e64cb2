/**
 * Triton's grouped decode for MLA stays within GB10's 101,376 bytes of shared memory.
 *
 * Shapes, in `_decode_grouped_att_m_fwd`:
 *  T0  – v0.19     K and V are loaded apart: 89,088 bytes at most (bfloat16), 87,040 with an FP8 cache
 *  T1  v0.20 –     one load serves both (`IS_MLA`): 63,488 bytes, but 102,400 with an FP8 cache
 */
import {
  type Document,
  defineCodemod,
  descendants,
  type Edit,
  field,
  indentAt,
  isSafe,
  joinLines,
  mark,
  type Node,
  nextLine,
  type Site,
  type SiteState,
  search,
  textOf,
} from '../../../src/api.js';
import { Interpreter } from './interpret.js';

const ID = 'vllm/mla-decode-smem';

/** Shared memory in bytes by rows of a tile and pipeline stages: MLA with an FP8 cache, measured for sm_121. */
const BYTES: Readonly<Record<string, number>> = {
  '32,2': 102_400,
  '32,1': 83_968,
  '16,2': 60_416,
  '16,1': 51_200,
};
const LIMIT = 101_376;

interface TileSite extends Site {
  /** The name of the tile's rows, and where its last assignment ends. */
  readonly rows: string;
  readonly end: number;
}

/** A launch `kernel[grid](…, IS_MLA=…)`, by keyword. */
function keywords(launch: Node, text: string): Map<string, Node> {
  const found = descendants(launch, 'keyword_argument').map(
    (node) => [textOf(field(node, 'name')!, text), field(node, 'value')!] as const,
  );
  return new Map(found);
}

/** Inputs of a DeepSeek-like model with an FP8 cache on GB10. */
function meaning(node: Node, text: string, value: (node: Node) => number | undefined): number | undefined {
  const spelled = textOf(node, text).replace(/\s+/g, '');
  if (/^k_buffer\.(?:element_size\(\)|itemsize|dtype\.itemsize)$/.test(spelled)) return 1;
  if (/^k_buffer\.shape\[-1\]$/.test(spelled)) return 576;
  if (/^v_buffer\.shape\[-1\]$/.test(spelled)) return 512;
  if (/\.is_rocm\(\)$/.test(spelled)) return 0;
  if (/\.is_cuda\(\)$/.test(spelled)) return 1;
  if (/\.is_device_capability_family\(120\)$/.test(spelled)) return 1;
  if (/\.is_device_capability\((?:121|\(12,1\))\)$/.test(spelled)) return 1;
  const power = /(?:^|\.)next_power_of_2\(/.test(spelled) && field(node, 'arguments')?.namedChildren[0];
  const size = power ? value(power) : undefined;
  return size === undefined ? undefined : 2 ** Math.ceil(Math.log2(size));
}

function siteIn(fn: Node, launch: Node, { file }: Document): TileSite | undefined {
  const { path, text } = file;
  const given = keywords(launch, text);
  const rows = given.get('BLOCK_N');
  if (!given.has('IS_MLA') || rows?.type !== 'identifier') return undefined;
  const name = textOf(rows, text);
  const interpreter = new Interpreter(
    text,
    new Map([
      ['is_mla', 1],
      ['is_hip_', 0],
    ]),
    (node, value) => meaning(node, text, value),
  );
  interpreter.run(field(fn, 'body'));
  const stages = given.get('num_stages');
  const [n, s] = [interpreter.value(rows), stages && interpreter.value(stages)];
  const bytes = BYTES[`${n},${s}`];
  const assigning = (field(fn, 'body')?.namedChildren ?? []).filter(
    (child): child is Node =>
      child !== null &&
      descendants(child, 'assignment').some((node) => textOf(field(node, 'left')!, text) === name),
  );
  const last = assigning.at(-1);
  const base = { path, offset: (last ?? launch).startIndex, rows: name, end: last?.endIndex ?? 0 };
  if (bytes === undefined)
    return { ...base, state: 'unknown', what: `a tile of ${n} rows and ${s} stages, never measured` };
  const ours = textOf(fn, text).includes(mark(ID));
  const fits: SiteState = ours ? 'ours' : 'right';
  const editable = last && isSafe(last) && /^is_hip_\b.*current_platform/m.test(text);
  const state: SiteState = bytes <= LIMIT ? fits : editable ? 'wrong' : 'unknown';
  return { ...base, state, what: `${n} rows, ${s} stages: ${bytes} bytes with an FP8 cache` };
}

export default defineCodemod<TileSite>({
  id: ID,
  project: 'vllm',
  title: "MLA decode within GB10's shared memory",
  why: 'With an FP8 KV cache, Triton\'s MLA decode asks for 102,400 bytes of shared memory; GB10 has 101,376. Every request fails with "out of resource: shared memory".',
  references: [
    { kind: 'commit', ref: 'd9408ffba', date: '2026-04-02', note: 'one load for K and V (#33529), v0.20.0' },
    {
      kind: 'measurement',
      ref: 'Triton 3.6.0 and 3.8.0, sm_121',
      note: 'Lk 576, FP8 cache: 102,400 bytes with 32 rows and 2 stages, 60,416 with 16 rows',
    },
  ],
  retire: 'when upstream sizes the tile by the shared memory of the device',

  async judge(context) {
    const files = await search(
      context,
      /^vllm\/.*triton_decode_attention\.py$/,
      /_decode_grouped_att_m_fwd\b/,
    );
    const documents = await Promise.all(files.map((file) => context.parse(file, 'python')));
    const sites = documents.flatMap((document) => {
      const { text } = document.file;
      return descendants(document.root, 'function_definition').flatMap((fn) =>
        descendants(fn, 'call')
          .filter(
            (call) =>
              field(call, 'function')?.type === 'subscript' &&
              /grouped/.test(textOf(field(call, 'function')!, text)),
          )
          .flatMap((launch) => siteIn(fn, launch, document) ?? []),
      );
    });
    const wrong = sites.some((site) => site.state === 'wrong');
    return {
      sites,
      absent: 'no MLA decode that serves K and V from one load: its tiles fit',
      reason: wrong
        ? 'an FP8 cache needs more shared memory than GB10 has'
        : "the tile fits GB10's shared memory",
    };
  },

  async rewrite(sites, context) {
    const edits: Edit[] = [];
    for (const { path, offset, end, rows } of sites) {
      const { text } = (await context.tree.read(path))!;
      const indent = indentAt(text, offset);
      const at = nextLine(text, end);
      const lines = [
        `# ${mark(ID)}`,
        '# An FP8 cache is widened in shared memory: 102400 bytes, of 101376.',
        'if (',
        '    is_mla',
        '    and k_buffer.element_size() == 1',
        '    and current_platform.is_device_capability_family(120)',
        '):',
        `    ${rows} = 16`,
      ].map((line) => indent + line);
      edits.push({ path, start: at, end: at, text: joinLines([...lines, ''], text) });
    }
    return edits;
  },
});
