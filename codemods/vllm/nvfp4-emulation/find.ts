import {
  ancestor,
  ancestors,
  assignmentsTo,
  callsOf,
  descendants,
  field,
  functionsNamed,
  type JudgeContext,
  keywordValue,
  methods,
  type Node,
  nameOf,
  parameters,
  positional,
  type SourceFile,
  searchParsed,
  textOf,
} from '../../../src/api.js';

/** How a weight's scales are handed over. */
export interface Contract {
  /** Block scales in the kernel's interleaved order, or as in the checkpoint. */
  readonly layout: 'swizzled' | 'linear';
  /** The global scale divides the block scales, or multiplies them. */
  readonly scale: 'divisor' | 'factor';
}

type Unknown = undefined;

const functionNamed = (root: Node, name: string, text: string): Node | undefined =>
  functionsNamed(root, name, text)[0];

/** How a function combines the block scales with its parameter `scale`. */
function scaleIn(fn: Node, scale: string, text: string): Contract['scale'] | Unknown {
  const uses = descendants(fn, 'binary_operator').filter(
    (node) => textOf(field(node, 'right')!, text) === scale,
  );
  const operators = new Set(uses.map((node) => textOf(field(node, 'operator')!, text)));
  if (operators.size !== 1) return undefined;
  if (operators.has('/')) return 'divisor';
  return operators.has('*') ? 'factor' : undefined;
}

/** Whether a function undoes the interleaving; a name where a parameter of that name decides. */
function layoutIn(fn: Node, text: string): Contract['layout'] | { readonly flag: string } | Unknown {
  const [undo, ...more] = callsOf(fn, 'convert_swizzled_to_linear', text);
  if (!undo) return 'linear';
  if (more.length > 0) return undefined;
  const branches = [...ancestors(undo)].filter(({ type }) =>
    /^(?:if_statement|conditional_expression)$/.test(type),
  );
  if (branches.length === 0) return 'swizzled';
  const condition = field(branches[0], 'condition');
  const flag = condition?.type === 'identifier' ? textOf(condition, text) : undefined;
  return flag !== undefined && parameters(fn, text).includes(flag) ? { flag } : undefined;
}

/** The value that a parameter has in a call: what is passed, else its default. */
function passed(
  call: Node | undefined,
  fn: Node,
  name: string,
  text: string,
  textOfFn: string,
): string | Unknown {
  const value = call && keywordValue(call, name, text);
  if (value) return textOf(value, text);
  const declared = descendants(field(fn, 'parameters')!, 'typed_default_parameter', 'default_parameter').find(
    (parameter) => textOf(field(parameter, 'name')!, textOfFn) === name,
  );
  return declared && textOf(field(declared, 'value')!, textOfFn);
}

/** `run_nvfp4_emulations`, and what it does with the weight. */
export interface Emulation {
  readonly file: SourceFile;
  readonly fn: Node;
  /** The call that de-quantises the weight, where a function of the file does that. */
  readonly dequantise: Node | undefined;
}

export function readEmulation(file: SourceFile, root: Node): Emulation | Unknown {
  const fn = functionNamed(root, 'run_nvfp4_emulations', file.text);
  return fn && { file, fn, dequantise: callsOf(fn, 'dequantize_to_dtype', file.text)[0] };
}

/** The text of `self.name` where it is one; its name. */
const attributeOfSelf = (value: string): string | undefined => /^self\.(\w+)$/.exec(value)?.[1];

/** The last value that a class gives an attribute of its own where its backend is the emulation. */
function attributeUnderEmulation(cls: Node, name: string, text: string): string | Unknown {
  const given = assignmentsTo(cls, `self.${name}`, text).filter((assignment) =>
    [...ancestors(assignment)]
      .filter(({ type, id }) => type === 'if_statement' && id !== cls.id)
      .every((branch) => {
        const body = field(branch, 'consequence');
        const inside =
          body && body.startIndex <= assignment.startIndex && assignment.endIndex <= body.endIndex;
        return inside && isEmulation(field(branch, 'condition'), text);
      }),
  );
  const value = given.at(-1) && field(given.at(-1), 'right');
  return value && textOf(value, text);
}

/** `backend == X.EMULATION`: the only test of it that is understood. */
function isEmulation(condition: Node | undefined, text: string): boolean {
  return condition !== undefined && /^[\w.]+\s*==\s*[\w.]*\bEMULATION$/.test(textOf(condition, text));
}

/**
 * What a value that a caller passes on comes to: a constant, or where it is a parameter of the caller's function,
 * what that function is given everywhere; undefined where that cannot be told, or differs.
 */
async function followed(
  value: string | Unknown,
  caller: Caller,
  context: JudgeContext,
): Promise<string | Unknown> {
  if (value === undefined || /^(?:True|False|None)$/.test(value)) return value;
  const own = attributeOfSelf(value);
  const cls = ancestor(caller.call, 'class_definition');
  if (own !== undefined) return cls && attributeUnderEmulation(cls, own, caller.file.text);
  const fn = ancestor(caller.call, 'function_definition');
  if (!fn || cls || !parameters(fn, caller.file.text).includes(value)) return undefined;
  const name = nameOf(fn, caller.file.text);
  const outer = await callsBelow(context, name);
  const values = await Promise.all(
    outer.map((call) =>
      followed(passed(call.call, fn, value, call.file.text, caller.file.text), call, context),
    ),
  );
  return values.length > 0 && new Set(values).size === 1 ? values[0] : undefined;
}

