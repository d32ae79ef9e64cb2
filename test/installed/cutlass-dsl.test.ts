import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { cli } from '../support/cli.js';
import { snapshot } from '../support/repository.js';

const MAP = 'nvidia_cutlass_dsl/python_packages/cutlass/utils/smem_capacity.py';
const TEXT = 'SMEM_CAPACITY_MAP = {\n    "sm_120": (100 - 1) * 1024,\n    "sm_100": (228 - 1) * 1024,\n}\n';

describe('cutlass@installed', () => {
  let site: string;
  const run = (command: string) => cli(command, '--target', 'cutlass@installed', '--site-packages', site);

  /** The DSL as its later wheels are: one distribution for its name, two that both list the same files. */
  beforeEach(() => {
    site = mkdtempSync(join(tmpdir(), 'dgx-patch-test-'));
    onTestFinished(() => rmSync(site, { recursive: true, force: true }));
    const files: Record<string, string> = {
      [MAP]: TEXT,
      'nvidia_cutlass_dsl-4.3.0.dist-info/METADATA': 'Name: nvidia-cutlass-dsl\nVersion: 4.3.0\n',
      'nvidia_cutlass_dsl-4.3.0.dist-info/RECORD': 'nvidia_cutlass_dsl-4.3.0.dist-info/RECORD,,\n',
    };
    for (const part of ['base', 'cu13']) {
      const info = `nvidia_cutlass_dsl_libs_${part}-4.3.0.dist-info`;
      files[`${info}/METADATA`] = `Name: nvidia-cutlass-dsl-libs-${part}\nVersion: 4.3.0\n`;
      files[`${info}/RECORD`] = `${MAP},sha256=of-${part},${TEXT.length}\n${info}/RECORD,,\n`;
    }
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(site, path)), { recursive: true });
      writeFileSync(join(site, path), text);
    }
  });

  it('is patched where the wheel has its Python, with every list of files kept true', async () => {
    const before = snapshot(site);
    expect((await run('status')).out).toMatch(/cutlass\/cute-dsl-sm121 +needed/);
    expect(await run('apply')).toMatchObject({ code: 0 });
    expect(readFileSync(join(site, MAP), 'utf8')).toContain('"sm_121": (100 - 1) * 1024');
    const records = ['_libs_base', '_libs_cu13', ''].map((part) =>
      readFileSync(join(site, `nvidia_cutlass_dsl${part}-4.3.0.dist-info`, 'RECORD'), 'utf8').split('\n'),
    );
    expect(records[0]![0]).toBe(records[1]![0]);
    expect(records[0]![0]).not.toContain('of-base');
    expect(
      records.map((rows) => rows.filter((row) => row.includes('.dgx-patch/receipt.json')).length),
    ).toEqual([1, 0, 0]);
    expect(await run('revert')).toMatchObject({ code: 0 });
    expect(snapshot(site)).toEqual(before);
  });
});
