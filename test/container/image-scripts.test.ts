import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp.js';

const IMAGE = new URL('../../src/container/image/', import.meta.url).pathname;
const none = spawnSync('python3', ['--version']).status !== 0;

/** Runs a script of the image where only the packages of a folder can be found. */
function run(script: string, files: Record<string, string>) {
  const dir = tempFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return spawnSync('python3', ['-S', '-B', join(IMAGE, script)], {
    env: { PATH: '/nowhere:/usr/bin:/bin', PYTHONPATH: dir },
    encoding: 'utf8',
  });
}

const distribution = (name: string, version: string) => ({
  [`${name}-${version}.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
});
const torch = { 'torch.py': 'class cuda:\n  class nccl:\n    version = staticmethod(lambda: (2, 27, 5))\n' };

describe.skipIf(none)('scripts of the image (skipped without python3)', () => {
  it('lists the packages for scanners, as CycloneDX', () => {
    const { status, stdout } = run('sbom.py', distribution('Mini_Package', '1.2'));
    expect(status).toBe(0);
    const document = JSON.parse(stdout) as { bomFormat: string; components: { purl: string }[] };
    expect(document.bomFormat).toBe('CycloneDX');
    expect(document.components.map(({ purl }) => purl)).toContain('pkg:pypi/mini_package@1.2');
  });

  it.each([
    ['2.27.5', 0],
    ['2.27.5.1', 0],
    ['2.28.3', 1],
  ])('says the version of NCCL, and ends with %s as %i', (version, code) => {
    const { status, stdout } = run('check-nccl.py', {
      ...torch,
      ...distribution('nvidia-nccl-cu13', version),
    });
    expect([status, stdout]).toEqual([code, expect.stringContaining('torch was built for 2.27.5')]);
  });
});