/** What the emulation expects of a caller. */
export async function expected(
  { file, fn, dequantise }: Emulation,
  root: Node,
  caller: Caller,
  context: JudgeContext,
): Promise<Partial<Contract>> {
  const { text } = file;
  const worker = dequantise ? functionNamed(root, 'dequantize_to_dtype', text) : fn;
  if (!worker) return {};
  const scale = scaleIn(worker, dequantise ? 'global_scale' : 'weight_global_scale', text);
  const layout = layoutIn(worker, text);
  if (typeof layout !== 'object') return { ...(layout && { layout }), ...(scale && { scale }) };
  const inner = passed(dequantise, worker, layout.flag, text, text);
  const outer = inner !== undefined && parameters(fn, text).includes(inner) ? inner : undefined;
  const given = outer === undefined ? inner : passed(caller.call, fn, outer, caller.file.text, text);
  const value = outer === undefined ? given : await followed(given, caller, context);
  const byFlag = { True: 'swizzled', False: 'linear' } as const;
  const decided = byFlag[value as keyof typeof byFlag];
  return { ...(decided && { layout: decided }), ...(scale && { scale }) };
}

/** A call of the emulation. */
export interface Caller {
  readonly file: SourceFile;
  readonly root: Node;
  readonly call: Node;
}

/** All calls of a function below some paths. */
async function callsBelow(context: JudgeContext, name: string, paths = /^vllm\/.*\.py$/): Promise<Caller[]> {
  const documents = await searchParsed(context, 'python', paths, new RegExp(`\\b${name}\\s*\\(`));
  return documents.flatMap(({ file, root }) =>
    callsOf(root, name, file.text).map((call) => ({ file, root, call })),
  );
}

/** All calls of the emulation: a scheme's, a utility's or a kernel's; anywhere, where there is none at those. */
export async function callers(context: JudgeContext): Promise<Caller[]> {
  const usual = /^vllm\/.*(?:nvfp4|linear|modelopt)[^/]*(?:\/[^/]*)?\.py$/;
  const found = await callsBelow(context, 'run_nvfp4_emulations', usual);
  return found.length > 0 ? found : callsBelow(context, 'run_nvfp4_emulations');
}

/** The arm of a shared preparation that is for the emulation; undefined where none is. */
function emulationArm(prepare: Node, text: string): Node | undefined {
  return descendants(prepare, 'if_statement', 'elif_clause')
    .filter((clause) => isEmulation(field(clause, 'condition'), text))
    .map((clause) => field(clause, 'consequence'))
    .find((body) => body !== undefined);
}

/** True where a block neither gives the scales another value nor hands the layer on to who may. */
function leavesScales(arm: Node, text: string): boolean {
  const handsOn = descendants(arm, 'call').some((call) =>
    /\(\s*layer\s*[,)]|weight_scale/.test(textOf(call, text)),
  );
  return !handsOn && !/\bweight_scale\w*\s*=/.test(textOf(arm, text));
}

/** The layout that a caller hands over: does its own preparation of the weight interleave the scales? */
function layoutOf({ file, root, call }: Caller): Contract['layout'] | Unknown {
  const { text } = file;
  const cls = ancestor(call, 'class_definition');
  const prepare = cls
    ? methods(cls).find((fn) => nameOf(fn, text) === 'process_weights_after_loading')
    : functionNamed(root, 'convert_to_nvfp4_linear_kernel_format', text);
  if (!prepare) return undefined;
  // A shared preparation has an arm for each backend, and none for the emulation, or one that is about a table.
  if (!cls) {
    const arm = emulationArm(prepare, text);
    const mentioned = descendants(prepare, 'identifier').some((node) => textOf(node, text) === 'EMULATION');
    return mentioned && !(arm && leavesScales(arm, text)) ? undefined : 'linear';
  }
  return callsOf(prepare, 'swizzle_blockscale', text).length > 0 ? 'swizzled' : 'linear';
}

/**
 * What the layers' global scale is. Compressed-tensors checkpoints store a divisor: a scheme that stores its
 * reciprocal makes it a factor, as ModelOpt's is.
 */
async function scaleOfLayers(context: JudgeContext): Promise<Contract['scale'] | Unknown> {
  const documents = await searchParsed(
    context,
    'python',
    /^vllm\/.*compressed_tensors[^/]*w4a4[^/]*\.py$/,
    /\blayer\.weight_global_scale\s*=/,
  );
  const found = documents.map(({ file: { text }, root }) => {
    const fn = functionNamed(root, 'process_weights_after_loading', text);
    const stored = fn ? assignmentsTo(fn, 'layer.weight_global_scale', text) : [];
    return stored.map((assignment) => {
      const reciprocal = descendants(assignment, 'binary_operator').some(
        (node) => /^1(?:\.0)?$/.test(textOf(field(node, 'left')!, text)) && /\//.test(textOf(node, text)),
      );
      return reciprocal ? 'factor' : 'divisor';
    });
  });
  const scales = new Set(found.flat());
  return scales.size === 1 ? ([...scales][0] as Contract['scale']) : undefined;
}

/** What a caller hands over. */
export async function provided(caller: Caller, context: JudgeContext): Promise<Partial<Contract>> {
  const layout = layoutOf(caller);
  const scale = await scaleOfLayers(context);
  return { ...(layout && { layout }), ...(scale && { scale }) };
}

/** The texts of a call's positional arguments. */
export function argumentTexts(call: Node, text: string): string[] {
  return positional(field(call, 'arguments')).map((argument) => textOf(argument, text));
}
