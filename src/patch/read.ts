import { Failure } from '../failure.js';
import { readHunks } from './hunks.js';
import { splitLines } from './lines.js';
import type { FilePatch, Patch } from './model.js';
import { pathFault, unquote } from './path.js';

/** More than this is no patch that a person has read. */
const MAX_BYTES = 16 << 20;
const MAX_FILES = 2_000;

const refuse = (message: string, why: string): never => {
  throw new Failure('usage', message, { why, next: 'nothing was read from it: look at the patch by hand' });
};

/**
 * Reads a unified diff, as git, `git format-patch`, `git show` and `diff -u` write it. Bytes as latin-1.
 * A `usage` Failure where it is none, is damaged, is huge, or names a file outside of the tree.
 */
export function readPatch(text: string): Patch {
  if (text.length > MAX_BYTES)
    refuse('the patch is too large', `${text.length} bytes, of at most ${MAX_BYTES}`);
  const lines = splitLines(text);
  const files: FilePatch[] = [];
  let at = 0;
  while (at < lines.length) {
    if (!startsFile(lines, at)) {
      at += 1;
      continue;
    }
    const { file, next } = readFile(lines, at);
    files.push(file);
    at = next;
    if (files.length > MAX_FILES) refuse('the patch is too large', `more than ${MAX_FILES} files`);
  }
  if (files.length === 0)
    refuse('this is no patch', 'it holds no `diff --git` and no `---`, `+++` and `@@` lines');
  checkPaths(files);
  const head = lines.slice(
    0,
    lines.findIndex((_, line) => startsFile(lines, line)),
  );
  return { ...readMessage(head.join('')), files };
}

function startsFile(lines: readonly string[], at: number): boolean {
  const line = lines[at]!;
  if (line.startsWith('diff --git ')) return true;
  return (
    line.startsWith('--- ') &&
    lines[at + 1]?.startsWith('+++ ') === true &&
    lines[at + 2]?.startsWith('@@ ') === true
  );
}

function checkPaths(files: readonly FilePatch[]): void {
  const seen = new Set<string>();
  for (const { path, from } of files) {
    for (const name of new Set([path, from ?? path])) {
      const fault = pathFault(name);
      if (fault !== undefined)
        refuse(`the patch names a path that may not be written: ${JSON.stringify(name)}`, fault);
    }
    if (seen.has(path)) refuse(`the patch changes ${path} twice`, 'which of the two comes first is not said');
    seen.add(path);
  }
}

/** The commit and the title of a mail's or of `git show`'s head. */
function readMessage(head: string): Pick<Patch, 'commit' | 'title'> {
  const commit = /^(?:From|commit) ([0-9a-f]{40})\b/m.exec(head)?.[1];
  const subject = /^Subject: (.*(?:\r?\n[ \t].*)*)/m.exec(head)?.[1] ?? /^ {4}(\S.*)$/m.exec(head)?.[1];
  const title = subject
    ?.replace(/\r?\n[ \t]/g, ' ')
    .replace(/^\[PATCH[^\]]*\] ?/, '')
    .trim();
  return {
    ...(commit === undefined ? {} : { commit }),
    ...(title === undefined ? {} : { title: Buffer.from(title, 'latin1').toString('utf8') }),
  };
}

interface Header {
  kind?: FilePatch['kind'];
  from?: string;
  to?: string;
  blobs?: FilePatch['blobs'];
  foreign?: string;
}

/** A name of a `---` or `+++` line; undefined for `/dev/null`. */
function named(line: string): string | undefined {
  const spelled = line
    .slice(4)
    .replace(/\r?\n$/, '')
    .replace(/\t.*$/s, '');
  if (spelled === '/dev/null') return undefined;
  return unquote(spelled).replace(/^[ab]\//, '');
}

const LINK = 'a symbolic link';
const MODES: Readonly<Record<string, string>> = { '120000': LINK, '160000': 'a submodule' };

function readHeaderLine(line: string, header: Header): void {
  const rest = (prefix: string): string | undefined =>
    line.startsWith(prefix) ? line.slice(prefix.length).replace(/\r?\n$/, '') : undefined;
  const mode =
    /^(?:new file mode|deleted file mode|old mode|new mode|index [0-9a-f]+\.\.[0-9a-f]+) (\d{6})/.exec(
      line,
    )?.[1];
  if (mode !== undefined && MODES[mode]) header.foreign = MODES[mode];
  if (line.startsWith('new file mode')) header.kind = 'add';
  if (line.startsWith('deleted file mode')) header.kind = 'delete';
  if (line.startsWith('new mode')) header.foreign ??= 'a change of the file mode';
  if (line.startsWith('GIT binary patch') || line.startsWith('Binary files '))
    header.foreign = 'binary bytes';
  const blobs = /^index ([0-9a-f]{7,64})\.\.([0-9a-f]{7,64})/.exec(line);
  if (blobs) header.blobs = { before: blobs[1]!, after: blobs[2]! };
  for (const kind of ['rename', 'copy'] as const) {
    const [from, to] = [rest(`${kind} from `), rest(`${kind} to `)];
    if (from !== undefined) Object.assign(header, { kind, from: unquote(from) });
    if (to !== undefined) Object.assign(header, { kind, to: unquote(to) });
  }
}

function readFile(lines: readonly string[], start: number): { file: FilePatch; next: number } {
  const header: Header = {};
  const git = /^diff --git (?:a\/(.+) b\/\1|("a\/.+") ("b\/.+"))\r?\n?$/.exec(lines[start]!);
  if (git) header.from = header.to = git[1] ? unquote(git[1]) : unquote(git[3]!).slice(2);
  let at = lines[start]!.startsWith('diff --git ') ? start + 1 : start;
  for (; at < lines.length; at += 1) {
    const line = lines[at]!;
    if (line.startsWith('diff --git ') || line.startsWith('@@ ')) break;
    if (line.startsWith('--- ') && lines[at + 1]?.startsWith('+++ ')) {
      const [from, to] = [named(line), named(lines[at + 1]!)];
      if (from === undefined) header.kind ??= 'add';
      if (to === undefined) header.kind ??= 'delete';
      header.from = from ?? to ?? '';
      header.to = to ?? from ?? '';
      at += 1;
    } else readHeaderLine(line, header);
  }
  const { hunks, next } = header.foreign === 'binary bytes' ? { hunks: [], next: at } : readHunks(lines, at);
  const path = header.to ?? header.from;
  if (path === undefined) return refuse('the patch is damaged', `line ${start + 1} names no file`);
  const kind = header.kind ?? (header.from !== undefined && header.from !== path ? 'rename' : 'modify');
  return {
    file: {
      kind,
      path,
      from: kind === 'add' ? undefined : (header.from ?? path),
      ...(header.blobs ? { blobs: header.blobs } : {}),
      hunks,
      ...(header.foreign === undefined ? {} : { foreign: header.foreign }),
    },
    next,
  };
}
