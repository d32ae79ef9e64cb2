/**
 * What kills and races do to a tree: SIGKILL of the whole process group at random moments of apply and revert,
 * and processes that start together. Prints counts; ends with 1 where a tree was not as it must be.
 *
 *   node bench/kill.mjs --mirror <vLLM's git directory> [--pin <commit>] [--kills 500] [--rounds 200]
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    mirror: { type: 'string' },
    pin: { type: 'string', default: '3b30e6150777' },
    kills: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '200' },
  },
});
const TOOL = new URL('../dist/bin/dgx-patch.js', import.meta.url).pathname;
const TARGET = ['--target', `vllm@${values.pin}`, '--mirror', `vllm=${values.mirror}`];
const FIXES = ['--only', 'vllm/mtp-exclusion,vllm/nvfp4-moe-backend,vllm/software-e2m1'];
const ONE = ['--only', 'vllm/mtp-exclusion'];

const place = mkdtempSync(join(tmpdir(), 'dgx-patch-kill-'));
const tree = join(place, 'tree');
const state = join(tree, '.git/dgx-patch');

/** Runs the tool to its end, in a process group of its own. */
function run(...argv) {
  const child = spawn(process.execPath, [TOOL, ...argv], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
  }
  const ended = new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, text }));
  });
  return { child, ended };
}

