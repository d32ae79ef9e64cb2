import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp.js';

const IMAGE = new URL('../../src/container/image/', import.meta.url).pathname;
const ENTRYPOINT = join(IMAGE, 'entrypoint.sh');

/** Prints its name, process and arguments, one a line. */
const SHOW = '#!/bin/sh\nfor word in "$(basename "$0")" "$@"; do printf "<%s>\\n" "$word"; done\n';

let dir: string;

function program(name: string, text: string): void {
  writeFileSync(join(dir, 'bin', name), text);
  chmodSync(join(dir, 'bin', name), 0o755);
}

beforeEach(() => {
  dir = tempFolder();
  mkdirSync(join(dir, 'bin'));
  for (const name of ['vllm', 'bash', 'python3']) program(name, SHOW);
  program('ray', `#!/bin/sh\n[ "$1" = status ] && exit 1\n${SHOW.replace('#!/bin/sh\n', '')}`);
  program(
    'ip',
    [
      '#!/bin/sh',
      'case "$*" in',
      '  *"route get"*) echo "10.0.0.1 dev enp1s0f0np0 src 10.0.0.2 uid 0" ;;',
      '  *"addr show"*) [ "$HOLDS" = yes ] && echo "3: enp1s0f0np0    inet 10.0.0.1/24" ;;',
      'esac',
      'exit 0',
    ].join('\n'),
  );
});

function environment(env: Record<string, string>): Record<string, string> {
  return {
    PATH: `${join(dir, 'bin')}:/usr/bin:/bin`,
    DGX_PATCH_HOME: dir,
    DGX_PATCH_SYS: join(dir, 'sys'),
    DGX_PATCH_MODE_FILE: join(dir, 'mode'),
    ...env,
  };
}

function run(args: string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync('sh', [ENTRYPOINT, ...args], {
    env: environment(env),
    encoding: 'utf8',
  });
  return { status, words: stdout.split('\n').map((line) => line.replace(/^<|>$/g, '')), stdout, stderr };
}

function port(device: string, state: string): void {
  const at = join(dir, 'sys/class/infiniband', device, 'ports/1');
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'state'), `${state}\n`);
}

