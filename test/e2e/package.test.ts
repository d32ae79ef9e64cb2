import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CODEMODS } from '../../codemods/registry.js';
import { type Installed, installPacked } from '../support/package.js';
import { gitIn, miniRepository, snapshot } from '../support/repository.js';
import { ROOT } from '../support/sources.js';

let work: string;
let installed: Installed;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'dgx-patch-packed-'));
  installed = installPacked(work);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const files = (): string[] =>
  readdirSync(installed.own, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(installed.own, path)).isFile(),
  );

describe('the packed package', () => {
  it('holds what runs and what is read, and nothing else', () => {
    const paths = files();
    expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'upstream-pins.json']));
    for (const { id } of CODEMODS) expect(paths).toContain(`codemods/${id}/README.md`);
    expect(
      paths.filter((path) => /(?<!\.d)\.ts$|\.tsbuildinfo$|(?:^|\/)(?:test|fixtures|before)\//.test(path)),
    ).toEqual([]);
    expect(paths.reduce((sum, path) => sum + statSync(join(installed.own, path)).size, 0)).toBeLessThan(20e6);
  });

  it('has the runtime dependencies alone', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: object;
    };
    const there = readdirSync(join(installed.dir, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(there.sort()).toEqual(['dgx-patch', ...Object.keys(dependencies)].sort());
  });

  it('holds grammars with their sums', () => {
    const folder = join(installed.own, 'dist/grammars');
    const sums = JSON.parse(readFileSync(join(folder, 'grammars.json'), 'utf8')) as {
      name: string;
      sha256: string;
    }[];
    expect(sums.map(({ name }) => name).sort()).toEqual([
      'tree-sitter-cpp',
      'tree-sitter-cuda',
      'tree-sitter-python',
    ]);
    for (const { name, sha256 } of sums) {
      expect(
        createHash('sha256')
          .update(readFileSync(join(folder, `${name}.wasm`)))
          .digest('hex'),
      ).toBe(sha256);
    }
  });

  it('names no place of the machine that it was made on', () => {
    for (const path of files().filter((name) => /\.(?:js|json|md|cmake)$/.test(name))) {
      expect([path, readFileSync(join(installed.own, path), 'utf8').includes(work)]).toEqual([path, false]);
    }
  });
});

describe('the installed command', () => {
  it('gives its version, and help for every command', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(installed.run('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
    const { code, out } = installed.run('--help');
    expect(code).toBe(0);
    const commands = [...out.matchAll(/^ {2}([a-z][\w-]*) /gm)]
      .map((match) => match[1]!)
      .filter((name) => name !== 'help');
    expect(commands).toEqual(
      expect.arrayContaining(['list', 'explain', 'status', 'diff', 'apply', 'revert']),
    );
    for (const command of commands) {
      const help = installed.run(command, '--help');
      expect([command, help.code, help.out]).toEqual([
        command,
        0,
        expect.stringContaining(`Usage: dgx-patch ${command}`),
      ]);
    }
  });

  it('says nothing where its reader stops early', () => {
    const bin = join(installed.dir, 'node_modules/.bin/dgx-patch');
    const line = `for i in 1 2 3; do '${bin}' status --help | true; done`;
    const { status, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', line], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });

  it('lists every fix, and explains one', () => {
    const { out } = installed.run('list');
    for (const { id } of CODEMODS) expect(out).toContain(id);
    const id = CODEMODS[0]!.id;
    expect(installed.run('explain', id)).toMatchObject({ code: 0, out: expect.stringContaining(id) });
  });

  it('does the main job on a repository: status, diff, apply twice, revert', () => {
    const { dir: upstream, commit } = miniRepository();
    const target = ['--target', 'vllm@mini', '--mirror', `vllm=${upstream}`];

    const status = installed.run('status', ...target, '--json');
    expect(status.code).toBe(0);
    const document = JSON.parse(status.out) as {
      target: object;
      fixes: { id: string; verdict: string; effect?: { kind: string } }[];
    };
    expect(document.target).toMatchObject({ project: 'vllm', revision: 'mini', commit });
    // What has no effect at the build is left out.
    const needed = document.fixes
      .filter(({ verdict, effect }) => verdict === 'needed' && effect?.kind !== 'none')
      .map(({ id }) => id);
    expect(needed.length).toBeGreaterThan(3);

    const diff = installed.run('diff', ...target);
    expect(diff.out).toMatch(/^diff --git a\/\S+ b\/\S+\nindex [0-9a-f]{40}\.\.[0-9a-f]{40} 100644\n/);
    expect(installed.run('diff', ...target, '--exit-code').code).toBe(1);

    const tree = join(installed.dir, 'spark');
    expect(installed.run('apply', ...target, '--out', 'spark').code).toBe(0);
    const log = gitIn(
      tree,
      'log',
      '--format=%H %(trailers:key=Dgx-Patch-Id,valueonly,separator=)',
      `${commit}..HEAD`,
    );
    expect(
      log
        .split('\n')
        .map((line) => line.split(' ')[1])
        .reverse(),
    ).toEqual(needed);
    const again = installed.run('apply', ...target, '--out', 'spark');
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('nothing to do') });
    expect(
      gitIn(tree, 'log', '--format=%H %(trailers:key=Dgx-Patch-Id,valueonly,separator=)', `${commit}..HEAD`),
    ).toBe(log);

    expect(installed.run('revert', '--dir', 'spark').code).toBe(0);
    expect(snapshot(tree)).toEqual(snapshot(upstream));
  }, 120_000);

  it.each([
    ['no command', [], 2],
    ['an unknown project', ['status', '--target', 'torch@v1'], 2],
    ['a mirror that is not there', ['status', '--target', 'vllm@v0.16.0', '--mirror', 'vllm=nowhere'], 3],
  ])('ends %s with the right exit code, a reason, and nothing written', (_name, args, code) => {
    const before = readdirSync(installed.dir);
    const ran = installed.run(...args);
    expect(ran.code).toBe(code);
    expect(ran.err).not.toBe('');
    expect(ran.err).not.toContain('this is a bug');
    expect(readdirSync(installed.dir)).toEqual(before);
    expect(existsSync(join(installed.dir, '.dgx-patch'))).toBe(false);
  });
});
