import {
  ancestor,
  ancestors,
  type ByteRange,
  type ConversionAsm,
  descendants,
  deviceMacros,
  type Edit,
  insert,
  isOurs,
  isSafe,
  type JudgeContext,
  joinLines,
  mark,
  type Node,
  onlyCompiled,
  readConversion,
  type Site,
  type SiteState,
  type SourceFile,
  textOf,
  tokensOf,
} from '../../../src/api.js';
import {
  type Activity,
  activityOf,
  type Definitions,
  HAVING,
  LACKING,
  reachingActivity,
} from './activity.js';
import { aboveComments, guardEdits, hasOwnLines, isBeside } from './lines.js';
import { FUNCTION, helperFunction, helperLines, softwareLines } from './software.js';

/** Floats to E2M1. */
export const INSTRUCTION = 'e2m1x2.f32';

export type Guard = 'feature' | 'sm121';

/** What sites are looked for: by which fix, with which guard, in which builds of the file. */
export interface GuardRequest {
  readonly id: string;
  readonly guard: Guard;
  readonly builds?: readonly Definitions[];
}

/** A conversion asm, as one statement of a function. */
export interface ConversionSite extends Site {
  /** The asm statement's range. */
  readonly statement: ByteRange;
  /** Where the helper goes if this is the first site of the file. */
  readonly helperAt: number;
  readonly conversion: ConversionAsm;
}

/** What an asm writes. */
function outputs(asm: Node, text: string): string {
  return descendants(asm, 'gnu_asm_output_operand')
    .map((operand) => textOf(operand, text))
    .join();
}

/**
 * True where the function computes something on a target that does not compile the asm: it calls or
 * constructs, or another asm writes the same outputs.
 */
