import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Failure } from '../failure.js';

/** Where an installed package is looked for. */
export interface PlaceOptions {
  /** An interpreter; its own site-packages are taken. */
  readonly python?: string;
  /** The folder itself. */
  readonly sitePackages?: string;
}

/** Asks an interpreter for its site-packages, in isolated mode: no user site, no environment. */
async function sitePackagesOf(python: string): Promise<string> {
  const code = 'import sysconfig; print(sysconfig.get_path("purelib"))';
  try {
    const { stdout } = await promisify(execFile)(python, ['-I', '-c', code], { timeout: 60_000 });
    return stdout.trim();
  } catch (cause) {
    throw new Failure('unavailable', `the interpreter ${python} could not be asked for its packages`, {
      why: (cause as Error).message.split('\n')[0]!,
      next: 'give the interpreter of the environment with --python, or its folder with --site-packages',
      cause,
    });
  }
}

/** The folder that packages are in. Throws a usage Failure where neither option is given. */
export async function findSitePackages({ python, sitePackages }: PlaceOptions): Promise<string> {
  if (python === undefined && sitePackages === undefined) {
    throw new Failure('usage', 'an installed package needs --python or --site-packages', {
      next: 'for example: --target vllm@installed --python .venv/bin/python',
    });
  }
  const dir = sitePackages ?? (await sitePackagesOf(python!));
  try {
    return await realpath(dir);
  } catch (cause) {
    throw new Failure('unavailable', `${dir} is not a folder`, {
      next: 'check --python or --site-packages',
      cause,
    });
  }
}
