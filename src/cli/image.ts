import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { readReceipt } from '../apply/receipt.js';
import { ENGINES } from '../container/engine.js';
import { EXIT, Failure } from '../failure.js';
import { containerfile, labelsOf } from '../image/labels.js';
import { layerOf, type PatchedPackage, settleReceipt } from '../image/layer.js';
import { type OpenedImage, withImage } from '../image/open.js';
import { keep } from '../installed/checked.js';
import { holdingsOf } from '../installed/libraries.js';
import { isBlocked, toApply } from '../installed/opened.js';
import { rootOf } from '../installed/package.js';
import { missing, rightIds } from '../installed/required.js';
import { checkInstalled } from '../installed/state.js';
import { alone, applyInstalled } from '../installed/write.js';
import { type InstalledReport, installedDocument, installedText } from '../report/installed-text.js';
import { judgePackage, withPackages } from './installed.js';
import { questionOf } from './installed-apply.js';
import type { Io } from './io.js';
import { addBuildOptions, type CommonOptions, collectSomeIds, oneOf } from './options.js';
import { type Request, readRequest } from './request.js';
import { toolVersion } from './version.js';

interface ImageOptions extends CommonOptions {
  readonly tag?: string;
  readonly check?: boolean;
  readonly containerfile?: boolean;
  readonly layer: string;
  readonly engine?: string;
  readonly sitePackages?: string;
}

/** One package of the image, judged: with what is needed and can be done in place. */
interface Looked extends InstalledReport {
  readonly needed: readonly string[];
  readonly lacking: readonly string[];
}

async function look(image: OpenedImage, request: Request, io: Io): Promise<Looked[]> {
  return withPackages(request, { sitePackages: image.site }, io, async (opened) => {
    await checkInstalled(opened.found);
    const fixes = await judgePackage(opened, request);
    const needed = toApply(fixes)
      .filter(({ verdict }) => verdict === 'needed')
      .map(({ codemod }) => codemod.id);
    const { project } = opened.found.kind;
    const required = request.required.filter((id) => id.startsWith(`${project}/`));
    const lacking = missing(required, new Set(rightIds(fixes)), fixes);
    return { opened, fixes, holds: await holdingsOf(opened.found), stale: [], needed, lacking };
  });
}

/** Applies what is needed to the copies of the packages. */
async function patchAll(
  looked: readonly Looked[],
  request: Request,
  options: ImageOptions,
): Promise<PatchedPackage[]> {
  for (const { opened, fixes } of looked) {
    const { found } = opened;
    const { target, build } = fixes;
    await alone(
      found,
      () => {},
      async () => {
        const earlier = await checkInstalled(found);
        const tool = toolVersion();
        const change = {
          found,
          target,
          build,
          outcomes: toApply(fixes),
          options: request.fixOptions,
          earlier,
          tool,
        };
        const receipt = await applyInstalled(change);
        if (receipt) await keep(found, questionOf(request, options), fixes, receipt);
      },
    );
  }
  const patched: PatchedPackage[] = [];
  for (const { opened } of looked) {
    const receipt = await readReceipt(rootOf(opened.found));
    if (!receipt) continue;
    await settleReceipt({ found: opened.found, receipt });
    patched.push({ found: opened.found, receipt });
  }
  return patched;
}

/** What the caller asked to be made: an image, or the lines and the layer for one. */
async function make(
  image: OpenedImage,
  looked: readonly Looked[],
  request: Request,
  options: ImageOptions,
  io: Io,
): Promise<void> {
  const { ref, facts, files, store } = image;
  const patched = await patchAll(looked, request, options);
  const layer = await layerOf(files, patched, facts.created);
  const labels = labelsOf(ref, facts, patched, toolVersion());
  if (options.containerfile) {
    await writeFile(options.layer, layer);
    io.out(containerfile(ref, options.layer, labels));
  }
  if (options.tag === undefined) return;
  const file = join(files.dir, 'layer.tar');
  await writeFile(file, layer);
  await store.commit(ref, facts, file, labels, options.tag);
  io.err(`${options.tag}: ${ref} and one layer of ${layer.length} bytes\n`);
}

