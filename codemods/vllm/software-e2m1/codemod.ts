/**
 * Software E2M1 conversion where the ISA lacks `cvt.rn.satfinite.e2m1x2.f32`.
 *
 * Shapes:
 *  E1   v0.9.0 – v0.10.1   two functions a file in nvfp4_quant_kernels.cu and nvfp4_experts_quant.cu (4 sites;
 *                          6 while activation_nvfp4_quant_fusion_kernels.cu had a copy), under `>= 1000`
 *  E2   v0.10.2 – v0.14    nvfp4_utils.cuh, `fp32_vec_to_e2m1` twice (2 sites)
 *  E3   v0.15 –            `fp32_vec8_to_e2m1` twice and `fp32_vec16_to_e2m1` (3 sites)
 *  E3s  v0.20 –            the same below csrc/libtorch_stable
 */
import { defineCodemod } from '../../../src/codemod/define.js';
import { search } from '../../../src/codemod/locate.js';
import {
  indentAt,
  joinLines,
  lineEnd,
  lineStart,
  mark,
  newlineOf,
  nextLine,
} from '../../../src/codemod/text.js';
import type { Edit, JudgeContext, Site, SiteState, SourceFile } from '../../../src/codemod/types.js';
import { activeRanges, deviceMacros } from '../../../src/syntax/activity.js';
import type { Node } from '../../../src/syntax/document.js';
import { ancestor, descendants, isSafe, textOf } from '../../../src/syntax/query.js';
import { type ConversionAsm, readConversion } from './asm.js';
import { FUNCTION, GUARD, helperLines, softwareLines } from './software.js';

const ID = 'vllm/software-e2m1';
const INSTRUCTION = 'e2m1x2.f32';

interface ConversionSite extends Site {
  /** The asm statement's range. */
  readonly start: number;
  readonly end: number;
  /** Where the helper goes if this is the first site of the file. */
  readonly helperAt: number;
  readonly conversion: ConversionAsm;
}

/** GB10's targets. Plain ones lack the instruction; arch- and family-specific ones have it. */
const LACKING = ['121'];
const HAVING = ['121a', '121f', '120f'];

interface Activity {
  compiled(offset: number, sm: string): boolean;
}

function activityOf(text: string): Activity {
  const ranges = new Map(
    [...LACKING, ...HAVING].map((sm) => [sm, activeRanges(text, deviceMacros(sm))] as const),
  );
  return {
    compiled: (offset, sm) => ranges.get(sm)!.some((range) => range.start <= offset && offset < range.end),
  };
}

