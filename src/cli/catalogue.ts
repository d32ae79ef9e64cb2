import type { Command } from 'commander';
import type { Gap } from '../codemod/gap.js';
import type { Refusal } from '../codemod/refusal.js';
import type { Codemod, Evidence } from '../codemod/types.js';
import { EXIT } from '../failure.js';
import { GAPS, REFUSALS } from '../fixes/built-in.js';
import { type FixSet, readFixes } from '../fixes/fix-set.js';
import { resolveId } from '../fixes/names.js';
import { readPins } from '../pins/pins.js';
import { effectText } from '../report/effects.js';
import { fold } from '../report/text.js';
import type { Io } from './io.js';
import { collect, defaultPins } from './options.js';

interface CatalogueOptions {
  readonly fixes: string[];
  readonly pins: string;
  readonly json?: boolean;
}

async function fixesOf({ fixes: given, pins }: CatalogueOptions): Promise<FixSet> {
  return readFixes({ given, pins, named: (await readPins(pins)).fixes });
}

function described(codemod: Codemod): object {
  const { id, project, title, why, effect, references, retire, options } = codemod;
  return {
    ...{ id, project, title, why, ...(effect ? { effect } : {}), retire, references },
    ...(options ? { options } : {}),
  };
}

const indent = (text: string): string[] => fold(text, 94).map((line) => `  ${line}`);

function referenceLines(references: readonly Evidence[]): string[] {
  return references.flatMap(({ kind, ref, date, note }) => {
    const [first = '', ...rest] = fold(`${kind} ${ref}${date ? ` (${date})` : ''}: ${note}`, 92);
    return [`  - ${first}`, ...rest.map((line) => `    ${line}`)];
  });
}

function optionLines({ id, options = {} }: Codemod): string[] {
  return Object.entries(options).flatMap(([name, option]) => [
    `  --option ${id}.${name}=${option.values.join('|')}  (default ${option.default})`,
    ...fold(option.about, 90).map((line) => `      ${line}`),
  ]);
}

/** Headed parts of a page; one without lines is left out. */
function pageOf(title: string, parts: readonly (readonly [string, readonly string[]])[]): string {
  const filled = parts.filter(([, lines]) => lines.length > 0);
  return [title, ...filled.flatMap(([head, lines]) => ['', head, ...lines]), ''].join('\n');
}

function explanation(codemod: Codemod): string {
  return pageOf(`${codemod.id}  ${codemod.title}`, [
    ['What breaks without it', indent(codemod.why)],
    ['On GB10', codemod.effect ? indent(effectText(codemod.effect)) : []],
    ['Upstream', referenceLines(codemod.references)],
    ['When it can retire', indent(codemod.retire)],
    ['Options', optionLines(codemod)],
  ]);
}

function warningPage({ id, title, why, instead, references }: Refusal): string {
  return pageOf(`${id}  ${title}  (never done)`, [
    ['What it breaks', indent(why)],
    ['Instead', indent(instead)],
    ['How it is known', referenceLines(references)],
  ]);
}

function gapPage({ id, title, breaks, why, instead, references }: Gap): string {
  return pageOf(`${id}  ${title}  (known, no edit)`, [
    ['What is met', indent(breaks)],
    ['Why there is no edit', indent(why)],
    ['What to do', indent(instead)],
    ['How it is known', referenceLines(references)],
  ]);
}

/** The page of what is listed and no fix; undefined for a fix. */
function otherPage(id: string, json: boolean | undefined): string | undefined {
  const refusal = REFUSALS.find((known) => known.id === id);
  const gap = GAPS.find((known) => known.id === id);
  if (json && (refusal ?? gap)) {
    const kind = refusal ? { ...refusal, refused: true } : { ...gap, gap: true };
    return `${JSON.stringify(kind, null, 2)}\n`;
  }
  if (refusal) return warningPage(refusal);
  return gap && gapPage(gap);
}

export function listCommand(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('list')
    .description('every fix')
    .option('--fixes <dir>', 'own fixes and carried patches; repeatable', collect, [])
    .option('--pins <file>', 'the pins file', defaultPins())
    .option('--json', 'one JSON document on stdout')
    .action(async (options: CatalogueOptions) => {
      const { json } = options;
      const fixes = await fixesOf(options);
      const width = Math.max(...fixes.map(({ id }) => id.length));
      if (json) io.out(`${JSON.stringify(fixes.map(described), null, 2)}\n`);
      else {
        const row = ({ id, title }: { id: string; title: string }): string => `${id.padEnd(width)}  ${title}`;
        const lists = [
          fixes.map(row),
          ['Never done, because it harms:', ...REFUSALS.map(row)],
          ['Known, and without an edit (explain says why, and what to do):', ...GAPS.map(row)],
        ];
        io.out(`${lists.map((rows) => rows.join('\n')).join('\n\n')}\n`);
      }
      exit(EXIT.done);
    });
}

export function explainCommand(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('explain')
    .description('why a fix exists, or an edit is refused or not made; what it needs upstream')
    .argument('<id>', 'a fix, as list names it; its project may be left out')
    .option('--fixes <dir>', 'own fixes and carried patches; repeatable', collect, [])
    .option('--pins <file>', 'the pins file', defaultPins())
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  dgx-patch explain vllm/software-e2m1')
    .action(async (name: string, options: CatalogueOptions) => {
      const { json } = options;
      const fixes = await fixesOf(options);
      const id = resolveId(
        name,
        [...fixes, ...REFUSALS, ...GAPS].map((known) => known.id),
      );
      const other = otherPage(id, json);
      if (other !== undefined) {
        io.out(other);
        return exit(EXIT.done);
      }
      const codemod = fixes.find((candidate) => candidate.id === id)!;
      io.out(json ? `${JSON.stringify(described(codemod), null, 2)}\n` : explanation(codemod));
      exit(EXIT.done);
    });
}
