/**
 * A case in one file: its description as JSON, then its files, each under a line `-- path --`. The file ends
 * with a newline unless the line says `-- path (no newline) --`; `-- path (gone) --` takes a file of the case
 * that it leans on away. What must be byte-exact beyond that (lone carriage returns, NUL) is a folder.
 */
export interface CaseText {
  /** The JSON before the first file, not yet checked. */
  readonly head: string;
  /** Text by path; null for a file that is gone. */
  readonly files: ReadonlyMap<string, string | null>;
}

const MARK = /^-- (\S+)(?: \((no newline|gone)\))? --$/;

/** Reads a case file. Bytes in, bytes out (latin-1). */
export function parseCase(text: string): CaseText {
  const head: string[] = [];
  const files = new Map<string, string | null>();
  let body = head;
  const bodies: { path: string; note: string | undefined; lines: string[] }[] = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const mark = MARK.exec(line);
    if (!mark) body.push(line);
    else {
      body = [];
      bodies.push({ path: mark[1]!, note: mark[2], lines: body });
    }
  }
  for (const { path, note, lines } of bodies) {
    if (files.has(path)) throw new Error(`${path} stands in the case twice`);
    const end = note === 'no newline' || lines.length === 0 ? '' : '\n';
    files.set(path, note === 'gone' ? null : lines.join('\n') + end);
  }
  return { head: head.join('\n'), files };
}

/** True where a case file can hold a text without loss. */
export function fitsCase(text: string): boolean {
  return !/[\0\r]/.test(text) && !text.split('\n').some((line) => MARK.test(line)) && text !== '\n';
}

/** Writes a case file that `parseCase` reads as the same. */
export function formatCase({ head, files }: CaseText): string {
  const parts = [...files].map(([path, text]) => {
    if (text === null) return `-- ${path} (gone) --\n`;
    if (text === '' || text.endsWith('\n')) return `-- ${path} --\n${text}`;
    return `-- ${path} (no newline) --\n${text}\n`;
  });
  return `${head.replace(/\n$/, '')}\n${parts.join('')}`;
}
