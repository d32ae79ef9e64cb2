import { beforeEach, describe, expect, it } from 'vitest';
import { cli, type Ran } from '../support/cli.js';
import { Repository, serve } from '../support/git-server.js';
import { gitIn, miniRepository } from '../support/repository.js';

let upstream: string;
let commit: string;
beforeEach(() => {
  ({ dir: upstream, commit } = miniRepository());
});

const on = (command: string, ...args: string[]): Promise<Ran> =>
  cli(command, '--target', 'vllm@mini', '--mirror', `vllm=${upstream}`, ...args);

describe('status', () => {
  it('gives one document with --json: target, build, and every fix of the project', async () => {
    const { code, out } = await on('status', '--json', '--arch', '12.0f', '--cuda', '12.9');
    const document = JSON.parse(out);
    expect(code).toBe(0);
    expect(document).toMatchObject({
      target: { project: 'vllm', revision: 'mini', commit },
      build: { cuda: '12.9', arch: '12.0f' },
    });
    const listed = JSON.parse((await cli('list', '--json')).out) as { id: string; project: string }[];
    const ids = listed.filter(({ project }) => project === 'vllm').map(({ id }) => id);
    expect(document.fixes.map(({ id }: { id: string }) => id)).toEqual(ids);
  });

  it('names lines that hold what was judged', async () => {
    const { fixes } = JSON.parse((await on('status', '--json', '--only', 'vllm/software-e2m1')).out);
    expect(fixes[0].sites.length).toBeGreaterThan(0);
    for (const { path, line } of fixes[0].sites) {
      const text = gitIn(upstream, 'show', `mini:${path}`).split('\n');
      expect(text.slice(line - 1, line + 12).join('\n')).toContain('e2m1x2');
    }
  });

  it('takes several targets as a table, and as a list of documents', async () => {
    gitIn(upstream, 'tag', 'again');
    const both = ['--target', 'vllm@again'];
    const table = await on('status', ...both);
    expect(table.out.split('\n')[0]).toMatch(/^ +mini +again/);
    const documents = JSON.parse((await on('status', ...both, '--json')).out) as {
      target: { revision: string };
    }[];
    expect(documents.map(({ target }) => target.revision)).toEqual(['mini', 'again']);
  });

  it('fits 100 columns, and names the same fixes with --only and --skip', async () => {
    const { out } = await on('status');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    const only = await on('status', '--only', 'vllm/mtp-exclusion,vllm/software-e2m1');
    expect(only.out.match(/^vllm\/[\w-]+/gm)).toEqual(['vllm/mtp-exclusion', 'vllm/software-e2m1']);
    const skipped = await on('status', '--skip', 'vllm/mtp-exclusion');
    expect(skipped.out).not.toContain('vllm/mtp-exclusion ');
  });

  it('ends with 1 where a fix is drifted, and still judges the others', async () => {
    const path = gitIn(upstream, 'ls-files')
      .split('\n')
      .find((name) => name.endsWith('nvfp4_utils.cuh'))!;
    const text = gitIn(upstream, 'show', `mini:${path}`);
    const repository = await Repository.make();
    await repository.commit({ [path]: text.replace('mov.b32 %0', 'prmt.b32 %0') }, 'mini');
    const { code, out } = await cli('status', '--target', 'vllm@mini', '--mirror', `vllm=${repository.dir}`);
    expect(code).toBe(1);
    expect(out).toMatch(/^vllm\/software-e2m1 +drifted/m);
    expect(out).toMatch(/^vllm\/mtp-exclusion +not-applicable/m);
  });
});

