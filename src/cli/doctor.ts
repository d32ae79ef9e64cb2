import type { Command } from 'commander';
import { examine, type Subjects } from '../doctor/examine.js';
import type { Finding, State } from '../doctor/finding.js';
import { evaluateFlags } from '../evaluate/evaluate.js';
import { EXIT } from '../failure.js';
import { CODEMODS } from '../fixes/built-in.js';
import { idOf } from '../fixes/roles.js';
import { findSitePackages, type PlaceOptions } from '../installed/place.js';
import { judgeTree } from '../judge/judge.js';
import { disagreements } from '../pins/agreement.js';
import { readPins } from '../pins/pins.js';
import { findSet } from '../pins/sets.js';
import { resolveTarget } from '../revision/resolve.js';
import type { Build } from '../source/build.js';
import { matching, readAll } from '../source/locate.js';
import type { SourceTree } from '../source/tree.js';
import { CMAKE_FILES } from '../syntax/cmake.js';
import type { Io } from './io.js';
import { mirrorsOf } from './mirrors.js';
import { defaultPins } from './options.js';

interface DoctorOptions extends PlaceOptions {
  readonly cudaHome?: string;
  readonly set?: string;
  readonly pins: string;
  readonly mirror: string[];
  readonly json?: boolean;
}

const SIGNS: Record<State, string> = { ok: 'ok     ', wrong: 'WRONG  ', unknown: 'unknown' };

/** Whose evidence is worth reading where nothing is wrong. */
const SHOWN = new Set(['instructions', 'memory', 'disk']);

function text({ check, state, cause, evidence, next }: Finding): string {
  const shown = state === 'ok' && !SHOWN.has(check) ? [] : evidence;
  const rows = [`${SIGNS[state]}  ${check}: ${cause}`, ...shown.map((row) => `           ${row}`)];
  return [...rows, ...(next === undefined ? [] : [`           next: ${next}`]), ''].join('\n');
}

async function withSubjects<T>(
  { set: name, pins: file, mirror }: DoctorOptions,
  io: Io,
  work: (subjects: Subjects) => Promise<T>,
): Promise<T> {
  const pins = await readPins(file);
  if (name === undefined) return work({ sets: pins.sets ?? [] });
  const set = findSet(pins, name);
  if (set.vllm === undefined) return work({ set: { set, disagreements: [] } });
  const mirrors = mirrorsOf({ mirror });
  const target = await resolveTarget(`vllm@${set.vllm}`, { mirrors, pins, progress: io.progress });
  try {
    const tree: SourceTree = target.tree;
    const files = async () => readAll({ tree }, await matching(tree, CMAKE_FILES));
    const evaluate = async (flags: string) => evaluateFlags(await files(), set.cuda, flags);
    const lists = CODEMODS.filter(({ id }) => id === idOf('arch-lists'));
    const judge = async (build: Build) => (await judgeTree(tree, lists, build))[0]!;
    const vllm = { name: set.vllm, cuda: set.cuda, torch: set.torch, evaluate, judge };
    return await work({ vllm, set: { set, disagreements: await disagreements(set, tree) } });
  } finally {
    target.close();
  }
}

export function doctorCommand(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('doctor')
    .description(
      'what is wrong with this machine and environment (GPU, driver, memory, toolkit, packages): cause, evidence, next command; exit 1 if anything',
    )
    .option('--cuda-home <dir>', 'the CUDA toolkit (default: CUDA_HOME, CUDA_PATH, /usr/local/cuda)')
    .option('--python <file>', 'the interpreter of the environment to look at')
    .option('--site-packages <dir>', 'or the folder that its packages are in')
    .option('--set <name>', 'compare with a set of the pins file, and evaluate its vLLM')
    .option(
      '--mirror <project=dir|url>',
      'read a project from here; repeatable',
      (value, list: string[]) => [...list, value],
      [],
    )
    .option('--pins <file>', 'the pins file', defaultPins())
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  dgx-patch doctor --python .venv/bin/python\n  TORCH_CUDA_ARCH_LIST=12.1a dgx-patch doctor --set v0.20 --json',
    )
    .action(async (options: DoctorOptions) => {
      const environment = process.env;
      const surroundings = {
        cudaHome: options.cudaHome ?? environment.CUDA_HOME ?? environment.CUDA_PATH ?? '/usr/local/cuda',
        environment,
        root: '/',
        sitePackages:
          (options.python ?? options.sitePackages) === undefined
            ? undefined
            : await findSitePackages(options),
      };
      const findings = await withSubjects(options, io, (subjects) => examine(surroundings, subjects));
      io.out(options.json ? `${JSON.stringify({ findings }, null, 2)}\n` : findings.map(text).join(''));
      exit(findings.some(({ state }) => state === 'wrong') ? EXIT.blocked : EXIT.done);
    });
}
