import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from '../support/cli.js';
import { mirrors, without } from '../support/mirrors.js';
import { gitIn } from '../support/repository.js';
import { tempFolder } from '../support/temp.js';

describe(`git am of the exported series${without('vllm')}`, () => {
  it.skipIf(!mirrors.has('vllm')).each(['dgx-vllm-v22', 'v0.11.0', 'v0.17.0'])(
    'gives the tree that apply gives, at %s',
    async (revision) => {
      const [applied, series] = [join(tempFolder(), 'applied'), join(tempFolder(), 'series')];
      const target = ['--target', `vllm@${revision}`];
      expect((await cli('apply', ...target, '--out', applied)).code).toBe(0);
      expect((await cli('export', ...target, '--out', series)).code).toBe(0);
      const tree = gitIn(applied, 'rev-parse', 'HEAD^{tree}');
      const mails = readdirSync(series)
        .filter((name) => name.endsWith('.patch'))
        .sort();
      gitIn(applied, 'reset', '--quiet', '--hard', `HEAD~${mails.length}`);
      expect(gitIn(applied, 'rev-parse', 'HEAD^{tree}')).not.toBe(tree);
      gitIn(applied, 'am', '--quiet', '--keep-cr', ...mails.map((name) => join(series, name)));
      expect(gitIn(applied, 'rev-parse', 'HEAD^{tree}')).toBe(tree);
    },
  );
});
