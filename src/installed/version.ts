/** What an installed package says of itself: its version, and the commit where its build noted one. */
export interface Version {
  /** As pip shows it: `0.20.2+cu130`, `0.1.dev14327+g017e9f444.cu130`. */
  readonly version: string;
  /** The revision to ask for, as a user types it: a release's tag, else the commit. */
  readonly revision: string;
  /** At least 7 hexadecimal digits. */
  readonly commit: string | undefined;
}

/** `commit_id = 'g017e9f444'`, as setuptools-scm writes it into `_version.py`. */
const COMMIT_ID = /\bcommit_id\s*=\s*['"]g?([0-9a-f]{7,40})['"]/;
const LOCAL_COMMIT = /\+(?:.*\.)?g([0-9a-f]{7,40})(?:\.|$)/;

/** Reads a version, and the text of the package's `_version.py` where it has one. */
export function readVersion(version: string, file = ''): Version {
  const commit = COMMIT_ID.exec(file)?.[1] ?? LOCAL_COMMIT.exec(version)?.[1];
  const release = version.replace(/\+.*$/, '');
  const isRelease = !/\.dev\d/.test(release);
  return { version, revision: isRelease ? `v${release}` : (commit ?? release), commit };
}
