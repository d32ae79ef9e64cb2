import { PREFETCHED, SUMS } from '../prefetch.js';

export const SHELL = ['SHELL ["/bin/bash", "-euo", "pipefail", "-c"]'];

/** Caches that outlive a build. They are no part of the image. */
export const PIP = '--mount=type=cache,target=/root/.cache/pip,sharing=locked';
export const CCACHE = '--mount=type=cache,target=/root/.cache/ccache';

/** Where a step sees what was fetched before the build. */
export const AWAY = `/${PREFETCHED}`;
const BIND = `--mount=type=bind,source=${PREFETCHED},target=${AWAY}`;

/** The mounts of a step that would use the network. */
export const mounts = (offline: boolean, ...more: readonly string[]): string =>
  [...(offline ? [BIND] : []), ...more].join(' ');

/** `RUN` with its mounts, and commands that must all succeed. */
export function run(flags: string, ...commands: readonly string[]): string[] {
  const [first, ...rest] = commands;
  const lines = [`RUN ${flags}${flags && ' '}${first}`, ...rest.map((command) => `    && ${command}`)];
  return lines.map((line, at) => (at < lines.length - 1 ? `${line} \\` : line));
}

/**
 * A value as one word of a RUN line. All are checked where they are read; what a shell or the Containerfile
 * would take for more than a word is a bug there.
 */
export function word(value: string): string {
  if (/^[\w@%+=:,./-]+$/.test(value)) return value;
  throw new Error(`${JSON.stringify(value)} cannot stand in a Containerfile`);
}

/** The first step of a stage that takes from `prefetched/`: every hash fits, or the build ends. */
export const checkSums = (offline: boolean): string[] =>
  offline
    ? [
        '# What was fetched before the build is what the lock names.',
        `WORKDIR ${AWAY}`,
        `RUN ${BIND} sha256sum --check --quiet ${SUMS}`,
        'WORKDIR /',
      ]
    : [];
