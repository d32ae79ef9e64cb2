/** Bytes that git writes as a letter behind a backslash. */
const LETTERS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  '"': '"',
  '\\': '\\',
};

/** A name as a patch spells it, quoted as in C where git must, as a path. */
export function unquote(spelled: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(spelled);
  const bytes = quoted
    ? quoted[1]!.replace(/\\([0-7]{3}|.)/gs, (_, code: string) =>
        code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8) & 255) : (LETTERS[code] ?? code),
      )
    : spelled;
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Why a path of a patch is not one that may be written below a tree's root, or undefined where it may. */
export function pathFault(path: string): string | undefined {
  if (path === '') return 'it is empty';
  if (path.length > 1_000) return 'it is longer than 1,000 characters';
  if (/[\x00-\x1f\x7f\ufffd]/.test(path)) return 'it holds a control character or bytes that are no UTF-8';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path) || path.includes('\\'))
    return 'it is not relative with `/`';
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    return 'it holds an empty part, `.` or `..`';
  }
  // Names that some file systems take for `.git`: case, trailing dots and blanks, NTFS's short name.
  if (
    parts.some((part) =>
      /^(?:\.git|git~\d+)[. ]*$/i.test(part.replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, '')),
    )
  ) {
    return 'it leads into a `.git` folder';
  }
  if (parts[0] === '.dgx-patch') return 'it leads into the folder of our own state';
  return undefined;
}
