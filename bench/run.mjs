// Times whole processes on the real pin, and the parsers on its files. Needs DGX_PATCH_MIRRORS.
// Usage: npm run bench [-- --runs 15]
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PIN = 'vllm@dgx-vllm-v22';
const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'dist/bin/dgx-patch.js');
const at = process.argv.indexOf('--runs');
const runs = at < 0 ? 15 : Number(process.argv[at + 1]);

if (!process.env.DGX_PATCH_MIRRORS) {
  console.log('bench: skipped, DGX_PATCH_MIRRORS names no mirror of vllm');
  process.exit(0);
}

const cache = mkdtempSync(join(tmpdir(), 'dgx-patch-bench-'));
const env = { ...process.env, XDG_CACHE_HOME: cache };

/** Wall and CPU seconds of one process with its children, and the most memory that it held (MiB). */
function once(args, accept) {
  const start = performance.now();
  const { status, stderr } = spawnSync(
    '/usr/bin/env',
    ['time', '-f', 'rss=%M cpu=%U+%S', process.execPath, ...args],
    {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const seconds = (performance.now() - start) / 1000;
  if (!accept.includes(status))
    throw new Error(`${args.slice(0, 4).join(' ')} ended with ${status}: ${stderr}`);
  const [, rss = 0, user = 0, system = 0] = /rss=(\d+) cpu=([\d.]+)\+([\d.]+)/.exec(String(stderr)) ?? [];
  return { seconds, memory: Number(rss) / 1024, cpu: Number(user) + Number(system) };
}

function measure(name, args, { accept = [0], before = () => {}, count = runs } = {}) {
  const all = Array.from({ length: count }, () => {
    before();
    return once(args, accept);
  });
  const seconds = all.map((one) => one.seconds).sort((a, b) => a - b);
  const at = (index) => seconds[index]?.toFixed(2) ?? '-';
  const [min, median, max] = [at(0), at(Math.floor(count / 2)), at(count - 1)];
  const memory = Math.max(...all.map((one) => one.memory)).toFixed(0);
  const cpu = Math.min(...all.map((one) => one.cpu)).toFixed(2);
  console.log(`| ${name} | ${min} | ${median} | ${max} | ${cpu} | ${memory === '0' ? '-' : memory} |`);
}

const clear = () => rmSync(cache, { recursive: true, force: true });
console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, ${runs} runs\n`);
console.log(
  '| whole process | min s | median s | max s | least CPU s | MiB |\n| --- | --- | --- | --- | --- | --- |',
);
measure('node -e 0', ['-e', '0']);
measure('`diff` of every fix at the pin', [cli, 'diff', '--target', PIN]);
measure('`diff` of the five fixes of the main job', [
  cli,
  'diff',
  '--target',
  PIN,
  '--only',
  'vllm/software-e2m1,vllm/capability-routing,vllm/cuda-arch-lists,vllm/mtp-exclusion,vllm/qwen3-next-prefix',
]);
measure('`status` at the pin, with advice', [cli, 'status', '--target', PIN]);
measure('`matrix` of every pinned vLLM release (31), cold', [cli, 'matrix', '--project', 'vllm', '--json'], {
  accept: [0, 1],
  before: clear,
  count: 3,
});
measure('`matrix` of every pinned vLLM release (31), warm', [cli, 'matrix', '--project', 'vllm', '--json'], {
  accept: [0, 1],
  count: 5,
});
clear();

/** Bytes of all files below a folder (MiB). */
function heldBy(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const bytes = files.map((one) => statSync(join(one.parentPath, one.name)).size);
  return (bytes.reduce((sum, size) => sum + size, 0) / (1 << 20)).toFixed(1);
}

// Whole histories: cold, again, and with one commit more than what is known.
for (const [project, since] of [
  ['vllm', 'v0.9.0'],
  ['flashinfer', 'v0.2.9'],
  ['cutlass', 'v4.2.1'],
]) {
  const mirror = process.env.DGX_PATCH_MIRRORS.split(';').find((entry) => entry.startsWith(`${project}=`));
  if (!mirror) continue;
  const before = execFileSync('git', ['-C', mirror.slice(`${project}=`.length), 'rev-parse', 'HEAD~1']);
  const history = [cli, 'history', '--project', project, '--since', since, '--json'];
  const toBefore = [...history, '--to', String(before).trim()];
  measure(`\`history\` of ${project} since ${since}, cold`, toBefore, { before: clear, count: 1 });
  measure(`the same, with one commit more`, history, { count: 1 });
  measure(`the same, again`, history, { count: 3 });
  console.log(`| (cache of ${project}: ${heldBy(cache)} MiB) | | | | | |`);
}
clear();

// Parse time a file, in a process that has warmed up: the files of the pin that fixes edit, largest first.
const load = (path) => import(join(root, 'dist/src', path));
const [{ Documents }, { readCMake }, { readPins }, { readMirrors }, { resolveTarget }] = await Promise.all(
  ['syntax/parser.js', 'syntax/cmake.js', 'pins/pins.js', 'revision/mirrors.js', 'revision/resolve.js'].map(
    load,
  ),
);
const pins = await readPins(join(root, 'upstream-pins.json'));
const mirrors = readMirrors([], process.env.DGX_PATCH_MIRRORS);
const target = await resolveTarget(PIN, { mirrors, pins });
const FILES = [
  ['CMakeLists.txt', 'cmake'],
  ['csrc/quantization/fp4/nvfp4_utils.cuh', 'cuda'],
  ['csrc/quantization/marlin/marlin.cu', 'cuda'],
  ['csrc/quantization/w8a8/cutlass/scaled_mm_entry.cu', 'cuda'],
  ['vllm/model_executor/layers/quantization/modelopt.py', 'python'],
  ['vllm/model_executor/models/qwen3_next.py', 'python'],
];
console.log('\n| parse | KiB | first ms | median ms |\n| --- | --- | --- | --- |');
for (const [path, language] of FILES) {
  const file = await target.tree.read(path);
  const times = [];
  for (let run = 0; run < runs; run += 1) {
    const documents = new Documents();
    const start = performance.now();
    if (language === 'cmake') readCMake(file.text);
    else await documents.parse(file, language);
    times.push(performance.now() - start);
    documents.dispose();
  }
  const median = [...times].sort((a, b) => a - b)[Math.floor(runs / 2)];
  console.log(
    `| ${path} | ${(file.text.length / 1024).toFixed(0)} | ${times[0].toFixed(1)} | ${median.toFixed(1)} |`,
  );
}
target.close();
