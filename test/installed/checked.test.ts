import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { keep, stillRight } from '../../src/installed/checked.js';
import type { InstalledFixes } from '../../src/installed/opened.js';
import type { InstalledPackage } from '../../src/installed/package.js';
import { packageOf } from '../../src/installed/packages.js';
import { tempFolder } from '../support/temp.js';

const LOOKED_AT = new Map([
  ['vllm/envs.py', 'X = 1\n'],
  ['vllm/gone.py', undefined],
]);
const FILES = ['vllm/__init__.py', 'vllm/envs.py', 'vllm/_C.so'];

let site: string;
let found: InstalledPackage;

const fixes = { here: [], compiled: [], unseen: [], full: true, files: LOOKED_AT, paths: FILES };
const kept = () => keep(found, 'key', fixes as unknown as InstalledFixes, undefined);

beforeEach(async () => {
  site = tempFolder();
  process.env.XDG_CACHE_HOME = tempFolder();
  const info = 'vllm-1.0.dist-info';
  mkdirSync(join(site, 'vllm'));
  mkdirSync(join(site, info));
  writeFileSync(join(site, info, 'RECORD'), 'vllm/envs.py,,\n');
  for (const path of FILES) writeFileSync(join(site, path), LOOKED_AT.get(path) ?? '');
  const version = { version: '1.0', revision: 'v1.0', commit: undefined };
  found = { kind: packageOf('vllm'), site, dir: join(site, 'vllm'), info, ...version };
  await kept();
});

describe('what a run found', () => {
  it('answers the same question about the same bytes', async () => {
    expect(await stillRight(found, 'key')).toEqual(new Set());
    expect(await stillRight(found, 'another')).toBeUndefined();
  });

  it('does not mind bytecode, times, and files that nobody looked at', async () => {
    mkdirSync(join(site, 'vllm', '__pycache__'));
    writeFileSync(join(site, 'vllm', '__pycache__', 'envs.cpython-312.pyc'), '');
    writeFileSync(join(site, 'vllm', '_C.so'), 'other code');
    utimesSync(join(site, 'vllm', 'envs.py'), 1, 1);
    expect(await stillRight(found, 'key')).toBeDefined();
  });

  const changes: [string, (path: (name: string) => string) => void][] = [
    [
      'a byte, with the time and the size of before',
      (path) => {
        writeFileSync(path('envs.py'), 'X = 2\n');
        utimesSync(path('envs.py'), 1, 1);
      },
    ],
    ['a file that was there', (path) => rmSync(path('envs.py'))],
    ['a file that was not', (path) => writeFileSync(path('gone.py'), '')],
    ['a file that a search would find', (path) => writeFileSync(path('new.py'), '')],
    ['a file that moved', (path) => renameSync(path('_C.so'), path('_D.so'))],
    [
      'a link to the same bytes',
      (path) => {
        renameSync(path('envs.py'), path('../envs.py'));
        symlinkSync('../envs.py', path('envs.py'));
      },
    ],
    ['the list of the installer', (path) => writeFileSync(path('../vllm-1.0.dist-info/RECORD'), '')],
  ];
  it.each(changes)('is asked anew after a change: %s', async (_, change) => {
    change((name) => join(site, 'vllm', name));
    expect(await stillRight(found, 'key')).toBeUndefined();
  });

  it('is what was judged, whatever lies there when it is kept', async () => {
    writeFileSync(join(site, 'vllm', 'envs.py'), 'X = 2\n');
    await kept();
    expect(await stillRight(found, 'key')).toBeUndefined();
  });
});
