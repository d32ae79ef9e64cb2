import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { checkId, homeOf, nameHome, placeFor } from '../author/carry/place.js';
import { FAMILIES, type FamilyName } from '../author/kit/skeleton.js';
import { fillDiffs, isHouse, writeHouse, writeOwn } from '../author/kit/write-fix.js';
import { Failure } from '../failure.js';
import { readOwn } from '../fixes/own.js';
import { insteadOf, isProject, PROJECTS, type Project } from '../source/project.js';
import type { Io } from './io.js';
import { collect, defaultPins } from './options.js';

interface NewOptions {
  readonly family: FamilyName;
  readonly file?: string;
  readonly title?: string;
  readonly id?: string;
  readonly fixes: string[];
  readonly pins: string;
}

/** `vllm/sampler` as the project and the name of a fix. */
function parse(text: string): { project: Project; name: string } {
  const [, project = '', name = ''] = /^([^/]*)\/(.*)$/.exec(text) ?? [];
  if (!isProject(project) || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) {
    throw new Failure('usage', `${JSON.stringify(text)} is not <project>/<name>`, {
      next: insteadOf(
        project,
        `for example: dgx-patch fix new vllm/sampler, with a project of ${PROJECTS.join(', ')}`,
      ),
    });
  }
  return { project, name };
}

function titleOf(title: string | undefined, name: string): string {
  const text = title ?? `What ${name} makes right`;
  if (/^[^'\\\n*`]{5,90}$/.test(text)) return text;
  throw new Failure('usage', 'the title is one line of 5 to 90 characters, without quotes and stars');
}

async function create(text: string, options: NewOptions, io: Io): Promise<void> {
  const { project, name } = parse(text);
  const { family, file } = options;
  if (family === 'patch') {
    throw new Failure('usage', 'a patch needs no code', {
      next: `dgx-patch carry add <commit | file.patch | -> --project ${project}`,
    });
  }
  const title = titleOf(options.title, name);
  const common = { project, title, family, file };
  if (isHouse('.') && options.id === undefined && options.fixes.length === 0) {
    const id = `${project}/${name}`;
    if (existsSync(join('codemods', id))) throw new Failure('usage', `codemods/${id} is there already`);
    await writeHouse('.', { ...common, id, house: true });
    io.out(`codemods/${id}, fixtures/${id}, codemods/registry.ts\n`);
    io.out(
      `  next: npx biome check --write codemods/${id}; npm run build; npx dgx-patch fix test ${id} --update\n`,
    );
    return;
  }
  const home = await homeOf(options.fixes, options.pins);
  const id = checkId(options.id ?? `own/${project}-${name}`);
  const dir = placeFor(home, project, id);
  await writeOwn(dir, { ...common, id, house: false });
  await fillDiffs(await readOwn(dir, project), join(dir, 'cases'));
  await nameHome(home);
  io.out(`${id} in ${dir}\n  next: dgx-patch fix test ${id}, and put the real names in\n`);
}

export function addFixNew(fix: Command, io: Io): void {
  fix
    .command('new')
    .description('writes a fix that passes its cases, to be made yours')
    .argument('<project/name>', 'what it is for, and its name')
    .addOption(new Option('--family <family>', 'what it does').choices([...FAMILIES]).default('statement'))
    .option('--file <path>', 'the file that it is about, as upstream has it: decides the language')
    .option('--title <text>', 'what it makes right')
    .option('--id <id>', 'what it is called, as <name space>/<name> (default: own/<project>-<name>)')
    .option(
      '--fixes <dir>',
      'the folder of own fixes (default: that of the pins file, else fixes beside it)',
      collect,
      [],
    )
    .option('--pins <file>', 'the pins file', defaultPins())
    .addHelpText(
      'after',
      '\nExamples:\n  dgx-patch fix new vllm/sampler --id acme/vllm-sampler --file vllm/v1/sample/sampler.py\n  dgx-patch fix new flashinfer/tile --family statement --file csrc/tile.cu',
    )
    .action((text: string, options: NewOptions) => create(text, options, io));
}
