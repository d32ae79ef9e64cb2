import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { BLOCKING, exitOf } from '../codemod/verdict.js';
import { checkEmpty, FORMATS, type FormatName, writeFiles } from '../export/export.js';
import { fixPatches } from '../export/fix-patches.js';
import { EXIT } from '../failure.js';
import { toDo } from '../judge/review.js';
import { statusText } from '../report/status-text.js';
import type { Target } from '../revision/resolve.js';
import { gitText } from '../tree/git.js';
import type { Io } from './io.js';
import { commandLine } from './next.js';
import { addCommonOptions, addDirOption, type CommonOptions } from './options.js';
import { judgeTarget, openTargets, type Request, readRequest } from './request.js';
import { toolVersion } from './version.js';

interface ExportOptions extends CommonOptions {
  readonly format: FormatName;
  readonly out: string;
}

/** One target's patches into a folder. Returns the exit code; where a fix blocks, nothing is written. */
async function exportTarget(
  target: Target,
  dir: string,
  request: Request,
  options: ExportOptions,
  io: Io,
): Promise<number> {
  await checkEmpty(dir);
  const judged = await judgeTarget(target, request);
  if (judged.outcomes.some(({ verdict }) => BLOCKING.has(verdict))) {
    io.err(statusText(judged, false));
    const blocked = judged.outcomes.filter(({ verdict }) => BLOCKING.has(verdict));
    const next = commandLine('export', options, {
      skip: blocked.map(({ codemod }) => codemod.id),
      more: ['--format', options.format, '--out', options.out],
    });
    io.err(`nothing was written to ${dir}\n  next:    leave them out: ${next}\n`);
    return exitOf(judged.outcomes);
  }
  const entries = await target.tree.entries();
  const patches = await fixPatches(toDo(judged), target.tree, (path) => entries.get(path)?.mode);
  const date = Number(await gitText(target.dir, ['show', '-s', '--format=%ct', target.commit]));
  await writeFiles(dir, FORMATS[options.format]({ target, patches, date, tool: toolVersion() }));
  const files = patches.map(({ file }) => file);
  if (options.json) io.out(`${JSON.stringify({ dir, format: options.format, patches: files })}\n`);
  else
    io.out(
      `${dir}: ${files.length} ${files.length === 1 ? 'patch' : 'patches'}\n${files.map((file) => `  ${file}\n`).join('')}`,
    );
  return EXIT.done;
}

export function exportCommand(program: Command, io: Io, exit: (code: number) => void): void {
  addDirOption(addCommonOptions(program.command('export')))
    .description('one patch a fix, for those who cannot run this tool')
    .addOption(
      new Option('--format <format>', 'series: git am and quilt; dep3: Debian; conan; nix')
        .choices(Object.keys(FORMATS))
        .default('series'),
    )
    .requiredOption(
      '--out <dir>',
      'an empty or new folder; one below it for each target where there are several',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  dgx-patch export --target vllm@v0.16.0 --format series --out patches\n  git am --keep-cr patches/*.patch',
    )
    .action(async (options: ExportOptions) => {
      const request = await readRequest(options);
      const targets = await openTargets(request, io);
      try {
        let code: number = EXIT.done;
        for (const target of targets) {
          const name = `${target.project}-${target.revision.replaceAll('/', '-')}`;
          const dir = targets.length === 1 ? options.out : join(options.out, name);
          code = Math.max(code, await exportTarget(target, dir, request, options, io));
        }
        exit(code);
      } finally {
        for (const target of targets) target.close();
      }
    });
}
