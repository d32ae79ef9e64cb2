import type { Command } from 'commander';
import { EXIT } from '../failure.js';
import { type Disagreement, disagreements } from '../pins/agreement.js';
import { readPins } from '../pins/pins.js';

import { resolveTarget } from '../revision/resolve.js';
import type { Io } from './io.js';
import { mirrorsOf } from './mirrors.js';
import { addPinOptions, type PinOptions } from './options.js';

interface CheckedSet {
  readonly name: string;
  readonly vllm: string | undefined;
  readonly flashinfer: string | undefined;
  readonly cutlass: string | undefined;
  readonly disagreements: readonly Disagreement[];
}

async function check(options: PinOptions, io: Io): Promise<CheckedSet[]> {
  const pins = await readPins(options.pins);
  const mirrors = mirrorsOf(options);
  const checked: CheckedSet[] = [];
  for (const set of pins.sets ?? []) {
    const { name, vllm, flashinfer, cutlass } = set;
    let found: Disagreement[] = [];
    if (vllm !== undefined) {
      const target = await resolveTarget(`vllm@${vllm}`, { mirrors, pins, progress: io.progress });
      try {
        found = await disagreements(set, target.tree);
      } finally {
        target.close();
      }
    }
    checked.push({ name, vllm, flashinfer, cutlass, disagreements: found });
  }
  return checked;
}

function textOf({ name, vllm, flashinfer, cutlass, disagreements: found }: CheckedSet): string {
  const members = [
    vllm && `vllm@${vllm}`,
    flashinfer && `flashinfer@${flashinfer}`,
    cutlass && `cutlass@${cutlass}`,
  ];
  const head = `${name}: ${members.filter(Boolean).join(', ')}`;
  const rows = found.map(
    ({ member, set, vllm: named, path }) => `  ${member} is ${set}, but vLLM's ${path} names ${named}`,
  );
  return `${[head, ...(rows.length > 0 ? rows : ['  as vLLM itself asks for'])].join('\n')}\n`;
}

export function addSetsCommand(pins: Command, io: Io, exit: (code: number) => void): void {
  addPinOptions(pins.command('sets'))
    .description('the sets, and whether their members are what their vLLM itself asks for: exit 1 where not')
    .action(async (options: PinOptions) => {
      const checked = await check(options, io);
      io.out(options.json ? `${JSON.stringify(checked, null, 2)}\n` : checked.map(textOf).join(''));
      exit(checked.some(({ disagreements: found }) => found.length > 0) ? EXIT.blocked : EXIT.done);
    });
}
