import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

function output(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((done) => {
    execFile(program, [...args], { timeout: 60_000, maxBuffer: 16 << 20 }, (error, stdout) =>
      done(error ? undefined : stdout),
    );
  });
}

/** Programs of the CUDA toolkit: from CUDA_HOME, else from the PATH, else from where NVIDIA installs it. */
export async function cudaProgram(name: string): Promise<string | undefined> {
  const homes = [process.env.CUDA_HOME, process.env.CUDA_PATH, '/usr/local/cuda'];
  const folders = [...homes.map((home) => home && join(home, 'bin')), ...(process.env.PATH ?? '').split(':')];
  for (const folder of folders) if (folder && (await exists(join(folder, name)))) return join(folder, name);
  return undefined;
}

/** The toolkit's headers, or undefined where there is none with FP4 types. */
export async function cudaInclude(): Promise<string | undefined> {
  const nvcc = await cudaProgram('nvcc');
  const folder = nvcc && join(dirname(dirname(nvcc)), 'include');
  return folder && (await exists(join(folder, 'cuda_fp4.h'))) ? folder : undefined;
}

/** `13.0.88`, or undefined where there is no nvcc. */
export async function nvccVersion(): Promise<string | undefined> {
  const nvcc = await cudaProgram('nvcc');
  const text = nvcc && (await output(nvcc, ['--version']));
  return text ? (/\bV(\d+\.\d+\.\d+)/.exec(text)?.[1] ?? text.trim().split('\n').at(-1)) : undefined;
}

export interface Torch {
  readonly version: string;
  readonly includes: readonly string[];
  /** Name of the CUDA device present, or null. */
  readonly device: string | null;
  readonly capability: string | null;
}

const ASK_TORCH = `
import json, sysconfig, torch
from torch.utils.cpp_extension import include_paths
here = torch.cuda.is_available()
print(json.dumps({
  "version": torch.__version__,
  "includes": include_paths() + [sysconfig.get_path("include")],
  "device": torch.cuda.get_device_name() if here else None,
  "capability": ".".join(map(str, torch.cuda.get_device_capability())) if here else None,
}))`;

/** What an interpreter's torch says of itself, or undefined where it has none. */
export async function torchOf(python: string): Promise<Torch | undefined> {
  const text = await output(python, ['-c', ASK_TORCH]);
  return text === undefined ? undefined : (JSON.parse(text.trim().split('\n').at(-1)!) as Torch);
}
