import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { findEngine } from '../container/engine.js';
import { runProcess } from '../container/process.js';
import { imageName } from '../container/sets.js';
import { EXIT, Failure } from '../failure.js';
import { CODEMODS } from '../fixes/built-in.js';
import { readPins } from '../pins/pins.js';
import { chooseSet } from '../pins/sets.js';
import { composeFiles } from '../recipes/compose.js';
import { findRecipe, readRecipes } from '../recipes/load.js';
import { moeFileName } from '../recipes/moe-file.js';
import { type ResolvedRecipe, resolveRecipe, withInterface } from '../recipes/resolve.js';
import { CACHES, hostCache, runArgv, shellWord } from '../recipes/run-argv.js';
import type { Recipe } from '../recipes/schema.js';
import { checkText, recipeList, recipeText } from '../report/recipes-text.js';

import { resolveTarget } from '../revision/resolve.js';
import type { Io } from './io.js';
import { mirrorsOf } from './mirrors.js';
import { defaultPins } from './options.js';

interface RecipeOptions {
  readonly set?: string;
  readonly target?: string;
  readonly mirror: string[];
  readonly pins: string;
  readonly json?: boolean;
}

interface RunOptions extends RecipeOptions {
  readonly engine?: string;
  readonly image?: string;
  readonly detach?: boolean;
  readonly dryRun?: boolean;
}

