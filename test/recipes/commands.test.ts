import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shellWord } from '../../src/recipes/run-argv.js';
import { yaml } from '../../src/recipes/yaml.js';
import { cli } from '../support/cli.js';
import { INTERFACE } from '../support/mini-interface.js';
import { gitIn } from '../support/repository.js';
import { tempFolder } from '../support/temp.js';

const composer = ['docker-compose', 'docker'].find(
  (name) => spawnSync(name, name === 'docker' ? ['compose', 'version'] : ['version']).status === 0,
);

/** A repository with the miniature interface, a recipe that fits it, and a pins file with a set. */
function workplace(settings: unknown[], nodes = 1): { args: string[]; recipe: string; dir: string } {
  const dir = tempFolder();
  const upstream = join(dir, 'upstream');
  for (const [path, text] of Object.entries(INTERFACE)) {
    mkdirSync(dirname(join(upstream, path)), { recursive: true });
    writeFileSync(join(upstream, path), text);
  }
  gitIn(upstream, 'init', '--quiet');
  gitIn(upstream, 'add', '--all');
  gitIn(upstream, 'commit', '--quiet', '--message', 'interface');
  const recipe = join(dir, 'mini.json');
  writeFileSync(
    recipe,
    JSON.stringify({
      formatVersion: 1,
      name: 'mini',
      title: 'Mini',
      model: 'mini/model',
      format: 'NVFP4',
      nodes,
      serve: { maxModelLen: 1024, gpuMemoryUtilization: 0.5, maxNumSeqs: 4 },
      settings,
      needs: [],
      moe: { experts: 8, intermediate: 64 },
      claims: [],
      known: [],
    }),
  );
  const pins = join(dir, 'pins.json');
  const commit = gitIn(upstream, 'rev-parse', 'HEAD');
  writeFileSync(
    pins,
    JSON.stringify({
      formatVersion: 1,
      projects: { vllm: { repository: 'https://example.com/vllm.git' } },
      pins: [{ project: 'vllm', name: 'mini', commit }],
      sets: [{ name: 'spark', vllm: 'mini', cuda: '13.0', arch: '12.1a' }],
    }),
  );
  return { args: ['--pins', pins, '--mirror', `vllm=${upstream}`], recipe, dir };
}

const DRAFT = { flag: '--draft-config', value: { method: 'mtp', tokens: 2 } };

