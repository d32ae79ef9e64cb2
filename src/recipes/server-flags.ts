import { Failure } from '../failure.js';
import type { Document, Node } from '../syntax/document.js';
import {
  assignmentsTo,
  bases,
  calleeName,
  callsOf,
  classes,
  keywordValue,
  nameOf,
  positional,
  stringValue,
} from '../syntax/python.js';
import { ancestor, descendants, field, textOf } from '../syntax/query.js';
import type { SourceIndex } from './source-index.js';
import { classFacts, classNamed, type TypeFacts, typeFacts } from './type-facts.js';

/** One flag of `vllm serve`, as the tree's argument parser declares it. */
export interface FlagFacts {
  /** Without value, or with `--no-` before its name. */
  readonly boolean: boolean;
  /** True where `--no-…` is accepted. */
  readonly negatable: boolean;
  /** What its value may be; undefined where the source does not say. */
  readonly type: TypeFacts | undefined;
}

export type ServerFlags = ReadonlyMap<string, FlagFacts>;

/** The files that declare flags of the server. */
const PARSERS = /^vllm\/(?:engine\/arg_utils|entrypoints\/openai\/cli_args|entrypoints\/cli\/serve)\.py$/;

const UNKNOWN: TypeFacts = { choices: new Set(), open: true, anyCase: false, boolean: false, classes: [] };

/** The class that `<name> = get_kwargs(<class>)` reads its fields from, in the function of `node`. */
function kwargsClass(name: string, node: Node, text: string): string | undefined {
  const scope = ancestor(node, 'function_definition') ?? node.tree.rootNode;
  const value = assignmentsTo(scope, name, text)
    .map((assignment) => field(assignment, 'right'))
    .find((right) => right?.type === 'call' && calleeName(right, text) === 'get_kwargs');
  const [argument] = value ? positional(field(value, 'arguments')) : [];
  return argument && textOf(argument, text);
}

/** The `<kwargs>["field"]` of a call's arguments, in place or by way of a variable. */
function fieldReads(call: Node, text: string): Node[] {
  const scope = ancestor(call, 'function_definition') ?? call.tree.rootNode;
  const list = field(call, 'arguments')!;
  const named = descendants(list, 'dictionary_splat').flatMap((splat) =>
    assignmentsTo(scope, textOf(splat, text).replace(/^\*+/, ''), text),
  );
  const values = named
    .map((assignment) => field(assignment, 'right'))
    .filter((value) => value?.type === 'subscript');
  return [...descendants(list, 'subscript'), ...values.map((value) => value!)];
}

/** The annotation that `**<kwargs>["field"]` of a call goes back to. */
async function fieldType(call: Node, document: Document, index: SourceIndex): Promise<TypeFacts | undefined> {
  const { text } = document.file;
  for (const subscript of fieldReads(call, text)) {
    const key = stringValue(field(subscript, 'subscript'), text);
    const owner = kwargsClass(textOf(field(subscript, 'value')!, text), call, text);
    const found = owner && key !== undefined ? await index.definition(owner, document) : undefined;
    if (found?.node.type !== 'class_definition') continue;
    const annotation = (await classFacts(found.node, found.document, index)).fields.get(key!);
    return annotation ? typeFacts(annotation.node, annotation.document, index) : UNKNOWN;
  }
  return undefined;
}

function explicitType(call: Node, text: string): TypeFacts | undefined {
  const list = keywordValue(call, 'choices', text);
  if (list?.type !== 'list') return undefined;
  const choices = positional(list).map((item) => stringValue(item, text));
  return {
    ...UNKNOWN,
    choices: new Set(choices.filter((choice) => choice !== undefined)),
    open: choices.includes(undefined),
  };
}

async function flagFacts(call: Node, document: Document, index: SourceIndex): Promise<FlagFacts> {
  const { text } = document.file;
  const actionNode = keywordValue(call, 'action', text);
  const action = actionNode ? (stringValue(actionNode, text) ?? textOf(actionNode, text)) : '';
  if (/^store_(?:true|false|const)$/.test(action))
    return { boolean: true, negatable: false, type: undefined };
  const type = (await fieldType(call, document, index)) ?? explicitType(call, text);
  const negatable = /BooleanOptionalAction$/.test(action) || Boolean(type?.boolean);
  return { boolean: negatable, negatable, type };
}

/** Classes that a loop over `get_kwargs(<owner>)` makes flags of. `cls` is the method's class, or one made of it. */
function loopClasses(call: Node, document: Document): Node[] {
  const { text } = document.file;
  const loop = ancestor(call, 'for_statement');
  const over = loop && /^\w+/.exec(textOf(field(loop, 'right')!, text))?.[0];
  const owner = over && kwargsClass(over, call, text);
  if (!owner) return [];
  if (owner !== 'cls') return [classNamed(owner, document)].filter((cls): cls is Node => cls !== undefined);
  const own = ancestor(call, 'class_definition');
  const name = own ? nameOf(own, text) : '';
  return classes(document.root).filter((cls) => cls.id === own?.id || bases(cls, text).includes(name));
}

async function readFlags(
  document: Document,
  index: SourceIndex,
  into: Map<string, FlagFacts>,
): Promise<void> {
  const { text } = document.file;
  for (const call of callsOf(document.root, 'add_argument', text)) {
    const names = positional(field(call, 'arguments'));
    const plain = names.map((name) => stringValue(name, text)).filter((name) => name?.startsWith('-'));
    for (const name of plain) into.set(name!.replaceAll('_', '-'), await flagFacts(call, document, index));
    if (plain.length > 0 || !names.some((name) => name.type === 'string')) continue;
    for (const cls of loopClasses(call, document)) {
      for (const [name, annotation] of (await classFacts(cls, document, index)).fields) {
        const type = await typeFacts(annotation.node, annotation.document, index);
        into.set(`--${name.replaceAll('_', '-')}`, { boolean: type.boolean, negatable: type.boolean, type });
      }
    }
  }
}

/** Every flag of `vllm serve` at a revision, read from the argument parser's source. */
export async function serverFlags(index: SourceIndex): Promise<ServerFlags> {
  const flags = new Map<string, FlagFacts>();
  for (const document of await index.openAll(PARSERS)) await readFlags(document, index, flags);
  if (!flags.has('--tensor-parallel-size') || !flags.has('--host')) {
    throw new Failure('unavailable', 'the argument parser of vllm serve was not found in this tree', {
      why: 'it is not a vLLM tree, or the parser moved in a newer release',
      next: 'name another revision with --target vllm@<revision>',
    });
  }
  return flags;
}
