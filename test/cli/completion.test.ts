import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from '../support/cli.js';
import { tempFolder } from '../support/temp.js';

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;
const without = (shell: string): string => (has(shell) ? '' : ` (skipped: ${shell} is not installed)`);

async function script(shell: string): Promise<string> {
  const { code, out, err } = await cli('completion', shell);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const file = join(tempFolder(), `completion.${shell}`);
  writeFileSync(file, out);
  return file;
}

/** What bash offers for a line; the cursor is at its end. */
function offered(file: string, line: string): string[] {
  const words = line.split(' ');
  const setUp = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`;
  const run = `source '${file}'; ${setUp}; _dgx_patch; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', run], { encoding: 'utf8' }).split('\n').filter(Boolean);
}

describe('completion bash', () => {
  it.each([
    ['dgx-patch st', ['status']],
    ['dgx-patch pins u', ['update']],
    ['dgx-patch status --fo', ['--format']],
    ['dgx-patch export --format d', ['dep3']],
    ['dgx-patch pins bump --format ', ['text', 'json', 'md']],
    ['dgx-patch completion --he', ['--help']],
  ])('%s', async (line, words) => {
    expect(offered(await script('bash'), line)).toEqual(words);
  });

  it('offers every command', async () => {
    const words = offered(await script('bash'), 'dgx-patch ');
    expect(words).toEqual(
      expect.arrayContaining(['list', 'status', 'diff', 'apply', 'pins', 'matrix', 'completion']),
    );
  });
});

describe('completion zsh and fish', () => {
  it.skipIf(!has('zsh'))(`zsh takes it${without('zsh')}`, async () => {
    const file = await script('zsh');
    const run = `autoload -U compinit && compinit -D && source '${file}' && print $_comps[dgx-patch]`;
    const home = tempFolder();
    const env = { PATH: process.env.PATH, HOME: home, ZDOTDIR: home };
    expect(execFileSync('zsh', ['-f', '-c', run], { encoding: 'utf8', env })).toBe('_dgx_patch\n');
  });

  it.skipIf(!has('fish'))(`fish offers the same${without('fish')}`, async () => {
    const file = await script('fish');
    const home = tempFolder();
    const env = { PATH: process.env.PATH, HOME: home, XDG_CONFIG_HOME: home };
    const complete = (line: string): string[] =>
      execFileSync('fish', ['-c', `source '${file}'; complete -C '${line}'`], { encoding: 'utf8', env })
        .split('\n')
        .map((row) => row.split('\t')[0]!)
        .filter(Boolean);
    expect(complete('dgx-patch pins u')).toEqual(['update']);
    expect(complete('dgx-patch export --format d')).toEqual(['dep3']);
  });

  it('refuses another shell', async () => {
    expect((await cli('completion', 'csh')).code).toBe(2);
  });
});
