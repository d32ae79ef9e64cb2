// Makes what a release page serves, in dist-release/: for each platform an executable in a tarball and a wheel;
// install.sh; SHA256SUMS. `node scripts/package.mjs [platform…]`, after the build.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { injectBlob, makeBlob } from './package/executable.mjs';
import { fetchNode, HERE, NODE, strippedCopy } from './package/node-binary.mjs';
import { notices } from './package/notices.mjs';
import { wheel } from './package/wheel.mjs';

const OUT = 'dist-release';
const WORK = join(OUT, 'work');
const about = JSON.parse(readFileSync('package.json', 'utf8'));
const platforms = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(NODE.platforms);

/** The same files give the same archive: no owner, no time. */
function tarball(folder) {
  const tar = [
    '--sort=name',
    '--mtime=@0',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mode=u+rw,go=u-w',
  ];
  const bytes = execFileSync('tar', ['-C', WORK, ...tar, '-cf', '-', folder], { maxBuffer: 2 ** 30 });
  writeFileSync(
    join(OUT, `${folder}.tar.gz`),
    execFileSync('gzip', ['-n'], { input: bytes, maxBuffer: 2 ** 30 }),
  );
}

rmSync(OUT, { recursive: true, force: true });
mkdirSync(WORK, { recursive: true });
const here = fetchNode(HERE, WORK);
const blob = await makeBlob(here.node, WORK);
for (const platform of platforms) {
  const { node, licence } = platform === HERE ? here : fetchNode(platform, WORK);
  const folder = `dgx-patch-${about.version}-${platform}`;
  mkdirSync(join(WORK, folder));
  const executable = join(WORK, folder, 'dgx-patch');
  strippedCopy(platform, node, executable);
  await injectBlob(executable, blob);
  const texts = {
    LICENSE: readFileSync('LICENSE', 'utf8'),
    'THIRD-PARTY-NOTICES': notices(NODE.version, readFileSync(licence, 'utf8')),
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(WORK, folder, name), text);
  tarball(folder);
  const tag = `manylinux_${NODE.glibc.replace('.', '_')}_${NODE.platforms[platform].machine}`;
  const { file, bytes } = wheel(about, tag, readFileSync(executable), texts);
  writeFileSync(join(OUT, file), bytes);
}
rmSync(WORK, { recursive: true });
copyFileSync('scripts/package/install.sh', join(OUT, 'install.sh'));
const files = readdirSync(OUT).sort();
const sums = files.map(
  (file) =>
    `${createHash('sha256')
      .update(readFileSync(join(OUT, file)))
      .digest('hex')}  ${file}\n`,
);
writeFileSync(join(OUT, 'SHA256SUMS'), sums.join(''));
for (const file of files)
  console.log(
    `${(readFileSync(join(OUT, file)).length / 2 ** 20).toFixed(1).padStart(6)} MiB  ${join(OUT, file)}`,
  );