const git = (...args) =>
  execFileSync('git', ['-C', tree, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();

/** What fsck finds, in an order of its own; a mirror may lack objects. */
function fsck(...args) {
  const checked = spawnSync('git', ['-C', tree, 'fsck', '--no-dangling', '--no-progress', ...args], {
    encoding: 'utf8',
  });
  const lines = (checked.stdout + checked.stderr).split('\n');
  return [...new Set(lines.filter((line) => line !== '' && !line.startsWith('notice')))].sort().join('\n');
}

/** The files that the fixes edit, once that is known. */
/** @type {string[]} */
let edited = [];

/** Bytes and permissions of the edited files, or of every file but git's own. */
function digest(every) {
  const hash = createHash('sha256');
  const names = every
    ? readdirSync(tree, { recursive: true, encoding: 'utf8' }).filter((name) => !/^\.git(?:\/|$)/.test(name))
    : edited;
  for (const name of names.sort()) {
    const info = lstatSync(join(tree, name));
    if (info.isFile()) hash.update(`${name} ${info.mode}\0`).update(readFileSync(join(tree, name)));
  }
  return hash.digest('hex');
}

/** HEAD, what git finds changed, what else lies there: all that can be wrong with a tree at rest. */
function look(every = true) {
  const left = existsSync(state) ? readdirSync(state) : [];
  return {
    head: git('rev-parse', 'HEAD'),
    changed: git('status', '--porcelain'),
    some: digest(false),
    files: every ? digest(true) : 'not read',
    left: left.filter((name) => !['backup', 'receipt.json'].includes(name)).join(' '),
    locks: readdirSync(join(tree, '.git'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.lock'))
      .join(' '),
  };
}

/** All files are read now and then; git finds what changed in the others by their times. */
const same = (a, b) => {
  const files = [a.files, b.files].includes('not read') ? undefined : a.files;
  return JSON.stringify({ ...a, files }) === JSON.stringify({ ...b, files: files && b.files });
};

/** Kills after a time: counted from the start, or from the moment when the lock is taken. */
async function killed(argv, longest) {
  const { child, ended } = run(...argv);
  const kill = () => {
    try {
      process.kill(-Number(child.pid), 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  };
  // A fifth at any time, the others where there is something to lose: from the commits' index or the journal on.
  const [from, within] = Math.random() < 0.5 ? [/^commit-index|^journal/, 600] : [/^journal/, 150];
  if (Math.random() < 0.2) setTimeout(kill, Math.random() * longest);
  else {
    mkdirSync(state, { recursive: true });
    const watcher = watch(state, (_, name) => {
      if (!from.test(name ?? '')) return;
      watcher.close();
      setTimeout(kill, Math.random() * within);
    });
    ended.then(() => watcher.close());
  }
  return ended;
}

async function kills(count, base, patched) {
  const counts = { kills: 0, untouched: 0, finished: 0, 'brought back': 0, wrong: 0, 'too late': 0 };
  const apply = ['apply', ...TARGET, '--dir', tree, ...FIXES];
  const revert = ['revert', '--dir', tree];
  for (let turn = 0; counts.kills < count; turn += 1) {
    const forward = turn % 5 < 3;
    if (!forward) await run(...apply).ended;
    const [from, to] = forward ? [base, patched] : [patched, base];
    const first = await killed(forward ? apply : revert, forward ? 2500 : 600);
    // One that ended before its kill is no kill, but its tree is looked at all the same.
    const late = first.code !== null;
    counts[late ? 'too late' : 'kills'] += 1;
    const journal = existsSync(join(state, 'journal.json'));
    // The next command: revert. It takes back what was finished, or says that there is nothing.
    const next = await run(...revert).ended;
    const interrupted = next.text.includes('an interrupted run was undone');
    const now = look(turn % 10 === 0);
    if (!same(now, base)) {
      counts.wrong += 1;
      console.log(`turn ${turn}: wrong`, { forward, first, next, now });
      rmSync(tree, { recursive: true, force: true });
      execFileSync('cp', ['-a', join(place, 'base'), tree]);
    } else if (late) continue;
    else if (interrupted || journal) counts['brought back'] += 1;
    else if ((next.code === 0) === forward) counts.finished += 1;
    else counts.untouched += 1;
    if (same(from, to)) throw new Error('nothing was to be done');
    if (turn % 50 === 49) console.log(`turn ${turn + 1}:`, JSON.stringify(counts));
  }
  return counts;
}

const LOCKS = {
  'no lock': undefined,
  'an empty lock': '',
  'the lock of a dead process': `${JSON.stringify({ formatVersion: 1, id: '00000000-0000-4000-8000-000000000001', pid: 4194304, start: '', place: '' })}\n`,
};

async function races(count, base, patched) {
  const counts = {};
  const before = { whole: fsck(), connected: fsck('--connectivity-only') };
  const apply = ['apply', ...TARGET, '--dir', tree, ...ONE];
  for (let round = 0; round < count; round += 1) {
    const [name = '', text] = Object.entries(LOCKS)[round % 3] ?? [];
    mkdirSync(state, { recursive: true });
    if (text !== undefined) writeFileSync(join(state, 'lock'), text);
    const all = await Promise.all(Array.from({ length: 6 }, () => run(...apply).ended));
    const won = all.filter(({ code, text: said }) => code === 0 && /1 fix applied/.test(said)).length;
    const late = all.filter(({ code, text: said }) => code === 0 && /nothing to do/.test(said)).length;
    const refused = all.filter(({ code, text: said }) => code === 5 && /another dgx-patch/.test(said)).length;
    const now = look(round % 10 === 0);
    const whole = round % 20 === 0;
    const found = whole ? fsck() : fsck('--connectivity-only');
    const clean = found === (whole ? before.whole : before.connected);
    const right = won === 1 && won + late + refused === 6 && same(now, patched) && clean;
    counts[name] ??= { rounds: 0, 'one winner, tree right': 0, refused: 0, 'came later': 0 };
    const tally = counts[name];
    tally.rounds += 1;
    tally['one winner, tree right'] += Number(right);
    tally.refused += refused;
    tally['came later'] += late;
    if (!right) console.log(`round ${round} (${name}): wrong`, all, now, found);
    await run('revert', '--dir', tree).ended;
    if (!same(look(false), base)) console.log(`round ${round}: revert did not bring the base back`);
    if (round % 50 === 49) console.log(`${round + 1} rounds:`, JSON.stringify(counts));
  }
  return counts;
}

/** What the tree looks like with some fixes; it is taken back again. */
async function lookWith(fixes) {
  const { code, text } = await run('apply', ...TARGET, '--dir', tree, ...fixes).ended;
  if (code !== 0) throw new Error(text);
  const seen = look();
  await run('revert', '--dir', tree).ended;
  return seen;
}

try {
  const made = await run('apply', ...TARGET, '--out', tree, ...ONE).ended;
  if (made.code !== 0) throw new Error(made.text);
  await run('revert', '--dir', tree).ended;
  await run('apply', ...TARGET, '--dir', tree, ...FIXES).ended;
  edited = JSON.parse(readFileSync(join(state, 'receipt.json'), 'utf8')).files.map(({ path }) => path);
  await run('revert', '--dir', tree).ended;
  const base = look();
  execFileSync('cp', ['-a', tree, join(place, 'base')]);
  const some = await lookWith(FIXES);
  const one = await lookWith(ONE);
  const killed = await kills(Number(values.kills), base, some);
  const raced = await races(Number(values.rounds), base, one);
  console.log(JSON.stringify({ pin: values.pin, kills: killed, races: raced }, null, 2));
  const wrong =
    killed.wrong > 0 || Object.values(raced).some((t) => t.rounds !== t['one winner, tree right']);
  process.exitCode = wrong ? 1 : 0;
} finally {
  rmSync(place, { recursive: true, force: true });
}
