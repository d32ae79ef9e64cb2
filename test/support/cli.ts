import { run } from '../../src/cli/program.js';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line in this process, without colour. */
export async function cli(...argv: string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(argv, {
    out: (text) => out.push(text.toString()),
    err: (text) => err.push(text),
    colour: false,
    progress: () => {},
  });
  return { code, out: out.join(''), err: err.join('') };
}
