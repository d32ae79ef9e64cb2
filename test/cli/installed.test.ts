import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cli } from '../support/cli.js';
import { tempFolder } from '../support/temp.js';

const FIXTURE = new URL(
  '../../fixtures/flashinfer/moe-gdc-flag/flag-and-header-missing/before/',
  import.meta.url,
).pathname;
const VERSION = '0.9.9';
const COMMIT = '1'.repeat(40);

/** A site-packages folder with a FlashInfer of three files. */
function install(version = VERSION): string {
  const site = join(tempFolder(), 'venv', 'lib', 'python3.12', 'site-packages');
  mkdirSync(join(site, 'flashinfer', 'data'), { recursive: true });
  cpSync(join(FIXTURE, 'flashinfer'), join(site, 'flashinfer'), { recursive: true });
  cpSync(join(FIXTURE, 'csrc'), join(site, 'flashinfer', 'data', 'csrc'), { recursive: true });
  writeFileSync(join(site, 'flashinfer', '__init__.py'), '');
  const info = join(site, `flashinfer_python-${version}.dist-info`);
  mkdirSync(info);
  writeFileSync(join(info, 'METADATA'), `Name: flashinfer-python\nVersion: ${version}\n`);
  return site;
}

function pinsFile(): string {
  const file = join(tempFolder(), 'upstream-pins.json');
  const pin = { project: 'flashinfer', name: `v${VERSION}`, tag: `v${VERSION}`, commit: COMMIT };
  writeFileSync(file, JSON.stringify({ formatVersion: 1, projects: {}, pins: [pin] }));
  return file;
}

/** Every file outside the package's own state, with its bytes. */
function contents(dir: string): Record<string, string> {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter(
    (path) => !path.includes('.dgx-patch') && statSync(join(dir, path)).isFile(),
  );
  return Object.fromEntries(files.sort().map((path) => [path, readFileSync(join(dir, path), 'latin1')]));
}

const target = ['--target', 'flashinfer@installed'];
let pins: string;

beforeEach(() => {
  pins = pinsFile();
  process.env.FLASHINFER_WORKSPACE_BASE = tempFolder();
});

