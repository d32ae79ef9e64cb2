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

/** What the emulation expects of a caller. */
export function expected({ file, fn, dequantise }: Emulation, root: Node, caller: Caller): Partial<Contract> {
  const { text } = file;
  const worker = dequantise ? functionNamed(root, 'dequantize_to_dtype', text) : fn;
  if (!worker) return {};
  const scale = scaleIn(worker, dequantise ? 'global_scale' : 'weight_global_scale', text);
  const layout = layoutIn(worker, text);
  if (typeof layout !== 'object') return { ...(layout && { layout }), ...(scale && { scale }) };
  const inner = passed(dequantise, worker, layout.flag, text, text);
  const outer = inner !== undefined && parameters(fn, text).includes(inner) ? inner : undefined;
  const value = outer === undefined ? inner : passed(caller.call, fn, outer, caller.file.text, text);
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

/** All calls of the emulation: a scheme's, a utility's or a kernel's. */
export async function callers(context: JudgeContext): Promise<Caller[]> {
  const documents = await searchParsed(
    context,
    'python',
    /^vllm\/.*(?:nvfp4|linear|modelopt)[^/]*(?:\/[^/]*)?\.py$/,
    /\brun_nvfp4_emulations\s*\(/,
  );
  return documents.flatMap(({ file, root }) =>
    callsOf(root, 'run_nvfp4_emulations', file.text).map((call) => ({ file, root, call })),
  );
}

/** The layout that a caller hands over: does its own preparation of the weight interleave the scales? */
function layoutOf({ file, root, call }: Caller): Contract['layout'] | Unknown {
  const { text } = file;
  const cls = ancestor(call, 'class_definition');
  const prepare = cls
    ? methods(cls).find((fn) => nameOf(fn, text) === 'process_weights_after_loading')
    : functionNamed(root, 'convert_to_nvfp4_linear_kernel_format', text);
  if (!prepare) return undefined;
  // A shared preparation has an arm for each backend, and none for the emulation.
  if (!cls) return /EMULATION/.test(textOf(prepare, text)) ? undefined : 'linear';
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
