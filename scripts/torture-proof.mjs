// Many mutants over all fixes, on their cases and on real trees, in as many processes as there are cores:
//   node scripts/torture-proof.mjs run --count 100000 --shard 1/16 --cases --target vllm@v0.16.0 … --out 1.json
//   node scripts/torture-proof.mjs merge *.json > proofs/torture.md
// Needs dist and, for targets, mirrors (DGX_PATCH_MIRRORS or --mirror project=dir).
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readCases } from '../dist/src/author/cases.js';
import { mergeShards } from '../dist/src/author/torture/shards.js';
import { Tally } from '../dist/src/author/torture/tally.js';
import { Rack } from '../dist/src/author/torture/torture.js';
import { CODEMODS } from '../dist/src/fixes/built-in.js';
import { buildFor } from '../dist/src/judge/build-for.js';
import { readPins } from '../dist/src/pins/pins.js';
import { proofMarkdown } from '../dist/src/report/torture-proof.js';
import { readMirrors } from '../dist/src/revision/mirrors.js';
import { resolveTarget } from '../dist/src/revision/resolve.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    shard: { type: 'string', default: '1/1' },
    target: { type: 'string', multiple: true, default: [] },
    mirror: { type: 'string', multiple: true, default: [] },
    fix: { type: 'string', multiple: true, default: [] },
    cases: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});

/** Faults that are made small, a fix and part. */
const SHRUNK = 2;
const CASES = 'cases';
const say = (text) => process.stderr.write(`${text}\n`);

/** Racks of one fix at one place, those with something to mutate; the others are closed. */
async function racksOf(codemod, place, target) {
  const subjects =
    target === undefined
      ? readCases(`fixtures/${codemod.id}`, codemod.id).map(
          ({ name, tree, build = { cuda: '13.0', arch: '12.1a' } }) => ({ target: name, tree, build }),
        )
      : [{ target: place, tree: target.tree, build: target.build }];
  const racks = [];
  for (const subject of subjects) {
    const rack = new Rack({ codemod, ...subject });
    if ((await rack.files()).size > 0) racks.push(rack);
    else rack.close();
  }
  return racks;
}

const close = (racks) => {
  for (const rack of racks) rack.close();
};

/** A part's share of the mutants of one fix at one place. */
async function torture(racks, { wanted, seed, part, of }, tally, faults) {
  let left = wanted;
  for (let at = 0; left > 0 && at < 6 * wanted; at += 1) {
    const own = seed + part - 1 + at * of;
    const rack = racks[Math.floor(own / of) % racks.length];
    const trial = await rack.trial(own);
    if (!trial) continue;
    left -= 1;
    tally.add(trial);
    const bad = trial.result === 'silent' || trial.result === 'wrong';
    if (bad && faults.filter(({ id }) => id === trial.id).length < SHRUNK)
      faults.push(await rack.shrink(trial));
  }
}

async function run() {
  const [part = 1, of = 1] = values.shard.split('/').map(Number);
  const [count, seed] = [Number(values.count), Number(values.seed)];
  const fixes = CODEMODS.filter(({ id }) => values.fix.length === 0 || values.fix.includes(id));
  const mirrors = readMirrors(values.mirror, process.env.DGX_PATCH_MIRRORS);
  const pins = await readPins('upstream-pins.json');
  const places = new Map();
  if (values.cases) places.set(CASES, undefined);
  for (const name of values.target) {
    const target = await resolveTarget(name, { mirrors, pins });
    places.set(name, { target, tree: target.tree, build: (await buildFor(target)).build });
  }
  const units = [];
  for (const [place, opened] of places) {
    for (const codemod of fixes) {
      if (opened && opened.target.project !== codemod.project) continue;
      const racks = await racksOf(codemod, place, opened);
      close(racks);
      if (racks.length > 0) units.push({ codemod, place, opened });
    }
    say(`part ${part}: ${units.length} pairs of a fix and a place, ${place} included`);
  }
  const wanted = Math.ceil(count / units.length / of);
  const rows = {};
  const faults = [];
  for (const [place, opened] of places) {
    const tally = new Tally();
    for (const unit of units.filter((one) => one.place === place)) {
      const racks = await racksOf(unit.codemod, place, opened);
      await torture(racks, { wanted, seed, part, of }, tally, faults);
      close(racks);
    }
    rows[place] = tally.rows();
    say(`part ${part}: ${place} done`);
  }
  for (const opened of places.values()) opened?.target.close();
  const shard = {
    formatVersion: 1,
    part,
    of,
    seed,
    count,
    places: Object.fromEntries([...places].map(([place, opened]) => [place, opened?.target.commit ?? ''])),
    rows,
    faults,
    untouched: fixes.map(({ id }) => id).filter((id) => !units.some(({ codemod }) => codemod.id === id)),
  };
  const text = `${JSON.stringify(shard)}\n`;
  if (values.out) writeFileSync(values.out, text);
  else process.stdout.write(text);
}

function merge(files) {
  const whole = mergeShards(files.map((file) => JSON.parse(readFileSync(file, 'utf8'))));
  process.stdout.write(proofMarkdown(whole, new Date().toISOString().slice(0, 10)));
  const faulty = Object.values(whole.rows)
    .flat()
    .some(({ all }) => all.silent + all.wrong > 0);
  process.exitCode = faulty ? 4 : 0;
}

const [command, ...rest] = positionals;
if (command === 'run') await run();
else if (command === 'merge' && rest.length > 0) {
  try {
    merge(rest);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  }
} else {
  say('usage: torture-proof.mjs run --count N --shard i/n [--cases] [--target …] [--out f] | merge FILE…');
  process.exitCode = 2;
}