describe('flashinfer@installed', () => {
  it('is judged, patched, judged as applied, and reverted to the very bytes', async () => {
    const site = install();
    const before = contents(site);
    const at = [...target, '--site-packages', site];
    expect((await cli('status', ...at, '--pins', pins)).out).toMatch(/moe-gdc-flag +needed +2 sites/);
    expect(await cli('apply', ...at, '--pins', pins)).toMatchObject({ code: 0 });
    expect(contents(site)).not.toEqual(before);
    expect((await cli('status', ...at, '--pins', pins)).out).toMatch(/moe-gdc-flag +applied/);
    expect((await cli('apply', ...at, '--pins', pins)).out).toContain('nothing to do');
    expect(await cli('revert', ...at)).toMatchObject({ code: 0 });
    expect(contents(site)).toEqual(before);
  });

  it('shows the patch and writes nothing with --dry-run', async () => {
    const site = install();
    const before = contents(site);
    const { out } = await cli('apply', ...target, '--site-packages', site, '--pins', pins, '--dry-run');
    expect(out).toContain('+++ b/flashinfer/jit/fused_moe.py');
    expect(contents(site)).toEqual(before);
  });

  it('finds the environment through a symbolic link, and by its interpreter', async () => {
    const site = install();
    const link = join(tempFolder(), 'link');
    symlinkSync(join(site, '..', '..', '..'), link);
    const linked = join(link, 'lib', 'python3.12', 'site-packages');
    const python = join(tempFolder(), 'python');
    writeFileSync(python, `#!/bin/sh\necho ${linked}\n`, { mode: 0o755 });
    const { code } = await cli('apply', ...target, '--python', python, '--pins', pins);
    expect(code).toBe(0);
    expect(contents(site)['flashinfer/jit/fused_moe.py']).toContain('dgx-patch: flashinfer/moe-gdc-flag');
  });

  it('judges a version that is not pinned, and refuses one that is not the set’s', async () => {
    const site = install('0.9.8');
    const at = [...target, '--site-packages', site];
    expect((await cli('status', ...at, '--pins', pins)).out).toMatch(/^flashinfer@v0\.9\.8 /);
    const set = { name: 'one', flashinfer: `v${VERSION}`, cuda: '13.0', arch: '12.1a' };
    const text = readFileSync(pins, 'utf8').replace('"pins"', `"sets":[${JSON.stringify(set)}],"pins"`);
    writeFileSync(pins, text);
    const { code, err } = await cli('apply', ...at, '--pins', pins, '--set', 'one');
    expect([code, err]).toEqual([
      5,
      expect.stringContaining('FlashInfer 0.9.8 is installed, but the set has v0.9.9'),
    ]);
  });

  it.each([
    [
      'the package is a link',
      (site: string, away: string) =>
        execFileSync('mv', [join(site, 'flashinfer'), away]) &&
        symlinkSync(join(away, 'flashinfer'), join(site, 'flashinfer')),
    ],
    [
      'its files are links',
      (site: string, away: string) =>
        execFileSync('mv', [join(site, 'flashinfer', '__init__.py'), away]) &&
        symlinkSync(join(away, '__init__.py'), join(site, 'flashinfer', '__init__.py')),
    ],
  ])('never writes outside: %s', async (_, arrange) => {
    const site = install();
    const away = tempFolder();
    arrange(site, away);
    const before = contents(away);
    const { code, err } = await cli('apply', ...target, '--site-packages', site, '--pins', pins);
    expect([code, err]).toEqual([5, expect.stringContaining('symbolic links')]);
    expect(contents(away)).toEqual(before);
  });

  it('refuses to revert where a file changed since', async () => {
    const site = install();
    const at = [...target, '--site-packages', site];
    await cli('apply', ...at, '--pins', pins);
    writeFileSync(join(site, 'flashinfer', 'jit', 'fused_moe.py'), 'mine\n');
    expect((await cli('revert', ...at)).code).toBe(5);
    expect(readFileSync(join(site, 'flashinfer', 'jit', 'fused_moe.py'), 'utf8')).toBe('mine\n');
  });

  it('reports the stale modules of the JIT cache, and removes them when asked', async () => {
    const site = install();
    const ops = join(
      process.env.FLASHINFER_WORKSPACE_BASE!,
      '.cache',
      'flashinfer',
      VERSION,
      '121a',
      'cached_ops',
    );
    const made = (name: string, source: string): string => {
      mkdirSync(join(ops, name), { recursive: true });
      writeFileSync(join(ops, name, `${name}.so`), '');
      writeFileSync(join(ops, name, 'build.ninja'), `build a.o: ${source}\n`);
      return join(ops, name);
    };
    const own = made('fused_moe_120', join(site, 'flashinfer', 'data', 'csrc', 'a.cu'));
    const others = made('of_another_environment', '/elsewhere/a.cu');
    const at = [...target, '--site-packages', site, '--pins', pins];
    expect((await cli('apply', ...at)).out).toContain('1 modules are stale (fused_moe_120)');
    expect(existsSync(own)).toBe(true);
    expect((await cli('apply', ...at, '--clear-jit-cache')).out).toContain('1 modules removed');
    expect([existsSync(own), existsSync(others)]).toEqual([false, true]);
    expect((await cli('status', ...at)).out).not.toContain('stale');
  });

  it('says what is missing', async () => {
    expect((await cli('status', ...target, '--pins', pins)).code).toBe(2);
    const empty = tempFolder();
    expect((await cli('status', ...target, '--site-packages', empty, '--pins', pins)).code).toBe(3);
    expect((await cli('status', ...target, '--python', join(empty, 'python'), '--pins', pins)).code).toBe(3);
  });
});
