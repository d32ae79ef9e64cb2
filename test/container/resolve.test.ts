import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../support/temp.js';
import { Environment, hasVenv, makeWheel, withoutVenv } from '../support/wheel.js';

const SCRIPT = new URL('../../src/container/image/resolve.py', import.meta.url).pathname;
const hash = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

/** An index of wheels as pip reads it: a page a package, each file with its hash. */
async function index(wheels: readonly string[]): Promise<string> {
  const http = createServer((request, response) => {
    const name = decodeURIComponent(request.url!.replaceAll('/', ''));
    const file = wheels.find((wheel) => basename(wheel) === name);
    if (file) return void response.end(readFileSync(file));
    const own = wheels.filter((wheel) => basename(wheel).split('-')[0] === name.replaceAll('-', '_'));
    if (own.length === 0) return void response.writeHead(404).end();
    const links = own.map(
      (wheel) => `<a href="/${basename(wheel)}#sha256=${hash(readFileSync(wheel))}">x</a>`,
    );
    response.setHeader('content-type', 'text/html').end(`<!DOCTYPE html><body>${links.join('')}</body>`);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void http.close());
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

/** One for all: making it takes seconds. */
let made: Environment | undefined;
function environment(): Environment {
  if (made) return made;
  const dir = mkdtempSync(join(tmpdir(), 'dgx-patch-resolve-'));
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
  made = new Environment(join(dir, 'venv'));
  return made;
}

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The script in an environment whose only index is the stand-in. */
async function resolve(
  files: Readonly<Record<string, string>>,
  request: object,
): Promise<Ran & { url: string }> {
  const dir = tempFolder();
  const wheels = [
    makeWheel(dir, { name: 'torch', version: '2.0+cu130', files: {}, requires: ['triton'] }),
    makeWheel(dir, { name: 'triton', version: '3.0', files: {} }),
    makeWheel(dir, { name: 'triton', version: '9.0', files: {} }),
    makeWheel(dir, { name: 'mini', version: '1.0', files: {}, requires: ['torch', 'triton<9'] }),
    makeWheel(dir, { name: 'builder', version: '1.0', files: {} }),
  ];
  const url = await index(wheels);
  const src = join(dir, 'src');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(src, path)), { recursive: true });
    writeFileSync(join(src, path), text);
  }
  const given = join(dir, 'request.json');
  const whole = { lists: [], buildSystems: [], requirements: [], protoc: null, rust: null, ...request };
  writeFileSync(
    given,
    JSON.stringify({ torch: { index: url, requirements: ['torch==2.0+cu130', 'triton<9'] }, ...whole }),
  );
  const { python } = environment();
  const apt = ['base', 'all'].flatMap((which) => [`--apt-${which}`, join(src, `${which}.txt`)]);
  const child = spawn(python, [SCRIPT, '--request', given, '--src', src, ...apt], {
    env: { PATH: process.env.PATH, PIP_CONFIG_FILE: '/dev/null', PIP_INDEX_URL: url, HOME: dir },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => {
    out += data;
  });
  child.stderr.on('data', (data) => {
    err += data;
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, out, err, url };
}

const SUM = 'a'.repeat(64);
const APT = {
  'base.txt': `'http://archive.example/one.deb' one_1_arm64.deb 10 SHA256:${SUM}\n`,
  'all.txt': `'http://archive.example/one.deb' one_1_arm64.deb 10 SHA256:${SUM}\n'http://archive.example/two.deb' two_1%3a2_arm64.deb 10 SHA256:${SUM}\n`,
};

describe.skipIf(!hasVenv)(`what the build would fetch${withoutVenv}`, () => {
  it('is found with a hash each: packages of the archive, wheels held together by torch, build systems', async () => {
    const { code, out, err, url } = await resolve(
      {
        ...APT,
        'vllm/requirements.txt': '-r common.txt\n',
        'vllm/common.txt': 'mini\n',
        'flashinfer/pyproject.toml': '[build-system]\nrequires = ["builder>=1"]\n',
      },
      { lists: ['vllm/requirements.txt'], buildSystems: ['flashinfer/pyproject.toml'] },
    );
    expect([code, err]).toEqual([0, '']);
    const files = JSON.parse(out) as { path: string; url: string; sha256: string }[];
    expect(files.map(({ path }) => path)).toEqual([
      'apt/base/one_1_arm64.deb',
      'apt/build/two_1%3a2_arm64.deb',
      'pip/builder-1.0-py3-none-any.whl',
      'pip/mini-1.0-py3-none-any.whl',
      'pip/torch-2.0+cu130-py3-none-any.whl',
      'pip/triton-3.0-py3-none-any.whl',
    ]);
    for (const { sha256 } of files) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(files[2]!.url).toBe(`${url}/builder-1.0-py3-none-any.whl`);
  });

  it('ends with 3 where the archive names no sha256, or a package has no wheel', async () => {
    const md5 = { ...APT, 'base.txt': "'http://archive.example/one.deb' one.deb 10 MD5Sum:00\n" };
    expect(await resolve(md5, {})).toMatchObject({ code: 3, err: expect.stringContaining('no sha256') });
    expect(await resolve(APT, { requirements: ['nowhere'] })).toMatchObject({
      code: 3,
      err: expect.stringContaining('no set of wheels'),
    });
  });
});