describe('a status', () => {
  it('names a next command that does what it says, in a shell', async () => {
    const { out } = await on('status', '--arch', '12.1a', '--skip', 'vllm/mtp-exclusion');
    const next = /^next: dgx-patch (.*)$/m.exec(out)![1]!;
    expect(next).toBe(
      `apply --target vllm@mini --arch 12.1a --mirror vllm=${upstream} --skip vllm/mtp-exclusion`,
    );
    expect(await cli(...next.split(' '), '--dry-run')).toMatchObject({ code: 0 });
  });

  it('says what every fix comes to, in every format', async () => {
    const { fixes, headline } = JSON.parse((await on('status', '--json')).out);
    expect(headline).toMatch(/^nothing here stops a GB10 build at 12\.0f; /);
    const needed = fixes.filter(({ verdict }: { verdict: string }) => verdict === 'needed');
    for (const { effect } of needed) expect(effect.kind).toMatch(/^(?:stops|wrong|slow|none)$/);
    for (const format of ['text', 'md', 'html']) {
      const text = (await on('status', '--format', format)).out.replace(/\s+/g, ' ');
      expect(text).toContain(headline);
      expect(text).toContain('Qwen3.5 with multi-token prediction');
    }
    const { runs } = JSON.parse((await on('status', '--format', 'sarif')).out);
    const shown = runs[0].results.map(({ ruleId, level, properties }: never) => [ruleId, level, properties]);
    const effective = needed.filter(({ effect }: { effect: { kind: string } }) => effect.kind !== 'none');
    expect(shown).toEqual(
      effective.map(({ id, effect }: { id: string; effect: object }) => [id, 'note', { effect }]),
    );
  });

  it('gives apply without --full what has an effect, with --full all, and with --only what is named', async () => {
    const ids = async (...args: string[]) =>
      new Set((await on('diff', ...args)).out.match(/(?<=dgx-patch: )vllm\/[\w-]+/g) ?? []);
    const { fixes } = JSON.parse((await on('status', '--json')).out);
    const idle = fixes
      .filter(({ effect }: { effect?: { kind: string } }) => effect?.kind === 'none')
      .map(({ id }: { id: string }) => id);
    expect(idle).toEqual(['vllm/software-e2m1']);
    expect(await ids()).not.toContain('vllm/software-e2m1');
    expect(await ids('--minimal')).toEqual(await ids());
    expect(await ids('--full')).toEqual(new Set([...(await ids()), 'vllm/software-e2m1']));
    expect(await ids('--only', 'vllm/software-e2m1')).toEqual(new Set(['vllm/software-e2m1']));
  });
});

describe('diff', () => {
  it('ends with 0, or with 1 where there is a difference and --exit-code asks for it', async () => {
    expect((await on('diff')).code).toBe(0);
    expect((await on('diff', '--exit-code')).code).toBe(1);
    const nothing = ['--only', 'vllm/dispatcher-flag', '--exit-code'];
    expect(await on('diff', ...nothing)).toMatchObject({ code: 0, out: '' });
  });

  it('holds only what is asked for', async () => {
    const { out } = await on('diff', '--only', 'vllm/software-e2m1');
    expect(out.match(/^\+\+\+ .*/gm)).toHaveLength(1);
    expect(out).toContain('dgx-patch: vllm/software-e2m1');
  });

  it('takes an option of a fix', async () => {
    const plain = await on('diff', '--only', 'vllm/software-e2m1');
    const other = await on(
      'diff',
      '--only',
      'vllm/software-e2m1',
      '--option',
      'vllm/software-e2m1.guard=sm121',
    );
    expect(other.out).not.toBe(plain.out);
  });
});

describe('list and explain', () => {
  it('explain says what list names', async () => {
    const ids = (JSON.parse((await cli('list', '--json')).out) as { id: string }[]).map(({ id }) => id);
    const { out } = await cli('list');
    for (const id of ids) expect(out).toContain(id);
    const { out: page } = await cli('explain', 'vllm/software-e2m1');
    for (const part of ['What breaks without it', 'Upstream', 'When it can retire', 'guard=feature|sm121']) {
      expect(page).toContain(part);
    }
  });

  it('explain ends with 2 for a fix that is not there', async () => {
    expect(await cli('explain', 'vllm/none')).toMatchObject({ code: 2, out: '' });
  });
});

describe('a target on the network', () => {
  it('gives the diff that a mirror gives', async () => {
    gitIn(upstream, 'config', 'uploadpack.allowFilter', 'true');
    const { url } = await serve({ dir: upstream });
    const local = await on('diff');
    const remote = await cli('diff', '--target', 'vllm@mini', '--mirror', `vllm=${url}`);
    expect(remote).toEqual(local);
  });
});
