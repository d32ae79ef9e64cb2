// Node's own binary for a platform, from the npm registry: an exact version, checked against its recorded sum.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const NODE = JSON.parse(readFileSync(new URL('node.json', import.meta.url), 'utf8'));

/** The name of this machine's platform, as in node.json. */
export const HERE = `${process.platform}-${process.arch}`;

/** Fetches into `folder`. Returns where Node and its licence lie. */
export function fetchNode(platform, folder) {
  const { package: name, sha256 } = NODE.platforms[platform];
  const into = join(folder, platform);
  mkdirSync(into, { recursive: true });
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', `${name}@${NODE.version}`, '--json', '--pack-destination', into], {
      encoding: 'utf8',
    }),
  );
  const tarball = join(into, filename);
  const sum = createHash('sha256').update(readFileSync(tarball)).digest('hex');
  if (sum !== sha256)
    throw new Error(`${filename} has the sum ${sum}, not ${sha256} as recorded in node.json`);
  execFileSync('tar', ['-xzf', tarball, '-C', into, 'package/bin/node', 'package/LICENSE']);
  return { node: join(into, 'package/bin/node'), licence: join(into, 'package/LICENSE') };
}

/** A copy without symbols, where the platform's `strip` is installed; says so where it is not. */
export function strippedCopy(platform, from, to) {
  copyFileSync(from, to);
  const { strip } = NODE.platforms[platform];
  if (spawnSync(strip, [to]).status !== 0) console.log(`${platform}: not stripped: ${strip} is not here`);
}