/** True where the function computes something on a target that does not compile the asm. */
function hasOtherBranch(fn: Node, asm: Node, text: string, activity: Activity, sm: string): boolean {
  const body = fn.childForFieldName('body');
  if (!body) return false;
  return descendants(body, 'call_expression', 'assignment_expression', 'init_declarator').some((node) => {
    const inAsm = node.startIndex >= asm.startIndex && node.endIndex <= asm.endIndex;
    return !inAsm && activity.compiled(node.startIndex, sm) && /[A-Za-z_]\w*\s*\(/.test(textOf(node, text));
  });
}

function stateOf(fn: Node, asm: Node, text: string, activity: Activity, option: string): [SiteState, string] {
  const at = asm.startIndex;
  const ours = text.slice(fn.startIndex, fn.endIndex).includes(mark(ID));
  if (LACKING.some((sm) => activity.compiled(at, sm))) return ['wrong', 'the asm is reached on plain sm_121'];
  for (const sm of [...LACKING, ...HAVING.filter((name) => !activity.compiled(at, name))]) {
    if (!hasOtherBranch(fn, asm, text, activity, sm)) return ['unknown', `no conversion at all on sm_${sm}`];
  }
  const hardware = HAVING.filter((sm) => activity.compiled(at, sm));
  if (ours) {
    const without121 = !activity.compiled(at, '121a');
    if (without121 !== (option === 'sm121'))
      return ['unknown', `applied with another guard option than ${option}`];
    return ['ours', 'guarded, with the software conversion beside it'];
  }
  const where =
    hardware.length > 0
      ? `hardware on ${hardware.map((sm) => `sm_${sm}`).join(', ')}`
      : 'software on every sm_121';
  return ['right', `guarded in the tree's own words (${where})`];
}

/** Start of the comment lines that stand directly above an offset's line. */
function aboveComments(text: string, offset: number): number {
  let at = lineStart(text, offset);
  while (at > 0) {
    const previous = lineStart(text, at - 1);
    if (!/^[ \t]*\/\//.test(text.slice(previous, at))) break;
    at = previous;
  }
  return at;
}

/** The guard is made of lines: nothing else may stand on those of the statement. */
function hasOwnLines(statement: Node, text: string): boolean {
  const before = text.slice(lineStart(text, statement.startIndex), statement.startIndex);
  const after = text.slice(statement.endIndex, lineEnd(text, statement.endIndex));
  return before.trim() === '' && /^\s*(?:\/\/.*)?$/.test(after);
}

async function sitesOf(file: SourceFile, context: JudgeContext): Promise<ConversionSite[]> {
  const { root } = await context.parse(file, 'cuda');
  const { text } = file;
  const activity = activityOf(text);
  const sites: ConversionSite[] = [];
  const asms = descendants(root, 'gnu_asm_expression').filter((node) =>
    textOf(node, text).includes(INSTRUCTION),
  );
  for (const asm of asms) {
    const statement = asm.parent?.type === 'expression_statement' ? asm.parent : undefined;
    const fn = ancestor(asm, 'function_definition');
    const conversion = readConversion(asm, text);
    const base = {
      path: file.path,
      offset: asm.startIndex,
      start: asm.startIndex,
      end: asm.endIndex,
      helperAt: 0,
    };
    if (!statement || !fn || !conversion || !isSafe(statement) || !hasOwnLines(statement, text)) {
      const what = 'a conversion asm that is not a plain statement of cvt and mov';
      sites.push({ ...base, state: 'unknown', what, conversion: { outputs: [] } });
      continue;
    }
    const top = fn.parent?.type === 'template_declaration' ? fn.parent : fn;
    const [state, what] = stateOf(fn, asm, text, activity, context.options['guard'] ?? 'feature');
    sites.push({
      ...base,
      start: statement.startIndex,
      end: statement.endIndex,
      helperAt: aboveComments(text, top.startIndex),
      state,
      what,
      conversion,
    });
  }
  return sites;
}

/** Every asm mention of the instruction must be within a recognised site; comments may mention it. */
async function strayMentions(
  file: SourceFile,
  sites: readonly Site[],
  context: JudgeContext,
): Promise<boolean> {
  const { root } = await context.parse(file, 'cuda');
  const literals = descendants(root, 'string_literal', 'raw_string_literal').filter((node) =>
    textOf(node, file.text).includes(INSTRUCTION),
  );
  const asms = descendants(root, 'gnu_asm_expression');
  return (
    sites.length > 0 &&
    literals.some(
      (node) => !asms.some((asm) => asm.startIndex <= node.startIndex && node.endIndex <= asm.endIndex),
    )
  );
}

/** Sites that the shape of a file has: two conversions, or three where there is a 16-value form. */
function declaredSites(file: SourceFile): number {
  return /\bfp32_vec16_to_e2m1\s*\(/.test(file.text) ? 3 : 2;
}

export default defineCodemod<ConversionSite>({
  id: ID,
  project: 'vllm',
  version: 2,
  title: 'Software E2M1 conversion where the ISA lacks the instruction',
  why: 'The FP4 conversion asm assembles for sm_121a, sm_121f and sm_120f, but not for plain sm_121: a build for a plain target stops in ptxas.',
  references: [
    {
      kind: 'commit',
      ref: 'adc3ddb430',
      date: '2025-09-04',
      note: 'the conversions move into nvfp4_utils.cuh and lose their guard',
    },
    { kind: 'commit', ref: 'fcb9df99bd', date: '2026-01-24', note: 'renamed, and a 16-value form is added' },
    { kind: 'commit', ref: '7c080dd3c5', date: '2026-03-31', note: 'moved below csrc/libtorch_stable' },
    {
      kind: 'pull-request',
      ref: '#35947',
      date: '2026-03-04',
      note: 'a software path for every SM12x: closed unmerged',
    },
    {
      kind: 'measurement',
      ref: 'ptxas 13.0.88',
      note: 'cvt.rn.satfinite.e2m1x2.f32 assembles for 120a, 120f, 121a, 121f; not for 120, 121',
    },
  ],
  retire: 'when no build of yours compiles these files for a plain target',
  upstreamStatus: 'Denied [https://github.com/vllm-project/vllm/pull/35947]',
  options: {
    guard: {
      values: ['feature', 'sm121'],
      default: 'feature',
      about: 'feature: hardware wherever the ISA has it; sm121: software on every SM_121 build',
    },
  },

  async judge(context) {
    const files = await search(
      context,
      /^csrc\/(?!rocm\/|cpu\/).*(?:fp4|e2m1)[^/]*\.(?:cu|cuh|h|hpp)$/i,
      /e2m1x2\.f32/,
    );
    const found = await Promise.all(
      files.map(async (file) => ({ file, sites: await sitesOf(file, context) })),
    );
    const holders = found.filter(({ sites }) => sites.length > 0);
    const sites = holders.flatMap((holder) => holder.sites);
    const absent = 'no source of this revision holds the conversion instruction';
    const reason = sites.some((site) => site.state === 'wrong')
      ? 'the conversion asm is reached on plain sm_121, whose ISA lacks it'
      : 'the conversion asm is reached only on targets whose ISA has it';
    for (const { file, sites: own } of holders) {
      const declared = declaredSites(file);
      if (own.length !== declared) {
        return {
          sites,
          reason,
          drifted: `${file.path} has ${own.length} conversions where its shape has ${declared}`,
        };
      }
      if (await strayMentions(file, own, context)) {
        return { sites, reason, drifted: `${file.path} uses the instruction outside of an asm statement` };
      }
    }
    return { sites, absent, reason };
  },

  async idle(sites, context) {
    const holders = new Set(sites.map((site) => site.path.split('/').at(-1)!));
    const units = await search(context, /^csrc\/.*fp4[^/]*\.cu$/, new RegExp([...holders].join('|')));
    const compiled = new Set([...units.map((unit) => unit.path), ...sites.map((site) => site.path)]);
    const graph = await context.evaluateCMake(context.build);
    const groups = graph.groups.filter(({ sources }) => sources.some((source) => compiled.has(source)));
    const archs = [...new Set(groups.flatMap((group) => group.archs))].filter((arch) =>
      arch.startsWith('12.'),
    );
    if (graph.errors.length > 0 || groups.length === 0 || archs.some((arch) => /\d$/.test(arch)))
      return undefined;
    return `the FP4 kernels are built for ${archs.join(', ') || 'nothing of 12.x'}, where the hardware path stays`;
  },

  async rewrite(sites, context) {
    const edits: Edit[] = [];
    const withHelper = new Set<string>();
    for (const site of sites) {
      const text = (await context.tree.read(site.path))!.text;
      const eol = newlineOf(text);
      if (!withHelper.has(site.path) && !text.includes(`${FUNCTION}(`)) {
        withHelper.add(site.path);
        const guard = context.options['guard'] === 'sm121' ? 'sm121' : 'feature';
        const lines = helperLines(mark(ID), guard);
        edits.push({
          path: site.path,
          start: site.helperAt,
          end: site.helperAt,
          text: joinLines([...lines, ''], text),
        });
      }
      const open = lineStart(text, site.start);
      const close = nextLine(text, site.end);
      const indent = indentAt(text, site.start);
      const missingNewline = text[close - 1] === '\n' ? '' : eol;
      edits.push({ path: site.path, start: open, end: open, text: `#if ${GUARD}  // ${mark(ID)}${eol}` });
      const other = ['#else', ...softwareLines(site.conversion.outputs, indent), '#endif'];
      edits.push({
        path: site.path,
        start: close,
        end: close,
        text: `${missingNewline}${joinLines(other, text)}${eol}`,
      });
    }
    return edits;
  },
});
