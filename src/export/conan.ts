import { bytes, type Format } from './format.js';
import { mails } from './series.js';
import { upstreamStatus } from './upstream-status.js';

/** Conan: `conandata.yml` with the patches of this version, for `apply_conandata_patches`. */
export const conan: Format = (input) => {
  const { target, patches } = input;
  // A JSON string is a YAML string.
  const text = JSON.stringify;
  const version = target.revision.replace(/^v(?=\d)/, '');
  const entries = patches.flatMap(({ file, outcome }) => {
    const { kind, url } = upstreamStatus(target.project, outcome.codemod.upstreamStatus);
    return [
      `    - patch_file: ${text(`patches/${file}`)}`,
      `      patch_description: ${text(`${outcome.codemod.id}: ${outcome.codemod.title}`)}`,
      `      patch_type: "${kind === 'Backport' ? 'backport' : 'portability'}"`,
      ...(url ? [`      patch_source: ${text(url)}`] : []),
    ];
  });
  const lines = ['patches:', `  ${text(version)}:${entries.length === 0 ? ' []' : ''}`, ...entries, ''];
  return new Map([
    ['conandata.yml', bytes(lines.join('\n'))],
    ...[...mails(input)].map(([file, patch]) => [`patches/${file}`, patch] as const),
  ]);
};