interface ComposeOptions extends RecipeOptions {
  readonly nodes?: string;
  readonly image?: string;
  readonly out: string;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The recipe in the words of the set's vLLM, or of the revision that was named instead. */
async function resolved(
  recipe: Recipe,
  options: RecipeOptions,
  io: Io,
): Promise<{ found: ResolvedRecipe; target: string }> {
  const pins = await readPins(options.pins);
  const name = options.target ?? `vllm@${chooseSet(pins, options.set).vllm}`;
  const mirrors = mirrorsOf(options);
  const target = await resolveTarget(name, { mirrors, pins, progress: io.progress });
  try {
    if (target.project !== 'vllm') {
      throw new Failure('usage', `${name} is not a vLLM revision`, {
        next: 'for example: --target vllm@v0.20.2',
      });
    }
    return { found: await withInterface(target.tree, (at) => resolveRecipe(recipe, at)), target: name };
  } finally {
    target.close();
  }
}

/** As above, and every setting must be known there. */
async function ready(recipe: Recipe, options: RecipeOptions, io: Io): Promise<ResolvedRecipe> {
  const { found, target } = await resolved(recipe, options, io);
  if (found.problems.length === 0) return found;
  throw new Failure('blocked', `${recipe.name} does not fit ${target}: ${found.problems.join('; ')}`, {
    next: `choose another set, or change the recipe: dgx-patch recipe show ${recipe.name} --json > mine.json`,
  });
}

async function imageOf(options: RunOptions | ComposeOptions): Promise<string> {
  if (options.image !== undefined) return options.image;
  return imageName(chooseSet(await readPins(options.pins), options.set), 'runtime');
}

async function check(name: string, options: RecipeOptions, io: Io): Promise<number> {
  const recipe = await findRecipe(name);
  const { found, target } = await resolved(recipe, options, io);
  const unknown = recipe.needs.filter((id) => !CODEMODS.some((codemod) => codemod.id === id));
  const problems = [...found.problems, ...unknown.map((id) => `it needs the fix ${id}, which there is not`)];
  if (options.json) {
    io.out(
      json({ recipe: recipe.name, target, settings: found.settings, warnings: found.warnings, problems }),
    );
  } else io.out(checkText({ ...found, problems }, target, io.colour));
  return problems.length === 0 ? EXIT.done : EXIT.blocked;
}

async function run(name: string, options: RunOptions, io: Io): Promise<number> {
  const recipe = await findRecipe(name);
  if (recipe.nodes > 1) {
    throw new Failure('usage', `${recipe.name} takes ${recipe.nodes} machines`, {
      next: `dgx-patch recipe compose ${recipe.name} --nodes ${recipe.nodes}`,
    });
  }
  if (options.engine !== undefined && options.engine !== 'docker' && options.engine !== 'podman') {
    throw new Failure('usage', '--engine is docker or podman: buildah builds images and serves none');
  }
  const found = await ready(recipe, options, io);
  const image = await imageOf(options);
  if (options.dryRun) {
    io.out(
      `${runArgv(options.engine ?? 'docker', image, found, Boolean(options.detach))
        .map(shellWord)
        .join(' ')}\n`,
    );
    return EXIT.done;
  }
  const engine = (await findEngine(options.engine)).name;
  if (engine === 'buildah')
    throw new Failure('unavailable', 'neither docker nor podman answers', { next: 'install one of them' });
  if ((await runProcess([engine, 'image', 'inspect', image])).code !== 0) {
    throw new Failure('unavailable', `${engine} has no image ${image}`, {
      next: 'dgx-patch build --stage runtime, or name one with --image',
    });
  }
  for (const cache of CACHES) await mkdir(hostCache(cache), { recursive: true });
  const { code } = await runProcess(runArgv(engine, image, found, Boolean(options.detach)), {
    onLine: (line) => io.out(`${line}\n`),
  });
  if (code !== 0)
    throw new Failure('unavailable', `${engine} run ended with ${code}`, { next: 'read the log above' });
  if (options.detach)
    io.err(
      `${recipe.name} is starting; wait for it and check it: dgx-patch smoke --url http://127.0.0.1:8888\n`,
    );
  return EXIT.done;
}

async function compose(name: string, options: ComposeOptions, io: Io): Promise<number> {
  const recipe = await findRecipe(name);
  const nodes = Number(options.nodes ?? recipe.nodes);
  if (!Number.isInteger(nodes) || nodes < 1)
    throw new Failure('usage', '--nodes is a whole number', {
      next: 'for example: --nodes 2, for two Sparks',
    });
  const found = await ready({ ...recipe, nodes }, options, io);
  const files = composeFiles(found, nodes, await imageOf(options));
  await mkdir(options.out, { recursive: true });
  for (const file of files) await writeFile(join(options.out, file.name), file.text);
  const paths = files.map((file) => join(options.out, file.name));
  const moeFile = moeFileName(recipe.moe, nodes) ?? null;
  if (options.json) io.out(json({ files: paths, tensorParallelSize: nodes, moeFile }));
  else {
    io.out(`${paths.join('\n')}\n`);
    io.err(
      nodes === 1
        ? `docker compose -f ${paths[0]} up -d\n`
        : `on the head:    HEAD_IP=<address> docker compose -f ${files[0]!.name} up -d\non the others:  HEAD_IP=<address> docker compose -f ${files[1]!.name} up -d\n`,
    );
  }
  return EXIT.done;
}

function addTargetOptions(command: Command): Command {
  return command
    .option('--set <name>', 'the set whose vLLM is asked (default: the default of the pins file)')
    .option('--target <vllm@revision>', 'ask this vLLM instead')
    .option(
      '--mirror <project=dir|url>',
      'read a project from here; repeatable',
      (value: string, list: string[]) => [...list, value],
      [],
    )
    .option('--pins <file>', 'the pins file', defaultPins())
    .option('--json', 'one JSON document on stdout');
}

export function recipeCommand(program: Command, io: Io, exit: (code: number) => void): void {
  const recipe = program
    .command('recipe')
    .description('models with flags and variables that a vLLM revision really knows');
  recipe
    .command('list')
    .description('all recipes')
    .option('--json', 'one JSON document on stdout')
    .action(async (options: { json?: boolean }) => {
      const recipes = await readRecipes();
      io.out(options.json ? json(recipes) : recipeList(recipes));
    });
  recipe
    .command('show <name>')
    .description('what a recipe says, with claims and known failures')
    .option('--json', 'the recipe itself, to change it')
    .action(async (name: string, options: { json?: boolean }) => {
      const found = await findRecipe(name);
      io.out(options.json ? json(found) : recipeText(found));
    });
  addTargetOptions(recipe.command('check <name>'))
    .description('every flag and variable against the argument parser and envs.py of a vLLM tree')
    .addHelpText(
      'after',
      '\nExamples:\n  dgx-patch recipe check qwen3-30b-a3b-nvfp4 --target vllm@v0.20.0\n  dgx-patch recipe check ./mine.json --set v0.20',
    )
    .action(async (name: string, options: RecipeOptions) => exit(await check(name, options, io)));
  addTargetOptions(recipe.command('run <name>'))
    .description('serves a recipe on this machine')
    .option('--engine <name>', 'docker or podman (default: the first that answers)')
    .option('--image <name>', 'the image (default: what build --stage runtime made of the set)')
    .option('--detach', 'leave it running, and come back')
    .option('--dry-run', 'print the command and start nothing')
    .action(async (name: string, options: RunOptions) => exit(await run(name, options, io)));
  addTargetOptions(recipe.command('compose <name>'))
    .description('a compose file for one machine; for several, one for the head and one for the others')
    .option('--nodes <count>', 'machines, and the tensor parallel size (default: the recipe’s)')
    .option('--image <name>', 'the image, the same on all machines')
    .option('--out <dir>', 'where the files go', '.')
    .action(async (name: string, options: ComposeOptions) => exit(await compose(name, options, io)));
}
