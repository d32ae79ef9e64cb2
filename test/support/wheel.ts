import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hasPython, runPython } from './python.js';
import { snapshot } from './repository.js';

/** Environments with pip are made by the interpreter's own modules; Debian leaves them out of the base package. */
export const hasVenv = hasPython && spawnSync('python3', ['-c', 'import venv, ensurepip']).status === 0;
export const withoutVenv = hasVenv ? '' : ' (skipped: python3 with venv and ensurepip is not there)';

/** Writes a wheel by the rules of the format: the files, the metadata, and RECORD with a hash for each. */
const WHEEL = `
import base64, hashlib, json, sys, zipfile
wheel = json.load(sys.stdin)
info = f"{wheel['name'].replace('-', '_')}-{wheel['version']}.dist-info"
files = {path: text.encode('latin-1') for path, text in wheel['files'].items()}
requires = ''.join(f'Requires-Dist: {one}\\n' for one in wheel['requires'])
files[f'{info}/METADATA'] = f"Metadata-Version: 2.1\\nName: {wheel['name']}\\nVersion: {wheel['version']}\\n{requires}".encode()
files[f'{info}/WHEEL'] = b'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n'
digest = lambda data: base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()
quoted = lambda path: f'"{path}"' if ',' in path else path
rows = [f'{quoted(path)},sha256={digest(data)},{len(data)}' for path, data in files.items()]
files[f'{info}/RECORD'] = '\\n'.join([*rows, f'{info}/RECORD,,', '']).encode()
path = f"{wheel['dir']}/{wheel['name'].replace('-', '_')}-{wheel['version']}-py3-none-any.whl"
with zipfile.ZipFile(path, 'w') as archive:
    for name, data in files.items(): archive.writestr(name, data)
print(json.dumps(path))
`;

export interface Wheel {
  readonly name: string;
  readonly version: string;
  /** By path from site-packages, as latin-1. */
  readonly files: Readonly<Record<string, string>>;
  readonly requires?: readonly string[];
}

/** Makes a wheel in a folder, and gives its file. */
export function makeWheel(dir: string, wheel: Wheel): string {
  return runPython(WHEEL, { requires: [], ...wheel, dir }) as string;
}

/** A Python environment with pip, without networks. */
export class Environment {
  readonly python: string;
  readonly site: string;

  /** Makes the environment in a new folder `dir`. */
  constructor(dir: string) {
    execFileSync('python3', ['-m', 'venv', dir]);
    this.python = join(dir, 'bin', 'python');
    this.site = this.run('import sysconfig; print(sysconfig.get_path("purelib"))').trim();
  }

  /** Runs code in isolated mode, and gives what it prints. */
  run(code: string): string {
    return execFileSync(this.python, ['-I', '-c', code], { encoding: 'utf8' });
  }

  pip(...args: string[]): { code: number; output: string } {
    const argv = ['-I', '-m', 'pip', '--disable-pip-version-check', ...args];
    const { status, stdout, stderr } = spawnSync(this.python, argv, { encoding: 'utf8' });
    return { code: status ?? 1, output: stdout + stderr };
  }

  install(wheel: string): void {
    const { code, output } = this.pip('install', '--no-index', '--no-deps', '--force-reinstall', wheel);
    if (code !== 0) throw new Error(output);
  }
}

/** Rows of RECORD that are not true: a file that is missing or has another hash or size. */
export const CHECK_RECORD = `
import base64, csv, hashlib, json, pathlib, sysconfig
site = pathlib.Path(sysconfig.get_path('purelib'))
wrong = []
for record in site.glob('vllm-*.dist-info/RECORD'):
    for path, digest, size in csv.reader(record.open(newline='')):
        file = site / path
        if not digest: continue
        data = file.read_bytes() if file.is_file() else b''
        mine = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()
        if digest != f'sha256={mine}' or int(size) != len(data): wrong.append(path)
print(json.dumps(wrong))
`;

/** Names in site-packages that are a package's. */
export function ownEntries(site: string, name: string): string[] {
  return readdirSync(site).filter((entry) => entry.startsWith(name));
}

/** Copies a package with its metadata. */
export function copyOwn(from: string, to: string, name: string): void {
  for (const entry of ownEntries(from, name)) {
    cpSync(join(from, entry), join(to, entry), { recursive: true, preserveTimestamps: true });
  }
}

/** A package's files but bytecode, which Python makes as it likes. */
export function contents(site: string, name: string): Record<string, string> {
  const files = ownEntries(site, name).flatMap((entry) =>
    Object.entries(snapshot(join(site, entry))).map(([path, text]) => [`${entry}/${path}`, text] as const),
  );
  return Object.fromEntries(files.filter(([path]) => !path.endsWith('.pyc')));
}
