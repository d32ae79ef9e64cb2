import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitEnvironment } from '../../../src/tree/git-environment.js';
import { gitIn } from '../../support/git.js';
import { snapshot } from '../../support/repository.js';

/** The command that is asked: another build's, where DGX_PATCH_CLI names its file. */
export const CLI =
  process.env.DGX_PATCH_CLI ?? new URL('../../../dist/bin/dgx-patch.js', import.meta.url).pathname;
const MINI = new URL('../../../fixtures/trees/mini-vllm', import.meta.url).pathname;
/** One fix of Python, quick to judge. */
export const ONE = 'vllm/mtp-exclusion';
export const EDITED = 'vllm/model_executor/layers/quantization/modelopt.py';

/** What one process said. */
export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A fault of an earlier version: the way to it, which fails where it is still there. */
export interface Reproduction {
  /** Where the findings tell of it. */
  readonly finding: string;
  readonly what: string;
  /** The test of the suite that holds the whole kind, `room/file: title`; undefined where there is this one alone. */
  readonly held?: string;
  /** Left out where the machine lacks something: what. */
  readonly lacks?: string | undefined;
  run(world: World): Promise<void> | void;
}

const ended = ({ status, stdout, stderr }: SpawnSyncReturns<string>): Said => ({
  code: status,
  out: stdout,
  err: stderr,
});

/** A miniature vLLM, a checkout of it, and what runs the tool on them. */
export class World {
  readonly dir = mkdtempSync(join(tmpdir(), 'dgx-patch-reproduction-'));
  readonly mirror = join(this.dir, 'mirror');
  readonly tree = join(this.dir, 'tree');
  readonly head: string;

  constructor() {
    cpSync(MINI, this.mirror, { recursive: true });
    gitIn(this.mirror, 'init', '--quiet', '--initial-branch=main');
    this.head = this.commit(this.mirror, 'a miniature of vLLM');
    gitIn(this.mirror, 'tag', 'mini');
    this.fresh();
  }

  close(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Makes the checkout anew. */
  fresh(): void {
    rmSync(this.tree, { recursive: true, force: true });
    cpSync(this.mirror, this.tree, { recursive: true });
  }

  commit(dir: string, message: string): string {
    gitIn(dir, 'add', '--all');
    gitIn(dir, 'commit', '--quiet', '--message', message);
    return gitIn(dir, 'rev-parse', 'HEAD');
  }

  /** No setting of the machine's reaches the tool: it has a cache of its own, and no mirrors. */
  environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
    const base = { ...process.env, ...gitEnvironment(this.dir), XDG_CACHE_HOME: join(this.dir, 'cache') };
    return { ...base, PATH: process.env.PATH, DGX_PATCH_MIRRORS: '', CLI, NODE: process.execPath, ...more };
  }

  run(...argv: string[]): Said {
    const options = { encoding: 'utf8', cwd: this.dir, env: this.environment() } as const;
    return ended(spawnSync(process.execPath, [CLI, ...argv], options));
  }

  /** Runs a script in which `"$NODE" "$CLI"` is the tool. */
  shell(script: string, more: Readonly<Record<string, string>> = {}): Said {
    return ended(
      spawnSync('sh', ['-c', script], { encoding: 'utf8', cwd: this.dir, env: this.environment(more) }),
    );
  }

  start(argv: readonly string[], more: Readonly<Record<string, string>>): Promise<Said> {
    const child = spawn(process.execPath, [CLI, ...argv], { cwd: this.dir, env: this.environment(more) });
    const said = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said.out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said.err += text;
    });
    return new Promise((resolve) => {
      child.on('close', (code) => resolve({ code, ...said }));
    });
  }

  readonly target = ['--target', 'vllm@mini', '--mirror', `vllm=${this.mirror}`] as const;
  readonly onTree = [...this.target, '--dir', this.tree, '--only', ONE] as const;

  apply(): Said {
    return this.run('apply', ...this.onTree);
  }

  revert(): Said {
    return this.run('revert', '--dir', this.tree);
  }

  state(name: string): string {
    return join(this.tree, '.git/dgx-patch', name);
  }

  /** Writes a file of the tool's own state. */
  plant(name: string, text: string): void {
    mkdirSync(join(this.state(name), '..'), { recursive: true });
    writeFileSync(this.state(name), text);
  }

  /** A folder for PATH, with a git that runs some shell lines first. */
  gitThat(lines: string): Record<string, string> {
    const bin = join(this.dir, 'bin');
    const real = spawnSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).stdout.trim();
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'git'), `#!/bin/sh\n${lines}\nexec ${real} "$@"\n`, { mode: 0o755 });
    return { PATH: `${bin}:${process.env.PATH}` };
  }

  /** Everything that a command on the tree may change: its files, HEAD, the configuration. */
  look(): unknown {
    const config = join(this.tree, '.git/config');
    if (!existsSync(config)) return 'the repository has no configuration any more';
    const head = gitIn(this.tree, 'rev-parse', 'HEAD');
    return { files: snapshot(this.tree), head, config: readFileSync(config, 'utf8') };
  }
}
