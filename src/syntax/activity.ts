/**
 * Which lines of a C or CUDA file are compiled for a target: a small preprocessor for conditions only.
 * It answers "is this already guarded?" by meaning, whatever names a guard uses.
 */

/** Macros that nvcc 13.0 predefines for a device target, e.g. `121a` (measured; see codemods READMEs). */
export function deviceMacros(sm: string): Map<string, string> {
  const match = /^(\d+)([af]?)$/.exec(sm);
  if (!match) throw new Error(`not an sm target: ${sm}`);
  const arch = `${match[1]}0`;
  const macros = new Map([
    ['__CUDA_ARCH__', arch],
    ['__CUDACC__', '1'],
    ['CUDA_VERSION', '13000'],
    ['CUDART_VERSION', '13000'],
  ]);
  if (match[2] !== '' && match[1] !== '90') macros.set('__CUDA_ARCH_FAMILY_SPECIFIC__', arch);
  if (match[2] === 'a') {
    macros.set('__CUDA_ARCH_SPECIFIC__', arch);
    macros.set(`__CUDA_ARCH_FEAT_SM${match[1]}_ALL`, '1');
  }
  return macros;
}

type Token = { readonly kind: 'number' | 'name' | 'operator'; readonly text: string };

function tokens(text: string): Token[] | undefined {
  const found: Token[] = [];
  const pattern = /\s*(?:(\d[\w.']*)|([A-Za-z_]\w*)|(&&|\|\||[=!<>]=|<<|>>|[-+*/%<>!~()&|^?:,]))/y;
  let at = 0;
  while (at < text.trimEnd().length) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) return undefined;
    const [, number, name, operator] = match;
    if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (name !== undefined) found.push({ kind: 'name', text: name });
    else found.push({ kind: 'operator', text: operator! });
    at = pattern.lastIndex;
  }
  return found;
}

const PRECEDENCE: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

const OPERATIONS: Record<string, (a: number, b: number) => number> = {
  '||': (a, b) => Number(a !== 0 || b !== 0),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '&': (a, b) => a & b,
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
  '<=': (a, b) => Number(a <= b),
  '>=': (a, b) => Number(a >= b),
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >> b,
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? 0 : Math.trunc(a / b)),
  '%': (a, b) => (b === 0 ? 0 : a % b),
};

class Expression {
  #at = 0;
  constructor(
    readonly tokens: readonly Token[],
    readonly macros: ReadonlyMap<string, string>,
    readonly depth: number,
  ) {}

  value(): number {
    const value = this.#binary(0);
    if (this.#peek() === '?') {
      this.#at += 1;
      const yes = this.value();
      this.#at += 1;
      const no = this.value();
      return value !== 0 ? yes : no;
    }
    return value;
  }

  #peek(): string | undefined {
    return this.tokens[this.#at]?.text;
  }

  #binary(level: number): number {
    const operators = PRECEDENCE[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    for (let next = this.#peek(); next !== undefined && operators.includes(next); next = this.#peek()) {
      this.#at += 1;
      left = OPERATIONS[next]!(left, this.#binary(level + 1));
    }
    return left;
  }

  #unary(): number {
    const token = this.tokens[this.#at];
    this.#at += 1;
    if (!token) return 0;
    if (token.kind === 'number')
      return Number.parseInt(token.text.replace(/[uUlL']+$/, ''), token.text.startsWith('0x') ? 16 : 10);
    if (token.text === '!') return Number(this.#unary() === 0);
    if (token.text === '-') return -this.#unary();
    if (token.text === '+') return this.#unary();
    if (token.text === '~') return ~this.#unary();
    if (token.text === '(') {
      const value = this.value();
      this.#at += 1;
      return value;
    }
    if (token.text === 'defined') return this.#defined();
    if (this.#peek() === '(') return this.#call();
    const body = this.macros.get(token.text);
    return body === undefined ? 0 : evaluateCondition(body, this.macros, this.depth + 1);
  }

  #defined(): number {
    const parenthesised = this.#peek() === '(';
    if (parenthesised) this.#at += 1;
    const name = this.#peek() ?? '';
    this.#at += parenthesised ? 2 : 1;
    return Number(this.macros.has(name));
  }

  /** A function-like macro that this reader does not know counts as 0. */
  #call(): number {
    for (let depth = 0; this.#at < this.tokens.length; ) {
      const text = this.#peek();
      this.#at += 1;
      if (text === '(') depth += 1;
      else if (text === ')') {
        depth -= 1;
        if (depth === 0) break;
      }
    }
    return 0;
  }
}

/** The value of an `#if` condition. Unknown names are 0, as in C. */
export function evaluateCondition(text: string, macros: ReadonlyMap<string, string>, depth = 0): number {
  const list = tokens(text.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/\/\/.*$/, ''));
  if (!list || depth > 20) return 0;
  return new Expression(list, macros, depth).value();
}

/** Byte ranges of the lines that a target compiles. */
export function activeRanges(
  text: string,
  predefined: ReadonlyMap<string, string>,
): { start: number; end: number }[] {
  const macros = new Map(predefined);
  // One entry an open #if: is the branch active, and was one of its branches taken already?
  const stack: { active: boolean; taken: boolean }[] = [];
  const ranges: { start: number; end: number }[] = [];
  const isActive = (): boolean => stack.every((level) => level.active);
  const line = /(?:\\\r?\n|[^\n])*(?:\n|$)/y;
  for (let at = 0; at < text.length; ) {
    line.lastIndex = at;
    const logical = line.exec(text)![0];
    const end = at + logical.length;
    const directive = /^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else|endif|define|undef)\b([\s\S]*)$/.exec(
      logical.replace(/\\\r?\n/g, ' ').trimEnd(),
    );
    if (!directive) {
      const last = ranges.at(-1);
      if (isActive()) {
        if (last?.end === at) last.end = end;
        else ranges.push({ start: at, end });
      }
    } else {
      const rest = directive[2]!.trim();
      const top = stack.at(-1);
      switch (directive[1]) {
        case 'if':
        case 'ifdef':
        case 'ifndef': {
          const name = rest.split(/\W/)[0]!;
          const holds =
            directive[1] === 'if'
              ? evaluateCondition(rest, macros) !== 0
              : macros.has(name) === (directive[1] === 'ifdef');
          stack.push({ active: holds, taken: holds });
          break;
        }
        case 'elif':
          if (top) {
            const holds = !top.taken && evaluateCondition(rest, macros) !== 0;
            top.active = holds;
            top.taken ||= holds;
          }
          break;
        case 'else':
          if (top) {
            top.active = !top.taken;
            top.taken = true;
          }
          break;
        case 'endif':
          stack.pop();
          break;
        case 'define': {
          const match = /^([A-Za-z_]\w*)(\([^)]*\))?\s*([\s\S]*)$/.exec(rest);
          if (match && isActive() && !match[2])
            macros.set(match[1]!, match[3]!.replace(/\/\/.*$/, '').trim());
          break;
        }
        case 'undef':
          if (isActive()) macros.delete(rest);
          break;
      }
    }
    at = end;
  }
  return ranges;
}

/** True where the byte is in a line that the target compiles. */
export function isCompiled(text: string, offset: number, macros: ReadonlyMap<string, string>): boolean {
  return activeRanges(text, macros).some((range) => range.start <= offset && offset < range.end);
}