function hasOtherBranch(fn: Node, asm: Node, text: string, activity: Activity, sm: string): boolean {
  const body = fn.childForFieldName('body');
  if (!body) return false;
  const computing = ['call_expression', 'assignment_expression', 'init_declarator', 'gnu_asm_expression'];
  return descendants(body, ...computing).some((node) => {
    const inAsm = node.startIndex >= asm.startIndex && node.endIndex <= asm.endIndex;
    if (inAsm || !activity.compiled(node.startIndex, sm)) return false;
    if (node.type === 'gnu_asm_expression') return outputs(node, text) === outputs(asm, text);
    return /[A-Za-z_]\w*\s*\(/.test(textOf(node, text));
  });
}

/** The state of an asm that only some targets have, within the function that must do without it elsewhere. */
export function guardState(
  fn: Node,
  asm: Node,
  file: SourceFile,
  activity: Activity,
  { id, guard }: GuardRequest,
  /** The function as a target compiles it, where that takes a parse of its own. */
  builtFor: (sm: string) => Node | undefined = () => fn,
): [SiteState, string] {
  const at = asm.startIndex;
  const ours = isOurs(file, id, fn);
  if (LACKING.some((sm) => activity.compiled(at, sm))) return ['wrong', 'the asm is reached on plain sm_121'];
  for (const sm of [...LACKING, ...HAVING.filter((name) => !activity.compiled(at, name))]) {
    const built = builtFor(sm);
    if (!built || !hasOtherBranch(built, asm, file.text, activity, sm))
      return ['unknown', `no conversion at all on sm_${sm}`];
  }
  const hardware = HAVING.filter((sm) => activity.compiled(at, sm));
  if (ours) {
    const without121 = !activity.compiled(at, '121a');
    if (without121 !== (guard === 'sm121'))
      return ['unknown', `applied with another guard option than ${guard}`];
    return ['ours', 'guarded, with the software conversion beside it'];
  }
  const where =
    hardware.length > 0
      ? `hardware on ${hardware.map((sm) => `sm_${sm}`).join(', ')}`
      : 'software on every sm_121';
  return ['right', `guarded in the tree's own words (${where})`];
}

export const activitiesOf = (text: string, { builds }: GuardRequest): Activity[] =>
  (builds ?? [{}]).map((build) => activityOf(text, build));

/** The outermost node around a function that is no scope of its own: template, struct. */
export function topLevel(fn: Node): Node {
  let top = fn;
  for (const at of ancestors(fn))
    if (/^(?:template_declaration|(?:struct|class)_specifier)$/.test(at.type)) top = at;
  return top;
}

const conversionsIn = (root: Node, text: string): Node[] =>
  descendants(root, 'gnu_asm_expression').filter((asm) => textOf(asm, text).includes(INSTRUCTION));

/**
 * The file as each target compiles it, where the whole of it cannot be parsed around a conversion: a function
 * whose head has two branches breaks every scope around it. Undefined where that is not so.
 */
async function builtViews(
  file: SourceFile,
  context: JudgeContext,
  root: Node,
): Promise<ReadonlyMap<string, Node> | undefined> {
  if (conversionsIn(root, file.text).every((asm) => asm.parent && isSafe(asm.parent))) return undefined;
  const views = [...LACKING, ...HAVING].map(async (sm) => {
    const view = { path: `${file.path}@${sm}`, text: onlyCompiled(file.text, deviceMacros(sm)) };
    return [sm, (await context.parse(view, 'cuda')).root] as const;
  });
  return new Map(await Promise.all(views));
}

/** True where the helper is what we write, wherever it is called; a file need not call it. */
function hasItsHelper(root: Node, { text }: SourceFile): boolean {
  if (!text.includes(`${FUNCTION}(`)) return true;
  const written = tokensOf(helperFunction().join('\n')).join(' ');
  const defined = descendants(root, 'function_definition').filter((fn) =>
    tokensOf(textOf(fn, text)).slice(0, 4).includes(FUNCTION),
  );
  return defined.length > 0 && defined.every((fn) => tokensOf(textOf(fn, text)).join(' ') === written);
}

/** Every conversion of a file, one site an asm statement. */
export async function conversionSites(
  file: SourceFile,
  context: JudgeContext,
  request: GuardRequest,
): Promise<ConversionSite[]> {
  const { root } = await context.parse(file, 'cuda');
  const { text } = file;
  const activities = activitiesOf(text, request);
  const views = await builtViews(file, context, root);
  const whole = conversionsIn(root, text);
  const native = views && conversionsIn(views.get('121a')!, text);
  // A view without some of them is no better than the whole.
  const asms = native?.length === whole.length ? native : whole;
  return asms.map((asm): ConversionSite => {
    const statement = asm.parent?.type === 'expression_statement' ? asm.parent : undefined;
    const fn = ancestor(asm, 'function_definition');
    const conversion = readConversion(asm, text);
    const base = { file, offset: asm.startIndex, statement: asm, helperAt: 0 };
    if (!statement || !fn || !conversion || !isSafe(statement) || !hasOwnLines(statement, text)) {
      const what = 'a conversion asm that is not a plain statement of cvt and mov';
      return { ...base, state: 'unknown', what, conversion: { outputs: [] } };
    }
    const activity = reachingActivity(activities, asm.startIndex);
    const builtFor = (sm: string): Node | undefined =>
      views
        ? descendants(views.get(sm)!, 'function_definition').find((node) => node.startIndex === fn.startIndex)
        : fn;
    const guarded = guardState(fn, asm, file, activity, request, builtFor);
    const spoiled =
      (guarded[0] !== 'wrong' && !hasItsHelper(root, file)) ||
      (guarded[0] === 'ours' && !isBeside(softwareLines(conversion.outputs, ''), statement, text));
    const [state, what] = spoiled
      ? (['unknown', 'the software conversion is another one'] as const)
      : guarded;
    const helperAt = aboveComments(text, topLevel(fn).startIndex);
    return { ...base, statement, helperAt, state, what, conversion };
  });
}

/** Every asm mention of an instruction must be within an asm statement; comments may mention it. */
export async function strayMentions(
  file: SourceFile,
  instruction: RegExp,
  context: JudgeContext,
): Promise<boolean> {
  const { root } = await context.parse(file, 'cuda');
  const asms = descendants(root, 'gnu_asm_expression');
  return descendants(root, 'string_literal', 'raw_string_literal')
    .filter((node) => instruction.test(textOf(node, file.text)))
    .some((node) => !asms.some((asm) => asm.startIndex <= node.startIndex && node.endIndex <= asm.endIndex));
}

/** The helper, and a software branch beside every asm. The sites are those of one file. */
export function conversionEdits(sites: readonly ConversionSite[], { id, guard }: GuardRequest): Edit[] {
  const [first] = sites;
  if (!first) return [];
  const { file, helperAt } = first;
  const { text } = file;
  const edits = sites.flatMap(({ statement, conversion }) =>
    guardEdits(file, statement, id, (indent) => softwareLines(conversion.outputs, indent)),
  );
  if (text.includes(`uint32_t ${FUNCTION}(`)) return edits;
  const helper = joinLines([...helperLines(mark(id), guard), ''], text);
  return [insert(file, helperAt, helper), ...edits];
}