describe('serve', () => {
  it('starts vllm with the documented defaults', () => {
    const { status, words } = run([], { MODEL: 'a/b' });
    expect(status).toBe(0);
    expect(words.join(' ')).toContain(
      'vllm serve a/b --host 127.0.0.1 --port 8888 --max-model-len 131072 --gpu-memory-utilization 0.75 --max-num-seqs 128 --tensor-parallel-size 1',
    );
    expect(readFileSync(join(dir, 'mode'), 'utf8')).toBe('serve\n');
  });

  it('takes every variable of the documentation', () => {
    const { words } = run(['serve'], {
      MODEL: 'a/b',
      PORT: '1',
      GPU_MEMORY_UTIL: '0.9',
      MAX_MODEL_LEN: '2',
      MAX_NUM_SEQS: '3',
      HOST: '::',
    });
    expect(words.join(' ')).toContain(
      '--host :: --port 1 --max-model-len 2 --gpu-memory-utilization 0.9 --max-num-seqs 3',
    );
  });

  const JSON_VALUE = '{"method":"mtp","num_speculative_tokens":2}';

  it('passes arguments on, word by word', () => {
    const { words } = run(['serve', '--speculative-config', JSON_VALUE, '--empty', '', 'a  b'], {
      MODEL: 'a/b',
    });
    expect(words).toEqual(expect.arrayContaining(['--speculative-config', JSON_VALUE, '', 'a  b']));
  });

  it.each([
    ['single quotes', `--speculative-config '${JSON_VALUE}' --x`],
    [
      'double quotes',
      `--speculative-config "${JSON_VALUE.replaceAll('"', '\\"')}" --x`.replaceAll('\\"', '"\\""'),
    ],
    ['backslashes', `--speculative-config ${JSON_VALUE.replaceAll('"', '\\"')} --x`],
    ['several lines', `--speculative-config\n'${JSON_VALUE}'\n--x`],
  ])('splits VLLM_EXTRA_ARGS with %s', (_how, extra) => {
    const { words } = run(['serve'], { MODEL: 'a/b', VLLM_EXTRA_ARGS: extra });
    expect(words.slice(words.indexOf('--speculative-config'))).toEqual([
      '--speculative-config',
      JSON_VALUE,
      '--x',
      '',
    ]);
  });

  it('expands nothing in VLLM_EXTRA_ARGS', () => {
    const { words } = run(['serve'], {
      MODEL: 'a/b',
      VLLM_EXTRA_ARGS: `--a '$HOME' $(touch ${dir}/ran) * --b`,
    });
    expect(words).toEqual(expect.arrayContaining(['$HOME', '*', '--b']));
    expect(existsSync(join(dir, 'ran'))).toBe(false);
  });

  it.each<[string, Record<string, string>, string]>([
    ['no model', {}, 'MODEL is not set'],
    ['a lost quote', { MODEL: 'a/b', VLLM_EXTRA_ARGS: "--a '{" }, 'quote without its partner'],
    ['a size that is no number', { MODEL: 'a/b', TENSOR_PARALLEL_SIZE: 'two' }, 'not a whole number'],
    ['several machines without a head', { MODEL: 'a/b', TENSOR_PARALLEL_SIZE: '2' }, 'HEAD_IP is not set'],
  ])('says what is wrong with %s', (_what, env, words) => {
    const { status, stderr } = run(['serve'], env);
    expect(status).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr).toContain('next:');
  });

  it('replaces the shell, so that a signal arrives', async () => {
    program('vllm', '#!/bin/sh\ntrap "echo stopped; exit 7" TERM\necho up\nwhile :; do sleep 0.05; done\n');
    const child = spawn('sh', [ENTRYPOINT, 'serve'], { env: environment({ MODEL: 'a/b' }) });
    const code = await new Promise((resolve) => {
      child.stdout.once('data', () => child.kill('SIGTERM'));
      child.on('close', resolve);
    });
    expect(code).toBe(7);
  });
});

describe('several machines', () => {
  it('starts Ray on the head, waits for the others, then serves over Ray', () => {
    writeFileSync(join(dir, 'image.json'), '{}');
    const { stdout, status } = run(['serve'], {
      MODEL: 'a/b',
      TENSOR_PARALLEL_SIZE: '2',
      HEAD_IP: '10.0.0.1',
      HOLDS: 'yes',
    });
    expect(status).toBe(0);
    const said = stdout.replaceAll('\n', ' ');
    expect(said).toMatch(
      /<ray> <start> <--head> .*<--node-ip-address=10\.0\.0\.1> .*<python3> .*check-nodes\.py> <--nodes> <2> <--resource> <dgx-patch-44136fa355b3>.*<vllm> <serve>/,
    );
    expect(said).toContain('<--distributed-executor-backend> <ray>');
  });

  it('finds a worker’s address and gives Ray the image’s name', () => {
    writeFileSync(join(dir, 'image.json'), '{}');
    const { words } = run(['ray-worker'], { HEAD_IP: '10.0.0.1' });
    expect(words).toEqual(
      expect.arrayContaining([
        '--address=10.0.0.1:6379',
        '--node-ip-address=10.0.0.2',
        '--resources={"dgx-patch-44136fa355b3": 1}',
        '--block',
      ]),
    );
  });

  it('gives NCCL the ports that are up, and no others', () => {
    port('rocep1s0f0', '4: ACTIVE');
    port('rocep1s0f1', '1: DOWN');
    port('roceP2p1s0f0', '4: ACTIVE');
    program('ray', '#!/bin/sh\necho "$NCCL_IB_HCA|$NCCL_SOCKET_IFNAME|$VLLM_HOST_IP"\n');
    expect(run(['ray-worker'], { HEAD_IP: '10.0.0.1' }).stdout.trim().split('|')).toEqual([
      expect.stringMatching(/^(rocep1s0f0:1,roceP2p1s0f0:1|roceP2p1s0f0:1,rocep1s0f0:1)$/),
      'enp1s0f0np0',
      '10.0.0.2',
    ]);
  });

  it('warns where no port is up, and leaves a given one alone', () => {
    program('ray', '#!/bin/sh\necho "$NCCL_IB_HCA"\n');
    expect(run(['ray-head'], { HEAD_IP: '10.0.0.1' }).stderr).toContain('no RDMA port is up');
    expect(run(['ray-head'], { HEAD_IP: '10.0.0.1', NCCL_IB_HCA: 'mine' }).stdout.trim()).toBe('mine');
  });
});

