// [COUNT] [ID] [SEED]: fixes on their own cases, mutated; the same seed says the same everywhere. On real trees:
// dgx-patch fix torture --target …
import { readCases } from '../dist/src/author/cases.js';
import { Tally } from '../dist/src/author/torture/tally.js';
import { Rack } from '../dist/src/author/torture/torture.js';
import { CODEMODS } from '../dist/src/fixes/built-in.js';
import { tortureText } from '../dist/src/report/torture.js';

const count = Number(process.argv[2] ?? 2000);
const only = process.argv[3];
const SEED = Number(process.argv[4] ?? 1);
const fixes = CODEMODS.filter(({ id }) => only === undefined || id === only);
const each = Math.ceil(count / fixes.length);
const tally = new Tally();
const faults = [];
const untouched = [];

for (const codemod of fixes) {
  const cases = readCases(`fixtures/${codemod.id}`, codemod.id);
  let left = each;
  const racks = [];
  for (const { name, tree, build = { cuda: '13.0', arch: '12.1a' } } of cases) {
    const rack = new Rack({ codemod, target: name, tree, build });
    if ((await rack.files()).size > 0) racks.push(rack);
    else rack.close();
  }
  if (racks.length === 0) untouched.push(codemod.id);
  for (let seed = SEED; left > 0 && racks.length > 0 && seed < SEED + 4 * each; seed += 1) {
    const rack = racks[seed % racks.length];
    const trial = await rack?.trial(seed);
    if (!rack || !trial) continue;
    left -= 1;
    tally.add(trial);
    const bad = trial.result === 'silent' || trial.result === 'wrong';
    if (bad && faults.filter(({ id }) => id === codemod.id).length < 2) faults.push(await rack.shrink(trial));
  }
  for (const rack of racks) rack.close();
}
const total = tally.total();
const mutants = Object.values(total).reduce((sum, one) => sum + one, 0);
process.stdout.write(
  tortureText({ seed: SEED, mutants, total, rows: tally.rows(), faults, untouched, orders: [] }),
);
process.exitCode = total.silent + total.wrong > 0 ? 4 : 0;
