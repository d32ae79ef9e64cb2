/** The gates of the NVFP4 attention: who may call it, in Python and in C++, and for whom it is built ahead. */
import {
  ancestor,
  argumentsOf,
  assignmentsTo,
  bare,
  type CppMeaning,
  calledName,
  callsOf,
  cppValue,
  type Document,
  descendants,
  type Edit,
  enclosingFunction,
  field,
  holds,
  inlineMark,
  insert,
  markAbove,
  type Node,
  nameOf,
  operatorOf,
  positional,
  pythonValue,
  replace,
  textOf,
} from '../../../src/api.js';
import type { Judged } from '../../_families/places.js';

export const ID = 'flashinfer/nvfp4-attention-sm121';
export const MODULE = 'gen_nvfp4_attention_sm120_module';

/** What a gate is by what it says of 9.0, 10.0, 12.0, 12.1 and a 12.2 to come; without an edit that opens it, it is unknown. */
function gateOf(node: Node, what: string, said: readonly unknown[], edits: readonly Edit[]): Judged {
  const answers = said.map((answer) => (answer === undefined ? '?' : Number(Boolean(answer)))).join('');
  const state = { '00110': 'right', '00100': edits.length > 0 ? 'wrong' : 'unknown' } as const;
  return { node, said: [state[answers as keyof typeof state] ?? 'unknown', what], edits };
}

const DEVICES = [90, 100, 120, 121, 122];

/** The name of the function above which a call is a decorator. */
function decorated(call: Node, text: string): string {
  const fn =
    call.parent?.type === 'decorator' ? field(call.parent.parent ?? undefined, 'definition') : undefined;
  return fn ? nameOf(fn, text) : '';
}

/** `@supported_compute_capability([120])` */
export function decorators({ file, root }: Document): Judged[] {
  const { text } = file;
  return callsOf(root, 'supported_compute_capability', text)
    .filter((call) => decorated(call, text).startsWith('nvfp4_attention_sm120_'))
    .map((node) => {
      const [list] = positional(field(node, 'arguments'));
      const versions = list && pythonValue(list, text, () => undefined);
      const said = DEVICES.map((device) => (Array.isArray(versions) ? versions.includes(device) : undefined));
      const last = list?.type === 'list' ? positional(list).at(-1) : undefined;
      const edits = last ? [insert(file, last.endIndex, ', 121'), markAbove(file, node.startIndex, ID)] : [];
      return gateOf(node, `declared for ${list ? textOf(list, text) : 'nobody knows what'}`, said, edits);
    });
}

/** `props.major` and `props.minor` on a device. */
const onDevice =
  (device: number): CppMeaning =>
  (node, text) => {
    const part = node.type === 'field_expression' && /\.(major|minor)$/.exec(textOf(node, text))?.[1];
    if (!part) return undefined;
    return part === 'major' ? Math.floor(device / 10) : device % 10;
  };

/** `CHECK(props.major == 12 && props.minor == 0)` */
export function checks({ file, root }: Document): Judged[] {
  const { text } = file;
  return descendants(root, 'call_expression').flatMap((node): Judged[] => {
    const [condition] = argumentsOf(node);
    if (!condition || !/CHECK$/.test(calledName(node, text)) || !/\.major\b/.test(textOf(condition, text)))
      return [];
    const said = DEVICES.map((device) => cppValue(condition, text, onDevice(device)));
    const minors = descendants(condition, 'binary_expression').filter(
      (at) => operatorOf(at, text) === '==' && /^\w+\.minor\s*==\s*0$/.test(textOf(at, text)),
    );
    const minor = minors.length === 1 ? minors[0] : undefined;
    const subject = minor && textOf(field(minor, 'left')!, text);
    const edits = minor
      ? [replace(file, minor, `(${subject} == 0 || ${subject} == 1)${inlineMark(ID)}`)]
      : [];
    return [gateOf(node, `checked for ${textOf(condition, text)}`, said, edits)];
  });
}

/** `if has_sm120:` around the module that is built ahead */
export function aheadOfTime({ file, root }: Document): Judged[] {
  const { text } = file;
  return callsOf(root, MODULE, text).map((node) => {
    const condition = bare(field(ancestor(node, 'if_statement'), 'condition'));
    const fn = enclosingFunction(node);
    if (!condition || !fn) return { node, said: ['unknown', 'built for nobody knows whom'] };
    const said = DEVICES.map((device) =>
      holds(
        pythonValue(condition, text, (name, own) => {
          const version = name.type === 'identifier' && /^has_sm(\d+)f?$/.exec(textOf(name, own))?.[1];
          return version ? Number(version) === device : undefined;
        }),
      ),
    );
    const bound = assignmentsTo(fn, 'has_sm121', text).some((at) => at.endIndex < condition.startIndex);
    const edits =
      bound && textOf(condition, text) === 'has_sm120'
        ? [insert(file, condition.endIndex, ' or has_sm121'), markAbove(file, condition.startIndex, ID)]
        : [];
    return gateOf(node, `built where ${textOf(condition, text)}`, said, edits);
  });
}
