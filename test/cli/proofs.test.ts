import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from '../support/cli.js';
import { miniRepository } from '../support/repository.js';
import { tempFolder } from '../support/temp.js';

describe('proofs check', () => {
  it('takes what verify wrote, and refuses it about another tree or with a path in it', async () => {
    const { dir: upstream } = miniRepository();
    const dir = tempFolder();
    const mirror = ['--mirror', `vllm=${upstream}`];
    const made = await cli('verify', '--target', 'vllm@mini', ...mirror, '--stage', 'parse,judge', '--json');
    expect(made.code).toBe(0);
    const check = (name: string, text: string, ...args: string[]) => {
      writeFileSync(join(dir, name), text);
      return cli('proofs', 'check', join(dir, name), '--against', dir, ...mirror, ...args);
    };
    const good = await check('proof.json', made.out);
    expect(good).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^vllm@mini, .*: passed \(parse passed/),
    });
    // It lies among those that are known.
    expect(good.out).toContain('nothing in it is new');
    const other = await check('proof.json', made.out, '--skip', 'mtp-exclusion', '--json');
    expect(other.code).toBe(1);
    expect(JSON.parse(other.out).problems).toEqual([
      expect.stringContaining('not the one that these fixes make'),
    ]);
    const named = await check('named.json', made.out.replace('"what": "', '"what": "/home/ada/'));
    expect(named).toMatchObject({ code: 1, out: expect.stringContaining('wrong: rungs.0') });
    expect(await check('none.json', '{}')).toMatchObject({ code: 2, err: expect.stringContaining('next:') });
  });
});