function show(image: OpenedImage, looked: readonly Looked[], options: ImageOptions, io: Io): void {
  const { ref, facts, files } = image;
  // Where the copies are on this machine says nothing: their place in the image does.
  const placed = looked.map((report) => {
    const dir = `/${relative(files.dir, report.opened.found.dir)}`;
    return { ...report, opened: { ...report.opened, found: { ...report.opened.found, dir } } };
  });
  if (options.json) {
    const { id, digest, labels, layers } = facts;
    const packages = placed.map(installedDocument);
    io.out(
      `${JSON.stringify({ image: { ref, id, digest: digest ?? null, labels, layers }, packages }, null, 2)}\n`,
    );
  } else if (!options.containerfile) {
    io.out(placed.map((report) => installedText(report, io.colour)).join('\n'));
  }
}

async function patchImage(ref: string, options: ImageOptions, io: Io): Promise<number> {
  if (options.check && (options.tag !== undefined || options.containerfile)) {
    throw new Failure('usage', '--check makes nothing: it excludes --tag and --containerfile');
  }
  const engine = options.engine === undefined ? undefined : oneOf(options.engine, ENGINES, '--engine');
  const { sitePackages } = options;
  return withImage(ref, { engine, sitePackages }, async (image) => {
    const request = await readRequest({ ...options, target: [...image.targets] });
    const looked = await look(image, request, io);
    show(image, looked, options, io);
    const lacking = looked.flatMap((one) => one.lacking);
    for (const line of lacking) io.err(`required, and not there: ${line}\n`);
    if (lacking.length > 0 || looked.some(({ fixes }) => isBlocked(fixes))) return EXIT.blocked;
    const needed = looked.flatMap((one) => one.needed);
    if (options.check) {
      if (needed.length > 0) io.err(`${ref} needs ${needed.join(', ')}\n`);
      return needed.length > 0 ? EXIT.blocked : EXIT.done;
    }
    if (options.tag === undefined && !options.containerfile) return EXIT.done;
    if (needed.length > 0) await make(image, looked, request, options, io);
    else {
      io.err(`${ref}: nothing to do\n`);
      if (options.tag !== undefined) await image.store.tag(ref, options.tag);
    }
    return EXIT.done;
  });
}

export function imageCommand(program: Command, io: Io, exit: (code: number) => void): void {
  addBuildOptions(program.command('image').argument('<ref>', 'an image that the engine has'))
    .description('the verdicts of the packages in an image, which is not run; and an image with the fixes in')
    .option('--tag <name>', 'make an image of that name: this one, and one layer on top')
    .option('--containerfile', 'print the lines that do the same in a build of your own, and write the layer')
    .option('--layer <file>', 'with --containerfile: where the layer is written', 'dgx-patch-layer.tar')
    .option('--check', 'exit 1 where the image needs a fix that can be applied to it; for CI')
    .option('--require <ids>', 'exit 1 where one of these is not in place, and cannot be', collectSomeIds, [])
    .option('--set <name>', 'the packages must be those of a set of the pins file')
    .option('--engine <name>', `${ENGINES.join(', ')} (default: the first that answers)`)
    .option('--site-packages <dir>', 'in the image, where there are several: the folder of packages')
    .addHelpText(
      'after',
      '\nExamples:\n  dgx-patch image vllm/vllm-openai:v0.20.2\n  dgx-patch image vllm/vllm-openai:v0.20.2 --tag vllm-spark:v0.20.2\n  dgx-patch image --check vllm-spark:v0.20.2',
    )
    .action(async (ref: string, options: ImageOptions) => exit(await patchImage(ref, options, io)));
}
