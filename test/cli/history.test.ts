import { beforeEach, describe, expect, it } from 'vitest';
import { run, world } from '../support/pins-world.js';
import { gitIn } from '../support/repository.js';

beforeEach(() => {
  process.env.DGX_PATCH_MIRRORS = '';
});

interface Document {
  readonly commits: number;
  readonly fixes: readonly {
    readonly id: string;
    readonly open: boolean;
    readonly spans: readonly { readonly verdict: string; readonly because?: { readonly commit: string } }[];
  }[];
  readonly releases: readonly {
    readonly name: string;
    readonly verdicts: Readonly<Record<string, string>>;
  }[];
}

describe('history', () => {
  it('says of every fix when it became what it is, and marks releases', async () => {
    const it = world();
    gitIn(it.dir, 'tag', 'v1.0.0', it.commits.mini);
    const { code, out } = await run(it, 'history', '--json');
    expect(code).toBe(0);
    const document = JSON.parse(out) as Document;
    expect(document.commits).toBe(3);
    const spansOf = (id: string) =>
      document.fixes
        .find((fix) => fix.id === id)!
        .spans.map(({ verdict, because }) => [verdict, because?.commit]);
    expect(spansOf('vllm/qwen3-next-prefix')).toEqual([
      ['needed', undefined],
      ['upstreamed', it.commits.cured],
    ]);
    expect(spansOf('vllm/software-e2m1')).toEqual([
      ['needed', undefined],
      ['drifted', it.commits.drifted],
    ]);
    expect(document.releases).toMatchObject([
      { name: 'v1.0.0', verdicts: { 'vllm/qwen3-next-prefix': 'needed' } },
    ]);
  });

  it('tells the story of one fix', async () => {
    const it = world();
    gitIn(it.dir, 'tag', 'v1.0.0', it.commits.mini);
    const { code, out } = await run(it, 'history', 'vllm/qwen3-next-prefix');
    expect(code).toBe(0);
    expect(out).toContain(`cured by        ${it.commits.cured.slice(0, 12)}`);
    expect(out).toContain(`cherry-pick     ${it.commits.cured.slice(0, 12)} onto v1.0.0`);
  });

  it('begins and ends where it is told to', async () => {
    const it = world();
    const { out } = await run(it, 'history', '--since', it.commits.cured, '--to', it.commits.cured, '--json');
    expect((JSON.parse(out) as Document).commits).toBe(0);
  });

  it('is a page, and a table', async () => {
    const it = world();
    const only = ['--only', 'vllm/qwen3-next-prefix'];
    expect((await run(it, 'history', ...only, '--format', 'html')).out).toContain(
      'data-key="vllm/qwen3-next-prefix:1"',
    );
    expect((await run(it, 'history', ...only, '--format', 'md')).out).toContain(
      '| `vllm/qwen3-next-prefix` |',
    );
  });

  it.each([
    [['history', 'vllm/none'], 2, 'there is no fix'],
    [['history', 'none/at-all'], 2, 'is no fix'],
    [['history', 'vllm/software-e2m1', '--project', 'cutlass'], 2, 'is no fix of cutlass'],
    [['history', '--project', 'cutlass'], 2, 'read from a copy on this machine'],
  ])('%s ends with %i', async (argv, code, words) => {
    expect(await run(world(), ...argv)).toMatchObject({
      code,
      err: expect.stringContaining(words) as string,
    });
  });

  it('says that a shallow copy does not hold the way', async () => {
    const it = world();
    const shallow = `${it.dir}-shallow`;
    gitIn(it.dir, 'clone', '--quiet', '--bare', '--depth=1', `file://${it.dir}`, shallow);
    const { code, err } = await run({ ...it, dir: shallow }, 'history', '--since', it.commits.drifted);
    expect({ code, err }).toMatchObject({ code: 0 });
    const other = await run({ ...it, dir: shallow }, 'history', '--since', it.commits.mini);
    expect(other.code).toBe(3);
  });
});

describe('forecast', () => {
  it('says in order what happens, and how far one can go', async () => {
    const it = world();
    const { code, out } = await run(it, 'forecast', 'vllm@stable', '--exit-code');
    expect(code).toBe(1);
    expect(out).toContain(
      `you can go to ${it.commits.cured.slice(0, 12)}, 2 commits on, before anything needs your hand`,
    );
    expect(out.indexOf('no longer needed')).toBeLessThan(out.indexOf('drifts'));
    const calm = await run(it, 'forecast', 'vllm@stable', '--to', it.commits.cured, '--exit-code');
    expect(calm.code).toBe(0);
    expect(calm.out).toContain('the newest commit at hand');
  });
});
