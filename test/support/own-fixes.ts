import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitIn, miniRepository } from './repository.js';

const QUEUE = `class Queue:
    def __init__(self, limit, clock):
        self.limit = limit
        self.clock = clock
        self.items = []

    def put(self, item):
        self.items.append(item)
        return len(self.items)

    def take(self):
        return self.items.pop(0)
`;

const NAMES = `def short(name):
    return name.split("/")[-1]


def long(name):
    return name
`;

const SIZES = `def choose_size(config):
    size = config.size
    return size
`;

/** An upstream with five releases: r1 to r4 lack a mend that `commit` makes, r5 has it. */
export interface Upstream {
  readonly dir: string;
  /** "Do not take from an empty queue (#77)". */
  readonly commit: string;
  /** A patch that was made for r1, by its text. */
  readonly patch: string;
}

/**
 * The miniature vLLM and three files more. r2 has neighbours of the mended line and another layout, r3 has
 * moved the file, r4 has rewritten the mended line in another way, and r5 has taken the mend in.
 */
export function upstreamWithReleases(below: string): Upstream {
  const { dir } = miniRepository(below);
  const commit = (title: string, files: Readonly<Record<string, string>>, tag?: string): string => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(dir, path, '..'), { recursive: true });
      writeFileSync(join(dir, path), text);
    }
    gitIn(dir, 'add', '--all');
    gitIn(dir, 'commit', '--quiet', '--message', title);
    if (tag) gitIn(dir, 'tag', tag);
    return gitIn(dir, 'rev-parse', 'HEAD');
  };
  const path = 'vllm/queue.py';
  const base = commit(
    'Add a queue',
    { [path]: QUEUE, 'vllm/names.py': NAMES, 'vllm/sizes.py': SIZES, 'requirements/build.txt': 'cmake\n' },
    'r1',
  );
  const mended = QUEUE.replace(
    'def take(self):\n',
    'def take(self):\n        if not self.items:\n            return None\n',
  );
  const noted = QUEUE.replace('def take(self):', 'def take(self, note=None):').replace(
    'def __init__(self, limit, clock):',
    'def __init__(\n        self,\n        limit,\n        clock,\n    ):',
  );
  commit('Note what is taken', { [path]: noted }, 'r2');
  mkdirSync(join(dir, 'vllm/core'));
  renameSync(join(dir, path), join(dir, 'vllm/core/queue.py'));
  commit('Move the queue', {}, 'r3');
  commit(
    'Take the last',
    {
      'vllm/core/queue.py': QUEUE.replace(
        'def take(self):\n        return self.items.pop(0)',
        'def take(self, last):\n        yield self.items.pop(last)',
      ),
    },
    'r4',
  );
  gitIn(dir, 'checkout', '--quiet', '-b', 'release', base);
  const mend = commit('Do not take from an empty queue (#77)', { [path]: mended });
  commit(
    'Document it',
    { 'vllm/names.py': NAMES.replace('return name\n', 'return name  # as it is\n') },
    'r5',
  );
  const change = NAMES.replace('name.split("/")[-1]', 'name.rstrip("/").split("/")[-1]');
  gitIn(dir, 'checkout', '--quiet', '-b', 'patch', 'r1');
  commit('A name may end in a slash', { 'vllm/names.py': change });
  const patch = gitIn(dir, 'format-patch', '--stdout', '-1');
  gitIn(dir, 'checkout', '--quiet', 'release');
  return { dir, commit: mend, patch: `${patch}\n` };
}

export const read = (...parts: string[]): string => readFileSync(join(...parts), 'utf8');