describe('recipe', () => {
  it('check says right and wrong, and exits so', async () => {
    const good = workplace([DRAFT]);
    expect(await cli('recipe', 'check', good.recipe, ...good.args)).toMatchObject({
      code: 0,
      out: expect.stringContaining('right'),
    });
    const bad = workplace([{ flag: '--gone' }]);
    const ran = await cli('recipe', 'check', bad.recipe, ...bad.args, '--json');
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.out)).toMatchObject({
      target: 'vllm@mini',
      problems: ['vllm serve has no flag --gone'],
    });
  });

  it('run prints a command whose JSON survives the shell', async () => {
    const { recipe, args } = workplace([DRAFT, { env: 'VLLM_PLAIN', value: '1' }]);
    const { out } = await cli('recipe', 'run', recipe, '--dry-run', ...args);
    expect(out).toContain('--env VLLM_PLAIN=1');
    expect(out).toContain('localhost/dgx-patch/spark:runtime serve');
    const words = execFileSync(
      'sh',
      ['-c', `set -- ${out.trim()}; for word; do printf '%s\\n' "$word"; done`],
      {
        encoding: 'utf8',
      },
    );
    expect(words.split('\n')).toContain('{"method":"mtp","tokens":2}');
  });

  it('run refuses a recipe that does not fit, several machines, and buildah', async () => {
    const bad = workplace([{ flag: '--gone' }]);
    expect(await cli('recipe', 'run', bad.recipe, '--dry-run', ...bad.args)).toMatchObject({ code: 1 });
    const wide = workplace([], 2);
    const ran = await cli('recipe', 'run', wide.recipe, '--dry-run', ...wide.args);
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('recipe compose') });
    const { recipe, args } = workplace([]);
    expect(await cli('recipe', 'run', recipe, '--engine', 'buildah', ...args)).toMatchObject({ code: 2 });
  });

  it('compose writes files for a head and workers, with RDMA and the tuning file of that size', async () => {
    const { recipe, args, dir } = workplace([{ flag: '--draft-config', value: { method: 'mtp' } }]);
    const out = join(dir, 'compose');
    const ran = await cli('recipe', 'compose', recipe, '--nodes', '2', '--out', out, '--json', ...args);
    expect(JSON.parse(ran.out)).toMatchObject({
      tensorParallelSize: 2,
      moeFile: 'E=8,N=32,device_name=NVIDIA_GB10.json',
    });
    const head = readFileSync(join(out, 'compose.head.yaml'), 'utf8');
    expect(head).toContain('/dev/infiniband:/dev/infiniband');
    expect(head).toContain('TENSOR_PARALLEL_SIZE: "2"');
    expect(head).toContain('E=8,N=32,device_name=NVIDIA_GB10.json');
    const worker = readFileSync(join(out, 'compose.worker.yaml'), 'utf8');
    expect(worker).toContain('- "ray-worker"');
    expect(worker).not.toContain('MODEL:');
  });

  it('compose for one machine is one file, with no head and no worker', async () => {
    const { recipe, args, dir } = workplace([]);
    const out = join(dir, 'compose');
    const ran = await cli('recipe', 'compose', recipe, '--out', out, ...args);
    expect(ran).toMatchObject({ code: 0, out: `${join(out, 'compose.yaml')}\n` });
    const text = readFileSync(join(out, 'compose.yaml'), 'utf8');
    expect(text).toContain('TENSOR_PARALLEL_SIZE: "1"');
    for (const word of ['HEAD_IP', 'infiniband', 'ray-worker', '/root']) expect(text).not.toContain(word);
    expect(text).toMatch(/VLLM_API_KEY: "\$\{VLLM_API_KEY:-\}"/);
    expect(await cli('recipe', 'compose', recipe, '--nodes', '0', '--out', out, ...args)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--nodes 2'),
    });
  });

  const why = composer ? '' : ' (skipped: neither docker-compose nor docker compose is here)';
  it.skipIf(!composer)(`compose files hold to the compose schema${why}`, async () => {
    const { recipe, args, dir } = workplace([
      { flag: '--draft-config', value: { method: 'mtp' } },
      { env: 'OWN', value: 'a$b' },
    ]);
    await cli('recipe', 'compose', recipe, '--nodes', '2', '--out', dir, ...args);
    for (const name of ['compose.head.yaml', 'compose.worker.yaml']) {
      const line = [...(composer === 'docker' ? ['compose'] : []), '-f', join(dir, name), 'config'];
      const good = spawnSync(composer!, line, {
        env: { ...process.env, HEAD_IP: '10.0.0.1' },
        encoding: 'utf8',
      });
      expect(good).toMatchObject({ status: 0 });
      expect(good.stdout).toContain('a$');
      const without = spawnSync(composer!, line, { env: { ...process.env, HEAD_IP: '' }, encoding: 'utf8' });
      expect(without.status).not.toBe(0);
      expect(without.stderr).toContain('the address of the head');
    }
  });

  it('refuses a name that is not there, and lists those that are', async () => {
    expect(await cli('recipe', 'show', 'nothing')).toMatchObject({
      code: 2,
      err: expect.stringContaining('qwen3-8b-nvfp4'),
    });
    expect((await cli('recipe', 'list')).out).toContain('gpt-oss-120b-mxfp4-2-nodes');
    expect((await cli('recipe', 'show', 'qwen3-next-80b-nvfp4-mtp2')).out).toMatch(
      /59\.9 tok\/s[\s\S]*known/,
    );
  });
});

describe('shellWord', () => {
  it.each(['plain', '', "it's", 'a b', '$HOME', '{"a":"b"}', 'a\nb', '*', '`x`'])('gives %j back', (word) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(word)}`], { encoding: 'utf8' })).toBe(word);
  });
});

describe('yaml', () => {
  it('nests lists and maps, and keeps strings strings', () => {
    expect(yaml({ a: { b: ['1', { c: true, d: [2] }] }, e: 'x: "y"' })).toBe(
      'a:\n  b:\n    - "1"\n    - c: true\n      d:\n        - 2\ne: "x: \\"y\\""\n',
    );
  });
});
