import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli, type Ran } from './cli.js';
import { gitIn, miniRepository } from './repository.js';
import { tempFolder } from './temp.js';

export const E2M1 = 'csrc/quantization/fp4/nvfp4_utils.cuh';
export const QWEN = 'vllm/model_executor/models/qwen3_next.py';

/** A repository with three commits: the embedded tree; one in which upstream cured a fix; one that drifted. */
export interface World {
  readonly dir: string;
  readonly pins: string;
  readonly commits: { readonly mini: string; readonly cured: string; readonly drifted: string };
}

function edit(dir: string, path: string, from: string, to: string, message: string): string {
  const text = readFileSync(join(dir, path), 'latin1');
  if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
  writeFileSync(join(dir, path), text.replace(from, to), 'latin1');
  gitIn(dir, 'commit', '--quiet', '--all', '--message', message);
  return gitIn(dir, 'rev-parse', 'HEAD');
}

export function world(): World {
  const { dir, commit: mini } = miniRepository();
  edit(dir, 'vllm/platforms/interface.py', '\n', '\n\n', 'Something else');
  const cured = edit(
    dir,
    QWEN,
    'prefix=f"{prefix}.in_proj_qkvz"',
    'prefix=prefix',
    'Name the projection once',
  );
  const drifted = edit(
    dir,
    E2M1,
    'cvt.rn.satfinite.e2m1x2.f32',
    'cvt.rn.relu.satfinite.e2m1x2.f32',
    'Clamp at nought',
  );
  const pins = join(tempFolder(), 'upstream-pins.json');
  const file = {
    formatVersion: 1,
    projects: { vllm: { repository: 'https://example.com/vllm.git' } },
    pins: [
      { project: 'vllm', name: 'stable', commit: mini, date: '2026-02-02', cuda: '13.0', arch: '12.1a' },
    ],
    sets: [{ name: 'main', vllm: 'stable', cuda: '13.0', arch: '12.1a' }],
  };
  writeFileSync(pins, JSON.stringify(file));
  return { dir, pins, commits: { mini, cured, drifted } };
}

export const run = ({ dir, pins }: World, ...argv: string[]): Promise<Ran> =>
  cli(...argv, '--pins', pins, '--mirror', `vllm=${dir}`, '--no-cache');
