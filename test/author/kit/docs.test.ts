import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAMILIES } from '../../../src/author/kit/skeleton.js';
import { SITE_STATES } from '../../../src/codemod/types.js';
import { VERDICTS } from '../../../src/codemod/verdict.js';
import { cli } from '../../support/cli.js';
import { ROOT } from '../../support/sources.js';
import { tempFolder } from '../../support/temp.js';

const page = readFileSync(join(ROOT, 'docs/writing-a-fix.md'), 'utf8');
const block = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page)![1]!;

describe('docs/writing-a-fix.md', () => {
  it('has an example that is a fix, and a case that it passes', async () => {
    const dir = tempFolder();
    const place = join(dir, 'vllm/scratch');
    mkdirSync(join(place, 'cases'), { recursive: true });
    writeFileSync(join(place, 'codemod.ts'), block('ts'));
    writeFileSync(join(place, 'cases/needed.case'), block('text'));
    await cli('fix', 'test', 'acme/vllm-scratch', '--fixes', dir, '--update');
    const { code, out } = await cli('fix', 'test', 'acme/vllm-scratch', '--fixes', dir);
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/^acme\/vllm-scratch\n {2}ok {3}needed: needed\n/),
    });
    expect(readFileSync(join(place, 'cases/needed.case'), 'utf8')).toContain(
      '+    return Workspace(config.rows, limit=32)  # dgx-patch: acme/vllm-scratch\n',
    );
  });

  it('names every family, every state, and only verdicts that there are', () => {
    for (const name of [...FAMILIES, ...SITE_STATES]) expect(page).toContain(`| \`${name}\` |`);
    const verdicts = [...page.matchAll(/^\| .*? \| `([a-z-]+)` \| .* \|$/gm)].map((match) => match[1]!);
    expect(verdicts.length).toBeGreaterThan(4);
    for (const verdict of verdicts) expect(VERDICTS).toContain(verdict);
  });

  it('names commands and options that there are', async () => {
    for (const [command, ...options] of [
      ['fix new', '--id', '--family', '--file', '--title'],
      ['fix test', '--update'],
      ['fix try', '--target'],
      ['carry add', '--project', '--id', '--base'],
      ['carry show', '--target'],
    ] as const) {
      const { out } = await cli(...command.split(' '), '--help');
      for (const option of options)
        expect([command, out]).toEqual([command, expect.stringContaining(option)]);
    }
  });
});
