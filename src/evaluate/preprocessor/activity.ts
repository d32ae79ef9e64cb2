/**
 * Which lines of a C or CUDA file are compiled for a target: a small preprocessor for conditions only.
 * It answers "is this already guarded?" by meaning, whatever names a guard uses. Included files are not
 * read: what they define is not known here.
 */
import { TooLarge } from '../../failure.js';
import { Allowance } from '../../source/limits.js';
import { holds } from './condition.js';
import { type Macro, readMacro, tokenize } from './macros.js';

/** Macros that nvcc 13.0 and the toolkit's own headers predefine for a device target, e.g. `121a`. */
export function deviceMacros(sm: string): Map<string, string> {
  const match = /^(\d+)([af]?)$/.exec(sm);
  if (!match) throw new Error(`not an sm target: ${sm}`);
  const arch = `${match[1]}0`;
  const macros = new Map([
    ['__CUDA_ARCH__', arch],
    ['__CUDA_ARCH_LIST__', arch],
    ['__CUDACC__', '1'],
    ['__CUDACC_VER_MAJOR__', '13'],
    ['__CUDACC_VER_MINOR__', '0'],
    ['__NVCC__', '1'],
    ['__cplusplus', '201703L'],
    ['CUDA_VERSION', '13000'],
    ['CUDART_VERSION', '13000'],
  ]);
  if (match[2] !== '') macros.set('__CUDA_ARCH_FAMILY_SPECIFIC__', arch);
  if (match[2] === 'a') {
    macros.set('__CUDA_ARCH_SPECIFIC__', arch);
    macros.set(`__CUDA_ARCH_FEAT_SM${match[1]}_ALL`, '1');
  }
  return macros;
}

const RAW_STRING = /(?:u8|[uUL])?R"([^()\\\s"]{0,16})\([\s\S]*?\)\1"/;
const COMMENT = /\/\/(?:\\\r?\n|[^\n])*|\/\*[\s\S]*?(?:\*\/|$)/;
/** Read so that what is in them is not taken for a comment, and no apostrophe of a number for a quote. */
const LITERAL = /[A-Za-z_]\w*|\.?\d(?:'?[\w.])*|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?/;
const PIECES = new RegExp(`(${RAW_STRING.source})|${LITERAL.source}|(${COMMENT.source})`, 'g');

/**
 * Comments and raw strings as blanks, at the same length. Their line ends go too: to the preprocessor, a
 * comment over several lines is one blank within one line.
 */
function blankComments(text: string): string {
  return text.replace(PIECES, (piece, rawString?: string, _delimiter?: string, comment?: string) =>
    rawString === undefined && comment === undefined ? piece : ' '.repeat(piece.length),
  );
}

/** One open `#if`: is its branch active, was one of its branches taken already, and is all around it active? */
interface Level {
  active: boolean;
  taken: boolean;
  readonly around: boolean;
}

/** Compilers promise 63 levels; upstream has 6. */
const NESTING = 256;
/** Tokens that the conditions of one file may take together. Upstream's largest takes some thousands. */
const TOKENS = 2_000_000;

class Conditions {
  readonly #levels: Level[] = [];
  readonly #macros: Map<string, Macro>;
  readonly #allowance = new Allowance(TOKENS, 'expanding the conditions of a file');

  constructor(predefined: ReadonlyMap<string, string>) {
    this.#macros = new Map(
      [...predefined].map(([name, body]) => [name, { parameters: undefined, body: tokenize(body) }]),
    );
  }

  get active(): boolean {
    const level = this.#levels.at(-1);
    return !level || (level.around && level.active);
  }

  directive(name: string, rest: string): void {
    switch (name) {
      case 'if':
      case 'ifdef':
      case 'ifndef': {
        const { active: around } = this;
        const active = this.#holds(name, rest);
        this.#levels.push({ active, taken: active, around });
        if (this.#levels.length > NESTING) throw new TooLarge(`conditions nest deeper than ${NESTING}`);
        break;
      }
      case 'elif':
      case 'elifdef':
      case 'elifndef':
        this.#alternative(() => this.#holds(name.slice(2), rest));
        break;
      case 'else':
        this.#alternative(() => true);
        break;
      case 'endif':
        this.#levels.pop();
        break;
      case 'define':
        this.#define(rest);
        break;
      case 'undef':
        if (this.active) this.#macros.delete(rest);
    }
  }

  #holds(name: string, rest: string): boolean {
    if (name === 'if') return holds(rest, this.#macros, this.#allowance);
    return this.#macros.has(/^\w*/.exec(rest)![0]) === (name === 'ifdef');
  }

  #alternative(condition: () => boolean): void {
    const level = this.#levels.at(-1);
    if (!level) return;
    level.active = !level.taken && condition();
    level.taken ||= level.active;
  }

  #define(rest: string): void {
    const defined = this.active ? readMacro(rest) : undefined;
    if (defined) this.#macros.set(defined.name, defined.macro);
  }
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