describe('who may ask', () => {
  it.each([
    [{}, [], '127.0.0.1'],
    [{ VLLM_API_KEY: '' }, [], '127.0.0.1'],
    [{ VLLM_API_KEY: 'secret' }, [], '0.0.0.0'],
    [{}, ['--api-key', 'secret'], '0.0.0.0'],
    [{ HOST: '0.0.0.0' }, [], '0.0.0.0'],
  ])('%j %j listens on %s', (env, args, host) => {
    const { words, stderr } = run(['serve', ...args], { MODEL: 'a/b', ...env });
    expect(words.join(' ')).toContain(`--host ${host} `);
    expect(stderr.includes('listens on this machine alone')).toBe(host === '127.0.0.1');
  });
});

describe('warm-up', () => {
  it('starts the server, waits for it, asks it one thing, and ends it', () => {
    program('vllm', '#!/bin/sh\necho $$ >"$DGX_PATCH_HOME/server"\nexec sleep 60\n');
    program('curl', '#!/bin/sh\necho "$*" >>"$DGX_PATCH_HOME/asked"\n[ -s "$DGX_PATCH_HOME/server" ]\n');
    const env = { MODEL: 'a/b', VLLM_API_KEY: 'secret', DGX_PATCH_POLL: '0.1', HOME: dir };
    const { status, stderr } = run(['warm-up'], env);
    expect([status, stderr]).toEqual([0, expect.stringContaining('warm: ')]);
    const asked = readFileSync(join(dir, 'asked'), 'utf8').trim().split('\n');
    expect(asked[0]).toContain('/health');
    expect(asked.at(-1)).toMatch(/Bearer secret .*"model": "a\/b".*\/v1\/completions$/);
    const server = Number(readFileSync(join(dir, 'server'), 'utf8'));
    expect(() => process.kill(server, 0)).toThrow();
  });

  it('says that the server ended first', () => {
    program('vllm', '#!/bin/sh\nexit 1\n');
    program('curl', '#!/bin/sh\nexit 7\n');
    const { status, stderr } = run(['warm-up'], { MODEL: 'a/b', DGX_PATCH_POLL: '0.1', HOME: dir });
    expect([status, stderr]).toEqual([2, expect.stringContaining('ended before it was ready')]);
  });
});

