import { type ConversionAsm, readConversion } from '../evaluate/e2m1/conversion.js';
import type { SourceFile } from '../source/file.js';
import type { SourceTree } from '../source/tree.js';
import type { Node } from '../syntax/document.js';
import type { Documents } from '../syntax/parser.js';
import { ancestor, descendants, textOf } from '../syntax/query.js';

const INSTRUCTION = 'e2m1x2.f32';

/** A function that packs floats into E2M1 codes: what it takes, and what its asm puts where. */
export interface Converter {
  readonly name: string;
  /** The whole definition, conditions included. */
  readonly text: string;
  readonly parameter: { readonly type: 'float' | 'float2'; readonly name: string; readonly count: number };
  /** `uint32_t`, or a struct of two. */
  readonly returns: string;
  readonly asm: ConversionAsm;
}

/** A file of conversions without a kernel of its own: the header of vLLM from v0.10.2 on. */
export interface ConversionHeader {
  readonly file: SourceFile;
  readonly converters: readonly Converter[];
  /** Other definitions that the converters use: structs that they return, functions that they call. */
  readonly helpers: readonly { readonly name: string; readonly text: string }[];
}

const PARAMETER = /\b(float2?)\s*\(\s*&\s*(\w+)\s*\)\s*\[\s*(\d+)\s*\]/;

function converterOf(asm: Node, text: string): Converter | undefined {
  const fn = ancestor(asm, 'function_definition');
  const conversion = readConversion(asm, text);
  const declarator = fn?.childForFieldName('declarator');
  const type = fn?.childForFieldName('type');
  if (!fn || !conversion || !declarator || !type) return undefined;
  const parameter = PARAMETER.exec(textOf(declarator, text));
  const name = /([A-Za-z_]\w*)\s*\(/.exec(textOf(declarator, text))?.[1];
  if (!parameter || name === undefined) return undefined;
  return {
    name,
    text: textOf(fn, text),
    parameter: { type: parameter[1] as 'float' | 'float2', name: parameter[2]!, count: Number(parameter[3]) },
    returns: textOf(type, text),
    asm: conversion,
  };
}

/** Definitions at namespace scope that `used` names, and those that they name in turn, in source order. */
function helpersOf(
  root: Node,
  text: string,
  used: string,
  own: ReadonlySet<string>,
): ConversionHeader['helpers'] {
  const definitions = descendants(root, 'function_definition', 'struct_specifier').flatMap((node) => {
    const inner =
      node.type === 'function_definition'
        ? node.childForFieldName('declarator')
        : node.childForFieldName('name');
    const name = inner && /[A-Za-z_]\w*/.exec(textOf(inner, text))?.[0];
    const isTemplate = ancestor(node, 'template_declaration') !== undefined;
    if (!name || own.has(name) || isTemplate || !node.childForFieldName('body')) return [];
    return [
      {
        name,
        start: node.startIndex,
        text: textOf(node, text) + (node.type === 'struct_specifier' ? ';' : ''),
      },
    ];
  });
  const wanted = new Set<(typeof definitions)[number]>();
  const queue = [used];
  for (let body = queue.pop(); body !== undefined; body = queue.pop()) {
    for (const definition of definitions) {
      if (wanted.has(definition) || !new RegExp(`\\b${definition.name}\\b`).test(body)) continue;
      wanted.add(definition);
      queue.push(definition.text);
    }
  }
  return [...wanted].sort((a, b) => a.start - b.start);
}

/** The header's text with what its preprocessor conditions decide left to the compiler. */
export async function readHeader(
  file: SourceFile,
  documents: Documents,
): Promise<ConversionHeader | undefined> {
  const { root } = await documents.parse(file, 'cuda');
  const asms = descendants(root, 'gnu_asm_expression').filter((node) =>
    textOf(node, file.text).includes(INSTRUCTION),
  );
  const converters = asms
    .map((asm) => converterOf(asm, file.text))
    .filter((found): found is Converter => found !== undefined);
  if (converters.length === 0) return undefined;
  const used = converters.map(({ text }) => text).join('\n');
  return {
    file,
    converters,
    helpers: helpersOf(root, file.text, used, new Set(converters.map(({ name }) => name))),
  };
}

/** Conversion headers of a tree, newest place first. */
export async function conversionHeaders(
  tree: SourceTree,
  documents: Documents,
): Promise<readonly ConversionHeader[]> {
  const paths = (await tree.paths()).filter((path) =>
    /^(?:csrc|include)\/(?!rocm\/|cpu\/).*\.(?:cuh|h|hpp)$/.test(path),
  );
  const found: ConversionHeader[] = [];
  for (const path of paths) {
    const file = await tree.read(path);
    const header = file?.text.includes(INSTRUCTION) ? await readHeader(file, documents) : undefined;
    if (header) found.push(header);
  }
  return found;
}
