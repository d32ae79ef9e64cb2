// Writes the generated parts of README.md: the session of the demo and the table of fixes.
// `--check` writes nothing and fails where the page is not up to date.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { CODEMODS } from '../dist/codemods/registry.js';
import { readCases } from '../dist/src/author/cases.js';
import { exampleDiff, withExample } from '../dist/src/author/example.js';

const demo = execFileSync(process.execPath, ['scripts/demo.mjs'], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
});

/** The diff of one fix is long: its head tells enough. */
function shortened(text) {
  return text.replace(/(\n\$ dgx-patch diff [^\n]*\n(?:[^\n]*\n){12})[\s\S]*?(?=\n\$ )/, '$1…\n').trim();
}

/** The summary, from the page of verdicts. */
const summary = /^\|[\s\S]*?\n(?!\|)/m.exec(readFileSync('docs/verdicts.md', 'utf8'))?.[0].trim();

const cell = (text) => text.replaceAll('|', '\\|');
const parts = {
  verdicts: summary,
  session: ['```console', shortened(demo), '```'].join('\n'),
  fixes: [
    '| fix | what it is for |',
    '| --- | --- |',
    ...CODEMODS.map(
      ({ id, title, why }) => `| [\`${id}\`](codemods/${id}/README.md) | **${cell(title)}.** ${cell(why)} |`,
    ),
  ].join('\n'),
};

/** Pages, and what they must say. */
const pages = new Map();
const before = readFileSync('README.md', 'utf8');
let after = before;
for (const [name, text] of Object.entries(parts)) {
  after = after.replace(
    new RegExp(`(<!-- ${name}:begin -->\n)[\\s\\S]*?(<!-- ${name}:end -->)`),
    (_, begin, end) => `${begin}${text}\n${end}`,
  );
}
pages.set('README.md', after);
for (const { id } of CODEMODS) {
  const path = `codemods/${id}/README.md`;
  const example = exampleDiff(readCases(`fixtures/${id}`, id));
  if (example !== undefined) pages.set(path, withExample(readFileSync(path, 'utf8'), example));
}

for (const [path, text] of pages) {
  if (readFileSync(path, 'utf8') === text) continue;
  if (process.argv.includes('--check')) {
    console.error(`${path} is not up to date: npm run docs`);
    process.exitCode = 1;
  } else writeFileSync(path, text);
}
