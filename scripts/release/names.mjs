// What ships names its repository: `node scripts/release/names.mjs v0.1.0 owner/dgx-patch` writes the name into
// the package and the install script, and stops where the tag is not the package's version.
import { readFileSync, writeFileSync } from 'node:fs';

const PLACEHOLDER = 'YOUR-ORGANISATION/dgx-patch';
const SHIPPED = ['package.json', 'scripts/package/install.sh', 'README.md', 'Containerfile'];

const [tag, repository] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
if (tag !== `v${version}`) {
  console.error(`the tag ${tag} is not the package's version ${version}`);
  process.exit(1);
}
if (!/^[\w.-]+\/[\w.-]+$/.test(repository ?? '')) {
  console.error(`${JSON.stringify(repository)} is no owner/name`);
  process.exit(1);
}
for (const path of SHIPPED) {
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(PLACEHOLDER, /** @type {string} */ (repository)));
}
