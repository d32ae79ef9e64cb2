import { randomUUID } from 'node:crypto';
import { git } from '../tree/git.js';
import type { TreeRoot } from './tree-root.js';

const AUTHOR = 'dgx-patch <dgx-patch@users.noreply.github.com>';

/** A commit to be made. */
export interface Draft {
  readonly message: string;
  /** What its files are then; undefined removes one. Bytes as latin-1. */
  readonly files: ReadonlyMap<string, { readonly mode: string; readonly text: string } | undefined>;
}

/** As fast-import reads a path that could be taken for something else. */
function quoted(path: string): string {
  return `"${path.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}

function data(bytes: Buffer): Buffer[] {
  return [Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')];
}

function commitLines(draft: Draft, ref: string, mark: number, from: string, date: string): Buffer[] {
  const changes = [...draft.files].flatMap(([path, file]) =>
    file
      ? [Buffer.from(`M ${file.mode} inline ${quoted(path)}\n`), ...data(Buffer.from(file.text, 'latin1'))]
      : [Buffer.from(`D ${quoted(path)}\n`)],
  );
  const who = ['author', 'committer'].map((role) => `${role} ${AUTHOR} ${date}\n`).join('');
  return [
    Buffer.from(`commit ${ref}\nmark :${mark}\n${who}`),
    ...data(Buffer.from(draft.message)),
    Buffer.from(`from ${from}\n`),
    ...changes,
    Buffer.from(`\nget-mark :${mark}\n`),
  ];
}

/**
 * Makes commits, each on the one before and the first on `parent`, by one git: objects only, no ref moves.
 * `date`: seconds since 1970 and a zone, of author and committer. Returns their ids, in order.
 */
export async function importCommits(
  { dir }: TreeRoot,
  parent: string,
  date: string,
  drafts: readonly Draft[],
): Promise<string[]> {
  // git wants a ref to put them under, and writes it at the end: by then it is taken back.
  const ref = `refs/dgx-patch-${randomUUID()}`;
  const input = Buffer.concat([
    ...drafts.flatMap((draft, at) => commitLines(draft, ref, at + 1, at === 0 ? parent : `:${at}`, date)),
    Buffer.from(`reset ${ref}\nfrom ${'0'.repeat(parent.length)}\n\ndone\n`),
  ]);
  const made = await git(dir, ['fast-import', '--quiet', '--done', '--date-format=raw'], {
    input,
    // A repository that came from another system may say so: a path would be that of any case.
    config: [['core.ignoreCase', 'false']],
  });
  return made.stdout.toString('latin1').trim().split('\n');
}
