import { editedFiles } from '../codemod/plan.js';
import { EXIT } from '../failure.js';
import { holdingsOf } from '../installed/libraries.js';
import { isBlocked, toApply, treeOf } from '../installed/opened.js';
import { checkInstalled } from '../installed/state.js';
import { patch } from '../patch/write.js';
import { installedDocument, installedText } from '../report/installed-text.js';
import { type InstalledOptions, judgePackage, staleOf, staleText, withPackages } from './installed.js';
import type { Io } from './io.js';
import type { CommonOptions } from './options.js';
import { readRequest } from './request.js';

type Options = CommonOptions & InstalledOptions;

export async function statusInstalled(
  options: Options & { readonly verbose?: boolean },
  io: Io,
): Promise<number> {
  const request = await readRequest(options);
  const reports = await withPackages(request, options, io, async (opened) => {
    const receipt = await checkInstalled(opened.found);
    const fixes = await judgePackage(opened, request);
    const stale = await staleOf(opened.found, receipt);
    return { opened, fixes, holds: await holdingsOf(opened.found), stale };
  });
  if (options.json) {
    const documents = reports.map(installedDocument);
    io.out(`${JSON.stringify(documents.length === 1 ? documents[0] : documents, null, 2)}\n`);
  } else {
    io.out(
      reports
        .map((report) => installedText(report, io.colour, options.verbose) + staleText(report.stale, false))
        .join('\n'),
    );
  }
  return reports.some(({ fixes }) => isBlocked(fixes)) ? EXIT.blocked : EXIT.done;
}

/** The patch that `apply` would make of the packages, relative to site-packages. */
export async function diffInstalled(
  options: Options & { readonly exitCode?: boolean },
  io: Io,
): Promise<number> {
  const request = await readRequest(options);
  const patches = await withPackages(request, options, io, async (opened) => {
    const fixes = await judgePackage(opened, request);
    const tree = treeOf(opened);
    const text = patch(await editedFiles(toApply(fixes), (path) => tree.read(path)));
    io.out(Buffer.from(text, 'latin1'));
    return { text, blocked: isBlocked(fixes) };
  });
  if (patches.some(({ blocked }) => blocked)) return EXIT.blocked;
  return options.exitCode && patches.some(({ text }) => text !== '') ? EXIT.blocked : EXIT.done;
}
