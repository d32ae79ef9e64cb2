import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Lock } from '../../src/pins/lock.js';
import type { Pins } from '../../src/pins/pins.js';
import { E2M1, QWEN, run, type World, world } from '../support/pins-world.js';
import { gitIn } from '../support/repository.js';

const pinsOf = ({ pins }: World): Pins => JSON.parse(readFileSync(pins, 'utf8')) as Pins;
const lockOf = ({ pins }: World): Lock =>
  JSON.parse(readFileSync(pins.replace('.json', '.lock.json'), 'utf8')) as Lock;

beforeEach(() => {
  process.env.DGX_PATCH_MIRRORS = '';
});

describe('pins update and check', () => {
  it('writes what is found, after which check finds it again', async () => {
    const it = world();
    expect(await run(it, 'pins', 'check')).toMatchObject({ code: 1 });
    expect((await run(it, 'pins', 'update')).out).toContain('vllm/qwen3-next-prefix: (none) → needed 1');
    expect(pinsOf(it).pins[0]!.expect!['vllm/software-e2m1']).toEqual({ verdict: 'needed', sites: 3 });
    expect(lockOf(it).pins['vllm@stable']!.files[E2M1]!.before).toBe(
      gitIn(it.dir, 'rev-parse', `${it.commits.mini}:${E2M1}`),
    );
    expect(await run(it, 'pins', 'check')).toMatchObject({ code: 0, out: 'vllm@stable: as expected\n' });
  });

  it('notices a verdict, a site count and a blob that are not as written', async () => {
    const it = world();
    await run(it, 'pins', 'update');
    const pins = pinsOf(it);
    pins.pins[0]!.expect!['vllm/software-e2m1'] = { verdict: 'needed', sites: 2 };
    pins.pins[0]!.expect!['vllm/qwen3-next-prefix'] = { verdict: 'upstreamed' };
    writeFileSync(it.pins, JSON.stringify(pins));
    const lock = lockOf(it);
    lock.pins['vllm@stable']!.files[QWEN]!.after = '0'.repeat(40);
    writeFileSync(it.pins.replace('.json', '.lock.json'), JSON.stringify(lock));
    const { code, out } = await run(it, 'pins', 'check', 'vllm@stable');
    expect(code).toBe(1);
    expect(out).toContain('vllm@stable: 3 differences');
    expect(out).toContain('vllm/software-e2m1: needed 2 → needed 3');
    expect(out).toContain('vllm/qwen3-next-prefix: upstreamed → needed 1');
    expect(out).toContain(`${QWEN}: `);
  });
});

describe('pins add', () => {
  it('puts a revision in by its date, judged', async () => {
    const it = world();
    expect(
      (await run(it, 'pins', 'add', `vllm@${it.commits.cured}`, '--name', 'next', '--note', 'a trial')).code,
    ).toBe(0);
    const [, added] = pinsOf(it).pins;
    expect(added).toMatchObject({ name: 'next', commit: it.commits.cured, note: 'a trial', arch: '12.0f' });
    expect(added!.expect!['vllm/qwen3-next-prefix']!.verdict).toBe('upstreamed');
  });

  it('refuses a name that is there', async () => {
    const { code, err } = await run(world(), 'pins', 'add', 'vllm@stable');
    expect(code).toBe(2);
    expect(err).toContain('has a pin vllm@stable already');
  });
});

