import { git, gitText } from '../tree/git.js';

/** A release's tag, and the commit of the line after which its own commits begin. */
export interface ReleaseTag {
  readonly name: string;
  /** The repository that has it. */
  readonly dir: string;
  readonly commit: string;
  /** Seconds since 1970. */
  readonly time: number;
  readonly parts: string;
}

/** `v0.16.0`, `0.6.16.post3`: neither a candidate nor a nightly build. */
const RELEASE = /^v?\d+(?:\.\d+)+(?:\.?post\d+)?$/;

async function tagsOf(dir: string): Promise<Omit<ReleaseTag, 'parts'>[]> {
  const format =
    '%(refname:short)%09%(objectname) %(committerdate:unix)%09%(*objectname) %(*committerdate:unix)';
  const rows = await gitText(dir, ['for-each-ref', `--format=${format}`, 'refs/tags'], { accept: [128] });
  return rows.split('\n').flatMap((row) => {
    const [name = '', own = '', peeled = ''] = row.split('\t');
    if (!RELEASE.test(name)) return [];
    const [commit = '', time = ''] = (/^\S/.test(peeled) ? peeled : own).split(' ');
    return time === '' ? [] : [{ name, dir, commit, time: Number(time) }];
  });
}

/** First parents of everything that is reached from some commits by first parents, back to `start`. */
async function firstParents(
  dir: string,
  commits: readonly string[],
  start: string,
): Promise<Map<string, string>> {
  const input = `${[...commits, `^${start}`].join('\n')}\n`;
  const { code, stdout } = await git(dir, ['rev-list', '--first-parent', '--parents', '--stdin'], {
    input,
    accept: [128],
  });
  if (code !== 0) return new Map();
  return new Map(
    stdout
      .toString('latin1')
      .split('\n')
      .map((row) => row.split(' '))
      .flatMap(([commit, parent]): [string, string][] => (commit && parent ? [[commit, parent]] : [])),
  );
}

/** The first commit on the way back by first parents that is one of `line`. */
export function partsAt(
  commit: string,
  parents: ReadonlyMap<string, string>,
  line: ReadonlySet<string>,
): string | undefined {
  for (let at: string | undefined = commit; at !== undefined; at = parents.get(at))
    if (line.has(at)) return at;
  return undefined;
}

/** The releases of a project's repositories that begin on a line after its start, or at it; oldest first. */
export async function releasesOn(
  line: ReadonlySet<string>,
  start: string,
  dirs: readonly string[],
): Promise<ReleaseTag[]> {
  const found = new Map<string, ReleaseTag>();
  for (const dir of dirs) {
    const tags = (await tagsOf(dir)).filter(({ name }) => !found.has(name));
    if (tags.length === 0) continue;
    const parents = await firstParents(
      dir,
      tags.map(({ commit }) => commit),
      start,
    );
    for (const tag of tags) {
      const parts = partsAt(tag.commit, parents, line);
      if (parts !== undefined) found.set(tag.name, { ...tag, parts });
    }
  }
  return [...found.values()].sort((a, b) => a.time - b.time);
}
