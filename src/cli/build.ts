import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { assembleContext } from '../container/assemble.js';
import { baseImage } from '../container/base-image.js';
import { buildImage, type Stage } from '../container/build.js';
import { buildArgv, ENGINES, type EngineName, findEngine } from '../container/engine.js';
import type { Lock } from '../container/lock.js';
import { openPatchedTree, type PatchedTree } from '../container/patched-tree.js';
import { imageName, PARTS, pinsOf } from '../container/sets.js';
import { SPACE } from '../container/space.js';
import { EXIT, Failure } from '../failure.js';
import { warningsOn } from '../judge/counsel.js';
import { type Pin, type PinSet, readPins } from '../pins/pins.js';
import { chooseSet } from '../pins/sets.js';
import { GitTree } from '../tree/git-tree.js';
import type { Io } from './io.js';
import { defaultPins } from './options.js';
import { toolVersion } from './version.js';
import { sayWarnings } from './warnings.js';

interface BuildOptions {
  readonly set?: string;
  readonly tree: string[];
  readonly stage: string;
  readonly engine?: string;
  readonly base?: string;
  readonly platform?: string;
  readonly network?: string;
  readonly tag?: string;
  readonly output?: string;
  readonly space?: string;
  readonly contextOnly?: string;
  readonly dryRun?: boolean;
  readonly pins: string;
  readonly json?: boolean;
}

function oneOf<T extends string>(value: string, values: readonly T[], option: string): T {
  if ((values as readonly string[]).includes(value)) return value as T;
  throw new Failure('usage', `${option} is one of ${values.join(', ')}`);
}

/** `vllm=./checkout` entries, by project. */
function givenTrees(entries: readonly string[]): Map<string, string> {
  return new Map(
    entries.map((entry) => {
      const at = entry.indexOf('=');
      const project = oneOf(entry.slice(0, Math.max(0, at)), PARTS, 'the project of --tree <project=dir>');
      return [project, entry.slice(at + 1)];
    }),
  );
}

async function openTrees(
  set: PinSet,
  parts: ReadonlyMap<string, Pin>,
  options: BuildOptions,
  io: Io,
): Promise<PatchedTree[]> {
  const given = givenTrees(options.tree);
  const trees: PatchedTree[] = [];
  for (const project of PARTS) {
    const pin = parts.get(project);
    if (!pin) continue;
    const dir = given.get(project) ?? `./${project}-${pin.commit.slice(0, 12)}`;
    if (!existsSync(dir)) {
      throw new Failure('tree', `there is no checkout of ${project}@${pin.name} at ${dir}`, {
        next: `dgx-patch apply --target ${project}@${pin.name} --cuda ${set.cuda} --arch ${set.arch} --out ${dir}, or name one with --tree ${project}=<dir>`,
      });
    }
    const tree = await openPatchedTree(project, dir, pin, set);
    await warnOf(tree, set, io);
    if (tree.proof === undefined) io.err(`${dir} has no proof yet: dgx-patch verify --dir ${dir}\n`);
    trees.push(tree);
  }
  return trees;
}

async function warnOf({ project, dir, commit }: PatchedTree, set: PinSet, io: Io): Promise<void> {
  const tree = new GitTree(dir, commit);
  try {
    sayWarnings(await warningsOn({ project, tree }, set), io);
  } finally {
    tree.close();
  }
}

function lockText(lock: Lock, what: string): string {
  const trees = lock.trees.map(
    ({ project, revision, tree, fixes }) =>
      `  ${project.padEnd(11)} ${revision}, tree ${tree.slice(0, 12)}, ${fixes.length} fixes`,
  );
  return `${[what, ...trees, `  base        ${lock.base.image}`, ''].join('\n')}`;
}

async function build(options: BuildOptions, io: Io): Promise<number> {
  const stage = oneOf(options.stage, Object.keys(SPACE) as Stage[], '--stage');
  const pins = await readPins(options.pins);
  const set = chooseSet(pins, options.set);
  const base = baseImage(options.base, set.cuda);
  const name = options.engine === undefined ? undefined : oneOf(options.engine, ENGINES, '--engine');
  const space = options.space === undefined ? SPACE[stage] : Number(options.space);
  if (!(space >= 0)) throw new Failure('usage', '--space is a number of GiB');
  const trees = await openTrees(set, pinsOf(pins, set), options, io);
  const context = { set, base, trees, tool: toolVersion(), progress: io.progress };
  if (!base.digest)
    io.err(`the base ${base.image} is a tag: name it with @sha256:… to build the same image again\n`);
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
  // Compiling needs nothing from outside.
  const network = options.network ?? (stage === 'kernels' ? 'none' : undefined);
  const request = { stage, tag, platform: options.platform, network };
  if (options.dryRun) {
    const argv = buildArgv(name ?? ('docker' satisfies EngineName), { ...request, context: '<context>' });
    io.out(`${argv.join(' ')}\n`);
    return EXIT.done;
  }
  const engine = await findEngine(name);
  const output = options.output ?? `./${set.name}-kernels`;
  const log = (line: string): void => io.err(`${line}\n`);
  const { lock } = await buildImage(context, { ...request, engine, space, output, log });
  const what = stage === 'kernels' ? `${tag}, objects and proof in ${output}` : tag;
  io.out(options.json ? `${JSON.stringify({ image: tag, lock }, null, 2)}\n` : lockText(lock, what));
  return EXIT.done;
}

export function buildCommand(program: Command, io: Io, exit: (code: number) => void): void {
  const collect = (value: string, list: string[]): string[] => [...list, value];
  program
    .command('build')
    .description('a container image from patched checkouts; refuses a tree that is not what its receipt says')
    .option('--set <name>', 'revisions, CUDA, arch and torch that belong together; see upstream-pins.json')
    .option(
      '--tree <project=dir>',
      'a checkout that apply made (default: ./<project>-<12 hex>); repeatable',
      collect,
      [],
    )
    .option(
      '--stage <name>',
      'kernels: compile and check the patched kernels; runtime: the image that serves',
      'runtime',
    )
    .option('--engine <name>', `${ENGINES.join(', ')} (default: the first that answers)`)
    .option('--base <image>', 'image with the CUDA toolkit, best with its digest')
    .option('--platform <os/arch>', 'for example linux/arm64 (default: the engine’s)')
    .option('--network <mode>', 'network of the build steps, as the engine takes it')
    .option('--tag <name>', 'name of the image (default: localhost/dgx-patch/<set>:<stage>)')
    .option('--output <dir>', 'with --stage kernels: where objects and proof go (default: ./<set>-kernels)')
    .option('--space <GiB>', 'free space that is enough')
    .option('--context-only <dir>', 'write the build context and build nothing')
    .option('--dry-run', 'check the trees, print the engine’s command, and build nothing')
    .option('--pins <file>', 'the pins file', defaultPins())
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nRuns code of the trees: their own builds, in the container. --context-only and --dry-run run nothing of them.\nSee SECURITY.md.\n\nExamples:\n  dgx-patch build --set spark --stage kernels --engine buildah\n  dgx-patch build --set spark --platform linux/arm64\n  dgx-patch build --set spark --context-only ./context',
    )
    .action(async (options: BuildOptions) => exit(await build(options, io)));
}
