// The commands of README.md that are typed as they stand, one script: `node scripts/readme-commands.mjs`. Blocks
// marked `console` need an engine, a GPU or a published release, and are shown only.
import { readFileSync } from 'node:fs';

const blocks = [...readFileSync('README.md', 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(
  ([, text]) => text,
);
// What the page excuses is an exit code of 1, and no other.
const lines = blocks
  .join('')
  .trimEnd()
  .split('\n')
  .map((line) => line.replace(/\|\| true\b/, '|| [ $? -eq 1 ]'));
console.log(`set -eux\n${lines.join('\n')}`);
