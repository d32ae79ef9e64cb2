import { describe, expect, it } from 'vitest';
import { GAPS } from '../../codemods/gaps.js';
import { REFUSALS } from '../../codemods/refusals.js';
import { CODEMODS } from '../../codemods/registry.js';
import { cli } from '../support/cli.js';

describe('what is known and has no edit', () => {
  it.each(GAPS)('$id says what is met, why it is left, and what to do', (gap) => {
    expect(gap.id.startsWith(`${gap.project}/`)).toBe(true);
    for (const text of [gap.breaks, gap.why, gap.instead]) expect(text.length).toBeGreaterThan(60);
    expect(gap.references.length).toBeGreaterThan(0);
  });

  it('is no fix and no refusal', () => {
    const ids = [...CODEMODS, ...REFUSALS, ...GAPS].map(({ id }) => id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  });

  it('is listed and explained, by its name alone as well', async () => {
    const { out: list } = await cli('list');
    expect(GAPS.filter(({ id, title }) => !new RegExp(`^${id} +${title}$`, 'm').test(list))).toEqual([]);
    const { out: page, code } = await cli('explain', 'moe-small-tile-n');
    expect({ code, page }).toEqual({ code: 0, page: expect.stringMatching(/v0\.6\.11/) });
    expect(page).toMatch(/no edit[\s\S]*What to do/);
    const { out: json } = await cli('explain', 'vllm/uma-profiling-assert', '--json');
    expect(JSON.parse(json)).toMatchObject({ gap: true, id: 'vllm/uma-profiling-assert' });
  });
});
