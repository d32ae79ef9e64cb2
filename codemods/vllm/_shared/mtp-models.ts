import {
  ancestor,
  assignmentsTo,
  bare,
  callsOf,
  classes,
  type Document,
  descendants,
  enclosingFunction,
  field,
  isOurs,
  isSafe,
  type JudgeContext,
  keyword,
  type Node,
  nameOf,
  positional,
  type SourceFile,
  searchParsed,
  statements,
  stringValue,
  suffixed,
  textOf,
} from '../../../src/api.js';

/**
 * How a predictor builds the layer that joins embedding and hidden state:
 * - `quantised`: with the checkpoint's quantisation, whatever that is
 * - `exempt`: unquantised, at least for ModelOpt's NVFP4
 */
export type FcState = 'quantised' | 'exempt' | 'unknown';

/** `self.fc = Linear(..., prefix=f"{prefix}.fc")` of a multi-token predictor. */
export interface Predictor {
  readonly file: SourceFile;
  readonly name: string;
  /** The assignment statement. */
  readonly statement: Node;
  /** The call's `quant_config=...`, undefined where it has none. */
  readonly quant: Node | undefined;
  readonly state: FcState;
}

/**
 * The predictors whose NVFP4 checkpoints name their MTP layers and not `mtp.fc`: Qwen3-Next and Qwen3.5
 * (NVIDIA/Model-Optimizer#1124). EXAONE's two build `fc` the same way and are left as upstream has them: no
 * such checkpoint of theirs is known.
 */
const AFFECTED = /^Qwen/;

/** The files that have predictors. */
export const PREDICTORS = {
  language: 'python',
  paths: /^vllm\/(?:.*\/)?[^/]*mtp[^/]*\.py$/i,
  content: /\bself\.fc\b/,
} as const;
/** Parameters of a linear layer that come before `quant_config`, in any release. */
const BEFORE_QUANT_CONFIG = 3;
const QUANT_CONFIG = /^(?:(?:self|vllm_config)\.)?quant_config$/;

/** `None if <the method is modelopt_fp4> else quant_config`, in any layout. */
function exemptsNvfp4(value: Node, text: string): boolean {
  const [kept, condition, other] = positional(value);
  if (value.type !== 'conditional_expression' || kept?.type !== 'none' || !condition || !other) return false;
  return isNvfp4Test(condition, text) && QUANT_CONFIG.test(textOf(bare(other) ?? other, text));
}

function isNvfp4Test(condition: Node, text: string): boolean {
  const named = descendants(condition, 'string').some((node) => stringValue(node, text) === 'modelopt_fp4');
  return named && descendants(condition, 'not_operator', '!=', 'not in').length === 0;
}

/** `name = None` below `if <the method is modelopt_fp4>`, directly before its use. */
function isClearedForNvfp4(name: string, statement: Node, text: string): boolean {
  let guard = statement.previousNamedSibling;
  while (guard?.type === 'comment') guard = guard.previousNamedSibling;
  const condition = field(guard ?? undefined, 'condition');
  const body = field(guard ?? undefined, 'consequence');
  if (guard?.type !== 'if_statement' || !condition || !body || field(guard, 'alternative')) return false;
  const cleared = assignmentsTo(body, name, text).some((node) => field(node, 'right')?.type === 'none');
  return cleared && isNvfp4Test(condition, text);
}

/** True where a call may pass a quantisation without naming it: by position, or unpacked. */
function passesUnnamed(call: Node): boolean {
  const given = positional(field(call, 'arguments'));
  return given.length > BEFORE_QUANT_CONFIG || given.some(({ type }) => /splat/.test(type));
}

function stateOf(call: Node, quant: Node | undefined, statement: Node, text: string): FcState {
  const value = bare(field(quant, 'value'));
  if (!value && passesUnnamed(call)) return 'unknown';
  if (!value || value.type === 'none' || exemptsNvfp4(value, text)) return 'exempt';
  const name = textOf(value, text);
  if (value.type === 'identifier' && isClearedForNvfp4(name, statement, text)) return 'exempt';
  if (QUANT_CONFIG.test(name)) return 'quantised';
  const fn = enclosingFunction(statement);
  const bound = fn
    ? assignmentsTo(fn, name, text).filter((node) => node.endIndex < statement.startIndex)
    : [];
  const right = bare(field(bound[0], 'right'));
  if (bound.length !== 1 || !right) return 'unknown';
  if (QUANT_CONFIG.test(textOf(right, text))) return 'quantised';
  return exemptsNvfp4(right, text) ? 'exempt' : 'unknown';
}

/** Names of the classes that the file builds under the prefix `mtp`. */
function builtAsMtp(root: Node, text: string): Set<string> {
  const names = callsOf(root, 'maybe_prefix', text)
    .filter((call) => stringValue(positional(field(call, 'arguments'))[1], text) === 'mtp')
    .map((call) => ancestor(call, 'call'))
    .map((call) => field(call, 'function'));
  return new Set(names.map((callee) => (callee ? textOf(callee, text) : '')));
}

export function predictorsOf({ file, root }: Document): Predictor[] {
  const { text } = file;
  const mtp = builtAsMtp(root, text);
  return classes(root)
    .filter((cls) => AFFECTED.test(nameOf(cls, text)))
    .flatMap((cls) => statements(cls).flatMap((member) => assignmentsTo(member, 'self.fc', text)))
    .flatMap((assignment) => {
      const call = bare(field(assignment, 'right'));
      const prefix = call?.type === 'call' ? field(keyword(call, 'prefix', text), 'value') : undefined;
      if (!call || suffixed(prefix, text)?.suffix !== '.fc') return [];
      const statement = assignment.parent!;
      const name = nameOf(ancestor(assignment, 'class_definition')!, text);
      const quant = keyword(call, 'quant_config', text);
      const state = mtp.has(name) && isSafe(statement) ? stateOf(call, quant, statement, text) : 'unknown';
      return [{ file, name, statement, quant, state }];
    });
}

/** True where a fix of ours made the predictor what it is. */
export function isCuredBy({ file, statement }: Predictor, id: string): boolean {
  const fn = enclosingFunction(statement);
  return isOurs(file, id, { startIndex: fn?.startIndex ?? 0, endIndex: statement.endIndex });
}

/** The predictors of the affected models, in path order. Empty where the tree has none. */
export async function mtpPredictors(context: JudgeContext): Promise<Predictor[]> {
  const { language, paths, content } = PREDICTORS;
  return (await searchParsed(context, language, paths, content)).flatMap(predictorsOf);
}
