import type { Command } from 'commander';
import { CODEMODS } from '../../codemods/registry.js';
import type { Codemod } from '../codemod/types.js';
import { EXIT, Failure } from '../failure.js';
import { fold } from '../report/text.js';
import type { Io } from './io.js';

function described(codemod: Codemod): object {
  const { id, project, title, why, references, retire, version, options } = codemod;
  return { id, project, title, why, version, retire, references, ...(options ? { options } : {}) };
}

function explanation(codemod: Codemod): string {
  const indent = (text: string): string[] => fold(text, 94).map((line) => `  ${line}`);
  const references = codemod.references.flatMap(({ kind, ref, date, note }) => {
    const [first = '', ...rest] = fold(`${kind} ${ref}${date ? ` (${date})` : ''}: ${note}`, 92);
    return [`  - ${first}`, ...rest.map((line) => `    ${line}`)];
  });
  const options = Object.entries(codemod.options ?? {}).flatMap(([name, option]) => [
    `  --option ${codemod.id}.${name}=${option.values.join('|')}  (default ${option.default})`,
    ...fold(option.about, 90).map((line) => `      ${line}`),
  ]);
  return [
    `${codemod.id}  ${codemod.title}`,
    '',
    'What breaks without it',
    ...indent(codemod.why),
    '',
    'Upstream',
    ...references,
    '',
    'When it can retire',
    ...indent(codemod.retire),
    ...(options.length > 0 ? ['', 'Options', ...options] : []),
    '',
  ].join('\n');
}

export function listCommand(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('list')
    .description('every fix')
    .option('--json', 'one JSON document on stdout')
    .action(({ json }: { json?: boolean }) => {
      const width = Math.max(...CODEMODS.map(({ id }) => id.length));
      if (json) io.out(`${JSON.stringify(CODEMODS.map(described), null, 2)}\n`);
      else io.out(`${CODEMODS.map(({ id, title }) => `${id.padEnd(width)}  ${title}`).join('\n')}\n`);
      exit(EXIT.done);
    });
}

export function explainCommand(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('explain')
    .description('why a fix exists, what it needs upstream, and its options')
    .argument('<id>', 'a fix, as list names it')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  dgx-patch explain vllm/software-e2m1')
    .action((id: string, { json }: { json?: boolean }) => {
      const codemod = CODEMODS.find((candidate) => candidate.id === id);
      if (!codemod) {
        throw new Failure('usage', `there is no fix ${JSON.stringify(id)}`, {
          next: 'see them all: dgx-patch list',
        });
      }
      io.out(json ? `${JSON.stringify(described(codemod), null, 2)}\n` : explanation(codemod));
      exit(EXIT.done);
    });
}
