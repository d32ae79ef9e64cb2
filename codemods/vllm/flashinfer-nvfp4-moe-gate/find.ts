import {
  ancestor,
  assignmentsTo,
  behind,
  capabilityChecks,
  classes,
  descendants,
  field,
  importedName,
  methods,
  moduleFunctions,
  type Node,
  nameOf,
  textOf,
} from '../../../src/api.js';

/** A condition that decides whether FlashInfer's CUTLASS MoE runs NVFP4 on a device. */
export interface Gate {
  readonly name: string;
  readonly condition: Node;
  /** The statement that holds the condition. */
  readonly statement: Node;
  /** False where the function decides elsewhere as well. */
  readonly whole: boolean;
}

/** The gates of one age in a file. */
export type Reader = (root: Node, text: string) => Gate[];

const STATEMENTS = ['return_statement', 'if_statement'];

const gate = (name: string, condition: Node, whole = true): Gate => ({
  name,
  condition,
  whole,
  statement: STATEMENTS.includes(condition.type)
    ? condition
    : (ancestor(condition, ...STATEMENTS) ?? condition),
});

/** A function that is one condition: it returns once, and asks for capabilities nowhere else. */
function conditionOf(name: string, fn: Node, text: string): Gate {
  const returned = descendants(fn, 'return_statement').map((statement) => statement.namedChildren[0]);
  const [condition, ...more] = returned;
  const checks = condition ? capabilityChecks(condition, text).length : 0;
  const whole = more.length === 0 && checks === capabilityChecks(fn, text).length;
  return condition ? gate(name, condition, whole) : gate(name, fn, false);
}

/** v0.10.0: `if ... is_device_capability(100): self.allow_flashinfer_cutlass = True`. */
const inline: Reader = (root, text) => {
  const conditions = classes(root)
    .filter((cls) => nameOf(cls, text) === 'ModelOptNvFp4FusedMoE')
    .flatMap((cls) => descendants(cls, 'if_statement'))
    .filter(
      (node) => assignmentsTo(field(node, 'consequence')!, 'self.allow_flashinfer_cutlass', text).length > 0,
    )
    .map((node) => behind(field(node, 'condition')!, text));
  const asking = conditions.filter((condition) => capabilityChecks(condition, text).length > 0);
  // Where none asks for the device, it is opened or closed for all.
  return (asking.length > 0 ? asking : conditions).map((condition) =>
    gate('ModelOptNvFp4FusedMoE', condition),
  );
};

/** v0.10.1 – v0.15.0: a function of its own. */
const helper: Reader = (root, text) => {
  const name = 'is_flashinfer_fp4_cutlass_moe_available';
  return moduleFunctions(root, name, text).map((fn) => conditionOf(name, fn, text));
};

/** The smallest `and` around NVFP4's scheme that asks for a capability as well. */
function nvfp4Clause(value: Node, text: string): Node | undefined {
  const scheme = descendants(value, 'identifier').find((node) => importedName(node, text) === 'kNvfp4Static');
  let at = scheme && ancestor(scheme, 'boolean_operator');
  while (at && at.startIndex >= value.startIndex && at.endIndex <= value.endIndex) {
    if (textOf(field(at, 'operator')!, text) === 'and' && capabilityChecks(at, text).length > 0) return at;
    at = ancestor(at, 'boolean_operator');
  }
  return undefined;
}

/** v0.15 –: what the experts say about the device, and about NVFP4 on it. */
const experts: Reader = (root, text) => {
  const own = classes(root)
    .filter((cls) => nameOf(cls, text) === 'FlashInferExperts')
    .flatMap((cls) => methods(cls));
  const named = (name: string): Node[] => own.filter((fn) => nameOf(fn, text) === name);
  return [
    ...named('_supports_current_device').map((fn) =>
      conditionOf("FlashInferExperts' device check", fn, text),
    ),
    ...named('_supports_quant_scheme').map((fn) => {
      const clause = nvfp4Clause(fn, text);
      return gate("FlashInferExperts' NVFP4 check", clause ?? fn, clause !== undefined);
    }),
  ];
};

const FLASHINFER = /^vllm\/(?:.*\/)?[^/]*flashinfer[^/]*\.py$/;

/** Where the gates of each age are, in the order of their ages. */
export const READERS: readonly { paths: RegExp; content: RegExp; read: Reader }[] = [
  { paths: /^vllm\/(?:.*\/)?modelopt\.py$/, content: /\ballow_flashinfer_cutlass\b/, read: inline },
  { paths: FLASHINFER, content: /\bdef is_flashinfer_fp4_cutlass_moe_available\b/, read: helper },
  { paths: FLASHINFER, content: /\bclass FlashInferExperts\b/, read: experts },
];
