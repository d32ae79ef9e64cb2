// The licences of what is inside the executable: Node's own, and those of the bundled packages.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Development packages whose built files we ship. */
const SHIPPED = ['diff2html', 'tree-sitter-cpp', 'tree-sitter-cuda', 'tree-sitter-python'];

function licenceOf(name) {
  const folder = join('node_modules', name);
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file && !license) throw new Error(`${name} says no licence`);
  return `${name} ${version}\n\n${file ? readFileSync(join(folder, file), 'utf8') : `Licence: ${license}\n`}`;
}

/** The file THIRD-PARTY-NOTICES. */
export function notices(nodeVersion, nodeLicence) {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const names = [...Object.keys(dependencies), ...SHIPPED]
    .sort()
    .filter((name) => existsSync(join('node_modules', name)));
  const texts = names.map(licenceOf);
  return [...texts, `Node.js ${nodeVersion}\n\n${nodeLicence}`].join(`\n${'-'.repeat(80)}\n\n`);
}