describe('pins bump', () => {
  it('moves the pin, keeps its name, and names the commit that made a fix superfluous', async () => {
    const it = world();
    const { code, out } = await run(it, 'pins', 'bump', 'vllm', '--to', it.commits.cured);
    expect(code).toBe(0);
    expect(out).toMatch(/vllm\/qwen3-next-prefix +no longer needed +\(needed → upstreamed\)/);
    expect(out).toContain(`${it.commits.cured.slice(0, 12)}  2026-02-02  Name the projection once`);
    expect(pinsOf(it).pins).toMatchObject([{ name: 'stable', commit: it.commits.cured }]);
    expect(pinsOf(it).sets![0]!.vllm).toBe('stable');
    expect(lockOf(it).pins['vllm@stable']!.commit).toBe(it.commits.cured);
  });

  it('goes to the newest commit by default, and exits with 1 where a fix drifted there', async () => {
    const it = world();
    const { code, out } = await run(it, 'pins', 'bump', 'vllm', '--json');
    expect(code).toBe(1);
    const { changes } = JSON.parse(out) as {
      changes: { id: string; kind: string; because?: { commit: string } }[];
    };
    const e2m1 = changes.find(({ id }) => id === 'vllm/software-e2m1')!;
    expect(e2m1).toMatchObject({ kind: 'drifted', because: { commit: it.commits.drifted } });
  });

  it('stops at the last commit before a fix needs a hand', async () => {
    const it = world();
    expect((await run(it, 'pins', 'bump', 'vllm', '--dry-run')).err).toContain(
      `you can go to ${it.commits.cured.slice(0, 12)}, 2 commits on, before anything needs your hand`,
    );
    expect((await run(it, 'pins', 'bump', 'vllm', '--last-good')).code).toBe(0);
    expect(pinsOf(it).pins).toMatchObject([{ name: 'stable', commit: it.commits.cured }]);
  });

  it('writes nothing with --dry-run', async () => {
    const it = world();
    const before = readFileSync(it.pins, 'utf8');
    expect((await run(it, 'pins', 'bump', 'vllm', '--to', it.commits.cured, '--dry-run')).code).toBe(0);
    expect(readFileSync(it.pins, 'utf8')).toBe(before);
    expect(existsSync(it.pins.replace('.json', '.lock.json'))).toBe(false);
  });

  it('renames a pin that is called by its revision, and the sets that name it', async () => {
    const it = world();
    gitIn(it.dir, 'tag', 'v1.0.0', it.commits.mini);
    gitIn(it.dir, 'tag', 'v1.1.0', it.commits.cured);
    const pins = pinsOf(it);
    Object.assign(pins.pins[0]!, { name: 'v1.0.0', tag: 'v1.0.0' });
    pins.sets![0]!.vllm = 'v1.0.0';
    writeFileSync(it.pins, JSON.stringify(pins));
    expect((await run(it, 'pins', 'bump', 'vllm', '--to', 'v1.1.0')).code).toBe(0);
    expect(pinsOf(it).pins).toMatchObject([{ name: 'v1.1.0', tag: 'v1.1.0', commit: it.commits.cured }]);
    expect(pinsOf(it).sets![0]!.vllm).toBe('v1.1.0');
  });
});

describe('retire', () => {
  it('names fixes that no pin in use needs, with the commit after which', async () => {
    const it = world();
    await run(it, 'pins', 'add', `vllm@${it.commits.cured}`, '--name', 'next');
    const { out } = await run(it, 'retire', 'vllm@next', '--json');
    const found = JSON.parse(out) as { id: string; because?: { subject: string } }[];
    expect(found.find(({ id }) => id === 'vllm/qwen3-next-prefix')!.because!.subject).toBe(
      'Name the projection once',
    );
    expect(found.map(({ id }) => id)).not.toContain('vllm/software-e2m1');
  });

  it('takes the pins that sets name', async () => {
    const it = world();
    await run(it, 'pins', 'add', `vllm@${it.commits.cured}`, '--name', 'next');
    expect((await run(it, 'retire')).out).not.toContain('vllm/qwen3-next-prefix');
  });
});

describe('matrix', () => {
  it('judges what was asked for, each revision a column, and blocks where one drifted', async () => {
    const it = world();
    const revisions = Object.values(it.commits).flatMap((commit) => ['--rev', commit]);
    const { code, out } = await run(
      it,
      'matrix',
      ...revisions,
      '--only',
      'vllm/software-e2m1,vllm/qwen3-next-prefix',
      '--format',
      'md',
    );
    expect(code).toBe(1);
    expect(out).toContain('| `vllm/software-e2m1` | needed 3 | needed 3 | DRIFTED |');
    expect(out).toContain('| `vllm/qwen3-next-prefix` | needed 1 | upstream | upstream |');
  });

  it('takes the tags that match', async () => {
    const it = world();
    gitIn(it.dir, 'tag', 'v1.10.0', it.commits.cured);
    gitIn(it.dir, 'tag', 'v1.9.0', it.commits.mini);
    const { out } = await run(
      it,
      'matrix',
      '--tags',
      'v1.*',
      '--only',
      'vllm/qwen3-next-prefix',
      '--format',
      'md',
    );
    expect(out).toContain('| fix | v1.9.0 | v1.10.0 |');
    expect((await run(it, 'matrix', '--tags', 'v2.*')).code).toBe(2);
  });
});
