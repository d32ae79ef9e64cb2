import type { Allowance } from '../../source/limits.js';

/** Preprocessor tokens and macro expansion: what the value of an `#if` depends on. */

export interface Token {
  readonly kind: 'number' | 'name' | 'operator' | 'other';
  readonly text: string;
  /** Macros that this token came out of: they are not expanded again. */
  readonly hidden?: ReadonlySet<string>;
}

export interface Macro {
  /** Undefined for an object-like macro. */
  readonly parameters: readonly string[] | undefined;
  readonly body: readonly Token[];
}

export type Macros = ReadonlyMap<string, Macro>;

const TOKEN =
  /[ \t\r\n\f\v]+|(\.?\d(?:'?[\w.])*)|([A-Za-z_]\w*)|(##|&&|\|\||[=!<>]=|<<|>>|[-+*/%<>!~()&|^?:,#])|([\s\S])/g;

export function tokenize(text: string): Token[] {
  const found: Token[] = [];
  for (const [, number, name, operator, other] of text.matchAll(TOKEN)) {
    if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (name !== undefined) found.push({ kind: 'name', text: name });
    else if (operator !== undefined) found.push({ kind: 'operator', text: operator });
    else if (other !== undefined) found.push({ kind: 'other', text: other });
  }
  return found;
}

/** Reads what follows `#define`. A parameter list starts right after the name, with no blank. */
export function readMacro(text: string): { readonly name: string; readonly macro: Macro } | undefined {
  const match = /^([A-Za-z_]\w*)(?:\(([^)]*)\))?([\s\S]*)$/.exec(text);
  if (!match) return undefined;
  const list = match[2]?.split(',').map((name) => name.trim());
  const parameters = list
    ?.map((name) => (name === '...' ? '__VA_ARGS__' : name))
    .filter((name) => name !== '');
  return { name: match[1]!, macro: { parameters, body: tokenize(match[3]!) } };
}

/** Arguments of a call whose `(` is at `open`, and the index after its `)`. Undefined where it is not closed. */
function readArguments(tokens: readonly Token[], open: number): { args: Token[][]; end: number } | undefined {
  const args: Token[][] = [[]];
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    const token = tokens[at]!;
    if (token.text === ')') depth -= 1;
    if (depth === 0 && at > open) return { args, end: at + 1 };
    if (token.text === ',' && depth === 1) args.push([]);
    else if (at > open) args.at(-1)!.push(token);
    if (token.text === '(') depth += 1;
  }
  return undefined;
}

/** The body with arguments in place of parameters, and `##` joined. Stringifying has no use in an `#if`. */
function substitute(
  { parameters, body }: Macro,
  args: readonly Token[][],
  macros: Macros,
  allowance: Allowance,
): Token[] {
  const variadic = parameters?.at(-1) === '__VA_ARGS__' ? parameters.length - 1 : -1;
  const out: Token[] = [];
  let paste = false;
  for (const [at, token] of body.entries()) {
    if (token.text === '##') {
      paste = true;
      continue;
    }
    const index = parameters?.indexOf(token.text) ?? -1;
    const raw = index === variadic && index >= 0 ? args.slice(index).flat() : (args[index] ?? []);
    const joins = paste || body[at + 1]?.text === '##';
    const piece = index < 0 ? [token] : joins ? raw : expand(raw, macros, allowance);
    const last = paste ? out.pop() : undefined;
    out.push(
      ...(last ? tokenize(`${last.text}${piece[0]?.text ?? ''}`) : piece.slice(0, 1)),
      ...piece.slice(1),
    );
    paste = false;
  }
  return out;
}

/** The operand of `defined`, and the index after it. */
function definedOperand(tokens: readonly Token[], at: number): { name: string; end: number } {
  const parenthesised = tokens[at]?.text === '(';
  return { name: tokens[parenthesised ? at + 1 : at]?.text ?? '', end: at + (parenthesised ? 3 : 1) };
}

/** Expands all macros, and answers `defined`. (Prosser's algorithm, as the C standard describes it.) */
export function expand(tokens: readonly Token[], macros: Macros, allowance: Allowance): Token[] {
  const out: Token[] = [];
  let input = [...tokens];
  for (let at = 0; at < input.length; ) {
    const token = input[at]!;
    if (token.kind === 'name' && token.text === 'defined') {
      const { name, end } = definedOperand(input, at + 1);
      out.push({ kind: 'number', text: macros.has(name) ? '1' : '0' });
      at = end;
      continue;
    }
    allowance.spend(1);
    const macro =
      token.kind === 'name' && !token.hidden?.has(token.text) ? macros.get(token.text) : undefined;
    if (macro) allowance.spend(input.length);
    const call = macro?.parameters && input[at + 1]?.text === '(' ? readArguments(input, at + 1) : undefined;
    if (!macro || (macro.parameters && !call)) {
      out.push(token);
      at += 1;
      continue;
    }
    const hidden = new Set([...(token.hidden ?? []), token.text]);
    const body = substitute(macro, call?.args ?? [], macros, allowance).map((own) => ({
      ...own,
      hidden: new Set([...hidden, ...(own.hidden ?? [])]),
    }));
    allowance.spend(body.length);
    input = [...body, ...input.slice(call?.end ?? at + 1)];
    at = 0;
  }
  return out;
}
