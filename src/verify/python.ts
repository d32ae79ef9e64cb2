import { assetPath } from '../assets.js';
import { firstError } from './compile/unit.js';
import { type Bench, type Check, NotRun, type Rung } from './rung.js';

const ASSETS = 'src/verify/python';

/** Python of the packages; what builds them is another rung's. */
const PACKAGE = /^(?:vllm|flashinfer|python\/CuTeDSL)\/.*\.py$/;

interface SourceFile {
  readonly path: string;
  readonly file: string;
}

/** Code on tensors is run with torch; the layers of models are built with stubs, torch's own included. */
const needsTorch = ({ path }: SourceFile): boolean => /emulation/.test(path);

async function prove(
  files: readonly SourceFile[],
  flags: readonly string[],
  { workspace, python }: Bench,
): Promise<readonly Check[] | NotRun> {
  if (files.length === 0) return [];
  const name = `python/settings${flags.join('')}.json`;
  const settings = await workspace.write(name, JSON.stringify(files, null, 2));
  const args = ['-B', `${assetPath(ASSETS)}/checks.py`, settings, ...flags];
  const { code, stdout, stderr, command } = await workspace.run(`python${flags.join('')}`, python, args);
  if (code === 127) return new NotRun(`${python} was not found (--python)`);
  if (code === 0) return JSON.parse(stdout.trim().split('\n').at(-1)!) as Check[];
  return [
    {
      what: 'the edited Python',
      state: 'failed',
      detail: `${firstError(stderr)} (to repeat it: ${command})`,
    },
  ];
}

/** The edited Python, each file loaded by itself with stubs for what it imports, and its functions called. */
export const python: Rung = async ({ tree, edited }, bench) => {
  const files: SourceFile[] = [];
  for (const path of edited.filter((name) => PACKAGE.test(name))) {
    const source = await tree.read(path);
    if (source) files.push({ path, file: await bench.workspace.write(`python/${path}`, source.text) });
  }
  if (files.length === 0) return new NotRun('no Python file of the package is edited');
  const stubbed = await prove(
    files.filter((file) => !needsTorch(file)),
    [],
    bench,
  );
  if (stubbed instanceof NotRun) return stubbed;
  const real = await prove(files.filter(needsTorch), ['--torch'], bench);
  return real instanceof NotRun ? real : [...stubbed, ...real];
};
