import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cli } from './support/cli.js';

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
  flags: rest!.match(/--[a-z-]+/g) ?? [],
}));

it('every command and flag on the page is there', async () => {
  expect(commands.length).toBeGreaterThan(5);
  for (const { name, flags } of commands) {
    const { code, out } = await cli(name, '--help');
    expect({ name, code }).toEqual({ name, code: 0 });
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
