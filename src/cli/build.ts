import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { assembleContext } from '../container/assemble.js';
import { baseImage } from '../container/base-image.js';
import { buildImage, type Stage } from '../container/build.js';
import { buildArgv, ENGINES, type EngineName, findEngine } from '../container/engine.js';
import { checkInputs, readInputs } from '../container/inputs.js';
import type { Lock } from '../container/lock.js';
import type { PatchedTree } from '../container/patched-tree.js';
import { imageName, pinsOf } from '../container/sets.js';
import { SPACE } from '../container/space.js';
import { EXIT, Failure } from '../failure.js';
import { readPins } from '../pins/pins.js';
import { chooseSet } from '../pins/sets.js';
import { openTrees, type TreeOptions } from './build-trees.js';
import type { Io } from './io.js';
import { collect, collectIds, defaultPins, oneOf } from './options.js';
import { toolVersion } from './version.js';

interface BuildOptions extends TreeOptions {
  readonly set?: string;
  readonly stage: string;
  readonly engine?: string;
  readonly base?: string;
  readonly platform?: string;
  readonly network?: string;
  readonly tag?: string;
  readonly output?: string;
  readonly space?: string;
  readonly aot: boolean;
  readonly inputs?: string;
  readonly aptSnapshot?: string;
  readonly contextOnly?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

function lockText(lock: Lock, what: string): string {
  const trees = lock.trees.map(
    ({ project, revision, tree, fixes }) =>
      `  ${project.padEnd(11)} ${revision}, tree ${tree.slice(0, 12)}, ${fixes.length} fixes`,
  );
  // A project whose patched tree is in the context is not fetched.
  const away = lock.fetched.filter(({ name }) => !lock.trees.some(({ project }) => project === name));
  const moving = away.filter(({ fixed }) => !fixed).map(({ name, revision }) => `${name} ${revision}`);
  const fetched = `  fetched     ${away.length} projects while it builds${moving.length > 0 ? `, by a name that may move: ${moving.join(', ')}` : ''}`;
  const { inputs } = lock;
  const locked = `  inputs      ${inputs?.files.length} files and ${inputs?.sources.length} repositories of ${inputs?.platform}, each with its hash`;
  const last = inputs ? locked : fetched;
  return `${[what, ...trees, `  base        ${lock.base.image}`, last, ''].join('\n')}`;
}

/**
 * Compiling needs nothing from outside, and neither does what was fetched before; but Cargo fetches the crates of a
 * front end in Rust itself, and checks them against the hashes of the tree's own lock.
 */
const needsCrates = (trees: readonly PatchedTree[]): boolean =>
  trees.some(({ project, dir }) => project === 'vllm' && existsSync(join(dir, 'rust-toolchain.toml')));

async function build(options: BuildOptions, io: Io): Promise<number> {
  const stage = oneOf(options.stage, Object.keys(SPACE) as Stage[], '--stage');
  const pins = await readPins(options.pins);
  const set = chooseSet(pins, options.set);
  const base = baseImage(options.base, set.cuda);
  if (options.aptSnapshot !== undefined && !/^\d{8}T\d{6}Z$/.test(options.aptSnapshot)) {
    throw new Failure('usage', '--apt-snapshot is a moment, for example 20260801T000000Z');
  }
  const name = options.engine === undefined ? undefined : oneOf(options.engine, ENGINES, '--engine');
  const space = options.space === undefined ? SPACE[stage] : Number(options.space);
  if (!(space >= 0)) throw new Failure('usage', '--space is a number of GiB');
  const trees = await openTrees(set, pinsOf(pins, set), options, io);
  const inputs = options.inputs === undefined ? undefined : await readInputs(options.inputs);
  if (inputs) checkInputs(inputs, set.name, trees);
  const snapshot = options.aptSnapshot;
  const { aot } = options;
  const context = { set, base, trees, tool: toolVersion(), aot, inputs, snapshot, progress: io.progress };
  if (!base.digest)
    io.err(`the base ${base.image} is a tag: name it with @sha256:… to build the same image again\n`);
  const platform = options.platform ?? inputs?.platform;
  if (inputs && platform !== inputs.platform) {
    throw new Failure('usage', `the inputs are those of ${inputs.platform}, and not of ${platform}`);
  }
  if (platform === undefined && process.arch !== 'arm64')
    io.err(
      `this machine is ${process.arch}, and a Spark is arm64: build for it with --platform linux/arm64\n`,
    );
  if (options.contextOnly !== undefined) {
    const { lock } = await assembleContext({ ...context, dir: options.contextOnly });
    io.out(
      options.json
        ? `${JSON.stringify(lock, null, 2)}\n`
        : lockText(lock, `context in ${options.contextOnly}`),
    );
    return EXIT.done;
  }
  const tag = options.tag ?? imageName(set, stage);
  const closed = stage === 'kernels' || (stage === 'runtime' && inputs && !needsCrates(trees));
  const network = options.network ?? (closed ? 'none' : undefined);
  const request = { stage, tag, platform, network };
  if (options.dryRun) {
    const argv = buildArgv(name ?? ('docker' satisfies EngineName), { ...request, context: '<context>' });
    io.out(`${argv.join(' ')}\n`);
    return EXIT.done;
  }
  const engine = await findEngine(name);
  const output = options.output ?? `./${set.name}-${stage}`;
  const log = (line: string): void => io.err(`${line}\n`);
  const { lock } = await buildImage(context, { ...request, engine, space, output, log });
  const made = {
    kernels: `${tag}, objects and proof in ${output}`,
    inputs: `${output}/inputs.json`,
    runtime: tag,
  };
  const what = made[stage];
  io.out(options.json ? `${JSON.stringify({ image: tag, lock }, null, 2)}\n` : lockText(lock, what));
  return EXIT.done;
}

export function buildCommand(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('build')
    .description(
      'a container image of a set: makes the checkouts that are missing, and refuses a tree that is not what its receipt says',
    )
    .option(
      '--set <name>',
      'revisions, CUDA, arch and torch that belong together (default: the default of the pins file)',
    )
    .option(
      '--tree <project=dir>',
      'a checkout that apply made (default: ./<project>-<12 hex>, made where it is missing); repeatable',
      collect,
      [],
    )
    .option('--mirror <project=dir|url>', 'read a project from here; repeatable', collect, [])
    .option('--skip <ids>', 'without these fixes, in checkouts that are made', collectIds, [])
    .option(
      '--stage <name>',
      'kernels: compile and check the patched kernels; inputs: find all that the build fetches, with hashes; runtime: the image that serves',
      'runtime',
    )
    .option('--engine <name>', `${ENGINES.join(', ')} (default: the first that answers)`)
    .option('--base <image>', 'image with the CUDA toolkit, best with its digest')
    .option('--platform <os/arch>', 'for example linux/arm64 (default: the engine’s)')
    .option('--network <mode>', 'network of the build steps, as the engine takes it')
    .option('--tag <name>', 'name of the image (default: localhost/dgx-patch/<set>:<stage>)')
    .option(
      '--output <dir>',
      'with --stage kernels or inputs: where objects and proof, or inputs.json, go (default: ./<set>-<stage>)',
    )
    .option(
      '--inputs <file>',
      'inputs.json of the stage inputs: locked, fetched before, and no network after',
    )
    .option('--apt-snapshot <moment>', 'Ubuntu’s archive as it was then, for example 20260801T000000Z')
    .option('--no-aot', 'leave FlashInfer’s kernels to the first start, which then compiles them')
    .option(
      '--space <GiB>',
      `free space that is enough (default: ${SPACE.runtime} for runtime, ${SPACE.inputs} for inputs, ${SPACE.kernels} for kernels)`,
    )
    .option('--context-only <dir>', 'write the build context and build nothing')
    .option('--dry-run', 'check the trees, print the engine’s command, and build nothing')
    .option('--fixes <dir>', 'own fixes and carried patches; repeatable', collect, [])
    .option('--pins <file>', 'the pins file', defaultPins())
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nRuns code of the trees: their own builds, in the container. --context-only and --dry-run run nothing of them.\nSee SECURITY.md.\n\nExamples:\n  dgx-patch build --set v0.20 --stage kernels --engine buildah\n  dgx-patch build --set v0.20 --platform linux/arm64\n  dgx-patch build --set v0.20 --context-only ./context\n  dgx-patch build --set v0.20 --stage inputs && dgx-patch build --set v0.20 --inputs v0.20-inputs/inputs.json',
    )
    .action(async (options: BuildOptions) => exit(await build(options, io)));
}
