// Writes docs/verdicts.md: our verdict matrix beside what the hand-written scripts did on the same versions.
// Needs the mirrors: DGX_PATCH_MIRRORS="vllm=…;flashinfer=…" npm run verdicts
import { readFileSync, writeFileSync } from 'node:fs';
import { run } from '../dist/src/cli/program.js';

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const baseline = read('../bench/baseline-scripts.json');
const vllmFacts = read('../test/upstream/facts-vllm.json').revisions;
const stackFacts = read('../test/upstream/facts-stack.json');

/** Names of the baseline that are not tags; those of forks that no mirror holds are left out. */
const NAMES = {
  pin: 'dgx-vllm-v22',
  'eigen-main': 'main-2026-05-18',
  main: undefined,
  '1cat-main': undefined,
};

async function matrix(project, revisions, format) {
  const out = [];
  const io = {
    out: (text) => out.push(text),
    err: (text) => process.stderr.write(text),
    colour: false,
    progress: () => {},
  };
  const code = await run(
    [
      'matrix',
      '--project',
      project,
      '--arch',
      '12.1a',
      ...revisions.flatMap((rev) => ['--rev', rev]),
      '--format',
      format,
    ],
    io,
  );
  if (code > 1) process.exit(code);
  return out.join('');
}

const row = (cells) => `| ${cells.join(' | ')} |`;
const rule = (count) => row(Array(count).fill('---'));

/** Every fact: revision → fix → what is known; a bar separates accepted verdicts. */
function factsOf(project) {
  if (project === 'vllm') return vllmFacts;
  const { releases, from } = stackFacts[project];
  const now = {};
  return Object.fromEntries(
    releases.split(' ').map((revision) => {
      for (const [id, verdicts] of Object.entries(from)) now[id] = verdicts[revision] ?? now[id];
      return [revision, Object.fromEntries(Object.entries(now).map(([id, verdict]) => [id, { verdict }]))];
    }),
  );
}

/** How many cells agree with what is known, and how many would be edited against it. */
async function agreement(project) {
  const facts = factsOf(project);
  const count = { cells: 0, right: 0, wrong: 0 };
  for (const { target, fixes } of JSON.parse(await matrix(project, Object.keys(facts), 'json'))) {
    for (const [id, fact] of Object.entries(facts[target.revision])) {
      const found = fixes.find((fix) => fix.id === id);
      if (!found) continue;
      const accepted = fact.verdict.split('|').includes(found.verdict);
      count.cells += 1;
      if (accepted && (fact.sites ?? found.sites.length) === found.sites.length) count.right += 1;
      else if (found.verdict === 'needed') count.wrong += 1;
    }
  }
  return count;
}

function scriptTable({ versions, scripts }) {
  const names = versions.split(' ');
  return [
    row(['script', 'fix here', ...names]),
    rule(names.length + 2),
    ...scripts.map(({ script, fix, cells }) =>
      row([`\`${script}\``, fix ? `\`${fix}\`` : '(refused)', ...cells.split(' ')]),
    ),
  ].join('\n');
}

const sections = [];
for (const project of ['vllm', 'flashinfer']) {
  const revisions = baseline[project].versions
    .split(' ')
    .map((name) => (name in NAMES ? NAMES[name] : name))
    .filter(Boolean);
  sections.push(
    `## ${project}: dgx-patch`,
    await matrix(project, revisions, 'md'),
    `## ${project}: the scripts`,
    scriptTable(baseline[project]),
    '',
  );
}
const ours = [];
for (const project of ['vllm', 'flashinfer', 'cutlass']) ours.push([project, await agreement(project)]);
const { vllm, flashinfer } = baseline.totals;
const all = {
  cells: vllm.cells + flashinfer.cells,
  right: vllm.right + flashinfer.right,
  wrong: vllm.misapplied + flashinfer.misapplied,
};

const summary = [
  '# Verdicts',
  '',
  'Made by `npm run verdicts` on the real upstream history.',
  '',
  row(['', 'cells', 'right', 'changes the wrong thing, exit 0']),
  rule(4),
  row(['the hand-written scripts', all.cells, all.right, all.wrong]),
  ...ours.map(([project, { cells, right, wrong }]) =>
    row([`dgx-patch on ${project}, against what is known of it commit by commit`, cells, right, wrong]),
  ),
  '',
  `Scripts: ${Object.entries(baseline.classes)
    .map(([letter, about]) => `${letter} ${about}`)
    .join('; ')}.`,
  '',
];
writeFileSync(
  new URL('../docs/verdicts.md', import.meta.url),
  `${[...summary, ...sections].join('\n').trimEnd()}\n`,
);
