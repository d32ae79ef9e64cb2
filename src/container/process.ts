import { spawn } from 'node:child_process';

export interface ProcessResult {
  /** 127 where the program is not there. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Gets each line of both streams as it comes. */
  readonly onLine?: (line: string) => void;
}

/** The environment of a program: ours, and more. */
export function childEnvironment(env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { ...process.env, ...env };
}

/** Runs a program without a shell, and waits for it. */
export function runProcess(argv: readonly string[], options: ProcessOptions = {}): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0]!, argv.slice(1), {
      env: childEnvironment(options.env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      let rest = '';
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        output[stream] += text;
        const lines = (rest + text).split(/\r?\n/);
        rest = lines.pop()!;
        for (const line of lines) options.onLine?.(line);
      });
      child[stream].on('end', () => {
        if (rest !== '') options.onLine?.(rest);
      });
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve({ code: 127, ...output });
      else reject(error);
    });
    child.on('close', (code) => resolve({ code: code ?? 1, ...output }));
  });
}
