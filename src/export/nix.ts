import { bytes, type Format } from './format.js';
import { mails } from './series.js';

/** Nix: a list of patches for `patches = (old.patches or [ ]) ++ import ./<this folder>;`. */
export const nix: Format = (input) => {
  const { target, patches } = input;
  const list = [
    `# ${target.project} at ${target.commit} for the DGX Spark.`,
    '# patches = (old.patches or [ ]) ++ import ./this-folder;',
    '[',
    ...patches.map(({ file }) => `  ./${file}`),
    ']',
    '',
  ];
  return new Map([...mails(input), ['default.nix', bytes(list.join('\n'))]]);
};