describe('other modes', () => {
  it('opens bash with its arguments', () => {
    expect(run(['bash', '-c', 'a b']).words).toEqual(['bash', '-c', 'a b', '']);
  });
  it('refuses a mode that there is not', () => {
    expect(run(['server'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('serve, warm-up, ray-head, ray-worker, bash'),
    });
  });
});

describe('check-nodes.py', () => {
  /** A stand-in for Ray: its machines are given in a file, a line a look. */
  const RAY = `
import json, os
looks = json.load(open(os.environ["LOOKS"]))
def init(**_): pass
def shutdown(): pass
def nodes(): return looks.pop(0) if len(looks) > 1 else looks[0]
`;
  const node = (address: string, image: string, Alive = true) => ({
    Alive,
    NodeManagerAddress: address,
    Resources: { [image]: 1 },
  });

  function check(...looks: unknown[]) {
    writeFileSync(join(dir, 'ray.py'), RAY);
    writeFileSync(join(dir, 'looks.json'), JSON.stringify(looks));
    const args = ['--nodes', '2', '--resource', 'dgx-patch-a', '--timeout', '0.2', '--poll', '0.01'];
    return spawnSync('/usr/bin/env', ['python3', join(IMAGE, 'check-nodes.py'), ...args], {
      env: {
        PATH: process.env.PATH!,
        PYTHONPATH: dir,
        LOOKS: join(dir, 'looks.json'),
        PYTHONDONTWRITEBYTECODE: '1',
      },
      encoding: 'utf8',
    });
  }

  it('waits for the machines, and takes equal images', () => {
    const one = node('10.0.0.1', 'dgx-patch-a');
    expect(check([one], [one, node('10.0.0.2', 'dgx-patch-a')])).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('1 of 2'),
    });
  });
  it('names the machine that runs another image', () => {
    const { status, stderr } = check([node('10.0.0.1', 'dgx-patch-a'), node('10.0.0.2', 'dgx-patch-b')]);
    expect(status).toBe(4);
    expect(stderr).toContain('another image runs on 10.0.0.2');
  });
  it('gives up on a machine that does not come, and counts no dead one', () => {
    const { status, stderr } = check([
      node('10.0.0.1', 'dgx-patch-a'),
      node('10.0.0.2', 'dgx-patch-a', false),
    ]);
    expect(status).toBe(3);
    expect(stderr).toContain('only 1 of 2');
  });
});

describe('healthcheck.sh', () => {
  function health(mode: string | undefined, env: Record<string, string> = {}) {
    for (const name of ['curl', 'ray']) program(name, SHOW);
    if (mode !== undefined) writeFileSync(join(dir, 'mode'), `${mode}\n`);
    const script = join(IMAGE, 'healthcheck.sh');
    return spawnSync('sh', [script], { env: environment(env), encoding: 'utf8' }).stdout.replaceAll(
      '\n',
      ' ',
    );
  }

  it('asks vLLM where it serves, and Ray where Ray runs', () => {
    expect(health('serve', { PORT: '9' })).toContain('<http://127.0.0.1:9/health>');
    expect(health('ray', { HEAD_IP: '10.0.0.1' })).toContain('<health-check> <--address> <10.0.0.1:6379>');
    expect(health('bash')).toBe('');
  });
  it('takes a container without a mode for a server', () => {
    expect(health(undefined)).toContain('<http://127.0.0.1:8888/health>');
  });
});

describe('jobs.sh', () => {
  function jobs(freeGiB: number): number {
    writeFileSync(join(dir, 'meminfo'), `MemTotal: 1 kB\nMemAvailable:   ${freeGiB * 1024 * 1024} kB\n`);
    program('nproc', '#!/bin/sh\necho 20\n');
    const { stdout } = spawnSync('sh', [join(IMAGE, 'jobs.sh')], {
      env: environment({ DGX_PATCH_MEMINFO: join(dir, 'meminfo') }),
      encoding: 'utf8',
    });
    return Number(stdout);
  }
  it.each([
    [2, 1],
    [13, 2],
    [119, 19],
    [500, 20],
  ])('with %i GiB free, %i compilers', (free, count) => {
    expect(jobs(free)).toBe(count);
  });
});

const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;
it.skipIf(!hasShellcheck)(
  `the scripts are clean for shellcheck${hasShellcheck ? '' : ' (skipped: shellcheck is not here)'}`,
  () => {
    const scripts = ['entrypoint.sh', 'healthcheck.sh', 'jobs.sh', 'check-kernels.sh'].map((name) =>
      join(IMAGE, name),
    );
    expect(spawnSync('shellcheck', ['-s', 'sh', ...scripts], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stdout: '',
    });
  },
);
