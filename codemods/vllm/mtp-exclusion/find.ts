import {
  bases,
  classes,
  descendants,
  isOurs,
  isSafe,
  type JudgeContext,
  mark,
  methods,
  type Node,
  nameOf,
  parameters,
  type SiteState,
  type SourceFile,
  sameCode,
  statements,
  stringValue,
  textOf,
} from '../../../src/api.js';

export const ID = 'vllm/mtp-exclusion';
const CONFIG = 'ModelOptNvFp4Config';
const METHOD = 'is_layer_excluded';

/**
 * The rule: a layer below `mtp.` that belongs to none of the MTP layers is unquantised where the list names a
 * whole MTP layer. An entry for a part of a layer (`mtp.layers.0.mlp.gate`) says nothing about `mtp.fc`.
 */
const ruleOver = (list: string): readonly string[] => [
  'if prefix.startswith("mtp.") and not prefix.startswith("mtp.layers."):',
  '    from regex import fullmatch',
  '',
  '    layer = r"mtp\\.layers\\.\\d+(\\.?\\*)?"',
  `    return any(fullmatch(layer, name) for name in ${list})`,
];

/** What is inserted, without indentation; `list` is what the matcher calls the excluded modules. */
export const inserted = (list: string): readonly string[] => [
  `# ${mark(ID)}`,
  '# Exporters that list whole MTP layers ("mtp.layers.0*") leave mtp.fc',
  '# unquantized as well, and do not list it.',
  ...ruleOver(list),
];

/** The function that decides which layers of an NVFP4 checkpoint stay unquantised. */
export interface Matcher {
  readonly file: SourceFile;
  readonly fn: Node;
  /** The final `return False`, before which the rule goes. */
  readonly last: Node | undefined;
  readonly state: SiteState;
  readonly what: string;
  /** What the matcher calls the list: its own parameter, or the config's attribute. */
  readonly list: string;
}

/** The config's own method, or the one that it inherits within the file. */
function findMethod(cls: Node, all: readonly Node[], text: string): Node | undefined {
  const own = methods(cls).find((fn) => nameOf(fn, text) === METHOD);
  if (own) return own;
  const inherited = bases(cls, text).map((base) => all.find((other) => nameOf(other, text) === base));
  for (const base of inherited) {
    const found = base && base.id !== cls.id ? findMethod(base, all, text) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** The matcher of a file, undefined where the file has no NVFP4 config. */
export async function readMatcher(file: SourceFile, context: JudgeContext): Promise<Matcher | undefined> {
  const { text } = file;
  const { root } = await context.parse(file, 'python');
  const all = classes(root);
  const config = all.find((cls) => nameOf(cls, text) === CONFIG);
  if (!config) return undefined;
  const fn = findMethod(config, all, text);
  const [, , given] = fn ? parameters(fn, text) : [];
  const list = given ?? 'self.exclude_modules';
  const at = { file, fn: fn ?? config, list };
  const unknown = (what: string): Matcher => ({ ...at, last: undefined, state: 'unknown', what });
  if (!fn) return unknown(`${CONFIG} has no ${METHOD}`);
  const body = statements(fn);
  const last = body.at(-1);
  if (!last || !isSafe(fn) || textOf(last, text).replace(/\s+/g, ' ') !== 'return False') {
    return unknown(`${METHOD} does not end in "return False"`);
  }
  if (!/^self,prefix(?:,exclude_modules)?$/.test(parameters(fn, text).join())) {
    return unknown(`${METHOD} takes other arguments`);
  }
  const lines = ruleOver(list);
  const rule = (await context.parse({ path: 'rule.py', text: `${lines.join('\n')}\n` }, 'python')).root;
  const written = body.find((statement) => sameCode(statement, text, rule, lines.join('\n')));
  const marked = isOurs(file, ID, fn);
  if (written) {
    return { ...at, last, state: marked ? 'ours' : 'right', what: 'excludes mtp.fc beside whole MTP layers' };
  }
  const mentions = descendants(fn, 'string', 'concatenated_string').some((node) =>
    stringValue(node, text)?.startsWith('mtp'),
  );
  if (marked || mentions) return unknown(`${METHOD} has another rule for MTP layers`);
  return { ...at, last, state: 'wrong', what: 'quantises mtp.fc beside excluded MTP layers' };
}
