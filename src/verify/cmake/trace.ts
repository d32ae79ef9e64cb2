import type { BuildGraph } from '../../evaluate/graph.js';
import { GraphRecorder } from '../../evaluate/recorder.js';

interface Line {
  readonly cmd: string;
  readonly args: readonly string[];
  readonly file: string;
  readonly line: number;
}

/** As bytes, one character a byte. */
const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/**
 * Reads the calls of a `cmake --trace-expand --trace-format=json-v1` of a tree in `root` into a graph. What
 * the graph says of `root` itself it says of `shown`.
 */
export function readTrace(trace: string, root: string, shown: string, errors: readonly string[]): BuildGraph {
  const recorder = new GraphRecorder();
  for (const text of trace.split('\n')) {
    if (text === '') continue;
    const { cmd, args, file, line } = JSON.parse(text) as Partial<Line>;
    if (!cmd || !args || line === undefined || !file?.startsWith(`${root}/`)) continue;
    const path = file.slice(root.length + 1);
    const command = cmd.toLowerCase();
    if (!recorder.follows(path) || !recorder.wants(command)) continue;
    recorder.record({
      command,
      args: args.map((arg) => bytes(arg).replaceAll(root, shown)),
      file: path,
      line,
    });
  }
  return recorder.graph(errors);
}
