import { fileURLToPath } from 'node:url';
import { firstError } from './compile/unit.js';
import { type Check, NotRun, type Rung } from './rung.js';

const ASSETS = fileURLToPath(new URL('./python', import.meta.url));

/** The edited Python, each file loaded by itself with stubs for what it imports, and its functions called. */
export const python: Rung = async ({ tree, edited }, { workspace, python: program }) => {
  const files: { path: string; file: string }[] = [];
  for (const path of edited.filter((name) => /^vllm\/.*\.py$/.test(name))) {
    const source = await tree.read(path);
    if (source) files.push({ path, file: await workspace.write(`python/${path}`, source.text) });
  }
  if (files.length === 0) return new NotRun('no Python file of the package is edited');
  const settings = await workspace.write('python/settings.json', JSON.stringify(files, null, 2));
  const { code, stdout, stderr, command } = await workspace.run('python', program, [
    '-B',
    `${ASSETS}/checks.py`,
    settings,
  ]);
  if (code === 127) return new NotRun(`${program} was not found (--python)`);
  if (code !== 0)
    return [
      {
        what: 'the edited Python',
        state: 'failed',
        detail: `${firstError(stderr)} (to repeat it: ${command})`,
      },
    ];
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Check[];
};
