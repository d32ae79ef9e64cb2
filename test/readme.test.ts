import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cli, type Ran } from './support/cli.js';

const ROOT = new URL('..', import.meta.url).pathname;
const README = readFileSync(`${ROOT}/README.md`, 'utf8');

/** `npm test` builds first: the demo runs the built command line, as a newcomer does. */
it('the session and the table are what the commands print today', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/docs.mjs', '--check'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

const commands = [...README.matchAll(/^(?:\$ )?dgx-patch +(\w+)([^\n#]*)/gm)].map(([, name, rest]) => ({
  name: name!,
  rest: rest!.trimStart().padStart(rest!.trimStart().length + 1),
  flags: rest!.match(/--[a-z-]+/g) ?? [],
}));

it('every command and flag on the page is there', async () => {
  expect(commands.length).toBeGreaterThan(5);
  const helped = new Map<string, Ran>();
  const help = async (...words: string[]): Promise<Ran> => {
    const known = helped.get(words.join(' ')) ?? (await cli(...words, '--help'));
    helped.set(words.join(' '), known);
    return known;
  };
  for (const { name, rest, flags } of commands) {
    const top = await help(name);
    expect({ name, code: top.code }).toEqual({ name, code: 0 });
    // A command below it, such as `recipe run`, has flags of its own.
    const below = /^ (\w+)/.exec(rest)?.[1];
    const named = below !== undefined && new RegExp(`^ {2}${below}\\b`, 'm').test(top.out);
    const { out } = named ? await help(name, below) : top;
    for (const flag of flags) expect(out, `${name} ${flag}`).toContain(flag);
  }
});

it('every npm script and every file that the page names is there', () => {
  const { scripts } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as {
    scripts: Record<string, string>;
  };
  for (const [, script] of README.matchAll(/npm run ([\w:-]+)/g))
    expect(Object.keys(scripts)).toContain(script);
  for (const [, file] of README.matchAll(/\]\(([\w./-]+)\)/g))
    expect(existsSync(`${ROOT}/${file}`), file).toBe(true);
});