const LOGICAL_LINE = /(?:\\\r?\n|[^\n])*(?:\n|$)/y;
const DIRECTIVE =
  /^\s*#[ \t]*(if|ifdef|ifndef|elif|elifdef|elifndef|else|endif|define|undef)(?![A-Za-z0-9_])([\s\S]*)$/;

interface Line extends Range {
  readonly directive: { readonly name: string; readonly rest: string } | undefined;
}

function readLines(text: string): Line[] {
  const code = blankComments(text.replace(/^\xef\xbb\xbf/, '   '));
  const lines: Line[] = [];
  for (let start = 0; start < code.length; ) {
    LOGICAL_LINE.lastIndex = start;
    const line = LOGICAL_LINE.exec(code)![0];
    const end = start + line.length;
    const found = line.includes('#') ? DIRECTIVE.exec(line.replace(/\\\r?\n/g, '')) : null;
    lines.push({ start, end, directive: found ? { name: found[1]!, rest: found[2]!.trim() } : undefined });
    start = end;
  }
  return lines;
}

/** A file is asked about for every target and for every site: its lines, and each answer, are kept for a while. */
const KEPT_FILES = 8;
const kept = new Map<string, { readonly lines: readonly Line[]; readonly answers: Map<string, Range[]> }>();

function keptOf(text: string): NonNullable<ReturnType<typeof kept.get>> {
  const file = kept.get(text) ?? { lines: readLines(text), answers: new Map() };
  kept.delete(text);
  kept.set(text, file);
  const oldest = kept.size > KEPT_FILES ? kept.keys().next().value : undefined;
  if (oldest !== undefined) kept.delete(oldest);
  return file;
}

/** Byte ranges of the lines that a target compiles; lines of directives are in none of them. */
export function activeRanges(text: string, predefined: ReadonlyMap<string, string>): readonly Range[] {
  const { lines, answers } = keptOf(text);
  const key = JSON.stringify([...predefined]);
  const known = answers.get(key);
  if (known) return known;
  const conditions = new Conditions(predefined);
  const ranges: { start: number; end: number }[] = [];
  for (const { start, end, directive } of lines) {
    if (directive) conditions.directive(directive.name, directive.rest);
    else if (conditions.active) {
      const last = ranges.at(-1);
      if (last?.end === start) last.end = end;
      else ranges.push({ start, end });
    }
  }
  answers.set(key, ranges);
  return ranges;
}

/** The text of the same length in which only lines that the target compiles are left. */
export function onlyCompiled(text: string, macros: ReadonlyMap<string, string>): string {
  let [kept, at] = ['', 0];
  for (const { start, end } of activeRanges(text, macros)) {
    kept += text.slice(at, start).replace(/[^\r\n]/g, ' ') + text.slice(start, end);
    at = end;
  }
  return kept + text.slice(at).replace(/[^\r\n]/g, ' ');
}

/** True where the byte is in a line that the target compiles. */
export function isCompiled(text: string, offset: number, macros: ReadonlyMap<string, string>): boolean {
  return activeRanges(text, macros).some((range) => range.start <= offset && offset < range.end);
}
